"""The part of notebook 04 on the second opinion: the projection of "nothing new" beside a general model of incomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from povlib.report.model.numbers import Number, Prose, say
from povlib.report.model.paper import Column, Note, Paragraph, Section, Table
from povlib.words import term, text


@dataclass(frozen=True, eq=False)
class OpinionFacts:
    """What the part says.

    Parameters
    ----------
    villages : DataFrame
        village, households, projected, modelled (fen a head), outside_model, outside_projection, outside_both.
    whole : mapping
        The same of all together.
    """

    villages: pd.DataFrame
    whole: Mapping[str, Any]


def second_opinion_section(facts: OpinionFacts | str, horizon: str, lang: str) -> Section:
    """Return the part; where `facts` is a text, it is the reason why nothing can be compared."""
    heading = text("A second opinion on income with nothing new", lang)
    if isinstance(facts, str):
        return Section("opinion", heading, (Note(Prose(facts)),))

    def count(key: str) -> Number:
        return Number(f"opinion.{key}", int(facts.whole[key]), "count", "household", "panels.income beside exits")

    def money(key: str) -> Number:
        return Number(f"opinion.{key}", int(facts.whole[key]), "yuan", "yuan", "income per head, members as weights")

    sentence = say(
        "For the year that ends with {month}, with nothing new, the projection expects {projected} a head among {n}; a "
        "general model of monthly incomes, which shares nothing with it but the ledger, expects {modelled}. In {first} "
        "the projected income lies outside the model's 80 % range, in {second} the modelled income outside the "
        "projection's, in {both} each outside the other's.",
        lang,
        month=horizon,
        projected=money("projected"),
        modelled=money("modelled"),
        n=count("households"),
        first=count("outside_model"),
        second=count("outside_projection"),
        both=count("outside_both"),
    )
    columns = (
        Column("village", term("village", lang)),
        Column("households", term("households_n", lang, unit=True), "count", total=True),
        Column("projected", text("projected (yuan a head)", lang), "yuan"),
        Column("modelled", text("by the model (yuan a head)", lang), "yuan"),
        Column("outside_model", text("projected outside the model's range", lang), "count", total=True),
        Column("outside_projection", text("modelled outside the projection's", lang), "count", total=True),
        Column("outside_both", text("each outside the other's", lang), "count", total=True),
    )
    table = Table("opinion", heading, columns, facts.villages, "village", "panels.income", small=True)
    note = say(
        "Two methods that agree can both be wrong; where they differ, look at the household first. Only households "
        "whose months of that year are all known so far are compared. The projection knows what the law owes and which "
        "help ends, the model only what it saw.",
        lang,
    )
    return Section("opinion", heading, (Paragraph(sentence), table, Note(note)))
