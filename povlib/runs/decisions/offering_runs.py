"""Who offered households their packages: the run itself, or the parts of a run by parts that they live in.

Responsible for that one difference, so that decisions are recorded, read back and held against a plan in one way
whatever the office's size. Not responsible for what may be decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import cast

from povlib.runs.run import Run


def offering_runs(run: Run, households: Iterable[str] | None = None) -> Iterator[Run]:
    """Yield the runs that offered some households their packages (None: all households), one after the other.

    A township's run is one; of a run by parts, those parts that any of the households live in.
    """
    if not run.is_by_parts:
        yield run
        return
    from povlib.runs.area.area_run import AreaRun

    area = cast(AreaRun, run)
    yield from area.part_runs if households is None else area.parts_with(households)


def offering_run_of_each(run: Run, households: Iterable[str]) -> dict[str, Run]:
    """Return for each of some households the run whose plan it is in; those that are in no plan are left out."""
    wanted = set(households)
    found: dict[str, Run] = {}
    for offering in offering_runs(run, wanted):
        found |= dict.fromkeys(wanted & set(offering.chosen["hh"].astype(str)), offering)
    return found
