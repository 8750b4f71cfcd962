"""Collective income of the villages: how much, from where, and how many are under or over the two marks."""

from __future__ import annotations

from povlib.report.model.numbers import Number, say
from povlib.report.model.paper import Block, Column, Paragraph, Section, Subheading, Table
from povlib.report.villages.contract_income import account_blocks, due_blocks, forecast_blocks, partner_blocks
from povlib.report.villages.facts import IncomeFacts
from povlib.words import term, text


def income_section(facts: IncomeFacts, lang: str) -> Section:
    """Return what came into the villages' own accounts in a year, and what stands behind it."""
    blocks = totals_blocks(facts, lang)
    if (behind := facts.contracts) is not None:
        parts = (
            ("Due, received, overdue", due_blocks(behind, lang)),
            ("Accounts and sharing out", account_blocks(behind, lang)),
            ("On whom the income hangs", partner_blocks(behind, lang)),
            ("The year ahead", forecast_blocks(behind, lang)),
        )
        for heading, part in parts:
            blocks = (*blocks, Subheading(text(heading, lang)), *part)
    return Section("incomes", text("Collective income of the villages", lang), blocks)


def totals_blocks(facts: IncomeFacts, lang: str) -> tuple[Block, ...]:
    """Return the mean, the villages under and over the marks, the income by village and by source."""
    sentence = say(
        "Income of a village in twelve months, on average: {mean}. Under {low}: {under}; over {high}: {over}.",
        lang,
        mean=Number("villages.income_mean", facts.mean_fen, "wan", "", "mean collective income of a village"),
        low=Number("villages.income_low", facts.low_fen, "wan", "", "lower mark of collective income"),
        under=Number("villages.income_under", facts.under, "count", "village", "villages under the lower mark"),
        high=Number("villages.income_high", facts.high_fen, "wan", "", "upper mark of collective income"),
        over=Number("villages.income_over", facts.over, "count", "village", "villages over the upper mark"),
    )
    by_village = (
        Column("village", term("village", lang)),
        Column("fen", text("yuan in twelve months", lang), "yuan", total=True),
        Column("sources", text("sources", lang), "count"),
        Column("largest", text("largest source", lang), width=2.0),
        Column("largest_share", text("its share of the income", lang), "share"),
    )
    by_source = (
        Column("source", text("source", lang), width=2.0),
        Column("villages", text("villages", lang), "count"),
        Column("fen", text("yuan in twelve months", lang), "yuan", total=True),
    )
    return (
        Paragraph(sentence),
        Table("village_incomes", text("Income by village", lang), by_village, facts.villages, ("village",),
              "ledger.village_income", small=True),
        Table("income_sources", text("Income by source", lang), by_source, facts.sources, ("source",),
              "ledger.village_income", small=True),
    )  # fmt: skip
