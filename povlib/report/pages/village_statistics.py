"""Tables for outsiders: counts by village, small cells and their complements suppressed.

Responsible for saying what the tables count and how they were protected. Not responsible for counting or hiding
(`povlib.runs.facts.village_statistics`). Every table counts households; no table
holds income, names, keys or chances.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from povlib.calendar import Month
from povlib.params.tables import table as code_table
from povlib.report.model.numbers import Number, say
from povlib.report.model.paper import Column, Note, Paragraph, Report, Section, Table
from povlib.words import term, text

UNKNOWN = "?"
TOTAL = "__total__"


@dataclass(frozen=True, eq=False)
class StatisticsFacts:
    """What the tables show; filled by `povlib.runs.facts.village_statistics`.

    Parameters
    ----------
    tables : mapping
        Field of the household -> counts by village (rows) and label (columns), with `TOTAL` last in both; hidden
        cells are missing.
    least : int
        Smallest count shown.
    last_month : Month, optional
    ledger_head : str
    synthetic : bool
    """

    tables: Mapping[str, pd.DataFrame]
    least: int
    last_month: Month | None
    ledger_head: str
    synthetic: bool


def statistics_paper(facts: StatisticsFacts, lang: str, *, issuer: str = "") -> Report:
    """Return the tables: households by village and, across, status, cause, grade of the house and kind."""
    sections = tuple(_table_section(by, frame, lang) for by, frame in facts.tables.items())
    at = facts.last_month
    return Report(
        title=text("Registered households: statistics", lang),
        language=lang,
        subtitle=at.label(lang) if at else "",
        issuer=issuer,
        opening=(
            say(
                "Counts from 1 to {high} are not shown, nor are other counts from which they could be worked out.",
                lang,
                high=Number("statistics.least", facts.least - 1, "count", "", "--least"),
            ),
        ),
        sections=sections,
        manifest={text("ledger", lang): facts.ledger_head},
        synthetic=facts.synthetic,
    )


def _table_section(by: str, shown: pd.DataFrame, lang: str) -> Section:
    codes = code_table(by)
    titles = {label: codes.show(label, lang) for label in shown.columns if label not in (UNKNOWN, TOTAL)} | {
        UNKNOWN: text("not known", lang),
        TOTAL: text("Total", lang),
    }
    told = shown.rename_axis("village").reset_index()
    told["village"] = told["village"].replace(TOTAL, text("Total", lang))
    names = {label: f"c{at}" for at, label in enumerate(shown.columns)}
    columns = (
        Column("village", term("village", lang)),
        *(Column(names[label], titles[label], "count") for label in shown.columns),
    )
    missing = int(shown.isna().to_numpy().sum())
    table = Table(by, term(by, lang), columns, told.rename(columns=names), "village", "ledger.households")
    note = Note(
        say("{n} cells are hidden.", lang, n=Number(f"statistics.{by}.hidden", missing, "count", "", "suppression"))
    )
    sentence = say("Households by village and {by}.", lang, by=term(by, lang))
    return Section(by, term(by, lang), (Paragraph(sentence), table, note), wide=len(columns) > 8)
