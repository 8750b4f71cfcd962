"""Family cards of a run by parts: the sheets of one part at a time, from its own artefacts.

Responsible for what a part gives in place of a plan of its own. Not responsible for what stands on a card
(`povlib.runs.facts.family_sheets`) or for files and names (`povlib.runs.office.family_cards`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from povlib.errors import RunError
from povlib.report.writers.family_sheets import HouseholdSheet
from povlib.runs.area.area_run import AreaRun
from povlib.runs.area.part_figures import PartFigures
from povlib.runs.area.part_run import PartRun
from povlib.runs.facts.family_sheets import every_household_sheet


def sheets_of_parts(
    run: AreaRun, lang: str, *, approved: bool, villages: Sequence[str] = ()
) -> Iterator[tuple[PartRun, list[HouseholdSheet]]]:
    """Yield the parts that some villages lie in (none named: all), each with the sheets of these villages.

    Raises
    ------
    RunError
        If a village is none of the office's: before the first part is read.
    """
    wanted = villages_by_part(run, villages)
    for part in run.parts:
        if part.name in wanted:
            part_run = run.part_run(part)
            sheets = part_sheets(part_run, lang, approved=approved)
            yield part_run, [sheet for sheet in sheets if sheet.village in wanted[part.name]]


def villages_by_part(run: AreaRun, villages: Sequence[str] = ()) -> dict[str, tuple[str, ...]]:
    """Return some villages (none named: all) by the name of the part they lie in.

    Raises
    ------
    RunError
        If a village is none of the office's.
    """
    known = run.part_of_village
    if unknown := [village for village in villages if village not in known]:
        # 20: what a reader still looks through
        raise RunError("no household of {village} is on the register", allowed="、".join(list(known)[:20]),
                       village="、".join(unknown))  # fmt: skip
    wanted = set(villages or known)
    by_part = {part.name: tuple(village for village in part.villages if village in wanted) for part in run.parts}
    return {name: own for name, own in by_part.items() if own}


def part_sheets(run: PartRun, lang: str, *, approved: bool) -> list[HouseholdSheet]:
    """Return a sheet for every registered household of a part, by village and key."""
    rows = PartFigures(run).households
    packages = run.projection.frame
    nothing = packages[packages["k"] == 0].set_index("hh")["p"].astype("float64")
    # why a household has nothing new is told from the chances of all its packages, which are of the first draws
    return every_household_sheet(run, lang, approved=approved, rows=rows.assign(p0=rows["hh"].map(nothing)))
