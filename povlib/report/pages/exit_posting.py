"""公示: the list that hangs at the notice board before an exit is approved.

Responsible for its words: the head's full name and what the rule asks for (village,
members, route), never a number, telephone, health, cause or chance. Not responsible for opening names
(`povlib.ledger.unmask`, logged) or for who stands on it (`povlib.runs.facts.exit_posting`).

What a posting shows and how long it hangs: the exit steps of 2016, "village posting, at least 7 days".
"""

from __future__ import annotations

import pandas as pd

from povlib.calendar import Month
from povlib.errors import ReportError
from povlib.report.model.numbers import Number, say
from povlib.report.model.paper import Bullets, Column, Paragraph, Report, Section, Table
from povlib.words import text

SHOWN = ("number", "head", "members", "route")


def posting_paper(
    rows: pd.DataFrame, month: Month, office: str, days: int, lang: str, *, synthetic: bool, ledger_head: str
) -> Report:
    """Return the lists, one section a village.

    Parameters
    ----------
    rows : DataFrame
        village, hh, members, route, head (full name), by village: `povlib.runs.facts.exit_posting.posting_rows`.
    days : int
        How long it hangs.

    Raises
    ------
    ReportError
        If a head has no name: a list that nobody can read is not posted.
    """
    nameless = rows.loc[rows["head"].isna(), "hh"]
    if len(nameless):
        raise ReportError("{n} heads have no name in the ledger ({some})", n=len(nameless),
                          some=", ".join(nameless.head(3)))  # fmt: skip
    sections = tuple(
        _village_section(str(village), rows[rows["village"] == village], month, lang, at)
        for at, village in enumerate(rows["village"].unique(), 1)
    )
    return Report(
        title=text("Households proposed for exit: public posting", lang),
        language=lang,
        subtitle=month.label(lang),
        issuer=office,
        sections=(*sections, _objection_section(days, lang)),
        manifest={text("ledger", lang): ledger_head},
        synthetic=synthetic,
    )


def _village_section(village: str, frame: pd.DataFrame, month: Month, lang: str, at: int) -> Section:
    # two heads of one name are told apart by their number on this list, not by the household key
    shown = frame.assign(number=range(1, len(frame) + 1))[list(SHOWN)]
    columns = (
        Column("number", text("No.", lang), "year", width=0.5),
        Column("head", text("head of household", lang)),
        Column("members", text("members", lang), "count"),
        Column("route", text("route", lang), width=2.0),
    )
    count = Number(f"posting.{at}", len(frame), "count", "household", f"marked in {month}, {village}")
    sentence = say("{village}: {n} proposed for exit after the villagers' evaluation.", lang, village=village, n=count)
    table = Table(f"posting_{at}", village, columns, shown, "number", "ledger.marks")
    return Section(f"village_{at}", village, (Paragraph(sentence), table))


def _objection_section(days: int, lang: str) -> Section:
    hangs = Number("posting.days", days, "count", "", "--days")
    lines = (
        say("This list hangs for {days} days: from ________ to ________.", lang, days=hangs),
        say("Whoever disagrees tells the village committee or the township office: ________, tel. ________.", lang),
        say("An objection is written down, answered in writing, and no household exits before.", lang),
    )
    return Section("how", text("How to object", lang), (Bullets(lines),))
