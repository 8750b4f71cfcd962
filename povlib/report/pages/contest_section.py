"""Villages side by side on one result: what luck leaves open, in words that may be read aloud.

A place in an order is only worth saying where another year of the same work would most likely give it again. So each
result has a funnel, the ranks that remain possible, and two short lists: who may be among the best few and among the
last few.

Responsible for words, table and chart. Not responsible for the comparison (`povlib.review.contest`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import pandas as pd

from povlib.report.figures.funnels import village_funnel
from povlib.report.model.numbers import Prose
from povlib.report.model.paper import Block, Column, Note, Paragraph, Section, Subheading, Table
from povlib.words import term, text


class Comparison(Protocol):
    """What is read of a comparison (`povlib.review.contest.VillageContest`)."""

    @property
    def table(self) -> pd.DataFrame:
        """By village: households, observed, expected, rate, low, high, far_low, far_high, rank, first, last."""

    @property
    def best(self) -> tuple[str, ...]:
        """Villages that may be among the best few."""

    @property
    def last(self) -> tuple[str, ...]:
        """Villages that may be among the last few."""

    @property
    def few(self) -> int:
        """How many places count as the best or the last."""

    @property
    def told_apart(self) -> bool:
        """Whether any village is told from any other."""


def contest_sentences(found: Comparison, lang: str | None = None) -> tuple[str, ...]:
    """Return what may be read aloud: who is told from whom, and that the others are not."""
    if not found.told_apart:
        return (
            text(
                "The {n} villages cannot be told apart: with households like theirs, luck alone makes such differences."
                " There is no reason to praise or to blame any of them.",
                lang,
                n=len(found.table),
            ),
        )
    villages = found.table["village"]
    perhaps_best, perhaps_last = villages.isin(found.best), villages.isin(found.last)
    return (
        _first_few(found.few, villages[perhaps_best], villages[~perhaps_best], lang),
        _last_few(found.few, villages[perhaps_last], villages[~perhaps_last], lang),
    )


def _first_few(few: int, perhaps: pd.Series, surely_not: pd.Series, lang: str | None) -> str:
    if surely_not.empty:
        return text("The best {few} cannot be told: each village may be one of them.", lang, few=few)
    if len(surely_not) < len(perhaps):
        names = _listed(surely_not, lang)
        return text("Not among the best {few}: {names}; each of the others may be.", lang, few=few, names=names)
    return text("The best {few} are among: {names}.", lang, few=few, names=_listed(perhaps, lang))


def _last_few(few: int, perhaps: pd.Series, surely_not: pd.Series, lang: str | None) -> str:
    if surely_not.empty:
        return text("The last {few} cannot be told: each village may be one of them.", lang, few=few)
    if len(surely_not) < len(perhaps):
        names = _listed(surely_not, lang)
        return text("Not among the last {few}: {names}; each of the others may be.", lang, few=few, names=names)
    return text("The last {few} are among: {names}.", lang, few=few, names=_listed(perhaps, lang))


def _listed(names: pd.Series, lang: str | None) -> str:
    return text(", ", lang).join(names)


def contest_section(results: Sequence[tuple[str, str, Comparison]], without: Sequence[str], lang: str) -> Section:
    """Return the section on villages side by side.

    Parameters
    ----------
    results : sequence of (key, name, comparison)
        The name in the language of the page.
    without : sequence of str
        Names of results on which nothing can be compared.
    """
    blocks: list[Block] = [
        Paragraph(
            Prose(
                text(
                    "Each village is held to what its own households could expect; the ranks are those that luck "
                    "leaves possible. Only what is said in these sentences may be said of a village.",
                    lang,
                )
            )
        )
    ]
    for key, name, found in results:
        blocks += [Subheading(name), *(Paragraph(Prose(said)) for said in contest_sentences(found, lang))]
        blocks += [village_funnel(found.table, key=f"figure_contest_{key}", title=name, lang=lang)]
        if found.told_apart:  # otherwise a table of ranks would be read as one
            blocks += [_ranks(key, name, found, lang)]
    if without:
        names = text(", ", lang).join(without)
        words = text("Nothing to compare, since too little or everything was reached: {names}.", lang, names=names)
        blocks.append(Note(Prose(words)))
    return Section("contest", text("Villages side by side: who can be told apart", lang), tuple(blocks))


def _ranks(key: str, name: str, found: Comparison, lang: str) -> Table:
    rows = found.table.sort_values(["rank", "village"], ignore_index=True)
    frame = pd.DataFrame(
        {
            "village": rows["village"],
            "households": rows["households"],
            "observed": rows["observed"],
            "expected": rows["expected"],
            "rate": rows["rate"],
            "ranks": [f"{first}–{last}" for first, last in zip(rows["first"], rows["last"], strict=True)],
            "best": _yes(rows["village"], found.best, lang),
            "last": _yes(rows["village"], found.last, lang),
        }
    )
    columns = (
        Column("village", term("village", lang)),
        Column("households", text("households", lang), "count"),
        Column("observed", text("reached", lang), "count"),
        Column("expected", text("to be expected of its households", lang), "decimal1"),
        Column("rate", text("adjusted rate", lang), "share"),
        Column("ranks", text("possible ranks", lang)),
        Column("best", text("perhaps among the best {few}", lang, few=found.few)),
        Column("last", text("perhaps among the last {few}", lang, few=found.few)),
    )
    return Table(f"contest_{key}", name, columns, frame, "village", "review.contest", small=True)


def _yes(villages: pd.Series, some: Sequence[str], lang: str) -> list[str]:
    return [text("yes", lang) if village in some else "" for village in villages]
