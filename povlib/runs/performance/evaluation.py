"""The evaluation of a year: every indicator with its figure, its points where they are entered, and the grade.

Responsible for holding figures against ``performance.yaml``. Not responsible for counting (`.figures`) or for words
(`povlib.report.performance`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from povlib import ledger, params
from povlib.calendar import Month
from povlib.errors import RunError
from povlib.params.procedures.performance import Indicator, Performance, load_performance
from povlib.report.performance.facts import IndicatorRow, PerformanceFacts
from povlib.runs.office.office_place import Place, open_book
from povlib.runs.performance.figures import MEASURES, Counted
from povlib.runs.performance.ledger_rows import year_rows
from povlib.runs.run import Run
from povlib.runs.voice.household_voice import voice_counts
from povlib.words import language

#: thirteen parts of 90 points must not fall below 90 by a bit of the arithmetic, and with it by a grade
_TOTAL_PLACES = 6


@dataclass(frozen=True)
class Evaluated:
    """One indicator with what was counted of it and the points it earns; None: no figure, or no points entered."""

    indicator: Indicator
    counted: Counted
    points: float | None


def evaluate(rules: Performance, counted: dict[str, Counted]) -> tuple[list[Evaluated], float | None, str]:
    """Return every indicator, the total of a hundred and its grade.

    No total and no grade (None and "") while a figure is not recorded or its points are not entered: a total over what
    happens to be known would reward whoever keeps no records.

    Parameters
    ----------
    counted : dict
        Measure -> what was counted of it.
    """
    told = []
    for one in rules.indicators:
        found = counted[one.measure]
        points = one.points_for(found.value) if one.scored and found.value is not None else None
        told.append(Evaluated(one, found, points))
    earned = [one.points for one in told]
    if any(points is None for points in earned):
        return told, None, ""
    total = round(math.fsum(points for points in earned if points is not None), _TOTAL_PLACES)
    return told, total, rules.grade_of(total)


def run_performance(run: Run, lang: str) -> PerformanceFacts:
    """Return the performance in the year of a run's plan, by the rules that the run was made with."""
    place = Place(run.office, run.info.synthetic)
    return performance_facts(place, run.settings.plan_month.year, lang, run.folder / "params")


def performance_facts(
    place: Place, year: int | None = None, lang: str = "", folder: Path | None = None
) -> PerformanceFacts:
    """Return an office's performance in a year, counted from its ledger as of now.

    Parameters
    ----------
    year : int, optional
        Default: that of the newest month of data.
    folder : path, optional
        Parameters to go by; default the office's own.

    Raises
    ------
    RunError
        If the ledger holds no month and no year is named.
    """
    lang = lang or language()
    folder = folder or place.office.params
    rules, procedure = load_performance(folder), params.load_procedure(folder)
    with open_book(place, create=False) as book:
        year = year or _newest_year(book)
        rows = year_rows(book, procedure, year)
        head = str(book.head())
    told, total, grade = evaluate(rules, {name: count(rows) for name, count in MEASURES.items()})
    return PerformanceFacts(
        year=year,
        indicators=tuple(_row(one, lang) for one in told),
        total=total,
        grade=grade,
        bands=tuple((band.grade, float(band.least)) for band in rules.bands),
        counts=voice_counts(rows.words),
        head=head,
    )


def _row(one: Evaluated, lang: str) -> IndicatorRow:
    found = one.counted
    return IndicatorRow(
        key=one.indicator.key,
        group=str(one.indicator.group),
        name=one.indicator.names.show(lang),
        kind=found.kind,
        value=found.value,
        part=found.part,
        whole=found.whole,
        money=found.money,
        full_points=one.indicator.points,
        points=one.points,
        status=str(one.indicator.status),
        rows=found.rows,
        command=found.command,
    )


def _newest_year(book: ledger.Ledger) -> int:
    last = ledger.read_state(book, book.data_head()).last_month
    if last is None:
        raise RunError("the ledger holds no month yet", remedy="python3 workbench.py load")
    return Month.from_ordinal(last.ordinal).year
