"""A run by parts checked without a solver: its proof from the parts' own files, its claims from their sums.

Responsible for what is claimed of the plan. Not responsible for files, seals and the ledger's chain
(`povlib.runs.verification`). What the parts offer and expect is not computed a second time here: it is as sealed.
"""

from __future__ import annotations

import json

from povlib.allocation.parts import verify_parts
from povlib.errors import Fault
from povlib.runs.area.area_completion import area_manifest
from povlib.runs.area.area_figures import AreaFigures
from povlib.runs.area.area_plan import choice_folders, shared_tables
from povlib.runs.area.area_run import AreaRun
from povlib.runs.second_making import facts_alike
from povlib.runs.storage.artefacts import plain_value
from povlib.runs.storage.manifest import NAME, read_manifest
from povlib.words import text


def area_claim_faults(run: AreaRun) -> tuple[list[Fault], list[str]]:
    """Return what does not hold of a plan by parts, and what was found in words."""
    check = verify_parts(run.plan, choice_folders(run), shared_tables(run))
    faults = list(check.faults)
    strange = [
        part.part.name for part in run.part_runs if part.expected_exits.facts["plan"] != run.plan.certificate.plan
    ]
    faults += [Fault("what this part expects belongs to another plan", name) for name in strange]
    told = {name: value for name, value in read_manifest(run.folder).items() if name != "files"}
    claimed = json.loads(json.dumps(plain_value(area_manifest(run, AreaFigures(run)))))
    if not run.proved or not facts_alike(told, claimed):
        faults.append(Fault("what the manifest says of the plan and its proof is not so", NAME))
    words = [
        text(
            "The plan keeps every rule; under these estimates none is better by more than {gap:.6f} persons.",
            gap=check.gap,
        ),
        text("The proof was repeated from the files of {n} parts; what they offer and expect is as sealed.",
             n=len(run.parts)),
    ]  # fmt: skip
    return faults, words
