"""A run by parts checked without a solver: its parts made again, its sums added up anew, its proof repeated.

Responsible for what is claimed of the plan. Not responsible for files, seals and the ledger's chain
(`povlib.runs.verification`).
"""

from __future__ import annotations

import json

from povlib.allocation.parts import verify_parts
from povlib.errors import Fault
from povlib.runs.area.area_completion import area_manifest
from povlib.runs.area.area_figures import AreaFigures
from povlib.runs.area.area_plan import choice_folders, shared_tables
from povlib.runs.area.area_run import AreaRun
from povlib.runs.area.checking.part_sums import office_faults, sums_of_part
from povlib.runs.area.checking.parts_again import choices_written_otherwise, parts_made_otherwise
from povlib.runs.area.part_work import Progress
from povlib.runs.second_making import facts_alike
from povlib.runs.storage.artefacts import plain_value
from povlib.runs.storage.manifest import NAME, read_manifest
from povlib.words import text


def parts_faults(run: AreaRun, tell: Progress) -> list[Fault]:
    """Return what is stored of a run by parts and is not what the ledger and the parameters give.

    Parameters
    ----------
    tell : callable
        Receives stage and share done.
    """
    return parts_made_otherwise(run, tell) or choices_written_otherwise(run)


def area_claim_faults(run: AreaRun) -> tuple[list[Fault], list[str]]:
    """Return what does not hold of a plan by parts, from its stored files alone, and what was found in words."""
    check = verify_parts(run.plan, choice_folders(run), shared_tables(run))
    faults, sums = list(check.faults), []
    for part in run.part_runs:
        if part.expected_exits.facts["plan"] != run.plan.certificate.plan:
            faults.append(Fault("what this part expects belongs to another plan", part.part.name))
        own, wrong = sums_of_part(part)
        sums.append(own)
        faults += wrong
    faults += office_faults(run, sums)
    told = {name: value for name, value in read_manifest(run.folder).items() if name != "files"}
    claimed = json.loads(json.dumps(plain_value(area_manifest(run, AreaFigures(run)))))
    if not run.proved or not facts_alike(told, claimed):
        faults.append(Fault("what the manifest says of the plan and its proof is not so", NAME))
    words = [
        *(own.words for own in sums),
        text(
            "The plan keeps every rule; under these estimates none is better by more than {gap:.6f} persons.",
            gap=check.gap,
        ),
        text("The proof was repeated from the files of {n} parts; money by fund, what the law takes, seats and floors "
             "were added up over them.", n=len(run.parts)),
    ]  # fmt: skip
    return faults, words
