"""houses progress: how far the works are, how fast this office builds, and on what day each house will be done.

Responsible for printing. Not responsible for the answers (`povlib.housing.progress`).
"""

from __future__ import annotations

import argparse
from datetime import date

from povlib.cli.housing import HOUSES
from povlib.cli.terminal import print_table
from povlib.cli.word import Word, argument, chosen_place
from povlib.errors import DataError
from povlib.words import text


def progress(options: argparse.Namespace) -> int:
    """Print the speed by kind, each unfinished house with its range, and the chance that all are done by a day."""
    import pandas as pd

    from povlib import ledger
    from povlib.housing.progress import building_speed, finishing_days, speed_table, work_records
    from povlib.housing.progress.finishing_days import as_yyyymmdd
    from povlib.report.model.numbers import shown
    from povlib.runs.facts.houses.code_words import in_words
    from povlib.runs.office.office_place import open_book
    from povlib.vocabulary.help_and_works import works_finished

    place = chosen_place(options)
    by = _day_ahead(options.by) if options.by else None
    with open_book(place, create=False) as book:
        state = ledger.read_state(book)
    if state.progress.empty:
        raise DataError("no weekly record of any works is known", remedy="fill the sheet 工程进度: {command}",
                        command="python3 workbench.py forms")  # fmt: skip
    records = work_records(state.projects, state.project_schedules, state.progress, finished=works_finished())
    speed = building_speed(records)
    found = finishing_days(records, speed)
    speeds = speed_table(records, speed)
    print_table(
        pd.DataFrame(
            {
                text("kind of work"): in_words(speeds["kind"], "housing_kind"),
                text("works begun"): speeds["begun"],
                text("weeks of an ordinary house"): [shown(v, "decimal1") for v in speeds["weeks"]],
                text("weeks, 90 % range"): speeds["weeks_low"].map("{:.1f}–".format)
                + speeds["weeks_high"].map("{:.1f}".format),
            }
        )
    )
    houses = found.houses.sort_values(["expected", "project"])
    print_table(
        pd.DataFrame(
            {
                text("works"): houses["project"],
                text("kind of work"): in_words(houses["kind"], "housing_kind"),
                text("done"): [shown(v, "share") for v in houses["share"]],
                text("day expected"): [_iso(as_yyyymmdd(int(day))) for day in houses["expected"]],
                text("earliest"): [_iso(as_yyyymmdd(int(day))) for day in houses["low"]],
                text("latest"): [_iso(as_yyyymmdd(int(day))) for day in houses["high"]],
            }
        )
    )
    if not len(houses):
        print(text("All works on record are finished."))
        return 0
    print(text("{n} of {all} are finished. All are done by {day} with a chance of nine in ten.", n=found.finished,
               all=found.finished + len(houses), day=_iso(found.last_day(0.9))))  # fmt: skip
    if by is not None:
        print(text("All are done by {day} with a chance of {chance}.", day=_iso(by),
                   chance=_chance(found.chance_all_done(by))))  # fmt: skip
    return 0


def _chance(share: float) -> str:
    """Return a chance in words: what two thousand courses did not show once is rare, not impossible."""
    from povlib.report.model.numbers import shown

    return text("less than one in a hundred") if share < 0.01 else shown(share, "probability")


def _day_ahead(word: str) -> int:
    """Return a day as yyyymmdd; unlike what is recorded it may lie ahead."""
    try:
        return int(date.fromisoformat(word).strftime("%Y%m%d"))
    except ValueError:
        raise DataError("{value} is no day", where="--by", allowed="2016-05-15", value=word) from None


def _iso(day: int) -> str:
    return f"{day // 10000}-{day // 100 % 100:02d}-{day % 100:02d}"


WORDS = (
    Word(
        "progress",
        "how far the works are, how fast this office builds, and when each house will be done",
        progress,
        (argument("--by", "a day: the chance that all works are finished by then", "DAY"),),
        group=HOUSES,
        then="houses months",
    ),
)
