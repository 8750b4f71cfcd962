"""The live panel as a page: four big numbers, the proof, villages, funds and posts, each beside what it was before.

Responsible for words, tables and the keys of every number, so that ``numbers.json`` of a panel is that of a paper. Not
responsible for figures (`povlib.runs.live`) or for widgets (`povlib.desk`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from povlib.calendar import Month
from povlib.report.meeting import Outcome, Total
from povlib.report.meeting.wording import expected_persons, household_count, money_in_wan, money_in_yuan, range_of_total
from povlib.report.model.numbers import NONE, Number, Prose, say
from povlib.report.model.paper import Block, Column, Headline, Paragraph, Report, Section, Table
from povlib.words import term, text

#: households whose package changed are listed up to so many: more are counted, and stand in the workbook of the run
MOST_LISTED = 40


@dataclass(frozen=True, eq=False)
class PanelFacts:
    """What the page is made from.

    Attributes
    ----------
    final : bool
        Whether the numbers are those of a fresh run with a repeated proof.
    value, bound, gap : float
        Of the plan, in `unit`; no plan is worth more than `bound`.
    outcome, before : Outcome
        With the changes, and of the run it started from.
    villages, funds, posts, households : DataFrame
        With columns ``*_before`` or ``*_change`` beside the figures; `households` are those whose package changed, None
        where no household may be named.
    """

    final: bool
    run_id: str
    horizon: Month
    value: float
    bound: float
    gap: float
    unit: str
    outcome: Outcome
    before: Outcome
    villages: pd.DataFrame
    funds: pd.DataFrame
    posts: pd.DataFrame
    households: pd.DataFrame | None
    changed: int
    synthetic: bool = False
    settings: Mapping[str, str] = field(default_factory=dict)


def panel_page(facts: PanelFacts, lang: str, subtitle: str = "") -> Report:
    """Return the page of a panel's present state."""
    sections = [
        Section("proof", text("How near to the best", lang), (Paragraph(_proof_sentence(facts, lang)),)),
        Section("villages", text("By village", lang), (_village_table(facts, lang),)),
        Section("funds", text("Funds and their prices", lang), (_fund_table(facts, lang),)),
        Section("posts", text("Posts and their prices", lang), (_post_table(facts, lang),)),
    ]
    if facts.households is not None:
        sections.append(Section("households", text("Whose plan changes", lang), _household_blocks(facts, lang)))
    return Report(
        title=text("Live panel", lang), language=lang, subtitle=subtitle, headlines=_headlines(facts, lang),
        sections=tuple(sections), synthetic=facts.synthetic, manifest={"run": facts.run_id, **facts.settings},
    )  # fmt: skip


def _headlines(facts: PanelFacts, lang: str) -> tuple[Headline, ...]:
    out, was, month = facts.outcome, facts.before, facts.horizon.label(lang)
    started = text("the run it started from", lang)

    def persons(label: str, key: str, total: Total, before: Total) -> Headline:
        change = expected_persons(f"{key}.change", total.value - before.value, "against the run it started from",
                                  signed=True)  # fmt: skip
        value = expected_persons(key, total.value, "as headline.* of the meeting paper")
        return Headline(text(label, lang, month=month), value, range_of_total(key, total), change, started)

    money = Headline(
        text("New money", lang), money_in_wan("headline.money", out.money_fen, "sum of new money"), None,
        money_in_wan("headline.money.change", out.money_fen - was.money_fen, "against the run it started from",
                     signed=True),
        started,
        say("{served} receive new help", lang, served=household_count("plan.served", out.served)),
    )  # fmt: skip
    share, before = out.poorest.money_share, was.poorest.money_share
    moved = None if share is None or before is None else share - before
    poorest = Headline(
        text("Share of new money for the poorest fifth", lang),
        Number("headline.poorest.money", share, "share", "", "new money to the poorest fifth"), None,
        None if moved is None else Number("headline.poorest.change", moved, "percentage_points", "", "", True), started,
    )  # fmt: skip
    return (
        persons("Additional exits by {month}", "headline.additional", out.additional, was.additional),
        persons("All expected exits by {month}", "headline.expected", out.expected, was.expected),
        money,
        poorest,
    )


def _proof_sentence(facts: PanelFacts, lang: str) -> Prose:
    gap = Number("proof.gap", facts.gap, "decimal3", facts.unit, "price_bound - value")
    bound = Number("proof.bound", facts.bound, "decimal3", facts.unit, "what the posted prices prove")
    message = (
        "Final: the plan of a fresh run of these parameters. No plan is better by more than {gap}; none exceeds "
        "{bound}. The proof was repeated in whole numbers. Run {run}."
        if facts.final
        else "Still searching: this plan keeps every rule, and no plan is better by more than {gap}; none exceeds "
        "{bound}. A better one may follow in a moment."
    )
    return say(message, lang, gap=gap, bound=bound, run=facts.run_id)


def _title(name: str, lang: str) -> str:
    said = term(name, lang, unit=True)
    return said[:1].upper() + said[1:]


def _village_table(facts: PanelFacts, lang: str) -> Table:
    more = text("change", lang)
    columns = (
        Column("village", _title("village", lang), width=1.3),
        Column("served", _title("households_served", lang), "count", total=True),
        Column("served_change", more, "count", signed=True, width=0.7),
        Column("money_fen", _title("new_money", lang), "yuan", total=True, width=1.2),
        Column("money_change", more, "yuan", signed=True, width=1.1),
        Column("additional", _title("additional_exits", lang), "persons", total=True),
        Column("additional_change", more, "persons", signed=True, width=0.8),
    )
    return Table("villages", text("By village", lang), columns, facts.villages, "village", "plan.choice by village",
                 {c.key: facts.villages[c.key].sum() for c in columns[1:] if not c.signed}, small=True)  # fmt: skip


def _fund_table(facts: PanelFacts, lang: str) -> Table:
    columns = (
        Column("name", _title("fund", lang), width=2.0),
        Column("amount_fen", text("amount (yuan)", lang), "yuan"),
        Column("planned_fen", text("planned (yuan)", lang), "yuan"),
        Column("planned_change", text("change", lang), "yuan", signed=True),
        Column("left_fen", text("left (yuan)", lang), "yuan"),
        Column("persons_per_wan", text("10,000 yuan more: at most", lang), "decimal2"),
    )
    return Table("funds", text("Funds and their prices", lang), columns, facts.funds, "key", "plan.prices of funds",
                 small=True)  # fmt: skip


def _post_table(facts: PanelFacts, lang: str) -> Table:
    columns = (
        Column("name", text("post", lang), width=2.0),
        Column("slots", text("places", lang), "count"),
        Column("filled", text("filled", lang), "count"),
        Column("filled_change", text("change", lang), "count", signed=True),
        Column("persons_per_post", text("one more: at most", lang), "decimal2"),
    )
    return Table("posts", text("Posts and their prices", lang), columns, facts.posts, "key", "plan.prices of posts",
                 small=True)  # fmt: skip


def _household_blocks(facts: PanelFacts, lang: str) -> tuple[Block, ...]:
    """Say how many households get another package, and list the first of them."""
    if not facts.changed:
        return (Paragraph(say("No household's plan differs from that of the run it started from.", lang)),)
    assert facts.households is not None
    count = household_count("changed.households", facts.changed, "households with another package than at the start")
    said = say("{n} have another plan than in the run it started from.", lang, n=count)
    if facts.changed > len(facts.households):
        listed = Number("changed.listed", len(facts.households), "count", "household", "the largest changes")
        said += say("The {n} with the largest changes are listed.", lang, n=listed)
    columns = (
        Column("hh", _title("household", lang), width=0.9),
        Column("village", _title("village", lang), width=0.9),
        Column("before", text("before", lang), width=2.2),
        Column("label", text("now", lang), width=2.2),
        Column("money_change", text("money (yuan)", lang), "yuan", signed=True),
        Column("additional_change", text("exits (persons)", lang), "decimal2", signed=True),
    )
    table = Table(
        "changed", text("Whose plan changes", lang), columns, facts.households, "hh", "plan.choice", small=True
    )
    return (Paragraph(said), table)


def pin_sentence(
    household: str, more: float, money_fen: int, lang: str, *, refused: bool, unit_key: str = "pin"
) -> Prose:
    """Say what pinning or refusing one household changes: expected exits and money against the plan without it.

    Parameters
    ----------
    more : float
        Additional exits with the pin less those without, in persons.
    money_fen : int
        New money with the pin less that without.
    """
    exits = Number(f"{unit_key}.exits", more, "decimal2", "person", "with the pin - without it", True)
    money = money_in_yuan(f"{unit_key}.money", abs(money_fen), "with the pin - without it")
    message = {
        (True, True): "Without help for {hh}: {exits} in all, {money} less money.",
        (True, False): "Without help for {hh}: {exits} in all, {money} more money goes to others.",
        (False, True): "With this plan for {hh}: {exits} in all, {money} less money.",
        (False, False): "With this plan for {hh}: {exits} in all, {money} more money.",
    }[refused, money_fen < 0]
    return (
        say(message, lang, hh=household, exits=exits, money=money)
        if money_fen
        else say("For {hh}: {exits} in all, for the same money.", lang, hh=household or NONE, exits=exits)
    )
