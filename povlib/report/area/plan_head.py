"""What every paper of a plan by parts begins with: what is asked, four numbers; and tables that all of them have.

Responsible for words and tables that the paper of the whole office and those of its townships share. Not responsible
for any figure (`povlib.report.area.facts`).
"""

from __future__ import annotations

import pandas as pd

from povlib.money import round_fen
from povlib.report.area.facts import PlanFigures
from povlib.report.meeting.wording import (
    expected_persons,
    household_count,
    money_in_wan,
    money_in_yuan,
    person_count,
    range_of_total,
    whole_persons,
)
from povlib.report.model.numbers import NONE, Number, Prose, say
from povlib.report.model.paper import Column, Headline, Table
from povlib.words import term, text

_DRAWS = "5 % and 95 % of the draws of the difference to package 0"


def made_up_note(facts: PlanFigures, lang: str) -> tuple[Prose, ...]:
    """Return the note of a paper whose figures are made up."""
    if not facts.synthetic:
        return ()
    return (say("Every household, name and amount in this paper is made up.", lang),)


def plan_request(facts: PlanFigures, lang: str) -> Prose:
    """Return what the meeting is asked to approve."""
    if not facts.served:
        return say("The meeting is asked to note that no household receives new help under this plan.", lang)
    asked = (
        "The meeting is asked to approve {money} of new money and {posts} for {served}, in steps from {start} to {end}."
    )
    request = say(
        asked,
        lang,
        money=money_in_wan(facts.key("headline.money"), facts.money_fen, "sum of new money"),
        posts=Number(facts.key("plan.posts"), facts.posts, "count", "post", "posts the plan fills"),
        served=household_count(facts.key("plan.served"), facts.served, "households whose package is not package 0"),
        start=facts.help_from,
        end=facts.help_to,
    )
    if facts.opening_fen and facts.opening_in_money:
        opening = money_in_wan("plan.opening", facts.opening_fen, "opening bills of facilities")
        request += say("Of this, {opening} opens places that several households share.", lang, opening=opening)
    return request


def owed_and_not_covered(short_fen: int, lang: str) -> Prose:
    """Say what the law owes in all townships and no fund has money for."""
    short = money_in_yuan("shortfall.total", short_fen, "offer.shortfall")
    return say("Owed by law and not covered in all townships together: {short}.", lang, short=short)


def search_without_plan(facts: PlanFigures, lang: str) -> tuple[Prose, ...]:
    """Say that the search ended without a plan; nothing where it did not."""
    if not facts.gives_nothing:
        return ()
    told = (
        "The search ended without a plan that keeps every fund, post and floor. This one gives nothing new but what "
        "was decided by hand."
    )
    return (say(told, lang),)


def openings_apart(facts: PlanFigures, lang: str) -> tuple[Prose, ...]:
    """Say of a table of places what is opened for all of them and stands in the money of none; nothing: no opening."""
    if not facts.opening_fen:
        return ()
    opening = money_in_wan("plan.opening", facts.opening_fen, "opening bills of facilities")
    told = "What the plan opens is paid for all townships together, {opening}, and is in the money of none of them."
    return (say(told, lang, opening=opening),)


def draws_told(facts: PlanFigures, lang: str) -> tuple[Prose, ...]:
    """Say by how many draws packages were told apart, where figures are printed from more."""
    if facts.first_draws >= facts.draws:
        return ()
    first = Number("proof.first_draws", facts.first_draws, "count", "", "draws that packages are told apart by")
    every = Number("proof.draws", facts.draws, "count", "", "settings.draws")
    if facts.first_additional is None:
        told = "Packages were told apart by the first {n} draws; the figures above are from all {m} draws."
        return (say(told, lang, n=first, m=every),)
    told = (
        "Packages were told apart by the first {n} draws, by which the plan for all townships brings {value} more out "
        "of poverty; the figures above are from all {m} draws."
    )
    value = expected_persons("proof.first_draws.additional", facts.first_additional, "plan.additional")
    return (say(told, lang, n=first, value=value, m=every),)


def four_headlines(facts: PlanFigures, lang: str) -> tuple[Headline, ...]:
    """Return the four big numbers, as the paper of a single township has them."""
    month = facts.horizon.label(lang)
    more, every = facts.key("headline.additional"), facts.key("headline.expected")
    additional = Headline(
        text("More persons out of poverty by {month} than without the plan", lang, month=month),
        whole_persons(more, facts.additional.value, "sum of size x (p - p0) over the plan"),
        range_of_total(more, facts.additional, _DRAWS, whole=True),
    )
    said = say(
        "Of {persons} on the register; without the plan {without}.",
        lang,
        persons=person_count(facts.key("standing.persons"), facts.persons, "members of these households"),
        without=whole_persons(facts.key("plan.without"), facts.without.value, "sum of size x p0: no new help"),
    )
    expected = Headline(
        text("Out of poverty by {month} in all", lang, month=month),
        whole_persons(every, facts.expected.value, "sum of size x p over the plan"),
        range_of_total(every, facts.expected, "5 % and 95 % of the draws of the total", whole=True),
        note=said,
    )
    return additional, expected, _money_headline(facts, lang), _poorest_headline(facts, lang)


def _money_headline(facts: PlanFigures, lang: str) -> Headline:
    if facts.additional.value > 0 and facts.money_fen:
        each = int(round_fen(facts.money_fen / facts.additional.value))
        cost = money_in_yuan(facts.key("headline.cost_per_exit"), each, "new money / additional exits")
        note = say("{cost} for each person more out of poverty.", lang, cost=cost)
    else:
        note = say("Nobody more is expected to leave poverty, so there is no cost for each.", lang)
    value = money_in_wan(facts.key("headline.money"), facts.money_fen, "sum of new money")
    return Headline(text("New money", lang), value, note=note)


def _poorest_headline(facts: PlanFigures, lang: str) -> Headline:
    key, poorest = facts.key, "poorest fifth of registered persons"
    posts = Number(
        key("headline.poorest.posts"), facts.poorest_post_share, "share", "", "new posts to the poorest fifth"
    )
    more = whole_persons(key("headline.poorest.additional"), facts.poorest_additional, "size x (p - p0), poorest fifth")
    note = say(
        "The poorest {n}: {posts} of the new posts, {more} more of them out of poverty.",
        lang,
        posts=posts if posts.known else NONE,
        more=more,
        n=person_count(key("headline.poorest.persons"), facts.poorest_persons, poorest),
    )
    share = Number(
        key("headline.poorest.money"), facts.poorest_money_share, "share", "", "new money to the poorest fifth"
    )
    return Headline(text("New money to the poorest fifth", lang), share, note=note)


def count_columns(lang: str) -> tuple[Column, ...]:
    """Return the columns of a place that are counted: persons, households helped, money, posts."""
    return (
        # headings of two lines at most: a table of twelve villages stands on the page of the four numbers
        Column("persons", text("persons", lang), "count", total=True, width=0.75),
        Column("served", text("households helped", lang), "count", total=True, width=1.1),
        Column("money_fen", text("new money, in yuan", lang), "wan_alone", total=True, width=1.2),
        Column("posts", term("posts_filled", lang), "count", total=True, width=0.95),
    )


def exit_columns(lang: str) -> tuple[Column, ...]:
    """Return the columns of a place that are expected, with their ranges."""
    return (
        Column("additional", text("more persons", lang), "whole_persons", total=True, width=1.6,
               ends=("additional_low", "additional_high")),
        Column("expected", text("persons in all", lang), "whole_persons", total=True, width=1.6,
               ends=("expected_low", "expected_high")),
    )  # fmt: skip


def side_by_side(
    facts: PlanFigures, rows: pd.DataFrame, lang: str, *, key: str, title: str, place: str, definition: str,
    tiny: bool = False,
) -> Table:  # fmt: skip
    """Return places side by side with their ranges.

    Parameters
    ----------
    rows : DataFrame
        name, poor_share, poor_persons, assessed_persons, and the columns of `AreaFacts.townships`.
    place : str
        Heads the column of names: township, part or village.
    tiny : bool
        Whether it is set in the smallest type.
    """
    columns = (
        Column("name", place, width=1.2),
        Column("poor_share", text("poor now", lang), "share", width=0.95),
        *count_columns(lang),
        *exit_columns(lang),
    )
    poor = float(rows["poor_persons"].sum() / max(float(rows["assessed_persons"].sum()), 1.0))
    totals = {
        "poor_share": poor,
        "additional": facts.additional.value,
        "expected": facts.expected.value,
    }
    return Table(key, title, columns, rows, "name", definition, totals, small=not tiny, tiny=tiny)


def measure_table(facts: PlanFigures, lang: str, key: str) -> Table:
    """Return what is awarded by measure."""
    return Table(
        key,
        text("By measure", lang),
        (
            Column("name", term("measure", lang), width=2.4),
            Column("awards", text("awards", lang), "count", total=True),
            Column("money_fen", text("new money, in yuan", lang), "wan_alone", total=True),
        ),
        facts.measures,
        "name",
        "offer.components of the plan",
        small=True,
    )
