"""Every figure of the next bulletin: its name, unit, and where it comes from, so that each can be looked up and redone.

Responsible for `SOURCES` and for the annex that lists them. Not responsible for any value
(`povlib.runs.facts.kinds.bulletin_figures`) or for sentences (`povlib.report.kinds.next_bulletin`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from povlib.report.model.numbers import NONE, Number, Prose, Range, missing, say
from povlib.report.model.paper import Column, Section, Table
from povlib.words import text

DONE, PROJECTED = "done", "projection"
ANNEX = "source"


@dataclass(frozen=True)
class Source:
    """One figure: message ids of its name, of the sheet that holds it and of how it is counted.

    Parameters
    ----------
    state : {"done", "projection"}
        Taken from the record, or from the plan's own reckoning: the two never stand in one sentence.
    """

    key: str
    name: str
    sheet: str
    query: str
    unit: str = "household"
    kind: str = "count"
    state: str = DONE


_PLAN = "the plan of this run"
SOURCES: dict[str, Source] = {
    source.key: source
    for source in (
        Source("standing.households", "registered households", "household sheet", "status not exited"),
        Source("standing.persons", "registered persons", "family members", "members of these households", "person"),
        Source("bulletin.villages", "villages with registered households", "household sheet",
               "villages of these households, each once", "village"),
        Source("bulletin.helped", "registered households with a named helper", "household sheet", "helper named"),
        Source("bulletin.months", "household-months entered this year", "monthly records",
               "rows of the months of this year", ""),
        Source("bulletin.weekly", "house works written about week by week", "progress of works",
               "works with at least one week", "house"),
        Source("bulletin.practices", "practices passed on this month", "village practices",
               "rows of the last month", ""),
        Source("bulletin.practice_villages", "villages that passed on a practice", "village practices",
               "villages of these rows, each once", "village"),
        Source("bulletin.targets", "households with house works", "house works", "all works, each household once"),
        Source("bulletin.done", "of these finished", "house works", "works that are finished"),
        Source("bulletin.done_share", "share finished", "house works", "finished households of all with works", "",
               "share"),
        Source("bulletin.under_way", "of these under way", "house works", "works under way"),
        Source("bulletin.waiting", "of these not begun", "house works", "works that have not begun"),
        Source("bulletin.inspected", "houses inspected on the spot", "cross-village inspection",
               "findings of the last round, each household once"),
        Source("bulletin.struck", "of these found not eligible", "cross-village inspection",
               "findings of the last round that say so"),
        Source("bulletin.billed", "houses billed item by item", "bills of quantities",
               "works with a bill, each household once"),
        Source("bulletin.rent", "houses rented", "dwellings", "way: rent"),
        Source("bulletin.buy", "houses bought", "dwellings", "way: buy"),
        Source("bulletin.credit", "material bought on credit", "dwellings", "way: credit"),
        Source("bulletin.land", "land arranged", "dwellings", "way: land"),
        Source("bulletin.sites", "building sites open", "building sites", "sites that are open or full", ""),
        Source("bulletin.site_houses", "households that build on a site", "dwellings", "site named"),
        Source("bulletin.coops", "co-operatives founded this year", "co-operative sheet",
               "founded in the year of the last month", ""),
        Source("bulletin.bases", "bases in use", "base sheet", "bases that are operating", ""),
        Source("bulletin.product_villages", "villages with a product on record", "village products",
               "villages of its rows, each once", "village"),
        Source("bulletin.industry_households", "households with industry support", "help sheet",
               "measures of industry, each household once"),
        Source("bulletin.industry_persons", "persons of these households", "family members",
               "members of these households", "person"),
        Source("bulletin.posts", "posts filled", "family members", "persons in posts in the last month, each once", ""),
        Source("bulletin.posts_local", "of these near home", "family members", "by the local route", "person"),
        Source("bulletin.posts_firm", "of these with the helper enterprise", "family members",
               "by the enterprise route", "person"),
        Source("bulletin.post_households", "households with a filled post", "family members",
               "households of these persons, each once"),
        Source("bulletin.post_persons", "persons of households with a filled post", "family members",
               "members of these households", "person"),
        Source("bulletin.taken", "persons taken on at job fairs", "job fairs", "taken on, this year", "person"),
        Source("bulletin.contracts", "contracts of sale in force", "contracts of sale", "running in the last month",
               ""),
        Source("bulletin.sellers", "households with a share in a contract", "shares in contracts",
               "households, each once"),
        Source("bulletin.delivering", "households that delivered", "deliveries",
               "deliveries of the last twelve months, each household once"),
        Source("bulletin.income_villages", "villages with contracts of income", "contracts of income",
               "running in the last month, each village once", "village"),
        Source("bulletin.income_mean", "mean village income", "village income",
               "mean over all villages, last twelve months", "", "wan"),
        Source("bulletin.income_over", "villages above 100,000 yuan", "village income",
               "villages whose sum of the last twelve months is more", "village"),
        Source("bulletin.relief_households", "households paid relief this year", "relief payments",
               "payments of this year, each household once"),
        Source("bulletin.relief_fen", "relief paid this year", "relief payments", "sum of these payments", "", "wan"),
        Source("bulletin.marked_households", "households listed for exit", "household sheet",
               "marked for exit, each once"),
        Source("bulletin.marked_persons", "persons of households listed for exit", "family members",
               "members of these households", "person"),
        Source("bulletin.exited_households", "households that exited this year", "household sheet",
               "exited, exit year of the last month"),
        Source("bulletin.exited_persons", "persons who exited this year", "family members",
               "members of these households", "person"),
        Source("bulletin.sure_day", "day by which all works are finished, nine chances in ten", "progress of works",
               "forecast from the office's own speed", "", "text", PROJECTED),
        Source("headline.expected", "persons expected to leave poverty", _PLAN,
               "sum over households of size times chance of exit", "person", "whole_persons", PROJECTED),
        Source("headline.additional", "of these by what the plan adds", _PLAN,
               "the same less what is expected without new help", "person", "whole_persons", PROJECTED),
        Source("headline.money", "new money planned", _PLAN, "sum of new money of all packages", "", "wan", PROJECTED),
        Source("plan.posts", "posts the plan fills", _PLAN, "posts of all packages", "", "count", PROJECTED),
        Source("plan.served", "households that get something new", _PLAN, "households whose package is not empty",
               "household", "count", PROJECTED),
    )
}  # fmt: skip
"""In the order in which the bulletin tells them."""


@dataclass(frozen=True, eq=False)
class BulletinFigures:
    """The figures, counted.

    Attributes
    ----------
    counted : mapping
        Key of `SOURCES` -> value; None where no sheet of the ledger holds it. Money in fen, shares 0-1.
    ranges : mapping
        Key of a projection -> (low, high); missing: it has none.
    high_villages : tuple of str
        Villages behind ``bulletin.income_over``.
    """

    counted: Mapping[str, Any]
    ranges: Mapping[str, tuple[float, float]]
    high_villages: tuple[str, ...] = ()

    def known(self, key: str) -> bool:
        """Return whether there is a value."""
        return not missing(self.counted.get(key))


def blank(source: Source, lang: str) -> Prose:
    """Return what stands where a number is not known: a blank with what to record."""
    return say("____ [to be recorded: {sheet}]", lang, sheet=text(source.sheet, lang))


def figure_or_blank(figures: BulletinFigures, key: str, lang: str) -> Number | Prose:
    """Return a figure with its unit, or the blank to fill in."""
    source = SOURCES[key]
    if not figures.known(key):
        return blank(source, lang)
    return Number(key, figures.counted[key], source.kind, source.unit, f"{source.sheet}: {source.query}")


def range_or_blank(figures: BulletinFigures, key: str, lang: str) -> Range | Prose:
    """Return the range of a projection, or a blank."""
    source, ends = SOURCES[key], figures.ranges.get(key)
    if ends is None:
        return say("range not reckoned", lang)
    low, high = (
        Number(f"{key}.{name}", end, source.kind, source.unit, f"{source.query}, 5 % and 95 % of the draws")
        for name, end in zip(("low", "high"), ends, strict=True)
    )
    return Range(low, high)


def sources_annex(figures: BulletinFigures, lang: str) -> Section:
    """Return the table that says of every figure whether it is done or expected, and which rows it is counted from."""
    rows = [
        (
            source.key,
            text(source.name, lang),
            _value_in_words(figures, source.key, lang),
            text(source.state, lang),
            text(source.sheet, lang),
            text(source.query, lang),
        )
        for source in SOURCES.values()
    ]
    frame = pd.DataFrame(rows, columns=["key", "name", "value", "state", "sheet", "query"])
    columns = (
        Column("name", text("figure", lang), width=2.4),
        Column("value", text("number counted", lang), width=1.3),
        Column("state", text("done or expected", lang), width=1.2),
        Column("sheet", text("sheet of the ledger", lang), width=1.4),
        Column("query", text("how it is counted", lang), width=2.6),
    )
    heading = text("Where each number comes from", lang)
    apart = say("What is done stands in the ledger; what is expected is reckoned from this plan, and its range is in "
                "brackets. The two are told apart all through.", lang)  # fmt: skip
    table = Table(ANNEX, heading, columns, frame, "key", notes=(apart,), small=True)
    return Section("sources", heading, (table,), annex=True)


def _value_in_words(figures: BulletinFigures, key: str, lang: str) -> str:
    value = figure_or_blank(figures, key, lang)
    if isinstance(value, Prose):
        return NONE
    ends = range_or_blank(figures, key, lang) if key in figures.ranges else None
    return f"{value.show(lang)} ({ends.show(lang)})" if isinstance(ends, Range) else value.show(lang)
