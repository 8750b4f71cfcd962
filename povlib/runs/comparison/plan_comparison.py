"""What a comparison of runs shows, gathered in one value: numbers, who changed, overlap, regret, funds and prices.

Responsible for the frames of `povlib.report.comparison.comparison_page`. Not responsible for carrying a plan over
(`carried_plan`), for why a household changed (`changed_households`) or for words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from string import ascii_uppercase
from typing import Any

import numpy as np
import pandas as pd

from povlib.allocation.problem.allocation_problem import MICRO
from povlib.calendar import Month
from povlib.errors import RunError
from povlib.report.comparison.comparison_page import LISTED_HOUSEHOLDS, ComparisonFacts
from povlib.report.model.numbers import missing, shown
from povlib.runs.comparison.carried_plan import CarriedPlan, ComparedRun, carried_plan
from povlib.runs.comparison.changed_households import REASONS, changed_households
from povlib.runs.facts.explanation import posted_prices
from povlib.runs.facts.proposal import chosen_packages, fund_rows, plan_outcome
from povlib.runs.questions.what_if import known_money_curve
from povlib.runs.run import Run
from povlib.runs.stages.plan_outcome import additional_draws, total_with_range
from povlib.vocabulary.resource_keys import SOURCE, SOURCE_PREFIX, counts_whole_persons, fund_of_row, share_key
from povlib.words import text

Progress = Callable[[str, float], None]
MOST_RUNS = 40
"""Runs of one comparison: a choice, beyond a sweep of any grid that a meeting looks at."""
_FEN_PER_WAN = 1_000_000
_FUND, _PERSON = "fund", "person"


def comparison_facts(runs: Sequence[Run], lang: str, progress: Progress | None = None) -> ComparisonFacts:
    """Return what sets runs side by side; the others are held against the first.

    Parameters
    ----------
    progress : callable, optional
        Receives stage and share done.

    Raises
    ------
    RunError
        If there is none, or more than can be compared, or one is not finished or not as it was sealed.
    """
    if not 0 < len(runs) <= MOST_RUNS:
        raise RunError("{n} runs cannot be compared", allowed="1-{most}", n=len(runs), most=MOST_RUNS)
    tell = progress or (lambda stage, share: None)
    loading, households, scenarios = comparison_stages()
    compared = []
    for number, run in enumerate(runs):
        tell(loading, number / len(runs))
        compared.append(ComparedRun(run))
        _ = run.problem  # built here, so that the bar moves
    labels = [_label(number) for number in range(len(runs))]
    changes = []
    for number, other in enumerate(compared[1:]):
        tell(households, number / max(len(compared) - 1, 1))
        changes.append(_changed_rows(compared[0], other, labels[number + 1], lang))
    table = _run_table(compared, labels, changes, lang)
    carried = list(_carried(compared, lambda share: tell(scenarios, share)))
    in_persons = all(run.settings.objective.in_persons for run in runs)
    regret = _regret_table(compared, labels, carried, lang)
    return ComparisonFacts(
        runs=table,
        reasons=_reason_counts(changes),
        changed=pd.concat([frame for frame in changes if len(frame)] or changes or [_nobody()], ignore_index=True),
        funds=_fund_table(compared, labels, lang),
        prices=_price_table(compared, labels, lang),
        overlap=_overlap_table(compared, labels),
        regret=regret,
        worst=_worst_table(regret, table, carried, in_persons),
        in_persons=in_persons,
        frontier=known_money_curve(runs[0]),
        steps=_steps_table(table, carried),
        same_data=len({(run.info.batch, run.info.ledger_head) for run in runs}) == 1,
        manifest={f"run {label}": run.info.run_id for label, run in zip(labels, runs, strict=True)},
    )


def comparison_stages() -> tuple[str, str, str]:
    """Return the stages that `comparison_facts` names to who watches it."""
    return text("runs"), text("households"), text("each plan in each scenario")


def _label(number: int) -> str:
    again, letter = divmod(number, len(ascii_uppercase))
    return ascii_uppercase[letter] + (str(again + 1) if again else "")


def _nobody() -> pd.DataFrame:
    return pd.DataFrame({"label": [], "listed": pd.Series([], dtype=bool)})


def _changed_rows(first: ComparedRun, other: ComparedRun, label: str, lang: str) -> pd.DataFrame:
    """Return the households that one plan treats otherwise, with names and texts in a language."""
    return worded_changes(changed_households(first, other), first.run, other.run, lang).assign(label=label)


def worded_changes(frame: pd.DataFrame, first: Run, other: Run, lang: str) -> pd.DataFrame:
    """Return changed households with names and texts in a language, as `ComparisonFacts.changed` needs them.

    Parameters
    ----------
    frame : DataFrame
        `changed_households` of the two runs.
    """
    money = frame["money_after_fen"] - frame["money_before_fen"]
    order = money.abs().rank(method="first", ascending=False)
    nothing = text("not planned for", lang)
    known = {**first.catalogue.measures, **other.catalogue.measures}
    measures = {key: measure.names.show(lang) for key, measure in known.items()}
    named = [_name_and_unit(first, other, what, lang) for what in frame["what"]]
    scale = [{_FUND: _FEN_PER_WAN, SOURCE: MICRO, _PERSON: MICRO}.get(unit, 1) for _, unit in named]
    words = {
        _FUND: text("per 10,000 yuan", lang),
        SOURCE: text("per expected exit", lang),
        _PERSON: text("per person", lang),
        "unit": text("each", lang),
        "": "",
    }
    labels = {
        side: [said[lang] if isinstance(said, dict) else nothing for said in frame[side]]
        for side in ("before", "after")
    }
    alike = [old == new for old, new in zip(labels["before"], labels["after"], strict=True)]
    return frame.assign(
        before=_with_start(labels["before"], frame["start_before"], alike, lang),
        after=_with_start(labels["after"], frame["start_after"], alike, lang),
        refused=pd.Series([said[lang] if isinstance(said, dict) else None for said in frame["refused"]], dtype=object),
        measure_name=frame["measure"].map(lambda key: measures.get(key, key), na_action="ignore"),
        name=[name for name, _ in named],
        unit=[words[unit] for _, unit in named],
        price_before=frame["price_before"].astype("float64") * scale,
        price_after=frame["price_after"].astype("float64") * scale,
        money_change_fen=money,
        listed=(order <= LISTED_HOUSEHOLDS).to_numpy(dtype=bool),
    )


def _with_start(labels: list[str], starts: pd.Series, alike: list[bool], lang: str) -> list[str]:
    """Return labels, those that are alike in both plans with the month in which the help starts."""
    return [
        text("{package} from {month}", lang, package=label, month=Month.from_ordinal(int(start)).label(lang))
        if same and not missing(start)
        else label
        for label, start, same in zip(labels, starts, alike, strict=True)
    ]


def _name_and_unit(first: Run, other: Run, what: Any, lang: str) -> tuple[str, str]:
    """Return what a row of a price table is called, and whether it is a fund, a source, a unit, or nothing."""
    if not isinstance(what, str):
        return "", ""
    fund = fund_of_row(what)
    for run in (other, first):
        problem = run.problem
        funds = problem.money.funds if problem.money is not None else ()
        if fund in funds:
            return problem.names(fund)[lang], _FUND
        if what in set(problem.rows["row"]):
            if what.startswith(SOURCE_PREFIX):
                return problem.names(what)[lang], _PERSON if counts_whole_persons(what) else SOURCE
            return problem.names(what)[lang], "unit"
    return what, "unit"


def _run_table(
    compared: Sequence[ComparedRun], labels: Sequence[str], changes: Sequence[pd.DataFrame], lang: str
) -> pd.DataFrame:
    first = compared[0]
    worlds = [additional_draws(one.run.projection, chosen_packages(one.run)) for one in compared]
    rows: list[dict[str, Any]] = []
    for number, (one, label) in enumerate(zip(compared, labels, strict=True)):
        outcome = plan_outcome(one.run)
        change, change_low, change_high = _change(first, one, worlds[0], worlds[number], outcome.additional.value)
        money = outcome.money_fen
        rows.append(
            {
                "label": label,
                "run": one.run.info.run_id,
                "title": one.run.info.title(lang),
                "changes": _changes_in_words(one.run, lang),
                "batch": one.run.info.batch,
                "additional": outcome.additional.value,
                "additional_low": outcome.additional.low,
                "additional_high": outcome.additional.high,
                "change": change if number else None,
                "change_low": change_low if number else None,
                "change_high": change_high if number else None,
                "expected": outcome.expected.value,
                "expected_low": outcome.expected.low,
                "expected_high": outcome.expected.high,
                "money_fen": money,
                "money_change_fen": money - rows[0]["money_fen"] if number else None,
                "poorest_share": outcome.poorest.money_share,
                "poorest_change": _difference(outcome.poorest.money_share, rows[0]["poorest_share"])
                if number
                else None,
                "served": outcome.served,
                "gap": one.run.plan.gap,
                "changed": len(changes[number - 1]) if number else 0,
            }
        )
    frame = pd.DataFrame(rows)
    return frame.astype(
        {"money_change_fen": "Int64", "change": "float64"}
        | {name: "float64" for name in ("change_low", "change_high", "poorest_change", "poorest_share")}
    )


def _difference(now: float | None, before: float | None) -> float | None:
    return None if now is None or before is None else now - before


def _change(
    first: ComparedRun, other: ComparedRun, before: Any, after: Any, value: float
) -> tuple[float, float | None, float | None]:
    """Return the change of additional exits with its range; no range where the runs share no worlds."""
    change = value - plan_outcome(first.run).additional.value
    settings = first.run.settings, other.run.settings
    # one seed, one number of draws and the same households: world by world the same luck
    shared = settings[0].seed == settings[1].seed and len(before) == len(after) and first.members == other.members
    if not shared:
        return change, None, None
    ranged = total_with_range(after - before, change)
    return change, ranged.low, ranged.high


def _changes_in_words(run: Run, lang: str) -> str:
    if not run.overrides:
        return ""
    said = text(", ", lang).join(f"{key}={value}" for key, value in sorted(run.overrides.items()))
    return text("({changes})", lang, changes=said)


def _reason_counts(changes: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return how many households each reason holds for, the most frequent first."""
    parts = []
    for frame in changes:
        if len(frame):
            counted = frame.groupby(["label", "reason"], as_index=False).agg(
                households=("hh", "size"), persons=("members", "sum")
            )
            rank = counted["reason"].map({reason: at for at, reason in enumerate(REASONS)})
            parts.append(counted.assign(rank=rank).sort_values(["households", "rank"], ascending=[False, True]))
    columns = ["label", "reason", "households", "persons"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def _fund_table(compared: Sequence[ComparedRun], labels: Sequence[str], lang: str) -> pd.DataFrame:
    frames = [fund_rows(one.run, lang).assign(label=label) for one, label in zip(compared, labels, strict=True)]
    frame = pd.concat(frames, ignore_index=True).rename(columns={"name": "fund"})
    first = frame[frame["label"] == labels[0]].set_index("fund")["planned_fen"]
    change = frame["planned_fen"] - frame["fund"].map(first).fillna(0)
    frame["change_fen"] = change.astype("Int64").mask(frame["label"] == labels[0])
    return _side_by_side(frame, ["fund"], labels)


def _price_table(compared: Sequence[ComparedRun], labels: Sequence[str], lang: str) -> pd.DataFrame:
    frames = [posted_prices(one.run, lang).assign(label=label) for one, label in zip(compared, labels, strict=True)]
    frame = pd.concat([part for part in frames if len(part)] or frames, ignore_index=True)
    first = frame[frame["label"] == labels[0]].drop_duplicates(["name", "per"])
    before = first.set_index(["name", "per"])["price_points"]
    own = pd.MultiIndex.from_frame(frame[["name", "per"]])
    # prices of scenarios that count other things are no difference of the same thing
    known = [one.run.settings.objective == compared[0].run.settings.objective for one in compared]
    alike = frame["label"].map(dict(zip(labels, known, strict=True))).astype(bool)
    change = frame["price_points"].astype("float64") - before.reindex(own).to_numpy(dtype="float64")
    frame["change_points"] = change.where(alike & (frame["label"] != labels[0]))
    return _side_by_side(frame, ["name", "per"], labels)


def _side_by_side(frame: pd.DataFrame, keys: list[str], labels: Sequence[str]) -> pd.DataFrame:
    """Return rows of one thing beneath each other, in the order of the runs; things in the order they are met."""
    thing = pd.factorize(pd.MultiIndex.from_frame(frame[keys]))[0]
    place = frame["label"].map({label: at for at, label in enumerate(labels)})
    return frame.iloc[np.lexsort((place, thing))].reset_index(drop=True)


def _overlap_table(compared: Sequence[ComparedRun], labels: Sequence[str]) -> pd.DataFrame:
    rows = []
    for (one, first), (two, other) in combinations(zip(labels, compared, strict=True), 2):
        both, either = len(first.served & other.served), len(first.served | other.served)
        everybody = first.chosen.keys() | other.chosen.keys()
        same = sum(first.content_of(hh)[0] == other.content_of(hh)[0] for hh in everybody)
        share = both / either if either else None
        rows.append((f"{one}–{two}", len(first.served), len(other.served), both, either, share, same))
    columns = ["pair", "first", "other", "both", "either", "jaccard", "same"]
    return pd.DataFrame(rows, columns=columns).astype({"jaccard": "float64"})


def _steps_table(runs: pd.DataFrame, carried: Sequence[tuple[int, int, CarriedPlan]]) -> pd.DataFrame:
    """Return the way from the first plan to each other: label, before, kept, after (additional exits in persons).

    As `run_difference` tells it: the first's own number, its plan counted by the other's estimates, the other's plan.
    """
    kept = {scenario: found.additional.value for plan, scenario, found in carried if plan == 0 and scenario}
    rows = [
        (runs["label"].iloc[at], runs["additional"].iloc[0], value, runs["additional"].iloc[at])
        for at, value in sorted(kept.items())
    ]
    return pd.DataFrame(rows, columns=["label", "before", "kept", "after"])


def _carried(compared: Sequence[ComparedRun], told: Callable[[float], None]) -> Iterator[tuple[int, int, CarriedPlan]]:
    """Yield each plan under each run's problem: number of the plan, number of the scenario, what becomes of it."""
    pairs = [(plan, scenario) for plan in range(len(compared)) for scenario in range(len(compared))]
    for done, (plan, scenario) in enumerate(pairs):
        told(done / len(pairs))
        yield plan, scenario, carried_plan(compared[plan], compared[scenario])


def _regret_table(
    compared: Sequence[ComparedRun], labels: Sequence[str], carried: Sequence[tuple[int, int, CarriedPlan]], lang: str
) -> pd.DataFrame:
    own = {plan: found.value for plan, scenario, found in carried if plan == scenario}
    rows = []
    for plan, scenario, found in carried:
        regret = own[scenario] - found.value
        rows.append(
            {
                "plan": labels[plan],
                "scenario": labels[scenario],
                "additional": found.additional.value,
                "additional_low": found.additional.low,
                "additional_high": found.additional.high,
                "regret": regret,
                "regret_share": regret / own[scenario] if own[scenario] > 0 else None,
                "feasible": found.feasible,
                "broken": broken_in_words(found, compared[scenario], lang),
            }
        )
    return pd.DataFrame(rows).astype({"regret_share": "float64"})


def broken_in_words(found: CarriedPlan, under: ComparedRun, lang: str) -> str:
    """Return which rules of a run a plan breaks and by how much, in words; "" when none."""
    said = []
    if found.left_out:
        said.append(text("{n} packages are not offered", lang, n=len(found.left_out)))
    if found.gone:
        said.append(text("{n} households are not on the register", lang, n=len(found.gone)))
    money_shares = _shares_of_money(under)
    for row in found.broken.to_dict("records"):
        kind, over = str(row["kind"]), int(row["over"])
        if kind == "pin":
            said.append(text("{n} households have what was decided against", lang, n=over))
            continue
        names = [under.run.problem.names(part)[lang] for part in str(row["row"]).split("+")]
        if str(row["row"]).startswith(SOURCE_PREFIX):
            much = shown(over / MICRO, "decimal1", lang)
            name = under.run.problem.names(str(row["row"]))[lang]
            whole = counts_whole_persons(str(row["row"]))
            message = "{name}: {amount} persons too many" if whole else "{name}: {amount} expected exits too many"
            said.append(text(message, lang, name=name, amount=much))
            continue
        money = kind == "money" or row["row"] in money_shares
        amount = shown(over, "yuan" if money else "count", lang, unit="yuan" if money else "")
        message = {
            "money": "{amount} too little in {name}",
            "at_most": "{name}: {amount} too many",
            "at_least": "{name}: {amount} too few",
            "share": "{name}: {amount} too little",
        }[kind]
        said.append(text(message, lang, name=text(" + ", lang).join(names), amount=amount))
    return text("; ", lang).join(said)


def _shares_of_money(under: ComparedRun) -> set[str]:
    tables = under.run.problem.tables
    if tables is None:
        return set()
    shares = tables.shares
    return {share_key(str(name)) for name, of in zip(shares["share"], shares["of"], strict=True) if of == "money"}


def _worst_table(
    regret: pd.DataFrame, runs: pd.DataFrame, carried: Sequence[tuple[int, int, CarriedPlan]], in_persons: bool
) -> pd.DataFrame:
    """Return the largest regret of each plan over the scenarios, and which plan's is least (Savage 1951)."""
    frame = regret.groupby("plan", as_index=False, sort=False).agg(
        fails=("feasible", lambda kept: int((~kept).sum())),
        worst=("regret", "max"),
        worst_share=("regret_share", "max"),
    )
    frame = frame.rename(columns={"plan": "label"}).merge(runs[["label", "title", "changes"]], on="label")
    frame["title"] = (frame["title"] + " " + frame["changes"]).str.strip()
    if not in_persons:
        frame["worst"] = np.nan  # units of several aims have no largest
    judged = frame["worst"] if in_persons else frame["worst_share"]
    can = frame["fails"] == 0
    frame["safest"] = can & (judged == judged[can].min()) if can.any() else False
    return frame
