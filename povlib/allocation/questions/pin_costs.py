"""What each decision by hand costs: the plan held against the plan without it; and decisions that cannot all be kept.

Responsible for one cost a household with pins, in the value of the plan and in money, with what is certain of it, and
for naming the fewest households whose pins no plan keeps together. Not responsible for who decided what.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection, Iterable

import numpy as np
import pandas as pd

from povlib.allocation.problem.allocation_problem import Problem
from povlib.allocation.proof.certificate import UNITS_PER_PERSON, Prices, best_net_values, net_values, price_bound
from povlib.allocation.proof.plan import Plan
from povlib.allocation.solvers.dispatch import solve
from povlib.allocation.solvers.township.rule_clashes import some_plan_possible
from povlib.allocation.solvers.township.township_search import DEFAULT_NODES

Progress = Callable[[str, float], None]
#: plans found again without a household's pins: those that posted prices call the dearest; each takes seconds
MOST_SOLVED = 4
#: persons: a cost that rounds to nothing in the three decimals printed is left to the posted prices
_LEAST_COST = 0.0005
ALL = ""
"""Stands for all pins together in the column ``hh``."""


def pin_costs(
    plan: Plan,
    problem: Problem,
    *,
    gap: float = 0.5,
    time_limit_s: float = 60.0,
    most: int = MOST_SOLVED,
    nodes: int = DEFAULT_NODES // 3,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Return what the pins of each household cost, and all of them together.

    The cost of a household's pins is by how much the best plan without them (all others kept) is better than the best
    plan with them. At the posted prices it is what the household's best package is worth above the best that the pins
    leave it; that, and the two plans found again where it matters, bound the true cost from both sides.

    Parameters
    ----------
    plan : Plan
        The plan of `problem`.
    problem : Problem
        With pins, made from tables.
    gap : float
        Persons; how near to the best each plan found again must be: no nearer than `plan` itself is.
    time_limit_s : float
        For each plan found again.
    most : int
        Plans found again at most, the dearest pins first; the rest are priced.
    nodes : int
        Effort for each plan found again (`povlib.allocation.solve`).

    Returns
    -------
    DataFrame
        hh (`ALL` for all together, first), cost (units of `Plan.value`, persons in the shipped objective), low, high
        (the true cost lies between them, by proof), money_fen (new money of the plan without less that of this plan;
        of a priced row: of the household's own packages), solved (found again, else priced).

    Raises
    ------
    ProblemError
        If the problem was not made from tables.
    """
    free = problem.with_pins(_no_pins())
    pins = problem.tables.pins if problem.tables is not None else _no_pins()
    if pins.empty:
        return pd.DataFrame(columns=["hh", "cost", "low", "high", "money_fen", "solved"])
    priced, own_money = _priced_costs(plan, problem, free)
    prices = Prices.of(problem, plan.certificate.prices)
    # of these prices by themselves, for every plan: a proof by cases of what is opened may be closer
    gap_of_prices = max(price_bound(problem, prices) / UNITS_PER_PERSON - plan.value, plan.gap)
    households = sorted(pins["hh"].unique(), key=lambda hh: (-priced[hh], hh))
    dear = [hh for hh in households if priced[hh] >= _LEAST_COST][:most]
    rows = []
    for at, hh in enumerate([ALL, *sorted(pins["hh"].unique())]):
        if progress is not None:
            progress("decisions", at / (len(households) + 1))
        # all together cost at most the sum: each household's best package counted at the same prices
        at_prices = math.fsum(priced.values()) if hh == ALL else priced[hh]
        if hh != ALL and hh not in dear:
            rows.append((hh, at_prices, 0.0, at_prices + gap_of_prices, own_money[hh], False))
            continue
        without = free if hh == ALL else problem.with_pins(pins[pins["hh"] != hh])
        near = max(gap, 0.0 if plan.optimal else plan.gap)
        other = solve(without, gap=near, warm_start=plan, time_limit_s=time_limit_s, nodes=nodes)
        money = int(other.payments["fen"].sum()) - int(plan.payments["fen"].sum())
        rows.append((hh, *_cost_with_range(plan, other, at_prices, gap_of_prices), money, True))
    return pd.DataFrame(rows, columns=["hh", "cost", "low", "high", "money_fen", "solved"])


def _no_pins() -> pd.DataFrame:
    return pd.DataFrame({"hh": [], "package": [], "pin": []}, dtype=object)


def _cost_with_range(plan: Plan, other: Plan, priced: float, gap_of_prices: float) -> tuple[float, float, float]:
    """Return cost, least and most: what both plans prove, and the posted prices between these."""
    low = max(other.value - plan.bound, 0.0)
    high = max(min(other.bound - plan.value, priced + gap_of_prices), low)
    # two optimal plans leave nothing to estimate
    return (low if plan.optimal and other.optimal else min(max(priced, low), high)), low, high


def _priced_costs(plan: Plan, problem: Problem, free: Problem) -> tuple[dict[str, float], dict[str, int]]:
    """Return by pinned household what its best package is worth above the best left, and how much dearer it is."""
    prices = Prices.of(problem, plan.certificate.prices)
    net = net_values(problem, prices)
    lost = best_net_values(free, net) - best_net_values(problem, net)
    bills = problem.money.total if problem.money is not None else np.zeros(len(problem.value), dtype=np.int64)
    priced, money = {}, {}
    for hh in problem.tables.pins["hh"].unique() if problem.tables is not None else ():
        group = int(np.flatnonzero(problem.hh == hh)[0])
        own = np.arange(problem.start[group], problem.start[group + 1])
        own = own[free.allowed[own]]
        best = own[np.argmax(net[own])]
        priced[str(hh)] = float(lost[group]) / UNITS_PER_PERSON
        money[str(hh)] = int(bills[best]) - int(bills[plan.rows[group]])
    return priced, money


def clashing_pins(problem: Problem, time_limit_s: float = 60.0) -> list[str]:
    """Return the households whose pins no plan keeps together: none of them can be left out of the clash.

    Parameters
    ----------
    time_limit_s : float
        When it is over, those not yet found to be needless are named too.

    Returns
    -------
    list of str
        Empty where a plan keeps all pins, or where the other rules clash already without any.
    """
    pins = problem.tables.pins if problem.tables is not None else _no_pins()
    until = time.monotonic() + time_limit_s

    def clash(households: Collection[str]) -> bool:
        return not some_plan_possible(problem.with_pins(pins[pins["hh"].isin(households)]), until)

    if pins.empty or some_plan_possible(problem, until) or clash(()):
        return []
    return fewest_that_clash(pins["hh"].astype(str), clash)


def fewest_that_clash(households: Iterable[str], clash: Callable[[Collection[str]], bool]) -> list[str]:
    """Return some of the households, none of which can be left out of the clash.

    A deletion filter (Chinneck and Dravnieks 1991), by halves first: what may go while the rest clash is not to blame.

    Parameters
    ----------
    households : iterable of str
        Those that clash together.
    clash : callable
        Says of some of them whether no plan keeps what was decided about these.

    Examples
    --------
    >>> fewest_that_clash("abcdef", lambda some: {"b", "e"} <= set(some))
    ['b', 'e']
    """
    kept = sorted(set(households))
    size = max(1, len(kept) // 2)
    while size:
        kept = _without_needless(kept, size, clash)
        size = min(size // 2, len(kept) // 2) if size > 1 else 0
    return kept


def _without_needless(kept: list[str], size: int, clash: Callable[[Collection[str]], bool]) -> list[str]:
    """Drop runs of `size` households while the others still clash."""
    left = list(kept)
    for at in range(0, len(kept), size):
        trial = [hh for hh in left if hh not in kept[at : at + size]]
        if trial and clash(trial):
            left = trial
    return left
