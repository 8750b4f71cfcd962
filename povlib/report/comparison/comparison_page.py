"""Runs side by side, as one page: four numbers, who changed and why, funds and prices, overlap, the safest plan.

Responsible for wording, tabling and drawing what `povlib.runs.comparison.plan_comparison` gathers. Not responsible for
any figure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from povlib.report.comparison.changed_household_wording import reason_names, reason_sentence
from povlib.report.figures import plan_steps, scenario_dots
from povlib.report.model.numbers import Number, Prose, say, shown
from povlib.report.model.paper import Block, Bullets, Column, FigureBlock, Note, Paragraph, Report, Section, Table
from povlib.words import language, text

LISTED_HOUSEHOLDS = 40
"""Changed households that the paper lists for one run, by money: a choice; the workbook lists all of them."""


@dataclass(frozen=True, eq=False)
class ComparisonFacts:
    """What a comparison shows; names in frames are in the language of the page.

    Parameters
    ----------
    runs : DataFrame
        label (a letter), run, title, changes, batch, additional, additional_low, additional_high, change, change_low,
        change_high (against the first, by draws both share; missing where they share none), expected, expected_low,
        expected_high, money_fen, money_change_fen, poorest_share, poorest_change, served, gap,
        changed (households that get something else than in the first).
    reasons : DataFrame
        label, reason (`povlib.runs.comparison.changed_households.REASONS`), households, persons.
    changed : DataFrame
        label, and the columns of `changed_households` with before and after as texts, name (of what decides), unit.
    funds : DataFrame
        fund, label, amount_fen, planned_fen, left_fen, change_fen.
    prices : DataFrame
        name, per, label, price_points, change_points, used_share.
    overlap : DataFrame
        pair, first, other (households served), both, either, jaccard, same (households with the same package of all).
    regret : DataFrame
        plan, scenario (labels), additional, additional_low, additional_high, regret, regret_share, broken (texts).
    worst : DataFrame
        label, title, fails (scenarios in which it breaks a rule), worst (largest regret), worst_share, safest (bool).
    in_persons : bool
        Whether every scenario counts persons, so that regrets are persons and not parts of what a scenario brings.
    frontier : DataFrame
        row, capacity, money_fen, additional: the first run's answers about more or less money; empty where not asked.
    same_data : bool
        Whether all rest on the same rows of the ledger.
    """

    runs: pd.DataFrame
    reasons: pd.DataFrame
    changed: pd.DataFrame
    funds: pd.DataFrame
    prices: pd.DataFrame
    overlap: pd.DataFrame
    regret: pd.DataFrame
    worst: pd.DataFrame
    in_persons: bool
    frontier: pd.DataFrame
    same_data: bool
    steps: pd.DataFrame
    manifest: Mapping[str, str] = field(default_factory=dict)


def comparison_report(
    facts: ComparisonFacts, lang: str | None = None, *, subtitle: str = "", synthetic: bool = False, draft: bool = True
) -> Report:
    """Return the paper that sets runs side by side; the first is what the others are held against."""
    lang = lang or language()
    sections = [_numbers_section(facts, lang), _dots_section(facts, lang)]
    of_several = (_changed_section, _overlap_section, _regret_section)
    sections += [section(facts, lang) if len(facts.runs) > 1 else _alone(section, lang) for section in of_several]
    sections += [_funds_section(facts, lang), _prices_section(facts, lang)]
    if len(facts.changed):
        sections.append(_households_section(facts, lang))
    return Report(
        title=text("Plans side by side", lang),
        language=lang,
        subtitle=subtitle,
        sections=tuple(sections),
        manifest=facts.manifest,
        synthetic=synthetic,
        draft=draft,
    )


def comparison_tables(facts: ComparisonFacts, lang: str) -> tuple[Table, ...]:
    """Return the workbook's own sheet: every changed household, where the paper lists some."""
    return (_changed_table(facts.changed, lang),) if len(facts.changed) else ()


def _alone(section: Callable[[ComparisonFacts, str], Section], lang: str) -> Section:
    """Return a section of several plans where there is one: what to type, so that a notebook shows the same parts."""
    headings: dict[Callable[[ComparisonFacts, str], Section], tuple[str, str]] = {
        _changed_section: ("changed", "Who gets something else, and why"),
        _overlap_section: ("overlap", "Overlap of those helped"),
        _regret_section: ("regret", "If another scenario comes true"),
    }
    key, heading = headings[section]
    said = say("There is one plan only. Plan another: python3 workbench.py plan more_money", lang)
    return Section(key, text(heading, lang), (Paragraph(said),))


def _numbers_section(facts: ComparisonFacts, lang: str) -> Section:
    first = facts.runs.iloc[0]
    sentence = say(
        "{n} plans are set side by side; changes are against {first}.",
        lang,
        n=Number("runs", len(facts.runs), "count", "", "runs compared"),
        first=f"{first['label']} {first['title']}",
    )
    frame = facts.runs.assign(title=[_whole_title(row) for row in facts.runs.to_dict("records")])
    name = (Column("label", "", width=0.4), Column("title", text("scenario", lang), width=2.2))
    exits = (
        Column("additional", text("additional exits (persons)", lang), "persons", width=1.9,
               ends=("additional_low", "additional_high")),
        Column("change", text("change", lang), "persons", width=1.7, signed=True, ends=("change_low", "change_high")),
        Column("expected", text("expected exits (persons)", lang), "persons", width=1.9,
               ends=("expected_low", "expected_high")),
    )  # fmt: skip
    money = (
        Column("money_fen", text("new money (yuan)", lang), "yuan", width=1.2),
        Column("money_change_fen", text("change", lang), "yuan", width=1.1, signed=True),
        Column("poorest_share", text("to the poorest fifth", lang), "share"),
        Column("poorest_change", text("change", lang), "percentage_points", width=1.4, signed=True),
        Column("served", text("households helped", lang), "count"),
        Column("gap", text("proved within (persons)", lang), "decimal2"),
    )
    tables = (
        Table("compared", text("Exits of each plan", lang), (*name, *exits), frame, "label", "runs.comparison"),
        Table(
            "spent", text("Money of each plan", lang), (*name, *money), frame, "label", "runs.comparison", small=True
        ),
    )
    note = say(
        "Ranges hold nine worlds in ten; that of a change is taken world by world, in worlds that both plans share, so "
        "that what befalls both cancels out. Each plan is counted by the estimates of its own run.",
        lang,
    )
    if not facts.same_data:
        note += say("These runs rest on different data: changes are not the plan's alone.", lang)
    return Section("numbers", text("Four numbers", lang), (Paragraph(sentence), *tables, Note(note)))


def _whole_title(row: Mapping[Any, Any]) -> str:
    return f"{row['title']} {row['changes']}".strip()


def _dots_section(facts: ComparisonFacts, lang: str) -> Section:
    figure = scenario_dots(facts.runs, facts.frontier, lang=lang)
    note = say(
        "Each dot is a plan: what it spends, and what it brings beyond no new help. To the upper left is more for "
        "less.",
        lang,
    )
    if len(facts.frontier):
        note += say("The line joins the plans that the first run was solved again for, with more and less money.", lang)
    else:
        note += say("Asking the first run what more or less money would bring draws its line here.", lang)
    return Section("frontier", text("Money and exits", lang), (figure, Note(note)))


def _changed_section(facts: ComparisonFacts, lang: str) -> Section:
    lines, names = [], reason_names(lang)
    for row in facts.runs.to_dict("records")[1:]:
        own = facts.reasons[facts.reasons["label"] == row["label"]]
        label = str(row["label"])
        number = Number(f"changed.{label}", row["changed"], "count", "household", "set of packages compared")
        kinds = text("; ", lang).join(
            f"{names[kind]} {shown(n, 'count', lang)}" for kind, n in zip(own["reason"], own["households"], strict=True)
        )
        message = "{run}: {n} get something else ({kinds})." if len(own) else "{run}: no household gets anything else."
        values: dict[str, Any] = {"n": number, "kinds": kinds} if len(own) else {}
        lines.append(say(message, lang, run=f"{label} {row['title']}", **values))
    frame = facts.reasons.assign(kind=[names[kind] for kind in facts.reasons["reason"]])
    columns = (
        Column("label", "", width=0.4),
        Column("kind", text("why", lang), width=3.0),
        Column("households", text("households", lang), "count"),
        Column("persons", text("persons", lang), "count"),
    )
    table = Table("reasons", text("Why households get something else", lang), columns, frame, ("label", "reason"),
                  "runs.comparison.changed_households", empty=text("nobody", lang))  # fmt: skip
    note = say(
        "The reason is reckoned from the posted prices of both runs: value less prices for the new package against the "
        "old one, before and now; the largest part of the change is named. “About as good”: prices alone leave it "
        "open, and whole posts and places decided.",
        lang,
    )
    blocks: tuple[Block, ...] = (Bullets(tuple(lines)), *_steps_figures(facts, lang), table, Note(note))
    return Section("changed", text("Who gets something else, and why", lang), blocks)


def _steps_figures(facts: ComparisonFacts, lang: str) -> tuple[FigureBlock, ...]:
    """Return the way from the first plan's exits to those of the next, where two plans are compared.

    With more there would be as many ways as plans: `povlib runs diff` tells each pair apart.
    """
    if len(facts.steps) != 1:
        return ()
    first, step = facts.runs.iloc[0], facts.steps.iloc[0]
    frame = pd.DataFrame(
        {
            "name": [
                f"{first['label']} {first['title']}",
                text("the same plan, counted as {label} counts", lang, label=step["label"]),
                text("{label} chooses otherwise", lang, label=step["label"]),
            ],
            "start": [0.0, step["before"], step["kept"]],
            "end": [step["before"], step["kept"], step["after"]],
        }
    )
    return (plan_steps(frame, lang=lang),)


def _households_section(facts: ComparisonFacts, lang: str) -> Section:
    some = facts.changed[facts.changed["listed"]]
    table = _changed_table(some, lang)
    blocks: tuple[Any, ...] = (table,)
    if len(some) < len(facts.changed):
        n = Number("changed.listed", LISTED_HOUSEHOLDS, "count", "household", "listed for each run")
        blocks = (Note(say("For each plan the {n} with most money moved; the workbook lists all.", lang, n=n)), table)
    return Section("households", text("Households that get something else", lang), blocks, annex=True, wide=True)


def _changed_table(rows: pd.DataFrame, lang: str) -> Table:
    frame = rows.assign(why=[reason_sentence(row, lang) for row in rows.to_dict("records")])
    columns = (
        Column("label", "", width=0.4),
        Column("hh", text("household", lang), width=1.0),
        Column("village", text("village", lang), width=0.9),
        Column("members", text("persons", lang), "count", width=0.6),
        Column("before", text("in the first plan", lang), width=2.4),
        Column("after", text("in this plan", lang), width=2.4),
        Column("money_change_fen", text("money moved (yuan)", lang), "yuan", signed=True, width=1.0),
        Column("why", text("why", lang), width=4.0, listed=True),
    )
    return Table("changed", text("Households that get something else", lang), columns, frame, ("label", "hh"),
                 "runs.comparison.changed_households", tiny=True)  # fmt: skip


def _overlap_section(facts: ComparisonFacts, lang: str) -> Section:
    columns = (
        Column("pair", "", width=0.8),
        Column("first", text("helped by the first", lang), "count"),
        Column("other", text("helped by the other", lang), "count"),
        Column("both", text("helped by both", lang), "count"),
        Column("either", text("helped by either", lang), "count"),
        Column("jaccard", text("both / either (Jaccard)", lang), "share"),
        Column("same", text("get the very same, of all", lang), "count"),
    )
    table = Table("overlap", text("Who is helped by both of two plans", lang), columns, facts.overlap, "pair",
                  "sets of households with something new", small=True)  # fmt: skip
    return Section("overlap", text("Overlap of those helped", lang), (table,))


def _regret_section(facts: ComparisonFacts, lang: str) -> Section:
    columns = (
        Column("plan", text("plan", lang), width=0.6),
        Column("scenario", text("if this comes true", lang), width=0.8),
        Column("additional", text("additional exits (persons)", lang), "persons", width=1.8,
               ends=("additional_low", "additional_high")),
        Column("regret", text("behind its own plan", lang), "decimal2", width=1.1),
        Column("regret_share", text("behind, in parts", lang), "share", width=0.9),
        Column("broken", text("rules it breaks there", lang), width=4.0, listed=True),
    )  # fmt: skip
    table = Table("regret", text("Each plan in each scenario", lang), columns, facts.regret, ("plan", "scenario"),
                  "runs.comparison.carried_plan", small=True)  # fmt: skip
    worst = (
        Column("label", "", width=0.4),
        Column("title", text("plan", lang), width=2.5),
        Column("fails", text("scenarios whose rules it breaks", lang), "count"),
        Column("worst", text("largest regret (persons)", lang), "decimal2"),
        Column("worst_share", text("largest regret, in parts", lang), "share"),
    )
    summary = Table("worst", text("The worst that can happen to each plan", lang), worst, facts.worst, "label",
                    "largest regret over the scenarios", small=True)  # fmt: skip
    note = say(
        "What is reckoned: a plan is kept as it is, package by package, and put under the estimates, rules and money "
        "of the other run; nothing is solved again. Packages not offered there count as nothing new. Regret is what "
        "the other run's own plan brings more, in what that run counts; below zero only within that plan's proof. A "
        "plan that breaks a rule cannot be carried out there as it stands, however much it would bring.",
        lang,
    )
    blocks = (Paragraph(safest_sentence(facts, lang)), summary, table, Note(note))
    return Section("regret", text("If another scenario comes true", lang), blocks, wide=True)


def safest_sentence(facts: ComparisonFacts, lang: str) -> Prose:
    """Return which plan is safest whichever scenario comes true."""
    unit = "persons" if facts.in_persons else "share"
    safest = facts.worst[facts.worst["safest"]]
    named = [f"{row['label']} {row['title']}" for row in safest.to_dict("records")]
    if not named:
        return say("No plan can be carried out in every one of these scenarios as it stands.", lang)
    row = safest.iloc[0]
    worst = Number("regret.safest", float(row["worst" if unit == "persons" else "worst_share"]),
                   "decimal2" if unit == "persons" else "share", "person" if unit == "persons" else "",
                   "least of the largest regrets")  # fmt: skip
    return say(
        "Safest: {plan}. It can be carried out in every scenario, and is never behind that scenario's own plan by "
        "more than {worst}.",
        lang,
        plan=text(", ", lang).join(named),
        worst=worst,
    )


def _funds_section(facts: ComparisonFacts, lang: str) -> Section:
    columns = (
        Column("fund", text("fund", lang), width=2.0),
        Column("label", "", width=0.4),
        Column("amount_fen", text("amount (yuan)", lang), "yuan"),
        Column("planned_fen", text("planned (yuan)", lang), "yuan"),
        Column("left_fen", text("left (yuan)", lang), "yuan"),
        Column("change_fen", text("planned, against the first", lang), "yuan", signed=True),
    )
    table = Table("funds", text("Funds side by side", lang), columns, facts.funds, ("fund", "label"),
                  "plan.payments", small=True)  # fmt: skip
    return Section("funds", text("Funds", lang), (table,))


def _prices_section(facts: ComparisonFacts, lang: str) -> Section:
    columns = (
        Column("name", text("what", lang), width=2.2),
        Column("per", text("for", lang), width=1.2),
        Column("label", "", width=0.4),
        Column("price_points", text("price (points)", lang), "decimal1"),
        Column("change_points", text("against the first", lang), "decimal1", signed=True),
        Column("used_share", text("used", lang), "share"),
    )
    table = Table("prices", text("Posts, places and prices side by side", lang), columns, facts.prices,
                  ("name", "per", "label"), "allocation.price_table", small=True)  # fmt: skip
    return Section("prices", text("Posts, places and prices", lang), (table,))
