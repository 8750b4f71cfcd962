"""The report on funds 资金使用情况: budget, granted, committed, paid and the rate, by fund, measure and village.

Responsible for words and tables. Not responsible for any figure (`povlib.runs.facts.kinds.fund_use`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from povlib.report.meeting.wording import money_in_wan
from povlib.report.model.numbers import Number, Prose, say
from povlib.report.model.paper import Block, Column, Note, Paragraph, Report, Section, Table
from povlib.words import term, text

_LEDGER = "ledger.fund_movements"


@dataclass(frozen=True, eq=False)
class FundUse:
    """Where the money of a year stands.

    Parameters
    ----------
    year : int
    year_share : float
        Part of the year that the record covers, 0-1.
    funds : DataFrame
        name, budget_fen (the fund of the plan; missing: no amount is entered), owed_fen (by law), planned_fen,
        granted_fen, committed_fen (not yet paid), paid_fen, rate (paid of granted, missing where nothing was granted).
    measures, villages : DataFrame
        name, planned_fen (by this plan), committed_fen, paid_fen (in the year, by whichever plan).
    moved : bool
        Whether any money moved in the year.
    """

    year: int
    year_share: float
    funds: pd.DataFrame
    measures: pd.DataFrame
    villages: pd.DataFrame
    moved: bool


def fund_report(facts: FundUse, lang: str, *, synthetic: bool, **head: Any) -> Report:
    """Return the report under the head of a run's papers (issuer, date_line, manifest, draft, lapsed)."""
    notes = [
        say("Budget and plan are those of this run; granted, committed and paid are movements of the ledger.", lang)
    ]
    if synthetic:
        notes.append(say("Every household, name and amount in this paper is made up.", lang))
    return Report(
        title=text("Use of funds, {year}", lang, year=facts.year),
        language=lang,
        subtitle=text("Budget, granted, committed, paid", lang),
        opening=(_in_short(facts, lang),),
        sections=(
            _by_fund(facts, lang),
            _by(facts.measures, "measures", text("By measure", lang), term("measure", lang), lang),
            _by(facts.villages, "villages", text("By village", lang), term("village", lang), lang),
        ),
        notes=tuple(notes),
        synthetic=synthetic,
        **head,
    )


def _in_short(facts: FundUse, lang: str) -> Prose:
    frame = facts.funds
    if not facts.moved:
        none = "No movement of money of {year} is recorded: what was granted, committed and paid is not known."
        return say(none, lang, year=Prose(str(facts.year)))
    granted, paid = int(frame["granted_fen"].sum()), int(frame["paid_fen"].sum())
    rate = Number("funds.rate", paid / granted if granted else None, "share", "", "paid of granted, all funds")
    return say(
        "Granted {granted}, committed and not yet paid {committed}, paid {paid}: {rate} of what was granted is paid, "
        "with {share} of the year over.",
        lang,
        granted=money_in_wan("funds.granted", granted, _LEDGER),
        committed=money_in_wan("funds.committed", int(frame["committed_fen"].sum()), _LEDGER),
        paid=money_in_wan("funds.paid", paid, _LEDGER),
        rate=rate,
        share=Number("funds.year", facts.year_share, "share", "", "months of the year with data"),
    )


def _by_fund(facts: FundUse, lang: str) -> Section:
    columns = (
        Column("name", term("fund", lang), width=1.6),
        Column("budget_fen", text("budget (yuan)", lang), "yuan", total=True),
        Column("owed_fen", text("owed by law (yuan)", lang), "yuan", total=True),
        Column("planned_fen", text("planned (yuan)", lang), "yuan", total=True),
        Column("granted_fen", text("granted (yuan)", lang), "yuan", total=True),
        Column("committed_fen", text("committed (yuan)", lang), "yuan", total=True),
        Column("paid_fen", text("paid (yuan)", lang), "yuan", total=True),
        Column("rate", text("execution rate", lang), "share", width=0.8),
    )
    granted = facts.funds["granted_fen"].sum(skipna=False)
    rate = {} if pd.isna(granted) or not granted else {"rate": float(facts.funds["paid_fen"].sum() / granted)}
    table = Table("fund_use", text("The funds", lang), columns, facts.funds, "name", f"funds.yaml, {_LEDGER}", rate,
                  small=True)  # fmt: skip
    blocks: list[Block] = [table]
    over = facts.funds[(facts.funds["granted_fen"] > facts.funds["budget_fen"]).fillna(False)]
    if len(over):
        blocks.append(Note(say("More was granted than the plan counts on: {names}.", lang,
                               names=text(", ", lang).join(over["name"]))))  # fmt: skip
    if not facts.moved:
        words = text(
            "Record it: python3 workbench.py fund appropriate FUND YEAR YUAN --id NUMBER --officer OFFICER", lang
        )
        blocks.append(Note(Prose(words)))
    return Section("funds", text("By fund", lang), tuple(blocks))


def _by(frame: pd.DataFrame, key: str, heading: str, name: str, lang: str) -> Section:
    columns = (
        Column("name", name, width=2.0),
        Column("planned_fen", text("planned (yuan)", lang), "yuan", total=True),
        Column("committed_fen", text("committed (yuan)", lang), "yuan", total=True),
        Column("paid_fen", text("paid (yuan)", lang), "yuan", total=True),
    )
    table = Table(f"use_{key}", heading, columns, frame, "name", f"plan.payments, {_LEDGER}")
    blocks: tuple[Block, ...] = (table,)
    if key == "measures":
        said = say("Planned is the new money of this plan; committed and paid are of the whole year.", lang)
        blocks = (Paragraph(said), table)
    return Section(key, heading, blocks)
