"""A plan: what each household is offered, what it is worth, and the proof.

Responsible for holding the result of any method and for putting it together from chosen package
rows (value, bound, payments, certificate), all computed exactly. Not responsible for finding it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.allocation.problem.allocation_problem import MICRO, Problem
from povlib.allocation.proof.certificate import UNITS_PER_MICRO, UNITS_PER_PERSON, Certificate, Prices, exact_sum
from povlib.allocation.proof.fund_split import PAYMENT_COLUMNS, split_bills
from povlib.allocation.proof.opening_cases import CaseProof, levels_of_rows
from povlib.allocation.proof.tie_breaking import settle_ties
from povlib.errors import SolverError

#: why a search stopped
STOP_REASONS = ("optimal", "gap", "effort", "time", "explored")


class PostedPrices(dict[str, float]):
    """Price of every row by name, rows in the order of the problem, then funds, then their children.

    Examples
    --------
    >>> np.asarray(PostedPrices({"r0000": 0.5, "r0001": 0.0})).tolist()
    [0.5, 0.0]
    """

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> npt.NDArray[Any]:
        """Return the prices in order."""
        return np.array(list(self.values()), dtype=np.float64 if dtype is None else dtype)


def posted_prices(problem: Problem, units: Mapping[str, int]) -> PostedPrices:
    """Return the prices of a certificate in persons, for every row of the problem."""
    return PostedPrices({name: units.get(name, 0) / UNITS_PER_PERSON for name in Prices.names(problem)})


UNFINISHED = "unfinished_relaxations"


@dataclass(frozen=True, eq=False)
class Plan:
    """One package for each household.

    Attributes
    ----------
    choice : int64 (H,)
        For each household of the problem (in its order), the row of the packages table as given.
    chosen : DataFrame
        hh, package, village, members, value (as the problem counts it), additional (against package 0).
    value : float
        Value of the plan, in the units of `value` (persons).
    additional : float
        Value above "nothing new for anybody".
    price_bound : float
        What the posted prices prove no plan can exceed: certified, re-proved by `verify`.
    solver_bound : float
        What the solver says no plan can exceed; its word only.
    bound : float
        The better of the two.
    gap, solver_gap : float
        price_bound - value (certified) and solver_bound - value.
    prices : PostedPrices
        Persons per unit (fen, post, place, week) of every row in its <= form, never below nothing:
        a dict by name, an array in the order of the rows by ``np.asarray(plan.prices)``.
    payments : DataFrame
        hh, measure, fund, fen. A facility's opening is paid under its own key.
    opened : DataFrame
        facility, level of the facilities opened.
    status : str
        Why the search stopped: "optimal" (the solver closed the gap), "gap" (the gap asked for is
        certified), "effort" (counted effort spent), "time" (stopped by the clock), "explored" (a few
        households by lot: `draw_by_lot`).
    effort : dict
        Nodes, iterations, calls: counted, never timed; under `UNFINISHED` relaxations that did not end in time.
    certificate : Certificate
    seal : str
        The certificate's seal when it was made.
    """

    choice: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int64]
    chosen: pd.DataFrame
    value: float
    additional: float
    price_bound: float
    solver_bound: float
    bound: float
    gap: float
    solver_gap: float
    prices: PostedPrices
    payments: pd.DataFrame
    opened: pd.DataFrame
    status: str
    certificate: Certificate
    effort: dict[str, int] = field(default_factory=dict)
    method: str = "exact"
    seal: str = ""

    @property
    def by_prices_for_want_of_time(self) -> bool:
        """Whether a relaxation did not end in its time and prices found step by step took its place."""
        return self.effort.get(UNFINISHED, 0) > 0

    @property
    def optimal(self) -> bool:
        """The solver says that no plan is better; the certified gap may still be above zero."""
        return self.status == "optimal"

    def summary(self) -> dict[str, Any]:
        """Return the figures of the plan as plain values."""
        return {
            "value": self.value, "additional": self.additional, "price_bound": self.price_bound,
            "solver_bound": self.solver_bound, "bound": self.bound, "gap": self.gap, "solver_gap": self.solver_gap,
            "status": self.status, "method": self.method, **self.effort,
        }  # fmt: skip


def assemble_plan(
    problem: Problem,
    rows: npt.NDArray[np.int64],
    prices: Prices,
    bound_units: int,
    solver_bound_micro: float,
    *,
    status: str,
    effort: dict[str, int],
    method: str = "exact",
    reached: tuple[tuple[str, int], ...] = (),
    stages: tuple[Certificate, ...] = (),
    cases: tuple[CaseProof, ...] = (),
    as_drawn: bool = False,
) -> Plan:
    """Put a plan together from chosen package rows (one a group), computing every figure exactly.

    Among plans of the same value it takes the cheaper one, then lower household keys (`ties`); a plan
    decided by lot is taken `as_drawn`. Where `cases` prove the bound, the prices of the plan's own are posted.

    Raises
    ------
    SolverError
        If the bills of the plan cannot be split over the funds.
    """
    rows = rows if as_drawn else settle_ties(problem, rows)
    value = exact_sum(problem.value[rows])
    payments = split_bills(problem, rows)
    if payments is None:
        raise SolverError("the bills of the plan cannot be split over the funds")
    # the solver's word counts only where it is better than the proof and not below the plan itself
    solver_bound = min(max(solver_bound_micro, float(value)) / MICRO, bound_units / UNITS_PER_PERSON)
    own = rows[: problem.households]
    base = np.where(problem.base >= 0, problem.value[problem.base], 0)
    posted = _prices_of_case(problem, rows, cases) if cases else prices.posted(problem)
    certificate = Certificate(
        problem.digest, posted, bound_units, value * UNITS_PER_MICRO, reached, stages,
        plan_digest(problem.package[rows], payments), cases,
    )  # fmt: skip
    return Plan(
        choice=problem.row[own],
        rows=rows,
        chosen=pd.DataFrame(
            {"hh": problem.hh, "package": problem.package[own], "village": problem.village,
             "members": problem.members, "value": problem.value[own] / MICRO,
             "additional": (problem.value[own] - base[: problem.households]) / MICRO}
        ),
        value=value / MICRO,
        additional=(value - exact_sum(base[: problem.households])) / MICRO,
        price_bound=bound_units / UNITS_PER_PERSON,
        solver_bound=solver_bound,
        bound=min(solver_bound, bound_units / UNITS_PER_PERSON),
        gap=(bound_units - value * UNITS_PER_MICRO) / UNITS_PER_PERSON,
        solver_gap=solver_bound - value / MICRO,
        prices=posted_prices(problem, posted),
        payments=payments,
        opened=_opened_facilities(problem, rows),
        status=status,
        certificate=certificate,
        seal=certificate.seal,
        effort=dict(sorted(effort.items())),
        method=method,
    )  # fmt: skip


def _prices_of_case(problem: Problem, rows: npt.NDArray[np.int64], cases: tuple[CaseProof, ...]) -> dict[str, int]:
    """Return the prices of the case that chosen package rows belong to."""
    opened = levels_of_rows(problem, rows)
    return next(case.prices for case in cases if case.holds(opened))


def plan_digest(packages: npt.NDArray[Any], payments: pd.DataFrame) -> str:
    """Return SHA-256 of the packages chosen, in order of the groups, and of all payments."""
    digest = hashlib.sha256("\x1f".join(map(str, packages)).encode())
    for row in payments[PAYMENT_COLUMNS].itertuples(index=False):
        digest.update("\x1f".join(map(str, row)).encode())
    return digest.hexdigest()


def _opened_facilities(problem: Problem, rows: npt.NDArray[np.int64]) -> pd.DataFrame:
    """Return facility and level of the facilities that the plan opens."""
    if problem.groups == problem.households:
        return pd.DataFrame({"facility": np.empty(0, dtype=object), "level": np.empty(0, dtype=np.int64)})
    levels = pd.DataFrame(list(levels_of_rows(problem, rows).items()), columns=["facility", "level"])
    levels = levels.astype({"level": np.int64})
    return levels[levels["level"] > 0].reset_index(drop=True)
