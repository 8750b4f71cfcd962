"""What if, as one page: more or less money, the poorest fifth, bad years, a rule that anybody can follow.

Responsible for wording, tabling and drawing the answers. Not responsible for finding them
(`povlib.allocation`, asked by `povlib.runs.questions.what_if`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from povlib.report.figures import budget_curves
from povlib.report.model.numbers import NONE, Number, Prose, missing, say, shown
from povlib.report.model.paper import Bullets, Column, Note, Paragraph, Report, Section, Table
from povlib.words import language, text

_WAYS = {
    "plan": "the plan",
    "averse": "the plan for bad years",
    "per_yuan": "most additional exits per yuan first",
    "poorest": "poorest first",
    "nearest_line": "nearest the line first",
    "rounds": "equal rounds by village",
}
_FACTS = {
    "workers": "members able to work",
    "members": "members of the household",
    "unsafe_house": "house of grade C or D, or none",
    "wages": "lives mainly on wages",
    "coop": "member of a co-op",
    "far": "10 km or more from the township",
    "woman_head": "head is a woman",
    "elderly": "all members aged 60 or more",
    "pupils": "a child or student at school",
    "income": "income per head as a part of the line",
}


@dataclass(frozen=True, eq=False)
class WhatIf:
    """The answers (`povlib.runs.questions.what_if.what_if`).

    Attributes
    ----------
    facts : mapping
        additional (of the plan); tail, averse_worst, averse_bound, averse_mean, plan_worst, draws; rule_*.
    money, limits : DataFrame
        Points of `povlib.allocation.frontier` by fund, the plan's own among them; row, capacity, limit: what no plan
        can exceed.
    kept : DataFrame
        `povlib.allocation.share_frontier`.
    regret : DataFrame
        `povlib.allocation.questions.regret`.
    points, wishes, order : DataFrame
        The rule on one page (`povlib.allocation.OnePageRule`), without household keys.
    """

    facts: Mapping[str, Any]
    money: pd.DataFrame
    limits: pd.DataFrame
    kept: pd.DataFrame
    regret: pd.DataFrame
    points: pd.DataFrame
    wishes: pd.DataFrame
    order: pd.DataFrame


def whatif_page(
    found: WhatIf,
    *,
    funds: Mapping[str, str],
    measures: Mapping[str, str],
    lang: str | None = None,
    subtitle: str = "",
    synthetic: bool = False,
) -> Report:
    """Return the page of the notebook 07_scenarios.

    Parameters
    ----------
    funds, measures : mapping
        Names by key, in `lang`.
    """
    lang = lang or language()
    sections = [_money_section(found, funds, lang)] if len(found.money) else []
    sections += [_kept_share_section(found, lang)] if len(found.kept) else []
    sections += [
        _bad_years_section(found, lang),
        _regret_section(found, lang),
        _simple_rule_section(found, measures, lang),
    ]
    return Report(
        title=text("What if", lang), language=lang, subtitle=subtitle, sections=tuple(sections), synthetic=synthetic
    )


def _persons_number(key: str, value: float, definition: str) -> Number:
    return Number(key, float(value), "persons", "person", definition)


def _money_section(found: WhatIf, funds: Mapping[str, str], lang: str) -> Section:
    known = found.money.dropna(subset=["additional"])
    lines = [_fund_sentence(str(row), known[known["row"] == row], funds, lang) for row in known["row"].unique()]
    frame = found.money.assign(
        fund=[funds.get(str(row), str(row)) for row in found.money["row"]], change=_changes(found.money, lang)
    )
    columns = (
        Column("fund", text("fund", lang), width=2.0),
        Column("capacity", text("amount (yuan)", lang), "yuan"),
        Column("additional", text("additional exits (persons)", lang), "persons"),
        Column("change", text("against the plan (persons)", lang), width=1.4),
        Column("gap", text("proved within (persons)", lang), "decimal2"),
        Column("money_fen", text("new money used in all (yuan)", lang), "yuan"),
    )
    table = Table("frontier", text("More or less of each fund, all else unchanged", lang), columns, frame,
                  ("fund", "capacity"), "allocation.frontier", small=True)  # fmt: skip
    names = {str(row): funds.get(str(row), str(row)) for row in found.money["row"].unique()}
    figure = budget_curves(found.money, found.limits, names, found.facts["additional"], lang=lang)
    note = say(
        "Every point is a plan solved again with its own proof; at the present amount it is the plan itself. A plan "
        "for less money counts for more money too, so that no curve falls. The line above them is what no plan can "
        "exceed at any amount in between, proved by the points' own prices; under these estimates.",
        lang,
    ) + _meaning_of_change(lang)
    heading = text("More or less money", lang)
    return Section("money", heading, (Bullets(tuple(lines)), figure, table, Note(note)))


def _fund_sentence(row: str, points: pd.DataFrame, funds: Mapping[str, str], lang: str) -> Prose:
    """Say what least and most of a fund would bring; of what the proofs leave open, that it cannot be told."""
    least, most = points.iloc[0], points.iloc[-1]
    message = {
        (True, True): "{fund}: with {low} of it {fewer} additional exits, with {high} {more}.",
        (True, False): "{fund}: with {low} of it {fewer} additional exits; {high} is not "
        "distinguishable from the plan.",
        (False, True): "{fund}: {low} is not distinguishable from the plan; with {high} of it {more} additional exits.",
        (False, False): "{fund}: from {low} to {high} nothing is distinguishable from the plan.",
    }[bool(least["distinct"]), bool(most["distinct"])]
    values = {
        "low": Number(f"money.{row}.low", int(least["capacity"]), "wan", "", "capacity of the first point"),
        "fewer": _persons_number(f"money.{row}.fewer", least["additional"], "plan solved again"),
        "high": Number(f"money.{row}.high", int(most["capacity"]), "wan", "", "capacity of the last point"),
        "more": _persons_number(f"money.{row}.more", most["additional"], "plan solved again"),
    }
    named = {key: value for key, value in values.items() if "{" + key + "}" in message}
    return say(message, lang, fund=funds.get(row, row), **named)


def _changes(points: pd.DataFrame, lang: str) -> list[str]:
    """Return in words by how much each point surely differs from the plan."""
    return [_change(point, lang) for point in points.to_dict("records")]


def _change(point: Mapping[Any, Any], lang: str) -> str:
    if point["own"]:
        return text("the plan itself", lang)
    if missing(point["additional"]):
        return NONE
    if not point["distinct"]:
        return text("not distinguishable", lang)
    low, high = (shown(point[key], "persons", lang, signed=True) for key in ("change_low", "change_high"))
    return text("{low} to {high}", lang, low=low, high=high)


def _meaning_of_change(lang: str) -> Prose:
    return say(
        "“Not distinguishable”: what the proofs leave open, at this point or in the plan, is more than the difference.",
        lang,
    )


def _kept_share_section(found: WhatIf, lang: str) -> Section:
    known = found.kept.dropna(subset=["additional"])
    # against the plan, which gives the poorest what it gives: the lowest level tried is what nobody receives
    own, last = known[known["own"].astype(bool)].iloc[0], known.iloc[-1]
    high = Number("kept.high", float(last["level"]), "share", "", "highest level tried that can be kept")
    asked = Number("kept.asked", float(own["level"]), "share", "", "settings.poorest_fifth_money_share")
    given = Number("kept.given", found.facts.get("poorest_money_share"), "share", "", "new money to the poorest fifth")
    sentence = say("At least {asked} of the new money is kept for the poorest fifth.", lang, asked=asked)
    if given.known:
        sentence += say("This plan gives it {given}.", lang, given=given)
    if last["own"]:
        sentence += say("No larger share that was tried can be kept.", lang)
    elif last["distinct"]:
        sentence += say(
            "With at least {high} there would be {more} instead of {fewer} additional exits.",
            lang,
            high=high,
            more=_persons_number("kept.at_high", last["additional"], "plan solved again"),
            fewer=_persons_number("kept.at_own", own["additional"], "the plan"),
        )
    else:
        sentence += say(
            "What at least {high} would cost in exits is not distinguishable from nothing.", lang, high=high
        )
    columns = (
        Column("level", text("at least for the poorest fifth", lang), "share"),
        Column("additional", text("additional exits (persons)", lang), "persons"),
        Column("change", text("against the plan (persons)", lang), width=1.4),
        Column("gap", text("proved within (persons)", lang), "decimal2"),
    )
    frame = found.kept.assign(change=_changes(found.kept, lang))
    table = Table("kept", text("What a larger share for the poorest fifth costs", lang), columns, frame, "level",
                  "allocation.share_frontier", small=True)  # fmt: skip
    return Section("kept", text("Exits and depth", lang), (Paragraph(sentence), table, Note(_meaning_of_change(lang))))


def _bad_years_section(found: WhatIf, lang: str) -> Section:
    facts = found.facts
    sentence = say(
        "In the worst {tail} of the {draws} possible worlds the plan is expected to bring {plan} out of poverty in "
        "all. A plan made for exactly these worlds would bring {averse}, and no plan can bring more than {bound}; on "
        "average over all worlds it brings {mean}.",
        lang,
        tail=Number("averse.tail", float(facts["tail"]), "share", "", "part of the worlds that counts as worst"),
        draws=Number("averse.draws", int(facts["draws"]), "count", "", "draws of the projection"),
        plan=_persons_number("averse.plan", facts["plan_worst"], "mean of the plan over its worst worlds"),
        averse=_persons_number("averse.worst", facts["averse_worst"], "allocation.worst_case_plan"),
        bound=_persons_number("averse.bound", facts["averse_bound"], "certified bound of the mean of the worst worlds"),
        mean=_persons_number("averse.mean", facts["averse_mean"], "mean over all worlds"),
    )
    note = say(
        "A world is one draw of what help does and of the year, shared by all households; the luck of the single "
        "household, which no choice can steer, is left out here.",
        lang,
    )
    return Section("bad_years", text("Bad years", lang), (Paragraph(sentence), Note(note)))


def _regret_section(found: WhatIf, lang: str) -> Section:
    frame = found.regret.assign(name=[text(_WAYS.get(key, key), lang) for key in found.regret["key"]])
    own = frame[frame["key"] == "plan"].iloc[0]
    sentence = say(
        "In {share} of the possible worlds no other way of handing out is better than the plan; where one is, the "
        "plan is behind by {most} at the most.",
        lang,
        share=Number(
            "regret.best", float(own["best_share"]), "share", "", "worlds in which nothing compared is better"
        ),
        most=_persons_number("regret.max", own["regret_max"], "largest loss against the best of them"),
    )
    columns = (
        Column("name", text("way of handing out", lang), width=2.2),
        Column("mean", text("expected exits (persons)", lang), "persons"),
        Column("low", text("5 % of worlds below", lang), "persons"),
        Column("high", text("5 % of worlds above", lang), "persons"),
        Column("best_share", text("best in this part of worlds", lang), "share"),
        Column("regret_mean", text("regret, mean (persons)", lang), "persons"),
        Column("regret_max", text("regret, largest (persons)", lang), "persons"),
    )
    table = Table("regret", text("The same worlds, other ways", lang), columns, frame, "name", "allocation.regret",
                  small=True)  # fmt: skip
    return Section("regret", text("Would another way have been better?", lang), (Paragraph(sentence), table))


def _simple_rule_section(found: WhatIf, measures: Mapping[str, str], lang: str) -> Section:
    facts = found.facts
    unseen = facts["rule_unseen"]
    sentence = say(
        "If a simple rule must be posted: households in order of these points go down the list and get every help "
        "they may have and that still fits, {most} at the most. That brings {rule} additional exits, {loss} fewer "
        "than the plan ({share}); in worlds that the search never saw {unseen_rule} against {unseen_plan}.",
        lang,
        most=Number("rule.most", int(facts["rule_most"]), "count", "", "most helps for one household"),
        rule=_persons_number("rule.additional", facts["rule_additional"], "allocation.one_page_rule"),
        loss=_persons_number("rule.loss", facts["rule_loss"], "additional exits of the plan less those of the rule"),
        share=Number("rule.loss_share", float(facts["rule_loss_share"]), "share", "", "loss / additional of the plan"),
        unseen_rule=_persons_number("rule.unseen_rule", unseen.get("rule", float("nan")), "held-out draws"),
        unseen_plan=_persons_number("rule.unseen_plan", unseen.get("plan", float("nan")), "held-out draws"),
    )
    points = found.points.assign(
        name=[text(_FACTS.get(fact, fact), lang) for fact in found.points["fact"]],
        level=[text("yes", lang) if level == "True" else level for level in found.points["level"]],
    )
    posted = Table(
        "points",
        text("Points", lang),
        (
            Column("name", text("what is true of the household", lang), width=2.4),
            Column("level", text("level", lang)),
            Column("points", text("points", lang), "text"),
        ),
        points.assign(points=[f"{p:+d}" for p in points["points"]]),
        ("name", "level"),
        "allocation.one_page_rule",
        small=True,
    )
    wishes = found.wishes.assign(name=[measures.get(kind, kind) for kind in found.wishes["kind"]])
    listed = Table(
        "wishes",
        text("List of help, from the top", lang),
        (Column("rank", "#", "count", width=0.4), Column("name", text("help", lang), width=3.0)),
        wishes,
        "rank",
        "allocation.one_page_rule",
        small=True,
    )
    note = say(
        "The list knows public facts only: no estimate, no illness. What it loses is the price of being simple. "
        "{broken}",
        lang,
        broken=text("Rules it cannot keep: {names}.", lang, names=", ".join(facts["rule_broken"]))
        if facts["rule_broken"]
        else "",
    )
    return Section("rule", text("A rule on one page", lang), (Paragraph(sentence), posted, listed, Note(note)))
