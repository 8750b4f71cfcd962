"""The meeting paper of one township or county 乡镇材料、县材料: what is asked, places inside, money, who is left out.

Responsible for words and tables. Not responsible for any figure (`povlib.report.area.facts`). A figure that stands in
the paper of the whole office too has the key it has there, so that no two papers can say different things of it.
"""

from __future__ import annotations

from typing import NamedTuple

from povlib.report.area.facts import SingleAreaFacts
from povlib.report.area.hand_decisions import area_decisions
from povlib.report.area.plan_head import (
    draws_told,
    four_headlines,
    made_up_note,
    measure_table,
    openings_apart,
    plan_request,
    search_without_plan,
    side_by_side,
)
from povlib.report.meeting.wording import household_count, money_in_wan, money_in_yuan, person_count
from povlib.report.model.numbers import Number, Prose, say
from povlib.report.model.paper import Block, Bullets, Column, Note, Pair, Paragraph, Report, Section, Table
from povlib.words import term, text


class _Places(NamedTuple):
    """Words of the places inside an area: English message ids."""

    place: str
    title: str
    heading: str
    note: str


#: what lies in an area of each level, and how its table, the section of it and the note below it are worded
_PLACES = {
    "township": _Places(
        "village",
        "The villages side by side, ranges in brackets (nine cases of ten)",
        "The villages of this township",
        "A good or a bad year is one for all villages: their ranges do not add up to that of the township.",
    ),
    "county": _Places(
        "township",
        "The townships side by side, ranges in brackets (nine cases of ten)",
        "The townships of this county",
        "A good or a bad year is one for all townships: their ranges do not add up to that of the county.",
    ),
}
#: places in small type below the four numbers on the first page; more of them stand in the smallest, some 18 a page
MOST_SMALL = 8


def single_area_paper(facts: SingleAreaFacts, lang: str) -> Report:
    """Return the paper of a township, or of a county.

    Parameters
    ----------
    facts : SingleAreaFacts
        Names inside its frames are in `lang` already.
    lang : str
        One of `povlib.words.languages`.
    """
    return Report(
        title=text("{area}: plan for the meeting", lang, area=facts.area),
        language=lang,
        subtitle=text("Paper of one {level}: {scenario}", lang, level=_level(facts, lang), scenario=facts.scenario),
        issuer=facts.office,
        date_line=facts.plan_month.label(lang),
        alerts=_shortfall(facts, lang),
        opening=(plan_request(facts, lang),),
        headlines=four_headlines(facts, lang),
        sections=(
            _places(facts, lang),
            _left_out(facts, lang),
            _money(facts, lang),
            *area_decisions(facts, lang, facts.area),
            _proof(facts, lang),
        ),
        notes=(
            say("The poorest fifth is that of all townships together.", lang),
            *made_up_note(facts, lang),
        ),
        manifest=facts.manifest,
        synthetic=facts.synthetic,
        draft=facts.draft,
    )


def _shortfall(facts: SingleAreaFacts, lang: str) -> tuple[Prose, ...]:
    """Say first what the law owes here and no fund has money for."""
    if not facts.short_fen:
        return ()
    short = money_in_yuan(facts.key("shortfall.total"), facts.short_fen, "offer.shortfall")
    return (say("Owed by law in this {level} and not covered: {short}.", lang, level=_level(facts, lang), short=short),)


def _level(facts: SingleAreaFacts, lang: str) -> str:
    return term(facts.level, lang)


def _places(facts: SingleAreaFacts, lang: str) -> Section:
    words = _PLACES[facts.level]
    table = side_by_side(
        facts, facts.places, lang, key=f"{words.place}s_{facts.area}", title=text(words.title, lang),
        place=term(words.place, lang), definition=f"plan.chosen by {words.place}", tiny=len(facts.places) > MOST_SMALL,
    )  # fmt: skip
    blocks: list[Block] = [table]
    if len(facts.places) > 1:
        blocks.append(Note(say(words.note, lang)))
    return Section(f"{words.place}s", text(words.heading, lang), tuple(blocks))


def _left_out(facts: SingleAreaFacts, lang: str) -> Section:
    heading = text("Who is left out", lang)
    if not facts.households:
        nobody = say("No household of this {level} is on the register.", lang, level=_level(facts, lang))
        return Section("left_out", heading, (Paragraph(nobody),))
    if not facts.unserved:
        return Section("left_out", heading, (Paragraph(say("Every household receives new help.", lang)),))
    key, none = facts.key, "households whose package is package 0"
    lines = [
        say(
            "{households} with {persons} get no new help; what runs already and what the law owes goes on.",
            lang,
            households=household_count(key("plan.left_out"), facts.unserved, none),
            persons=person_count(key("plan.left_out.persons"), facts.unserved_persons, none),
        ),
        say(
            "Of the {all} of this {level} among the poorest fifth, {n} get no new help.",
            lang,
            level=_level(facts, lang),
            all=household_count(
                key("poorest.households"), facts.poorest_households, f"poorest fifth, this {facts.level}"
            ),
            n=household_count(key("plan.left_out.poorest"), facts.unserved_poorest, f"{none}, poorest fifth"),
        ),
    ]
    if facts.unassessable:
        unknown = household_count(key("plan.left_out.unassessable"), facts.unassessable, f"{none}, not assessable")
        lines.append(say("Of all households without new help, {n} cannot be assessed: their records are not complete, "
                         "and they are to be visited first.", lang, n=unknown))  # fmt: skip
    where = say("Every household stands in the annex of its village, with its chance with and without the plan.", lang)
    return Section("left_out", heading, (Bullets(tuple(lines)), Paragraph(where)))


def _money(facts: SingleAreaFacts, lang: str) -> Section:
    heading = text("Where the money goes", lang)
    funds = Table(
        f"funds_{facts.area}",
        text("The funds", lang),
        (
            Column("name", term("fund", lang), width=2.4),
            Column("owed_fen", text("owed by law, in yuan", lang), "wan_alone", total=True),
            Column("planned_fen", text("planned, in yuan", lang), "wan_alone", total=True),
        ),
        facts.funds,
        "name",
        "offer.entitlements, plan, payments by village",
        small=True,
    )
    split = say(
        "Funds that name no area belong to all townships together. Of help that is alike, each fund pays the same "
        "share in every village it may pay for.",
        lang,
    )
    apart = [Note(said) for said in openings_apart(facts, lang)]
    measures = measure_table(facts, lang, f"measures_{facts.area}")
    return Section("money", heading, (Pair(funds, measures), Note(split), *apart))


def _proof(facts: SingleAreaFacts, lang: str) -> Section:
    gap = Number("proof.gap", facts.gap_persons, "decimal3", "person", "price_bound - value")
    townships = Number(facts.key("plan.townships"), facts.townships, "count", "", "townships of the plan")
    lines = (
        say(
            "No fund, post or ceiling is exceeded; the arithmetic was checked a second time, without the program that "
            "found the plan.",
            lang,
        ),
        *search_without_plan(facts, lang),
        say(
            "If the estimates are right, no other use of this money in all {n} townships together brings over {gap} "
            "more.",
            lang,
            n=townships,
            gap=gap,
        ),
        *draws_told(facts, lang),
        say(
            "For one {level} alone nothing of the kind is proved: money and posts go where they bring most, and "
            "another plan could bring this {level} more and the others less.",
            lang,
            level=_level(facts, lang),
        ),
        say(
            "What the law owes is set aside first, in this {level} {total}.",
            lang,
            level=_level(facts, lang),
            total=money_in_wan(facts.key("entitlements.total"), facts.entitlement_fen, "offer.entitlements"),
        ),
    )
    return Section("proof", text("What is proved", lang), (Bullets(lines),))
