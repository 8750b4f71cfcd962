"""A practice office of any size in one call: its parameters, scaled, and what its villages sent.

Responsible for joining the simulator's area (`povlib.sample.office.practice_area`) with an office's place. Not
responsible for what happens in the area, nor for loading it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from povlib.errors import RunError
from povlib.places import DATA
from povlib.runs.office.office_place import SAMPLE, Place, practice_place
from povlib.runs.side_processes import number_of_cores, side_processes

Progress = Callable[[str, float], None]
#: in an inbox: folders of ledger rows in Parquet, of a practice office alone
ROWS = "rows"


def practice_office(
    name: str, households: int, seed: int = 2016, progress: Progress | None = None, *, months: int | None = None
) -> Place:
    """Make an office of so many synthetic households, ready to be loaded and planned.

    Parameters
    ----------
    name : str
        Of the new office.
    households : int
        Registered households; up to 20,000 come as workbooks, more as rows in Parquet.
    seed : int
        The same seed gives the same area.
    months : int, optional
        Last months of incomes that the office received, where it receives rows in Parquet; default all.

    Raises
    ------
    RunError
        If there is an office of this name. If months are asked for where the office receives workbooks.
    DataError
        If the area is too small.
    """
    # here alone: every load asks this module for folders of rows, and the simulator takes half a second to begin
    from povlib.sample.office.practice_area import (
        MOST_IN_WORKBOOKS,
        area_survey,
        write_area_tables,
        write_area_workbooks,
    )
    from povlib.sample.office.practice_params import write_area_params

    if months is not None and households <= MOST_IN_WORKBOOKS:
        raise RunError(
            "workbooks of {n} households hold all months: fewer are made for rows in Parquet alone",
            remedy="leave --months out, or ask for more than {most} households",
            n=households,
            most=MOST_IN_WORKBOOKS,
        )

    def fill(place: Place) -> None:
        own = place.office
        write_area_params(DATA / SAMPLE / "params", own.params, households)
        if households > MOST_IN_WORKBOOKS:
            with side_processes(number_of_cores(), loads="povlib.sample.office.practice_area") as beside:
                rows = own.inbox / ROWS
                write_area_tables(households, rows, seed=seed, months=months, beside=beside, progress=progress)
        else:
            write_area_workbooks(households, own.inbox, seed=seed, progress=progress)
        survey = area_survey(households, seed).assign(note="合成数据（synthetic）")
        survey.to_csv(own.surveys / "survey-2016-04.csv", index=False, encoding="utf-8", lineterminator="\n")

    return practice_place(name, fill)


def folders_of_rows(place: Place) -> list[Path]:
    """Return the folders of rows in a practice office's inbox by name; none for a real office."""
    inbox = place.office.inbox / ROWS
    return sorted(path for path in inbox.glob("*") if path.is_dir()) if place.synthetic and inbox.is_dir() else []


def area_words(households: int) -> dict[str, int]:
    """Return how many townships and villages an area of so many households has.

    Examples
    --------
    >>> area_words(5000)
    {'townships': 15, 'villages': 180}
    """
    from povlib.sample.office.practice_area import township_sizes

    townships = len(township_sizes(households))
    return {"townships": townships, "villages": 12 * townships}
