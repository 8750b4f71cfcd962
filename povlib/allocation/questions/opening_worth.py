"""What each opening brings: the plan held against the best plan in which a facility is shut, or open.

Responsible for one figure a facility with what is certain of it, for the number of households at which it pays, and
for the opening cost that it is worth. Not responsible for who may use it (`povlib.support`) or for words.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np
import pandas as pd

from povlib.allocation.problem.allocation_problem import Problem
from povlib.allocation.proof.certificate import UNITS_PER_PERSON, Prices, net_values
from povlib.allocation.proof.plan import Plan
from povlib.allocation.solvers.dispatch import solve
from povlib.arrays import Ints
from povlib.errors import InfeasiblePlanError, ProblemError
from povlib.vocabulary.resource_keys import EARLY_PREFIX, FACILITY_PREFIX


def opening_worth(
    plan: Plan,
    problem: Problem,
    *,
    gap: float = 0.5,
    time_limit_s: float = 60.0,
    nodes: int | None = None,
    only: Collection[str] | None = None,
) -> pd.DataFrame:
    """Return what every facility brings, opened against shut.

    Two plans are held against each other: the best with the facility at the level of the plan (at its best level where
    the plan leaves it shut), and the best with it shut; one of them is `plan`, the other is found again.

    Parameters
    ----------
    plan : Plan
        The plan of `problem`.
    problem : Problem
        Made from tables.
    gap : float
        Persons; how near to the best the plan found again must be: no nearer than `plan` itself is.
    time_limit_s : float
        For each plan found again.
    nodes : int, optional
        Effort for each plan found again (`solve`).
    only : collection of str, optional
        Facilities to look at; by default all.

    Returns
    -------
    DataFrame
        facility, level (0: the plan leaves it shut), households (that take a place), brings (units of `Plan.value`:
        persons in the shipped objective; of a facility left shut what opening it would bring, mostly below nothing),
        low, high (the true figure lies between them, by proof), opening_fen (what funds pay at that level), worth_fen
        (what the opening could cost at most before it no longer pays, at the posted prices of its funds; missing where
        money has no price), breaks_even (places taken from which on it pays, at the posted prices; missing where no
        number does).

    Raises
    ------
    ProblemError
        If the problem was not made from tables.
    """
    tables = problem.tables
    if tables is None:
        raise ProblemError("openings need a problem made from tables", where="facilities")
    chosen = dict(zip(plan.opened["facility"].astype(str), plan.opened["level"].astype(int), strict=True))
    rows = []
    asked = tables.facilities if only is None else tables.facilities[tables.facilities["facility"].isin(list(only))]
    for facility, own in asked.groupby("facility", sort=True):
        level = chosen.get(str(facility), 0)
        every = set(own["level"].astype(int))
        tried = _restricted(problem, str(facility), every if level == 0 else {0})
        other = _best_plan(tried, plan, gap, time_limit_s, nodes)
        there = _takers(problem, own)
        opened_plan = plan if level else other
        taken = 0 if opened_plan is None else int(there[opened_plan.rows[: problem.households]].sum())
        if other is None:
            brings = low = high = float("nan")
        elif level:
            brings, low, high = plan.value - other.value, plan.value - other.price_bound, plan.price_bound - other.value
        else:
            brings, low, high = other.value - plan.value, other.value - plan.price_bound, other.price_bound - plan.value
        used_level = level or (0 if other is None else _level_of(other, str(facility)))
        levels = own.drop_duplicates("level").set_index("level")["opening_fen"]
        due = int(levels[used_level]) if used_level else int(levels.iloc[-1])
        price = _price_of_money(own, plan)
        worth = None if not price or brings != brings else max(round(due + brings / price), 0)
        rows.append(
            (str(facility), level, taken, brings, low, high, due, worth, _break_even(problem, plan, own, there))
        )
    columns = ["facility", "level", "households", "brings", "low", "high", "opening_fen", "worth_fen", "breaks_even"]
    return pd.DataFrame(rows, columns=columns).astype({"worth_fen": "Int64", "breaks_even": "Int64"})


def break_even_places(plan: Plan, problem: Problem) -> dict[str, int | None]:
    """Return by facility the places taken from which on its opening pays, at the posted prices; None: at no number.

    Nothing is solved again; `opening_worth` says what an opening really brings.

    Raises
    ------
    ProblemError
        If the problem was not made from tables.
    """
    if problem.tables is None:
        raise ProblemError("openings need a problem made from tables", where="facilities")
    groups = problem.tables.facilities.groupby("facility", sort=True)
    return {str(key): _break_even(problem, plan, own, _takers(problem, own)) for key, own in groups}


def worth_by_level(
    plan: Plan, problem: Problem, *, gap: float = 0.5, time_limit_s: float = 60.0, nodes: int | None = None
) -> pd.DataFrame:
    """Return what every way to open every facility would bring: in which month, with how many taken at least.

    Parameters
    ----------
    plan, problem, gap, time_limit_s, nodes
        As in `opening_worth`.

    Returns
    -------
    DataFrame
        facility, level (0: shut), chosen (bool: as the plan has it), opening_fen, value, bound (of the best plan with
        the facility at that level; missing where no plan keeps every rule so).

    Raises
    ------
    ProblemError
        If the problem was not made from tables.
    """
    tables = problem.tables
    if tables is None:
        raise ProblemError("openings need a problem made from tables", where="facilities")
    rows = []
    for facility, own in tables.facilities.groupby("facility", sort=True):
        due = {0: 0, **own.drop_duplicates("level").set_index("level")["opening_fen"].astype(int).to_dict()}
        taken = _level_of(plan, str(facility))
        for level, fen in ((int(str(level)), fen) for level, fen in due.items()):
            tried = _restricted(problem, str(facility), {level})
            best = plan if level == taken else _best_plan(tried, plan, gap, time_limit_s, nodes)
            value, bound = (float("nan"),) * 2 if best is None else (best.value, best.price_bound)
            rows.append((str(facility), level, level == taken, int(fen), value, bound))
    columns = ["facility", "level", "chosen", "opening_fen", "value", "bound"]
    return pd.DataFrame(rows, columns=columns)


def _restricted(problem: Problem, facility: str, levels: set[int]) -> Problem:
    """Return the problem with a facility that may be at these levels only; level 0 is shut."""
    keys = problem.package.astype(str)
    own = np.char.startswith(keys, f"{FACILITY_PREFIX}{facility}:")
    kept = np.isin(keys, [f"{FACILITY_PREFIX}{facility}:{level}" for level in sorted(levels)])
    return replace(problem, allowed=problem.allowed & (~own | kept))


def _best_plan(problem: Problem, plan: Plan, gap: float, time_limit_s: float, nodes: int | None) -> Plan | None:
    """Return the best plan found; None where no plan keeps every rule so."""
    near = max(gap, 0.0 if plan.optimal else plan.gap)
    try:
        return solve(problem, gap=near, warm_start=plan, time_limit_s=time_limit_s, nodes=nodes)
    except InfeasiblePlanError:
        return None


def _level_of(plan: Plan, facility: str) -> int:
    own = plan.opened.loc[plan.opened["facility"].astype(str) == facility, "level"]
    return int(own.iloc[0]) if len(own) else 0


def _takers(problem: Problem, own: pd.DataFrame) -> Ints:
    """Return by package row how many of the facility's posts and places it takes."""
    rows = problem.rows["row"].astype(str).tolist()
    added = own[own["added"] > 0]
    sense = dict(zip(rows, problem.rows["sense"], strict=True))
    columns = [rows.index(name) for name in sorted(set(added["resource"].astype(str))) if _is_seat(name, sense)]
    used = problem.use[:, columns].toarray().clip(min=0).sum(axis=1)
    return np.asarray(np.maximum(used, 0), dtype=np.int64)


def _is_seat(row: str, sense: dict[str, str]) -> bool:
    """Return whether a row counts posts or places taken, each once: not what is asked for, nor what is taken early."""
    return sense[row] == "<=" and not row.startswith(EARLY_PREFIX)


def _price_of_money(own: pd.DataFrame, plan: Plan) -> float:
    """Return the price of a fen of the cheapest fund that may pay the opening, in persons."""
    funds = str(own["fund"].iloc[0]).split("+")
    return float(min(plan.prices.get(fund, 0.0) for fund in funds))


def _break_even(problem: Problem, plan: Plan, own: pd.DataFrame, there: Ints) -> int | None:
    """Return the fewest places taken at which the opening pays, at the posted prices of everything but itself.

    What a household gains by a place is its best package with one less its best without, both net of the posted
    prices; the places' own prices are left out, since the opening stands against the sum of gains. The dearest gains
    come first, and each level is paid by as many as it asks for.
    """
    rows = set(own["resource"].astype(str))
    posted = {name: price for name, price in plan.certificate.prices.items() if name not in rows}
    net = net_values(problem, Prices.of(problem, posted)).astype(np.float64) / UNITS_PER_PERSON
    net = np.where(problem.allowed, net, -np.inf)
    last = int(problem.start[problem.households])
    starts = problem.start[: problem.households]
    inside = np.maximum.reduceat(np.where(there[:last] > 0, net[:last], -np.inf), starts)
    outside = np.maximum.reduceat(np.where(there[:last] > 0, -np.inf, net[:last]), starts)
    gain = np.sort((inside - outside)[np.isfinite(inside) & np.isfinite(outside)])[::-1]
    total = np.concatenate([[0.0], np.cumsum(gain)])
    cost = -net
    keys = problem.package.astype(str)
    floors = dict(zip(problem.rows["row"].astype(str), problem.rows["sense"], strict=True))
    best: int | None = None
    for part in (own[own["level"] == level] for level in sorted(own["level"].unique())):
        at = int(np.flatnonzero(keys == f"{FACILITY_PREFIX}{part['facility'].iloc[0]}:{int(part['level'].iloc[0])}")[0])
        floor = part.loc[[floors.get(str(r)) == ">=" for r in part["resource"]], "added"]
        places = part.loc[[_is_seat(str(r), floors) for r in part["resource"]], "added"]
        least, most = int(floor.max()) if len(floor) else 0, int(places.sum()) if len(places) else len(gain)
        for taken in range(max(least, 1), min(most, len(gain)) + 1):
            if total[taken] >= cost[at]:
                best = taken if best is None else min(best, taken)
                break
    return best
