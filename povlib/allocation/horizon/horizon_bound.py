"""What the posted prices of a horizon prove: no plan over all periods can be worth more.

Responsible for the bound in whole numbers of 1e-12 person and for the price of each tranche. Not responsible for
finding prices (`horizon_program`).

A fen of fund f in period t is posted at p(f, t), and at p + c outside the class that f keeps a share for. A tranche may
pay in any period of its window, so that its fen is worth the dearest of them: lambda = max p, and lambda + mu = max
(p + c) outside. For any prices >= 0 the value of every plan is at most the sum over groups of their best net value,
plus capacities at their prices, plus lambda x amount + mu x outside over the tranches (Lagrangian bound, Everett 1963).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib.allocation.horizon.horizon_problem import HorizonProblem
from povlib.allocation.problem.allocation_problem import MICRO
from povlib.allocation.proof.certificate import UNITS_PER_PERSON, Prices, best_net_values, exact_sum, net_values
from povlib.arrays import Ints


def tranche_prices(horizon: HorizonProblem, prices: Prices) -> tuple[Ints, Ints]:
    """Return lambda and mu: the price of a fen of each tranche, and of what it may pay outside the kept class besides.

    Returns
    -------
    tuple of int64 (tranches,)
        In 1e-12 person a fen.
    """
    count = len(horizon.calendar.amount)
    whole, outside = (np.zeros(count, dtype=np.int64) for _ in range(2))
    for f in range(len(horizon.fund_and_period)):
        mine = horizon.tranches_of(f)
        whole[mine] = np.maximum(whole[mine], prices.funds[f])
        outside[mine] = np.maximum(outside[mine], prices.funds[f] + prices.children[f])
    return whole, np.maximum(outside - whole, 0)


def horizon_bound(horizon: HorizonProblem, prices: Prices) -> int:
    """Return the bound on the value of every plan of the horizon, in 1e-12 person, a Python integer."""
    problem, calendar = horizon.problem, horizon.calendar
    total = exact_sum(best_net_values(problem, net_values(problem, prices)))
    total += sum(int(p) * int(c) for p, c in zip(prices.rows, problem.capacity, strict=True))
    whole, outside = tranche_prices(horizon, prices)
    total += sum(int(p) * int(fen) for p, fen in zip(whole, calendar.amount, strict=True))
    return total + sum(int(p) * int(fen) for p, fen in zip(outside, calendar.outside, strict=True))


def price_frame(horizon: HorizonProblem, prices: Prices) -> pd.DataFrame:
    """Return what a fen of each fund is worth in each period.

    Returns
    -------
    DataFrame
        fund, period, persons_per_10k_yuan, outside_per_10k_yuan (outside the class the fund keeps a share for).
    """
    ten_thousand = 1_000_000 / UNITS_PER_PERSON
    rows = [
        (fund, period, prices.funds[f] * ten_thousand, (prices.funds[f] + prices.children[f]) * ten_thousand)
        for f, (fund, period) in enumerate(horizon.fund_and_period)
    ]
    columns = ["fund", "period", "persons_per_10k_yuan", "outside_per_10k_yuan"]
    return pd.DataFrame(rows, columns=columns).sort_values(["fund", "period"], ignore_index=True)


def losses(horizon: HorizonProblem, prices: Prices) -> np.ndarray:
    """Return by how many persons each package row falls short of the best of its group at the posted prices."""
    problem = horizon.problem
    net = net_values(problem, prices)
    short = best_net_values(problem, net)[problem.group] - net
    return np.asarray(short.astype(np.float64) / (UNITS_PER_PERSON // MICRO) / MICRO)
