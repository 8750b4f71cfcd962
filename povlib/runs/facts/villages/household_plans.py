"""One household, one plan: from cause, needs, labour and wish over its first list to what the plan chose, and why.

Every measure of the catalogue has its line: whether a rule puts it on the first list, whether the law allows it (or the
first reason why not), and what became of it in the plan. The page holds one family's facts: it lies in the office's
desk folder, never among papers.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from povlib import params
from povlib.allocation.proof.certificate import Prices, net_values
from povlib.allocation.questions.explanation import UNITS_PER_POINT
from povlib.calendar import Month
from povlib.errors import RunError
from povlib.exits.forecasting.village_shares import shares_of
from povlib.params import Catalogue, CauseRule, table
from povlib.report.model.numbers import shown
from povlib.report.villages.household_plan_page import HouseholdPlan, household_plan_page
from povlib.report.writers.publication import publish
from povlib.runs.facts.explanation import annex_rows
from povlib.runs.facts.household_history import household_file_name
from povlib.runs.run import Run
from povlib.support.conditions import CODE_SEPARATOR, condition_text
from povlib.support.eligibility import RegisterFacts
from povlib.support.first_list import rules_held
from povlib.vocabulary import GUARANTEES
from povlib.words import language, language_column, term, text


def household_plan(run: Run, hh: str, lang: str | None = None) -> HouseholdPlan:
    """Return the reasoning about one household of a run.

    Raises
    ------
    RunError
        If the run does not know the household.
    """
    lang = lang or language()
    if hh not in set(run.state.households["hh"]):
        raise RunError("nothing is recorded about household {hh}", hh=hh)
    first = run.settings.help_from
    register = RegisterFacts(run.with_months, run.catalogue, first)
    row = register.households[register.households["hh"] == hh].iloc[0]
    catalogue = _with_rules(run)
    rules = _rules_of(run, catalogue, hh, lang)
    annex = annex_rows(run, lang).set_index("hh")
    known = hh in annex.index
    return HouseholdPlan(
        hh=hh,
        village=str(row["village"]),
        facts=_known_facts(run, row, hh, lang),
        rules=rules,
        measures=_measure_lines(run, catalogue, hh, rules, lang),
        plan=str(annex.loc[hh, "plan"]) if known else "",
        reason=str(annex.loc[hh, "reason"]) if known else text("It is not on the register: nothing is planned.", lang),
        pencil=str(annex.loc[hh, "pencil"]) if known and isinstance(annex.loc[hh, "pencil"], str) else "",
        restricted=run.settings.first_list,
        run=run.info.run_id,
        synthetic=run.info.synthetic,
    )


def write_household_plan(run: Run, hh: str, lang: str | None = None) -> list[Path]:
    """Write the page of one household as HTML and PDF into the office's desk folder; return the files.

    Raises
    ------
    RunError
        As `household_plan`.
    """
    lang = lang or language()
    page = household_plan_page(household_plan(run, hh, lang), lang)
    folder = run.office.folder / "desk" / "household-plans"
    return publish(page, folder, f"{household_file_name(hh)}.{lang}", formats=("html", "pdf"))


def _known_facts(run: Run, row: pd.Series, hh: str, lang: str) -> tuple[tuple[str, str], ...]:
    """Return what the reasoning begins with, label and value."""
    causes = [row["cause"], *str(row["other_causes"] if pd.notna(row["other_causes"]) else "").split(CODE_SEPARATOR)]
    said = [table("cause").show(str(cause), lang) for cause in causes if pd.notna(cause) and cause]
    lacking = [name for name in GUARANTEES if pd.notna(row[name]) and row[name] == 0]
    unknown = [name for name in GUARANTEES if pd.isna(row[name])]
    comma, none = text(", ", lang), text("none", lang)

    def named(keys: list[str]) -> str:
        return comma.join(term(key, lang) for key in keys) or none

    helpers = run.state.helper_assignments
    own = helpers[helpers["hh"].eq(hh).to_numpy(dtype=bool)].sort_values("from_month")["helper"]
    workers = run.state.workers
    wishes = workers.loc[workers["hh"].eq(hh).to_numpy(dtype=bool), "wish"].dropna()
    wished = [table("wish").show(str(wish), lang) for wish in sorted(set(wishes))]
    return (
        (text("village", lang), str(row["village"])),
        (text("members", lang), shown(row["size"], "count", lang)),
        (text("able workers", lang), shown(row["able_workers"], "count", lang)),
        (text("main cause and others", lang), comma.join(said) or text("not recorded", lang)),
        (text("guarantees it lacks", lang), named(lacking)),
        (text("guarantees nobody has recorded", lang), named(unknown)),
        (text("wish", lang), comma.join(wished) or text("not recorded", lang)),
        (text("helper", lang), str(own.iloc[-1]) if len(own) else text("none", lang)),
        (text("shared out to it from the village's income", lang), _village_share(run, hh, lang)),
    )


def _village_share(run: Run, hh: str, lang: str) -> str:
    """Say what the village gave the household of its income in the last twelve months, and how the plan counts it."""
    rows = shares_of(run.state)
    last = run.at.ordinal
    own = rows.loc[(rows["hh"] == hh) & rows["month"].between(last - 11, last)]
    if own.empty:
        return text("nothing in the last twelve months", lang)
    sheets = run.state.observations
    told = sheets.loc[sheets["hh"] == hh].set_index("month")["property_fen"].to_dict()
    parts = []
    for month in sorted({int(ordinal) for ordinal in own["month"]}):
        fen = int(own.loc[own["month"] == month, "fen"].sum())
        amount, seen = shown(fen, "yuan2", lang, unit="yuan"), told.get(month, pd.NA)
        when = Month.from_ordinal(month).label(lang)
        if pd.isna(seen):
            said = text("{month}: {amount}; no income of the month is on record, and the plan does not count it", lang,
                        month=when, amount=amount)  # fmt: skip
        elif seen >= fen:
            said = text("{month}: {amount}; the sheet of the month tells of as much property income, so it is counted "
                        "once", lang, month=when, amount=amount)  # fmt: skip
        else:
            said = text("{month}: {amount}; the plan counts it as property income of the month", lang, month=when,
                        amount=amount)  # fmt: skip
        parts.append(said)
    return text("; ", lang).join(parts)


def _with_rules(run: Run) -> Catalogue:
    """Return the run's parameters; a run from before there were rules is read with those of today."""
    if run.catalogue.causes:
        return run.catalogue
    return replace(run.catalogue, causes=params.load(run.office.params).causes)


def _rules_of(run: Run, catalogue: Catalogue, hh: str, lang: str) -> pd.DataFrame:
    """Return the rules: key, name, asks, holds, missing (in words what does not hold)."""
    if not catalogue.causes:
        return pd.DataFrame(columns=["key", "name", "asks", "holds", "missing"])
    held = rules_held(run.with_months, catalogue, run.settings.help_from)
    own = held[held["hh"] == hh].set_index("rule")
    rows = []
    for rule in catalogue.causes.values():
        asks = _asked_parts(rule, lang)
        parts = own.loc[rule.key]
        missing = [said for part, said in asks.items() if not parts[part]]
        rows.append((rule.key, rule.names.show(lang), text("; ", lang).join(asks.values()), bool(parts["holds"]),
                     text("; ", lang).join(missing)))  # fmt: skip
    return pd.DataFrame(rows, columns=["key", "name", "asks", "holds", "missing"])


def _asked_parts(rule: CauseRule, lang: str) -> dict[str, str]:
    """Return what a rule asks for in words, by part (cause, needs, wish)."""
    comma = text(", ", lang)
    parts = {}
    if rule.causes:
        named = comma.join(table("cause").show(cause, lang) for cause in rule.causes)
        parts["cause"] = text("cause: {causes}", lang, causes=named)
    if rule.when:
        parts["needs"] = comma.join(condition_text(condition, lang) for condition in rule.when)
    if rule.wishes:
        named = comma.join(table("wish").show(wish, lang) for wish in rule.wishes)
        parts["wish"] = text("wish: {wishes}", lang, wishes=named)
    return parts


def _measure_lines(run: Run, catalogue: Catalogue, hh: str, rules: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Return one line a measure: name, listed (names of rules), law, plan; listed ones first."""
    held = {str(key) for key in rules.loc[rules["holds"].astype(bool), "key"]}
    refused = run.offer.refused
    own = refused[refused["hh"] == hh].set_index("measure")[language_column("reason", lang)].to_dict()
    owed = run.offer.entitlements
    debts = owed[owed["hh"] == hh].groupby("measure")["covered"].all().to_dict()
    packages = run.offer.packages
    parts = run.offer.components.merge(packages.loc[packages["hh"] == hh, ["package", "hh"]], on="package")
    points = _points_of_packages(run)
    chosen = str(run.plan.chosen.set_index("hh")["package"].get(hh, ""))
    lines = []
    for key, measure in catalogue.measures.items():
        with_it = parts[parts["measure"] == key]
        listed = [rule.names.show(lang) for rule in catalogue.causes.values()
                  if rule.key in held and rule.lists(measure)]  # fmt: skip
        if key in debts:
            law = text("owed by law", lang)
            plan = text("covered", lang) if debts[key] else text("owed, but no money covers it: it stays due", lang)
        elif len(with_it):
            law, plan = text("open", lang), _plan_of_measure(with_it, chosen, points, lang)
        elif measure.running:
            law, plan = text("goes on by itself; the plan does not decide it", lang), ""
        else:
            reason = own.get(key)
            law = reason or text("open by itself, but no package with it fits its bills and pairs", lang)
            plan = ""
        lines.append((measure.names.show(lang), text("; ", lang).join(listed), law, plan, bool(listed)))
    frame = pd.DataFrame(lines, columns=["name", "listed", "law", "plan", "is_listed"])
    return frame.sort_values("is_listed", ascending=False, kind="stable", ignore_index=True)


def _plan_of_measure(with_it: pd.DataFrame, chosen: str, points: pd.Series, lang: str) -> str:
    """Say what became of an open measure: in the plan from a month on, or how its best package stands against it."""
    packages = with_it["package"].astype("str")
    if chosen in set(packages):
        start = int(with_it.loc[packages.eq(chosen).to_numpy(), "start"].min())
        return text("in the plan from {month}", lang, month=Month.from_ordinal(start).label(lang))
    best, own = float(points.reindex(packages.unique()).max()), float(points.get(chosen, np.nan))
    return text("not chosen: the best package with it has {points} points, the plan's has {own}", lang,
                points=shown(best, "decimal1", lang), own=shown(own, "decimal1", lang))  # fmt: skip


def _points_of_packages(run: Run) -> pd.Series:
    """Return the points of every package at the posted prices, by its key."""
    problem, plan = run.problem, run.plan
    net = net_values(problem, Prices.of(problem, plan.certificate.prices))
    return pd.Series(np.asarray(net / UNITS_PER_POINT, dtype=np.float64), index=problem.package.astype(str))
