"""Who is entitled to a safe house and has none yet: what the office owes comes first."""

from __future__ import annotations

from povlib.report.houses.facts import EntitlementFacts, WayFacts
from povlib.report.houses.works_section import house_number
from povlib.report.model.numbers import Number, say
from povlib.report.model.paper import Block, Column, Note, Paragraph, Section, Table
from povlib.words import term, text


def entitlement_section(facts: EntitlementFacts, lang: str) -> Section:
    """Return the unmet entitlement by household, what must be asked, and why others are not entitled."""
    sentence = say(
        "{entitled} are entitled to help with their house: grade C or D or no house, no other dwelling, no housing "
        "benefit before. {done} of them have it, {under_way} are being built; {waiting} are listed and not begun, and "
        "{not_listed} have no works. Of {unknown} it is not known, because something is not recorded.",
        lang,
        entitled=Number("houses.entitled", facts.entitled, "count", "household", "entitled households on the register"),
        done=house_number("houses.entitled_done", facts.done, "entitled, works finished"),
        under_way=house_number("houses.entitled_under_way", facts.under_way, "entitled, works begun"),
        waiting=house_number("houses.entitled_waiting", facts.waiting, "entitled, works listed and not begun"),
        not_listed=house_number("houses.entitled_not_listed", facts.not_listed, "entitled, no works"),
        unknown=Number("houses.unknown", len(facts.unknown), "count", "household", "entitlement not known"),
    )
    columns: tuple[Column, ...] = (
        Column("hh", term("hh", lang)),
        Column("village", term("village", lang)),
        Column("grade", text("grade of the house", lang)),
        Column("cause", text("why it has not begun", lang), width=1.6),
        Column("measure", text("in the plan", lang), width=2.0),
    )
    blocks: list[Block] = [
        Paragraph(sentence),
        Table("unmet", text("Entitled and not begun", lang), columns, facts.unmet, "hh", "housing.entitlement",
              empty=text("none", lang), small=True),
    ]  # fmt: skip
    if len(facts.unknown):
        columns = (
            Column("hh", term("hh", lang)),
            Column("village", term("village", lang)),
            Column("missing", text("what must be asked", lang), width=3.0),
        )
        blocks.append(
            Table("unknown", text("Not known: ask and record", lang), columns, facts.unknown, "hh",
                  "housing.entitlement", small=True)
        )  # fmt: skip
    if len(facts.refused):
        columns = (
            Column("reason", text("reason", lang), width=3.0),
            Column("households", term("households_n", lang, unit=True), "count", total=True),
        )
        blocks.append(
            Table("refused", text("Unsafe and not entitled, by reason", lang), columns, facts.refused, "reason",
                  "housing.entitlement")
        )  # fmt: skip
    blocks.append(
        Note(
            say(
                "An entitlement is a right: no plan and no budget decides it. Whoever this year's money does not reach "
                "stays on this list.",
                lang,
            )
        )
    )
    return Section("entitled", text("Who is owed a safe house", lang), tuple(blocks))


def ways_section(facts: WayFacts, lang: str) -> Section:
    """Return why houses wait, which ways were taken, and what is owed for materials on credit."""
    open_fen, overdue = int(facts.credits["open_fen"].sum()), int(facts.credits["overdue"].sum())
    sentence = say(
        "Why a house has not begun decides which way is offered: rent, buy, materials on credit on a cadre's word, or "
        "help with land. For materials {open} are still owed; {overdue} credits are past their month.",
        lang,
        open=Number("houses.credit_open", open_fen, "yuan", "yuan", "material credits less repaid"),
        overdue=Number("houses.credit_overdue", overdue, "count", "", "credits past their month and not repaid"),
    )
    causes = (
        Column("cause", text("why it has not begun", lang), width=1.6),
        Column("waiting", text("works not begun", lang), "count", total=True),
        Column("none", text("unsafe, no work", lang), "count", total=True),
        Column("begun", text("begun all the same", lang), "count", total=True),
        Column("ways", text("ways offered for it", lang), width=1.6),
    )
    ways = (
        Column("way", text("way taken", lang), width=1.6),
        Column("houses", term("households_n", lang, unit=True), "count", total=True),
        Column("done", text("finished", lang), "count", total=True),
        Column("begun", text("being built", lang), "count", total=True),
        Column("waiting", text("not begun", lang), "count", total=True),
    )
    credits = (
        Column("guarantor", text("guarantor", lang), width=1.4),
        Column("village", term("village", lang)),
        Column("credits", text("credits", lang), "count", total=True),
        Column("fen", text("bought (yuan)", lang), "yuan", total=True),
        Column("repaid_fen", text("repaid (yuan)", lang), "yuan", total=True),
        Column("open_fen", text("still owed (yuan)", lang), "yuan", total=True),
        Column("overdue", text("overdue", lang), "count", total=True),
    )
    empty = text("none", lang)
    return Section(
        "ways",
        text("Why houses wait, and the four ways", lang),
        (
            Paragraph(sentence),
            Table("causes", text("Causes of delay", lang), causes, facts.causes, "cause", "ledger.dwellings",
                  empty=empty),
            Table("ways", text("Ways taken", lang), ways, facts.ways, "way", "ledger.dwellings", empty=empty),
            Table("credits", text("Materials on credit, by guarantor", lang), credits, facts.credits, "guarantor",
                  "ledger.material_credits", empty=empty, small=True),
        ),
    )  # fmt: skip
