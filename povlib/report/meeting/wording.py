"""Small pieces that every section of the meeting paper is put together from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from povlib.calendar import Month
from povlib.report.meeting.facts import MeetingFacts
from povlib.report.meeting.totals import Total
from povlib.report.model.numbers import Number, Range
from povlib.report.model.paper import Block, Column, FigureBlock
from povlib.words import term, text


class PaperWords:
    """The facts with the language they are put into words in."""

    def __init__(self, facts: MeetingFacts, lang: str, *, with_annex: bool = True) -> None:
        self.facts = facts
        self.lang = lang
        self.with_annex = with_annex

    def column(self, key: str, name: str, kind: str = "text", **more: Any) -> Column:
        """Return a column titled by the glossary, with its unit."""
        title = term(name, self.lang, unit=True)
        return Column(key, title[:1].upper() + title[1:], kind, **more)

    def figures(self, section: str) -> Iterable[Block]:
        """Return the charts of a section."""
        found: tuple[FigureBlock, ...] = tuple(self.facts.figures.get(section, ()))
        return found


def expected_persons(key: str, value: float | None, definition: str = "", *, signed: bool = False) -> Number:
    """Return a number of persons, to one decimal: it is an expectation."""
    return Number(key, value, "persons", "person", definition, signed)


def whole_persons(key: str, value: float | None, definition: str = "") -> Number:
    """Return an expected number of persons as the page that decides says it: whole, the tenths stand behind it."""
    return Number(key, value, "whole_persons", "person", definition)


def person_count(key: str, value: int, definition: str = "") -> Number:
    """Return a count of persons."""
    return Number(key, value, "count", "person", definition)


def household_count(key: str, value: int, definition: str = "") -> Number:
    """Return a count of households."""
    return Number(key, value, "count", "household", definition)


def money_in_wan(key: str, fen: int, definition: str = "", *, signed: bool = False) -> Number:
    """Return money as it is said in a meeting: in 10,000 yuan in Chinese."""
    return Number(key, int(fen), "wan", "", definition, signed)


def money_in_yuan(key: str, fen: int, definition: str = "") -> Number:
    """Return money to the yuan."""
    return Number(key, int(fen), "yuan", "yuan", definition)


def range_of_total(key: str, total: Total, definition: str = "", *, whole: bool = False) -> Range | None:
    """Return the range of a total, in whole persons where asked; None where it has none."""
    if total.low is None or total.high is None:
        return None
    low, high = f"{key}.low", f"{key}.high"
    written = whole_persons if whole else expected_persons
    return Range(written(low, total.low, definition), written(high, total.high, definition))


def dated(day: str, lang: str) -> str:
    """Return a day as official papers write it.

    Examples
    --------
    >>> dated("2016-06-01", "zh"), dated("2016-06-01", "en")
    ('2016年6月1日', '2016-06-01')
    """
    year, month, number = (int(part) for part in day[:10].split("-"))
    return text("{month}-{day:02d}", lang, month=Month(year, month).label(lang), day=number)
