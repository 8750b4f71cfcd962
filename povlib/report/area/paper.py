"""The paper of an office of many townships 全域方案: what is asked, four numbers, townships side by side, money, proof.

Responsible for words and tables. Not responsible for any figure (`povlib.report.area.facts`). What single households
receive stands in the workbooks of the parts and the annexes of the villages, not in three thousand pages.
"""

from __future__ import annotations

import pandas as pd

from povlib.report.area.facts import AreaFacts
from povlib.report.area.hand_decisions import area_decisions
from povlib.report.area.opening_table import area_openings
from povlib.report.area.plan_head import (
    count_columns,
    draws_told,
    exit_columns,
    four_headlines,
    made_up_note,
    measure_table,
    openings_apart,
    owed_and_not_covered,
    plan_request,
    search_without_plan,
    side_by_side,
)
from povlib.report.area.sampled_record import sampled_record
from povlib.report.figures.ranges import interval_dots
from povlib.report.meeting.wording import money_in_wan
from povlib.report.model.numbers import Number, Prose, say
from povlib.report.model.paper import Block, Bullets, Column, Note, Paragraph, Report, Section, Table
from povlib.words import term, text

#: townships that are printed one by one: two pages of table; of more than these the counties or else the parts are
#: printed, and the list beside the paper has every township
MOST_PRINTED = 60
#: townships drawn with their ranges: as many as can be read on half a page
MOST_DRAWN = 16


def area_paper(facts: AreaFacts, lang: str) -> Report:
    """Return the paper of an office of many townships.

    Parameters
    ----------
    facts : AreaFacts
        Names inside its frames are in `lang` already.
    lang : str
        One of `povlib.words.languages`.
    """
    return Report(
        title=text("Plan for all townships", lang),
        language=lang,
        subtitle=text("Paper for the meeting: {scenario}", lang, scenario=facts.scenario),
        issuer=facts.office,
        date_line=facts.plan_month.label(lang),
        alerts=_shortfall(facts, lang),
        opening=(plan_request(facts, lang),),
        headlines=four_headlines(facts, lang),
        sections=(
            _townships(facts, lang),
            _money(facts, lang),
            *area_openings(facts.openings, lang),
            *area_decisions(facts, lang),
            _proof(facts, lang),
            sampled_record(facts.record, lang),
        ),
        notes=made_up_note(facts, lang),
        manifest=facts.manifest,
        synthetic=facts.synthetic,
        draft=facts.draft,
    )


def area_tables(facts: AreaFacts, lang: str) -> tuple[Table, ...]:
    """Return a further sheet of the workbook: every village."""
    columns = (
        Column("township", text("township", lang), width=1.4),
        Column("name", term("village", lang), width=1.4),
        *count_columns(lang),
        *exit_columns(lang),
    )
    totals = {"additional": facts.additional.value, "expected": facts.expected.value}
    villages = Table("every_village", text("Every village", lang), columns, facts.villages, ("township", "name"),
                     "plan.chosen", totals)  # fmt: skip
    return (villages,)


def township_list(facts: AreaFacts, lang: str) -> Report:
    """Return the townships side by side where they are too many to be printed: the keys are those of the paper."""
    title = text("The townships side by side, ranges in brackets (nine cases of ten)", lang)
    table = _table_of(facts, facts.townships, lang, "townships", title, text("township", lang))
    return Report(
        title=text("Townships side by side", lang),
        language=lang,
        issuer=facts.office,
        date_line=facts.plan_month.label(lang),
        sections=(Section("townships", title, (table,)),),
        manifest=facts.manifest,
        synthetic=facts.synthetic,
        draft=facts.draft,
    )


def _shortfall(facts: AreaFacts, lang: str) -> tuple[Prose, ...]:
    """Say first what the law owes and no fund has money for."""
    return (owed_and_not_covered(facts.short_fen, lang),) if facts.short_fen else ()


def _table_of(facts: AreaFacts, rows: pd.DataFrame, lang: str, key: str, title: str, place: str) -> Table:
    return side_by_side(facts, rows, lang, key=key, title=title, place=place, definition="plan.chosen by township")


def _townships(facts: AreaFacts, lang: str) -> Section:
    many = len(facts.townships) > MOST_PRINTED
    blocks: list[Block] = []
    if len(facts.counties):
        title = text("The counties side by side, ranges in brackets (nine cases of ten)", lang)
        blocks.append(_table_of(facts, facts.counties, lang, "counties", title, term("county", lang)))
    elif many:
        title = text("The parts side by side, ranges in brackets (nine cases of ten)", lang)
        blocks.append(_table_of(facts, facts.part_rows, lang, "parts", title, text("part (townships)", lang)))
    if not many:
        title = text("The townships side by side, ranges in brackets (nine cases of ten)", lang)
        blocks.append(_table_of(facts, facts.townships, lang, "townships", title, text("township", lang)))
    if 1 < len(facts.townships) <= MOST_DRAWN:
        drawn = facts.townships.rename(
            columns={"additional": "value", "additional_low": "low", "additional_high": "high"}
        )
        title = text("More persons out of poverty than without the plan, by township", lang)
        blocks.append(interval_dots(drawn, key="figure_townships", title=title, lang=lang))
    blocks.append(
        Note(
            say("A good or a bad year is one for all townships: their ranges do not add up to that of the whole.", lang)
        )
    )
    blocks += [Note(said) for said in openings_apart(facts, lang)]
    return Section("townships", text("Townships side by side", lang), tuple(blocks))


def _money(facts: AreaFacts, lang: str) -> Section:
    funds = Table(
        "area_funds",
        text("The funds", lang),
        (
            Column("name", term("fund", lang), width=2.0),
            Column("amount_fen", text("budget, in yuan", lang), "wan_alone", total=True),
            Column("owed_fen", text("owed by law, in yuan", lang), "wan_alone", total=True),
            Column("planned_fen", text("planned, in yuan", lang), "wan_alone", total=True),
            Column("left_fen", text("left, in yuan", lang), "wan_alone", total=True),
        ),
        facts.funds,
        "name",
        "funds.yaml, offer.entitlements, plan",
        small=True,
    )
    return Section("money", text("Where the money goes", lang), (funds, measure_table(facts, lang, "area_measures")))


def _proof(facts: AreaFacts, lang: str) -> Section:
    gap = Number("proof.gap", facts.gap_persons, "decimal3", "person", "price_bound - value")
    parts = Number("proof.parts", facts.parts, "count", "", "parts of whole townships")
    lines = (
        say(
            "No fund, post or ceiling is exceeded; the arithmetic was checked a second time, without the program that "
            "found the plan.",
            lang,
        ),
        *search_without_plan(facts, lang),
        say("If the estimates are right, no other use of this money brings over {gap} more.", lang, gap=gap),
        *draws_told(facts, lang),
        say(
            "Help is chosen for all townships at once, under all rules together; what helps whom was projected in "
            "{parts} parts of whole townships, each with its own record of incomes, and what help changes was learnt "
            "from all of them.",
            lang,
            parts=parts,
        ),
        say(
            "What the law owes is set aside first, {total}.",
            lang,
            total=money_in_wan("entitlements.total", facts.entitlement_fen, "offer.entitlements"),
        ),
    )
    more = say(
        "What each village receives stands in the workbook of this paper; a paper for each township, an annex of every "
        "household for each village and the cards of the households are written when asked for. Nothing is "
        "closed in a plan by parts, and of plans as good as each other the first found is taken.",
        lang,
    )
    return Section("proof", text("What is proved", lang), (Bullets(lines), Paragraph(more)))
