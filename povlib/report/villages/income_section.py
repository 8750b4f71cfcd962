"""Collective income of the villages: how much, from where, and how many are under or over the two marks."""

from __future__ import annotations

from povlib.report.model.numbers import Number, say
from povlib.report.model.paper import Column, Paragraph, Section, Table
from povlib.report.villages.facts import IncomeFacts
from povlib.words import term, text


def income_section(facts: IncomeFacts, lang: str) -> Section:
    """Return what came into the villages' own accounts in a year."""
    sentence = say(
        "Income of a village in twelve months, on average: {mean}. Under {low}: {under}; over {high}: {over}.",
        lang,
        mean=Number("villages.income_mean", facts.mean_fen, "yuan", "yuan", "mean collective income of a village"),
        low=Number("villages.income_low", facts.low_fen, "yuan", "yuan", "lower mark of collective income"),
        under=Number("villages.income_under", facts.under, "count", "village", "villages under the lower mark"),
        high=Number("villages.income_high", facts.high_fen, "yuan", "yuan", "upper mark of collective income"),
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
    return Section(
        "incomes",
        text("Collective income of the villages", lang),
        (
            Paragraph(sentence),
            Table("village_incomes", text("Income by village", lang), by_village, facts.villages, ("village",),
                  "ledger.village_income", small=True),
            Table("income_sources", text("Income by source", lang), by_source, facts.sources, ("source",),
                  "ledger.village_income", small=True),
        ),
    )  # fmt: skip
