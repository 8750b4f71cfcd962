"""Who waits, who gets nothing, and why: by the posted prices of a plan over several periods.

Responsible for comparing what a household is given later with the best it could have had in the first period, and for
what makes the difference: worth, money, posts or places, builders' weeks, shares. Not responsible for words.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib.allocation.horizon.horizon_plan import HorizonPlan
from povlib.allocation.horizon.horizon_problem import HorizonProblem
from povlib.allocation.problem.allocation_problem import MICRO
from povlib.allocation.proof.certificate import UNITS_PER_PERSON, net_values
from povlib.arrays import Floats, Ints

#: kinds of rows that a reason may name
MONEY, SEATS, WEEKS, SHARES = "money", "seats", "weeks", "shares"
#: why a household waits or gets nothing: what it costs now beside later (`MONEY`, ...), or
LATER_IS_BETTER, PINNED, NO_OFFER, NO_GAIN = "later", "decided", "no_offer", "no_gain"
_KIND_OF = {"post": SEATS, "place": SEATS, "weeks": WEEKS, "share": SHARES}
_POINTS = 1000.0


def waiting_reasons(plan: HorizonPlan, horizon: HorizonProblem) -> pd.DataFrame:
    """Return every household that is not served in the first period, with the reason.

    Returns
    -------
    DataFrame
        hh, period (-1: never), reason (`MONEY`, `SEATS`, `WEEKS`, `SHARES`: at the posted prices this makes the first
        period's best package dear; `LATER_IS_BETTER`: a later start brings at least as much; `PINNED`: decided or
        committed; `NO_OFFER`: it may have nothing; `NO_GAIN`: what it may have brings nothing), package_now (the best
        of the first period at these prices; "" without any), points_now, points_then (what both bring, 1/1000 of the
        objective's person), price_now, price_then (what they use, at the posted prices, in points).
    """
    problem = horizon.problem
    rows = plan.rows[: problem.households]
    price = _priced_use(horizon, plan)
    net = net_values(problem, plan.posted).astype(np.float64) / UNITS_PER_PERSON
    worth = problem.value.astype(np.float64) / MICRO
    base = problem.base[: problem.households]
    first = _best_in_first_period(horizon, net)
    found = []
    for h in np.flatnonzero(horizon.period[rows] != 0).tolist():
        then, now = int(rows[h]), int(first[h])
        zero = worth[base[h]] if base[h] >= 0 else 0.0
        reason = _reason(horizon, price, worth - zero, h, now, then)
        found.append(
            (str(problem.hh[h]), int(horizon.period[then]), reason, "" if now < 0 else str(problem.package[now]),
             0.0 if now < 0 else (worth[now] - zero) * _POINTS, (worth[then] - zero) * _POINTS,
             0.0 if now < 0 else sum(part[now] for part in price.values()) * _POINTS,
             sum(part[then] for part in price.values()) * _POINTS)
        )  # fmt: skip
    columns = ["hh", "period", "reason", "package_now", "points_now", "points_then", "price_now", "price_then"]
    return pd.DataFrame(found, columns=columns)


def _reason(horizon: HorizonProblem, price: dict[str, Floats], gain: Floats, h: int, now: int, then: int) -> str:
    problem = horizon.problem
    mine = slice(int(problem.start[h]), int(problem.start[h + 1]))
    if problem.allowed[mine].sum() == 1:
        return PINNED if mine.stop - mine.start > 1 else NO_OFFER
    if now < 0 or gain[now] <= 0:
        # nothing useful in the first period: then a later start is better, or nothing ever is
        return LATER_IS_BETTER if gain[then] > 0 else NO_GAIN
    if horizon.period[then] > 0 and gain[then] >= gain[now]:
        return LATER_IS_BETTER
    dearer = {kind: float(part[now] - part[then]) for kind, part in price.items()}
    return max(dearer, key=lambda kind: (dearer[kind], kind))


def _best_in_first_period(horizon: HorizonProblem, net: Floats) -> Ints:
    """Return the package row of the first period with the best net value, for each household; -1 without any."""
    problem = horizon.problem
    best = np.full(problem.households, -1, dtype=np.int64)
    able = np.flatnonzero(problem.allowed & (horizon.period == 0) & (problem.group < problem.households))
    order = able[np.argsort(net[able], kind="stable")]
    best[problem.group[order]] = order
    return best


def _priced_use(horizon: HorizonProblem, plan: HorizonPlan) -> dict[str, Floats]:
    """Return what each package row uses at the posted prices, in persons, by kind of row."""
    problem, posted = horizon.problem, plan.posted
    use = problem.use.astype(np.float64)
    kind = np.array([_KIND_OF.get(str(name), SEATS) for name in problem.rows["kind"]], dtype=object)
    rows = posted.rows / UNITS_PER_PERSON
    parts = {name: np.asarray(use @ np.where(kind == name, rows, 0.0)) for name in (SEATS, WEEKS, SHARES)}
    money = problem.money
    paid = np.zeros(len(problem.package)) if money is None else money.cheapest_payment(posted.funds, posted.children)
    return {MONEY: np.asarray(paid, dtype=np.float64) / UNITS_PER_PERSON, **parts}
