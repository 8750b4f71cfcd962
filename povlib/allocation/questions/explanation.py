"""Why this plan: posted prices, each household's reason and what would change it.

Responsible for turning a plan and its certificate into what a planner says in the meeting: prices
in a planner's units, chosen and runner-up with their arithmetic by pencil, the households that rounding
treats otherwise and what that costs, who receives nothing and why, and alike households that are
treated differently. Not responsible for solving again (`povlib.allocation.questions.marginal_worth`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from povlib.allocation.problem.allocation_problem import MICRO, Problem
from povlib.allocation.problem.canonical_order import package_hashes
from povlib.allocation.proof.certificate import UNITS_PER_PERSON, Prices, net_values
from povlib.allocation.proof.pencil_arithmetic import PencilArithmetic, PencilItem
from povlib.allocation.proof.plan import Plan
from povlib.allocation.questions.baseline_rules import FirmRules
from povlib.allocation.questions.reason_sentences import PackageNames, change_sentence, reason_sentence
from povlib.arrays import Ints
from povlib.vocabulary.resource_keys import (
    SHARE_PREFIX,
    SOURCE,
    fund_of_row,
    outside_kept_share,
)
from povlib.words import languages, text

UNITS_PER_POINT = UNITS_PER_PERSON // 1000
FEN_PER_10K_YUAN = 1_000_000

#: packages whose net values differ by less (1e-5 person, .01 point) are level: papers print one decimal of a point
TIE_UNITS = UNITS_PER_PERSON // 10**5

#: why a household has the package it has
REASONS = ("pinned", "only", "best", "nothing_best", "tie", "rounding", "equal")


@dataclass(frozen=True, eq=False)
class Explanation:
    """What can be said about a plan.

    Attributes
    ----------
    prices : DataFrame
        row, kind, name_<language>, unit, per (units the price is for), persons (price of that
        much, in additional exits), points.
    households : DataFrame
        hh, village, members, chosen, runner_up, value, runner_value, points, runner_points,
        margin_points (chosen - runner-up), reason (`REASONS`), served, zh, en.
    pencil : DataFrame
        hh, role ("chosen" or "runner_up"), package, what ("value" or a row), measure, amount,
        points_per_unit, points. The points of a package add up to its net value.
    otherwise : DataFrame
        hh, chosen, better, cost_persons: households that rounding treats otherwise than the posted
        prices would, and what that costs.
    unused : DataFrame
        row, left, cost_persons: what is left of rows with a price. With `otherwise` and bills paid
        from a dearer fund than the cheapest this is the whole gap.
    unserved : DataFrame
        hh, village, reason, zh, en.
    alike : DataFrame
        class, hh, chosen, points, why (zh, en): households alike in everything that counts, yet
        treated differently.
    """

    prices: pd.DataFrame
    households: pd.DataFrame
    pencil: pd.DataFrame
    otherwise: pd.DataFrame
    unused: pd.DataFrame
    unserved: pd.DataFrame
    alike: pd.DataFrame


def explain(plan: Plan, problem: Problem, measures: Mapping[str, Mapping[str, str]] | None = None) -> Explanation:
    """Explain a plan by its posted prices.

    Parameters
    ----------
    measures : mapping, optional
        Names of measures: key -> name by language; the key where there is none.

    Examples
    --------
    >>> from scipy import sparse
    >>> from povlib.allocation.solvers.dispatch import solve
    >>> use = sparse.csr_array([[0], [2], [0], [3]])
    >>> problem = Problem.from_arrays([0, 5, 0, 6], [0, 0, 1, 1], [0, 0], use, [4])
    >>> explain(solve(problem, gap=0), problem).otherwise["cost_persons"].round(3).tolist()
    [1.0]
    """
    prices = Prices.of(problem, plan.certificate.prices)
    net_value = net_values(problem, prices)
    runner = _runner_up_rows(problem, plan.rows, net_value)
    words = PackageNames(problem, measures or {})
    households = _household_table(problem, plan, net_value, runner, words)
    return Explanation(
        prices=price_table(plan, problem),
        households=households,
        pencil=_pencil_table(problem, plan, runner, words),
        otherwise=_rounded_households(problem, plan.rows, net_value, runner),
        unused=_unused_capacity(problem, plan, prices),
        unserved=households.loc[~households["served"], ["hh", "village", "reason", *languages()]].reset_index(
            drop=True
        ),
        alike=_unequal_treatment(problem, plan.rows, net_value),
    )


def price_table(plan: Plan, problem: Problem) -> pd.DataFrame:
    """Return the posted prices in a planner's units: per 10,000 yuan of a fund, per post, place or week.

    Of a limit on what may hang on one source: per expected exit less that may hang on it.
    """
    kinds = dict(zip(problem.rows["row"], problem.rows["kind"], strict=True))
    units = dict(zip(problem.rows["row"], problem.rows["unit"], strict=True))
    funds = problem.money.funds if problem.money is not None else ()
    table_rows = []
    for row, price in plan.certificate.prices.items():
        fund = fund_of_row(row)
        is_fund = fund in funds
        kind = ("fund" if row == fund else "kept share") if is_fund else str(kinds.get(row, "stage"))
        per = FEN_PER_10K_YUAN if is_fund else MICRO if kind == SOURCE else 1
        name = problem.names(fund)
        unit = "fen" if is_fund else str(units.get(row, ""))
        persons = price * per / UNITS_PER_PERSON
        table_rows.append((row, kind, *(name[lang] for lang in languages()), unit, per, persons, persons * 1000))
    columns = ["row", "kind", *(f"name_{lang}" for lang in languages()), "unit", "per", "persons", "points"]
    return pd.DataFrame(table_rows, columns=columns).sort_values(["kind", "row"], ignore_index=True)


def _runner_up_rows(problem: Problem, rows: Ints, net_value: Ints) -> Ints:
    """Return each group's best other allowed package by net value (ties: canonical order); -1 if there is none."""
    rank = np.empty(len(net_value), dtype=np.int64)
    rank[problem.order] = np.arange(len(net_value))
    other = problem.allowed.copy()
    other[rows] = False
    best = np.lexsort((rank, -net_value, ~other, problem.group))
    first = best[np.searchsorted(problem.group[best], np.arange(problem.groups))]
    return np.where(other[first], first, -1).astype(np.int64)


def _household_table(problem: Problem, plan: Plan, net_value: Ints, runner: Ints, words: PackageNames) -> pd.DataFrame:
    """Return chosen package and runner-up of every household, with the reason in words."""
    own = slice(0, problem.households)
    rows, other = plan.rows[own], runner[own]
    has = other >= 0
    points, others = net_value[rows] / UNITS_PER_POINT, np.where(has, net_value[other], 0) / UNITS_PER_POINT
    reason = _reasons(problem, plan.rows, other, net_value)
    frame = pd.DataFrame(
        {"hh": problem.hh, "village": problem.village, "members": problem.members, "chosen": problem.package[rows],
         "runner_up": [key if known else None for key, known in zip(problem.package[other], has, strict=True)],
         "value": problem.value[rows] / MICRO,
         "runner_value": np.where(has, problem.value[other] / MICRO, np.nan), "points": points,
         "runner_points": np.where(has, others, np.nan), "margin_points": np.where(has, points - others, np.nan),
         "reason": reason, "served": rows != problem.base[own]}
    )  # fmt: skip
    for lang in languages():
        frame[lang] = [
            reason_sentence(words, row, lang) + change_sentence(words, row, lang) for row in frame.to_dict("records")
        ]
    return frame


def _reasons(problem: Problem, plan_rows: Ints, runner: Ints, net_value: Ints) -> list[str]:
    """Return why each household has its package (`REASONS`)."""
    pinned: set[str] = set()
    if problem.tables is not None:
        pinned = set(problem.tables.pins["hh"])
    rules = FirmRules(problem)
    used, demand = rules.use_and_demand(plan_rows)
    reasons = []
    for h, (row, other) in enumerate(zip(plan_rows[: problem.households].tolist(), runner.tolist(), strict=True)):
        if other < 0:
            reasons.append("pinned" if str(problem.hh[h]) in pinned else "only")
        elif net_value[row] < net_value[other] - TIE_UNITS:
            more = problem.value[other] > problem.value[row]
            fits = more and bool(rules.keeps(used, demand, *rules.change_by(other, row)))
            reasons.append("equal" if fits else "rounding")
        elif net_value[row] <= net_value[other] + TIE_UNITS:
            reasons.append("tie")
        else:
            reasons.append("nothing_best" if row == problem.base[h] else "best")
    return reasons


def _pencil_table(problem: Problem, plan: Plan, runner: Ints, words: PackageNames) -> pd.DataFrame:
    """Return the arithmetic of every household's chosen package and runner-up, item by item."""
    columns = ["hh", "role", "package", "what", "measure", "amount", "points_per_unit", "points"]
    if problem.tables is None:
        return pd.DataFrame(columns=columns)
    # of the packages asked for alone: read for all, the tables of a county weigh more than everything else told of it
    asked = np.concatenate([plan.rows, runner[runner >= 0]])
    pencil = PencilArithmetic(problem, np.unique(asked))
    entries = []
    for role, rows in (("chosen", plan.rows), ("runner_up", runner)):
        for h in range(problem.households):
            row = int(rows[h])
            if row >= 0:
                key, value = str(problem.package[row]), int(problem.value[row])
                items = pencil.price_items(key, plan.certificate.prices) or []
                worth = (problem.hh[h], role, key, "value", "", 1, value / 1000, value / 1000)
                entries += [worth, *(_pencil_entry(problem.hh[h], role, key, item) for item in items)]
    frame = pd.DataFrame(entries, columns=columns)
    return frame.sort_values(["hh", "role"], kind="stable", ignore_index=True)


def _pencil_entry(hh: str, role: str, package: str, item: PencilItem) -> tuple[object, ...]:
    """Return one row of the pencil table."""
    points = -item.cost / UNITS_PER_POINT
    return (hh, role, package, item.what, item.measure, item.amount, -item.price / UNITS_PER_POINT, points)


def _rounded_households(problem: Problem, rows: Ints, net_value: Ints, runner: Ints) -> pd.DataFrame:
    """Return the households with a package that posted prices alone would not choose, and what that costs."""
    own = np.flatnonzero((runner >= 0) & (net_value[rows] < net_value[runner] - TIE_UNITS))
    own = own[own < problem.households]
    cost = (net_value[runner[own]] - net_value[rows[own]]) / UNITS_PER_PERSON
    frame = pd.DataFrame(
        {"hh": problem.hh[own], "chosen": problem.package[rows[own]], "better": problem.package[runner[own]],
         "cost_persons": cost}
    )  # fmt: skip
    return frame.sort_values(["cost_persons", "hh"], ascending=[False, True], ignore_index=True)


def _unused_capacity(problem: Problem, plan: Plan, prices: Prices) -> pd.DataFrame:
    """Return what is left of each row and fund that has a price, and what that costs."""
    left = problem.capacity - np.asarray(problem.use[plan.rows].sum(axis=0)).ravel()
    left_over = [
        (str(row), int(amount), int(price))
        for row, amount, price in zip(problem.rows["row"], left, prices.rows, strict=True)
    ]
    money = problem.money
    if money is not None:
        paid = plan.payments.groupby("fund")["fen"].sum()
        pencil = PencilArithmetic(problem)
        in_kept_class = [
            pencil.in_kept_class(m, f) for m, f in zip(plan.payments["measure"], plan.payments["fund"], strict=True)
        ]
        outside = plan.payments[~np.array(in_kept_class, dtype=bool)].groupby("fund")["fen"].sum()
        for f, fund in enumerate(money.funds):
            left_over.append((fund, int(money.budget[f]) - int(paid.get(fund, 0)), int(prices.funds[f])))
            spare = int(money.child[f]) - int(outside.get(fund, 0))
            left_over.append((outside_kept_share(fund), spare, int(prices.children[f])))
    rows = [(row, amount, amount * price / UNITS_PER_PERSON) for row, amount, price in left_over if amount and price]
    frame = pd.DataFrame(rows, columns=["row", "left", "cost_persons"])
    return frame.sort_values(["cost_persons", "row"], ascending=[False, True], ignore_index=True)


def _unequal_treatment(problem: Problem, rows: Ints, net_value: Ints) -> pd.DataFrame:
    """Group households whose packages have the same values, uses and bills; list unequal treatment."""
    hashes = package_hashes(problem)
    households = problem.households
    order = np.lexsort((hashes, problem.group))
    classes: dict[tuple[object, ...], list[int]] = {}
    for h in range(households):
        rows_of_household = order[problem.start[h] : problem.start[h + 1]]
        classes.setdefault((int(problem.members[h]), *hashes[rows_of_household].tolist()), []).append(h)
    table_rows = []
    for number, alike in enumerate(same for same in classes.values() if len(same) > 1):
        treated = {int(hashes[rows[h]]) for h in alike}
        if len(treated) > 1:
            levels = {int(net_value[rows[h]]) for h in alike}
            why = _WHY_EQUAL if len(levels) == 1 else _WHY_SCARCE
            table_rows += [
                (
                    number,
                    problem.hh[h],
                    problem.package[rows[h]],
                    net_value[rows[h]] / UNITS_PER_POINT,
                    *(text(why, lang) for lang in languages()),
                )
                for h in alike
            ]
    return pd.DataFrame(table_rows, columns=["class", "hh", "chosen", "points", *languages()])


_WHY_EQUAL = (
    "alike, with equal points; what is left is enough for some of them only, taken in order of the household key"
)
_WHY_SCARCE = (
    "alike, but money or places do not divide evenly, so some of them get a package with slightly fewer points"
)


def planner_rules(problem: Problem) -> list[str]:
    """Return the rules a planner made himself: shares, floors, and limits on what may hang on one source."""
    rows = problem.rows
    own = (rows["sense"] == ">=") | rows["row"].str.startswith(SHARE_PREFIX) | rows["kind"].eq(SOURCE)
    return [str(r) for r in rows.loc[own, "row"]]
