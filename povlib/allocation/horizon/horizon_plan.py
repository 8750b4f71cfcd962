"""A plan over a horizon: who is served when, from which money, what it is worth, and the proof.

Responsible for putting it together from chosen package rows, in whole numbers. Not responsible for finding them
(`horizon_search`) nor for checking them again (`horizon_check`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from povlib.allocation.horizon.horizon_bound import price_frame
from povlib.allocation.horizon.horizon_cases import HorizonCase, bound_of_cases, case_of
from povlib.allocation.horizon.horizon_problem import HorizonProblem
from povlib.allocation.horizon.payment_calendar import fund_accounts
from povlib.allocation.problem.allocation_problem import MICRO
from povlib.allocation.proof.certificate import UNITS_PER_MICRO, UNITS_PER_PERSON, Prices, exact_sum
from povlib.arrays import Ints


@dataclass(frozen=True, eq=False)
class HorizonPlan:
    """One package and its period, or nothing, for each household.

    Attributes
    ----------
    rows : int64 (G,)
        Package row of each group of the problem.
    chosen : DataFrame
        hh, package, period (-1: nothing new), village, members, value, additional (against nothing new).
    payments : DataFrame
        hh, measure, fund, period, tranche, fen.
    accounts : DataFrame
        Every fund by period (`fund_accounts`).
    opened : DataFrame
        facility, level, period of what is opened.
    prices : DataFrame
        What 10,000 yuan of a fund are worth in each period (`price_frame`).
    cases : tuple of HorizonCase
        The certificate: cases that hold every plan between them, each with its prices.
    posted : Prices
        The prices of the plan's own case, in 1e-12 person.
    value, additional, bound, gap : float
        Persons (or the objective's unit); no plan is worth more than `bound`, which the cases prove.
    effort : dict
        Columns of the last program and rounds: counted, never timed.
    """

    rows: Ints
    chosen: pd.DataFrame
    payments: pd.DataFrame
    accounts: pd.DataFrame
    opened: pd.DataFrame
    prices: pd.DataFrame
    cases: tuple[HorizonCase, ...]
    posted: Prices
    value: float
    additional: float
    bound: float
    gap: float
    effort: dict[str, int] = field(default_factory=dict)


def assemble_horizon_plan(
    horizon: HorizonProblem,
    rows: Ints,
    payments: pd.DataFrame,
    cases: Sequence[HorizonCase],
    effort: dict[str, int],
) -> HorizonPlan:
    """Put the plan of chosen package rows together; every figure is computed in whole numbers."""
    problem = horizon.problem
    own = rows[: problem.households]
    base = np.where(problem.base >= 0, problem.value[problem.base], 0)
    value = exact_sum(problem.value[rows])
    bound = bound_of_cases(horizon, cases)
    prices = case_of(rows, cases).prices
    chosen = pd.DataFrame(
        {"hh": problem.hh, "package": problem.package[own], "period": horizon.period[own], "village": problem.village,
         "members": problem.members, "value": problem.value[own] / MICRO,
         "additional": (problem.value[own] - base[: problem.households]) / MICRO}
    )  # fmt: skip
    return HorizonPlan(
        rows=rows,
        chosen=chosen,
        payments=payments,
        accounts=fund_accounts(payments, horizon.calendar),
        opened=_opened(horizon, rows),
        prices=price_frame(horizon, prices),
        cases=tuple(cases),
        posted=prices,
        value=value / MICRO,
        additional=(value - exact_sum(base[: problem.households])) / MICRO,
        bound=bound / UNITS_PER_PERSON,
        gap=(bound - value * UNITS_PER_MICRO) / UNITS_PER_PERSON,
        effort=effort,
    )


def _opened(horizon: HorizonProblem, rows: Ints) -> pd.DataFrame:
    """Return facility, level and period of what is opened."""
    from povlib.allocation.horizon.period_tables import LEVELS
    from povlib.vocabulary.resource_keys import FACILITY_PREFIX

    problem = horizon.problem
    found = []
    for row in rows[problem.households :].tolist():
        facility, level = str(problem.package[row])[len(FACILITY_PREFIX) :].rsplit(":", 1)
        if horizon.period[row] >= 0:
            found.append((facility, int(level) % LEVELS, int(horizon.period[row])))
    return pd.DataFrame(found, columns=["facility", "level", "period"])
