"""The paper of an office of many townships 全域方案: what is asked, four numbers, townships side by side, money, proof.

Responsible for words and tables. Not responsible for any figure (`povlib.report.area.facts`). What single households
receive stands in the workbooks of the parts, not in three thousand pages.
"""

from __future__ import annotations

import pandas as pd

from povlib.money import round_fen
from povlib.report.area.facts import AreaFacts
from povlib.report.figures.ranges import interval_dots
from povlib.report.meeting.wording import (
    household_count,
    money_in_wan,
    money_in_yuan,
    person_count,
    range_of_total,
    whole_persons,
)
from povlib.report.model.numbers import NONE, Number, Prose, say
from povlib.report.model.paper import Block, Bullets, Column, Headline, Note, Paragraph, Report, Section, Table
from povlib.words import term, text

#: townships that are printed one by one: two pages of table; of more than these the parts are printed, and the
#: workbook has every township
MOST_PRINTED = 60
#: townships drawn with their ranges: as many as can be read on half a page
MOST_DRAWN = 16
_DRAWS = "5 % and 95 % of the draws of the difference to package 0"


def area_paper(facts: AreaFacts, lang: str) -> Report:
    """Return the paper of an office of many townships.

    Parameters
    ----------
    facts : AreaFacts
        Names inside its frames are in `lang` already.
    lang : str
        One of `povlib.words.languages`.
    """
    notes = []
    if facts.synthetic:
        notes.append(say("Every household, name and amount in this paper is made up.", lang))
    return Report(
        title=text("Plan for all townships", lang),
        language=lang,
        subtitle=text("Paper for the meeting: {scenario}", lang, scenario=facts.scenario),
        issuer=facts.office,
        date_line=facts.plan_month.label(lang),
        alerts=_shortfall(facts, lang),
        opening=(_request(facts, lang),),
        headlines=_four_headlines(facts, lang),
        sections=(_townships(facts, lang), _money(facts, lang), _proof(facts, lang)),
        notes=tuple(notes),
        manifest=facts.manifest,
        synthetic=facts.synthetic,
        draft=facts.draft,
    )


def area_tables(facts: AreaFacts, lang: str) -> tuple[Table, ...]:
    """Return further sheets of the workbook: every township where the paper shows parts, and every village."""
    title = text("The townships side by side, ranges in brackets (nine cases of ten)", lang)
    each = _side_by_side(facts, facts.townships, lang, "every_township", title)
    every = (each,) if len(facts.townships) > MOST_PRINTED else ()
    columns = (
        Column("township", text("township", lang), width=1.4),
        Column("name", term("village", lang), width=1.4),
        *_count_columns(lang),
        Column("additional", text("more persons", lang), "whole_persons", total=True),
        Column("expected", text("persons in all", lang), "whole_persons", total=True),
    )
    title = text("Every village", lang)
    return (*every, Table("every_village", title, columns, facts.villages, ("township", "name"), "plan.chosen"))


def _shortfall(facts: AreaFacts, lang: str) -> tuple[Prose, ...]:
    """Say first what the law owes and no fund has money for."""
    if not facts.short_fen:
        return ()
    short = money_in_yuan("shortfall.total", facts.short_fen, "offer.shortfall")
    return (say("Owed by law and not covered in all townships together: {short}.", lang, short=short),)


def _request(facts: AreaFacts, lang: str) -> Prose:
    if not facts.served:
        return say("The meeting is asked to note that no household receives new help under this plan.", lang)
    asked = (
        "The meeting is asked to approve {money} of new money and {posts} for {served}, in steps from {start} to {end}."
    )
    return say(
        asked,
        lang,
        money=money_in_wan("headline.money", facts.money_fen, "sum of new money"),
        posts=Number("plan.posts", facts.posts, "count", "post", "posts the plan fills"),
        served=household_count("plan.served", facts.served, "households whose package is not package 0"),
        start=facts.help_from,
        end=facts.help_to,
    )


def _four_headlines(facts: AreaFacts, lang: str) -> tuple[Headline, ...]:
    """Return the four big numbers, as the paper of a single township has them."""
    month = facts.horizon.label(lang)
    additional = Headline(
        text("More persons out of poverty by {month} than without the plan", lang, month=month),
        whole_persons("headline.additional", facts.additional.value, "sum of size x (p - p0) over the plan"),
        range_of_total("headline.additional", facts.additional, _DRAWS, whole=True),
    )
    said = say(
        "Of {persons} on the register; without the plan {without}.",
        lang,
        persons=person_count("standing.persons", facts.persons, "members of these households"),
        without=whole_persons("plan.without", facts.without.value, "sum of size x p0: no new help"),
    )
    expected = Headline(
        text("Out of poverty by {month} in all", lang, month=month),
        whole_persons("headline.expected", facts.expected.value, "sum of size x p over the plan"),
        range_of_total("headline.expected", facts.expected, "5 % and 95 % of the draws of the total", whole=True),
        note=said,
    )
    return additional, expected, _money_headline(facts, lang), _poorest_headline(facts, lang)


def _money_headline(facts: AreaFacts, lang: str) -> Headline:
    if facts.additional.value > 0 and facts.money_fen:
        each = int(round_fen(facts.money_fen / facts.additional.value))
        cost = money_in_yuan("headline.cost_per_exit", each, "new money / additional exits")
        note = say("{cost} for each person more out of poverty.", lang, cost=cost)
    else:
        note = say("Nobody more is expected to leave poverty, so there is no cost for each.", lang)
    value = money_in_wan("headline.money", facts.money_fen, "sum of new money")
    return Headline(text("New money", lang), value, note=note)


def _poorest_headline(facts: AreaFacts, lang: str) -> Headline:
    posts = Number("headline.poorest.posts", facts.poorest_post_share, "share", "", "new posts to the poorest fifth")
    note = say(
        "The poorest {n}: {posts} of the new posts, {more} more of them out of poverty.",
        lang,
        posts=posts if posts.known else NONE,
        more=whole_persons("headline.poorest.additional", facts.poorest_additional, "size x (p - p0), poorest fifth"),
        n=person_count("headline.poorest.persons", facts.poorest_persons, "poorest fifth of registered persons"),
    )
    share = Number("headline.poorest.money", facts.poorest_money_share, "share", "", "new money to the poorest fifth")
    return Headline(text("New money to the poorest fifth", lang), share, note=note)


def _count_columns(lang: str) -> tuple[Column, ...]:
    return (
        Column("persons", text("persons", lang), "count", total=True, width=0.8),
        Column("served", text("households helped", lang), "count", total=True, width=0.8),
        Column("money_fen", text("new money (10,000 yuan)", lang), "wan_alone", total=True),
        Column("posts", text("posts", lang), "count", total=True, width=0.6),
    )


def _side_by_side(facts: AreaFacts, rows: pd.DataFrame, lang: str, key: str, title: str) -> Table:
    columns = (
        Column("name", text("township", lang), width=1.6),
        Column("poor_share", text("poor now", lang), "share", width=0.8),
        *_count_columns(lang),
        Column("additional", text("more persons", lang), "whole_persons", total=True, width=1.3,
               ends=("additional_low", "additional_high")),
        Column("expected", text("persons in all", lang), "whole_persons", total=True, width=1.3,
               ends=("expected_low", "expected_high")),
    )  # fmt: skip
    poor = float(rows["poor_persons"].sum() / max(float(rows["assessed_persons"].sum()), 1.0))
    totals = {
        "poor_share": poor,
        "additional": facts.additional.value,
        "expected": facts.expected.value,
    }
    return Table(key, title, columns, rows, "name", "plan.chosen by township", totals, small=True)


def _townships(facts: AreaFacts, lang: str) -> Section:
    many = len(facts.townships) > MOST_PRINTED
    title = (
        text("The parts side by side, ranges in brackets (nine cases of ten)", lang)
        if many
        else text("The townships side by side, ranges in brackets (nine cases of ten)", lang)
    )
    table = _side_by_side(facts, facts.part_rows if many else facts.townships, lang, "townships", title)
    blocks: list[Block] = [table]
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
    return Section("townships", text("Townships side by side", lang), tuple(blocks))


def _money(facts: AreaFacts, lang: str) -> Section:
    funds = Table(
        "area_funds",
        text("The funds", lang),
        (
            Column("name", term("fund", lang), width=2.0),
            Column("amount_fen", text("budget (10,000 yuan)", lang), "wan_alone", total=True),
            Column("owed_fen", text("owed by law (10,000 yuan)", lang), "wan_alone", total=True),
            Column("planned_fen", text("planned (10,000 yuan)", lang), "wan_alone", total=True),
            Column("left_fen", text("left (10,000 yuan)", lang), "wan_alone", total=True),
        ),
        facts.funds,
        "name",
        "funds.yaml, offer.entitlements, plan",
        small=True,
    )
    measures = Table(
        "area_measures",
        text("By measure", lang),
        (
            Column("name", term("measure", lang), width=2.4),
            Column("awards", text("awards", lang), "count", total=True),
            Column("money_fen", text("new money (10,000 yuan)", lang), "wan_alone", total=True),
        ),
        facts.measures,
        "name",
        "offer.components of the plan",
    )
    return Section("money", text("Where the money goes", lang), (funds, measures))


def _proof(facts: AreaFacts, lang: str) -> Section:
    gap = Number("proof.gap", facts.gap_persons, "decimal3", "person", "price_bound - value")
    parts = Number("proof.parts", facts.parts, "count", "", "parts of whole townships")
    lines = (
        say(
            "No fund, post or ceiling is exceeded; the arithmetic was checked a second time, without the program that "
            "found the plan.",
            lang,
        ),
        say("If the estimates are right, no other use of this money brings over {gap} more.", lang, gap=gap),
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
        "What each village receives stands in the workbook of this paper, what each household receives in one workbook "
        "a part, written when asked for; nothing is opened or closed in a plan by parts, and of plans as good as each "
        "other the first found is taken.",
        lang,
    )
    return Section("proof", text("What is proved", lang), (Bullets(lines), Paragraph(more)))
