"""What the houses cost: estimate, variations and final account, what the plan pays, what is out of line."""

from __future__ import annotations

from povlib.report.houses.facts import BillFacts
from povlib.report.model.numbers import Number, Prose, say
from povlib.report.model.paper import Block, Column, Note, Paragraph, Section, Table
from povlib.words import term, text


def money_section(facts: BillFacts, lang: str) -> Section:
    """Return the bills by kind of work, the money of the plan by fund, and the rows for the auditor."""
    kinds = facts.kinds
    sentence = say(
        "The bills of {works} works were estimated at {estimate}; variations came to {variation}. The {final} works "
        "with a final account cost {cost}, {over} against estimate and variations.",
        lang,
        works=Number("houses.bills", int(kinds["works"].sum()), "count", "", "works with a bill"),
        estimate=Number("houses.estimate", int(kinds["estimate_fen"].sum()), "wan", "", "bill_items, estimate"),
        variation=Number("houses.variation", int(kinds["variation_fen"].sum()), "wan", "", "bill_items"),
        final=Number("houses.final_works", int(kinds["final_works"].sum()), "count", "", "works with a final account"),
        cost=Number("houses.final", int(kinds["final_fen"].sum()), "wan", "", "bill_items, final"),
        over=Number("houses.over", int(kinds["over_fen"].sum()), "wan", "", "final less expected", signed=True),
    )
    columns = (
        Column("kind", text("kind of work", lang)),
        Column("works", text("works", lang), "count", total=True),
        Column("estimate_fen", text("estimate (yuan)", lang), "yuan", total=True, width=1.3),
        Column("variation_fen", text("variations (yuan)", lang), "yuan", total=True, width=1.3),
        Column("final_works", text("with final account", lang), "count", total=True),
        Column("expected_fen", text("of these expected (yuan)", lang), "yuan", total=True, width=1.3),
        Column("final_fen", text("final account (yuan)", lang), "yuan", total=True, width=1.3),
        Column("over_fen", text("more or less (yuan)", lang), "yuan", total=True, width=1.3, signed=True),
    )
    funds = (
        Column("fund", term("fund", lang), width=2.0),
        Column("houses", text("houses helped", lang), "count"),
        Column("fen", text("yuan", lang), "yuan", total=True),
    )
    empty = text("none", lang)
    blocks: list[Block] = [
        Paragraph(sentence),
        Table("bills", text("Bills by kind of work", lang), columns, kinds, "kind", "ledger.bill_items", empty=empty,
              small=True),
        Table("house_funds", text("Money for houses in the plan, by fund", lang), funds, facts.funds, "fund",
              "plan.payments", empty=empty),
    ]  # fmt: skip
    if not facts.programmes.empty:
        programmes = (
            Column("programme", text("programme", lang), width=1.6),
            Column("fund", term("fund", lang), width=1.4),
            Column("ceiling_fen", text("at most a household (yuan)", lang), "yuan", width=1.2),
            Column("houses", text("houses helped", lang), "count"),
            Column("fen", text("yuan", lang), "yuan", total=True, width=1.2),
            Column("citation", text("rule", lang), width=2.6, listed=True),
        )
        blocks.append(
            Table("house_programmes", text("Money for houses in the plan, by programme", lang), programmes,
                  facts.programmes, ("programme", "fund"), "plan.payments", small=True)
        )  # fmt: skip
    outliers = (
        Column("hh", term("hh", lang)),
        Column("item", text("item", lang), width=1.4),
        Column("stage", text("stage of the bill", lang)),
        Column("said", text("what is out of line", lang), width=3.0, listed=True),
    )
    blocks.append(
        Table("outliers", text("For the auditor: out of line with like houses", lang), outliers, facts.outliers,
              ("hh", "item", "stage"), "ledger.bill_items", empty=empty, small=True)
    )  # fmt: skip
    if facts.rule:
        blocks.append(Note(Prose(facts.rule)))
    return Section("money", text("What the houses cost", lang), tuple(blocks))
