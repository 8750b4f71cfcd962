"""The plan over all parts of an office: solved once, stored with the run, proved again from the parts' own files.

Responsible for what the parts share (funds, kept shares, the floors of the whole office, what may be opened) and for
storing the plan. Not responsible for the search or the proof (`povlib.allocation.parts`).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, Protocol, TypeVar

import numpy as np

from povlib.allocation import Certificate, parts
from povlib.allocation.parts import OfficeTables, PartPlan
from povlib.runs.area.part_run import CHOICE, PARTS
from povlib.runs.area.whole_office import OfficeInParts
from povlib.runs.storage.artefacts import Bundle
from povlib.support.resources import kept_share_table, resource_table
from povlib.support.villages.openings import OpenedSeats

PLAN = "plan"
Given = ParamSpec("Given")
Result = TypeVar("Result")


def shared_tables(run: OfficeInParts) -> OfficeTables:
    """Return what counts for the whole office: what the law leaves, kept shares, floors, what may be opened."""
    left = dict(run.law.left)
    resources = resource_table(run.catalogue, left)
    keeps, openings = kept_share_table(run.catalogue, left), OpenedSeats(run.catalogue).table()
    return OfficeTables(resources, keeps, run.shares.drop(columns="names"), openings)


def choice_folders(run: OfficeInParts) -> list[Path]:
    """Return where the packages of each part lie in whole numbers."""
    return [run.folder / PARTS / part.key / CHOICE for part in run.parts]


class Caller(Protocol):
    """Calls a function, in this process or in another that has what it works with to itself."""

    def __call__(self, work: Callable[Given, Result], /, *given: Given.args, **named: Given.kwargs) -> Result:
        """Return what `work` returns of what it is given."""


def called_here(work: Callable[Given, Result], /, *given: Given.args, **named: Given.kwargs) -> Result:
    """Return what `work` returns of what it is given, called in this process."""
    return work(*given, **named)


def plan_over_parts(run: OfficeInParts, call: Caller = called_here) -> Bundle:
    """Return the plan over all parts, found now, as it is stored; their packages are written already."""
    place, seconds = run.folder / f".{PLAN}-search", 60 * run.settings.time_limit_s
    return plan_bundle(
        call(parts.plan_of_parts, choice_folders(run), shared_tables(run), folder=place, time_limit_s=seconds)
    )


def plan_bundle(plan: PartPlan) -> Bundle:
    """Return a plan as it is stored: choices of the parts, figures, certificate."""
    choices = {f"choice-{at:05d}": plan.choice(at).astype(np.int32) for at in range(len(plan.parts))}
    facts = {
        "parts": [folder.parent.name for folder in plan.parts],
        "value": plan.value, "additional": plan.additional, "price_bound": plan.price_bound,
        "solver_bound": plan.solver_bound, "divisor": list(plan.divisor), "status": plan.status,
        "effort": plan.effort, "opened": plan.opened, "certificate": plan.certificate.to_json(),
    }  # fmt: skip
    return Bundle({"used": plan.used}, choices, facts)


def plan_of_bundle(run: OfficeInParts, made: Bundle) -> PartPlan:
    """Return a stored plan, beside the parts of the run as it lies now."""
    facts = dict(made.facts)
    folders = tuple(run.folder / PARTS / key / CHOICE for key in facts.pop("parts"))
    certificate = Certificate.from_json(facts.pop("certificate"))
    return PartPlan(
        folder=run.folder / PLAN, parts=folders, used=made.frames["used"], certificate=certificate,
        **{**facts, "divisor": tuple(facts["divisor"])},
    )  # fmt: skip


def proof_over_parts(run: OfficeInParts, call: Caller = called_here) -> Bundle:
    """Return whether exact arithmetic repeats the proof of the stored plan, without the search's word (``proved``)."""
    return Bundle(facts={"proved": call(parts.verify_parts, run.plan, choice_folders(run), shared_tables(run)).ok})


def payments_over_parts(run: OfficeInParts, call: Caller = called_here) -> Bundle:
    """Return what the plan takes of each fund in each village: frame ``villages`` with village, fund, fen."""
    return Bundle({"villages": call(parts.payments_by_village, run.plan, choice_folders(run), shared_tables(run))})
