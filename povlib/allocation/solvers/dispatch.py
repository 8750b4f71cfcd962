"""The one way to solve: `solve(problem, method=...)`.

Responsible for choosing the method and its default effort. Not responsible for any method.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, overload

import numpy as np
import numpy.typing as npt

from povlib.allocation.problem.allocation_problem import Problem
from povlib.allocation.proof.certificate import Prices
from povlib.allocation.proof.plan import UNFINISHED, Plan
from povlib.allocation.solvers.township.township_search import DEFAULT_NODES, solve_exact
from povlib.arrays import Ints
from povlib.errors import ProblemError, UnfinishedRelaxationError

if TYPE_CHECKING:
    from povlib.allocation.solvers.scale import Blocks, LargePlan

METHODS = ("auto", "exact", "priced", "distributed")
#: households up to which the whole problem is solved exactly; above them prices and a core of near ties are better: at
#: 5,000 households a gap of 7e-05 of the value in 0.1 s, where general solvers need 12 s for 2e-04
PRICED_FROM = 3000
#: persons: less than one exit
DEFAULT_GAP = 0.5
UNLIMITED_NODES = 10**9
#: no search is longer: so long is a time limit without end
LONGEST_TIME_LIMIT_S = 365 * 86_400.0


@overload
def solve(
    problem: Problem, method: str = ..., *, time_limit_s: float = ..., gap: float = ..., warm_start: Plan | None = ...,
    nodes: int | None = ..., scheduler: str | None = ...,
) -> Plan: ...  # fmt: skip
@overload
def solve(
    problem: Blocks, method: str = ..., *, time_limit_s: float = ..., gap: float = ...,
    warm_start: LargePlan | None = ..., nodes: int | None = ..., scheduler: str | None = ...,
) -> LargePlan: ...  # fmt: skip
def solve(
    problem: Problem | Blocks,
    method: str = "auto",
    *,
    time_limit_s: float = 60.0,
    gap: float = DEFAULT_GAP,
    warm_start: Plan | LargePlan | None = None,
    nodes: int | None = None,
    scheduler: str | None = None,
) -> Plan | LargePlan:
    """Find a plan and the prices that prove how good it is.

    Parameters
    ----------
    problem : Problem or Blocks
        Blocks (`povlib.allocation.solvers.scale`): millions of households, out of core; the plan stays beside
        the data as a `LargePlan`.
    method : "auto", "exact", "priced" or "distributed"
        auto: exact up to 3,000 households, prices above, and below where the linear relaxation does not end within
        the time limit (`Plan.by_prices_for_want_of_time`). distributed: prices by passes over
        partitions of whole villages on Dask (extra `scale`).
    time_limit_s : float
        A safety, not the measure of effort: a plan stopped by it says so (`Plan.status`).
    gap : float
        Persons; the search stops when this gap is certified. 0 asks for the optimum.
    warm_start : Plan, optional
        A plan to start from; ignored where it breaks a rule.
    nodes : int, optional
        Effort: nodes of the solver's search in all; by default 3,000; the exact method has no end but the
        time limit when the optimum is asked for (gap = 0).
    scheduler : str, optional
        Address of a Dask cluster ("tcp://...") that sees the same files; default: one of this computer.

    Raises
    ------
    InfeasiblePlanError
        With an irreducible set of rules that cannot hold together, and the cheapest way out.
    SolverError
        If no plan was found within the limits.

    Examples
    --------
    >>> from scipy import sparse
    >>> use = sparse.csr_array([[0], [2], [0], [3]])
    >>> problem = Problem.from_arrays([0, 5, 0, 6], [0, 0, 1, 1], [0, 0], use, [4])
    >>> plan = solve(problem, gap=0)
    >>> plan.value, plan.choice.tolist(), plan.status
    (6.0, [0, 3], 'optimal')
    """
    _check_options(method, time_limit_s, gap, nodes)
    time_limit_s = min(time_limit_s, LONGEST_TIME_LIMIT_S)
    if not isinstance(problem, Problem):
        return _plan_of_blocks(problem, method, time_limit_s, gap, warm_start, scheduler)
    if method == "distributed":
        from povlib.allocation.solvers.scale.block_conversion import solve_in_partitions

        return solve_in_partitions(problem, gap=gap, time_limit_s=time_limit_s, scheduler=scheduler)
    return _plan_in_memory(problem, method, time_limit_s, gap, warm_start, nodes)


def _check_options(method: str, time_limit_s: float, gap: float, nodes: int | None) -> None:
    """Refuse an unknown method, and limits, gaps or nodes that are no numbers or out of range."""
    if method not in METHODS:
        raise ProblemError("method {method} is unknown", allowed=", ".join(METHODS), method=method)
    for name, given in (("time_limit_s", time_limit_s), ("gap", gap)):
        if isinstance(given, bool) or not isinstance(given, (int, float, np.integer, np.floating)) or given != given:
            raise ProblemError("{name} must be a number, not {given}", where=name, name=name, given=str(given))
    if time_limit_s <= 0 or gap < 0 or (nodes is not None and nodes < 1):
        raise ProblemError("time limit and effort must be positive, the gap not negative")


def _plan_of_blocks(
    blocks: Blocks, method: str, time_limit_s: float, gap: float, warm: Plan | LargePlan | None, scheduler: str | None
) -> LargePlan:
    """Solve a problem in blocks, on threads ("priced") or on Dask ("distributed")."""
    from povlib.allocation.solvers.scale import Dask, Session

    if method == "exact":
        raise ProblemError(
            "method {method} is not for problems in blocks", allowed="priced, distributed", method=method
        )
    prices = None if warm is None else warm.prices
    with ExitStack() as resources:
        runner = resources.enter_context(Dask(scheduler)) if method == "distributed" else None
        session = resources.enter_context(Session(blocks, runner))
        name = "priced" if runner is None else "distributed"
        return session.solve(gap=gap, time_limit_s=time_limit_s, warm=prices, method=name)


def _plan_in_memory(
    problem: Problem, method: str, time_limit_s: float, gap: float, warm: Plan | LargePlan | None, nodes: int | None
) -> Plan:
    """Solve by prices or exactly, from the last plan if there is one."""
    if method == "priced" or (method == "auto" and problem.households > PRICED_FROM and not problem.stages):
        from povlib.allocation.solvers.priced import solve_priced

        prices = None if warm is None else warm.prices
        return solve_priced(
            problem, gap=gap, nodes=nodes or DEFAULT_NODES, time_limit_s=time_limit_s, warm_prices=prices
        )
    last = warm if isinstance(warm, Plan) else None
    effort = nodes or (DEFAULT_NODES if gap > 0 else UNLIMITED_NODES)
    try:
        return solve_exact(
            problem, gap=gap, nodes=effort, time_limit_s=time_limit_s, warm=_package_rows_of_plan(problem, last),
            near=_row_prices_of_plan(problem, last),
        )  # fmt: skip
    except UnfinishedRelaxationError:
        # lexicographic stages of so few households are given to the exact method by the prices too
        if method != "auto" or problem.stages:
            raise
        from povlib.allocation.solvers.priced import solve_priced

        plan = solve_priced(problem, gap=gap, nodes=nodes or DEFAULT_NODES, time_limit_s=time_limit_s)
        return replace(plan, effort={**plan.effort, UNFINISHED: plan.effort.get(UNFINISHED, 0) + 1})


def _row_prices_of_plan(problem: Problem, plan: Plan | None) -> npt.NDArray[np.float64] | None:
    """Return the prices of another plan for the rows of this problem; None where bills are shared by funds.

    A fund's posted price is a sum over sets of funds, which does not say what each set is worth.
    """
    if plan is None or problem.money is not None:
        return None
    return Prices.of(problem, plan.certificate.prices).rows.astype(np.float64)


def _package_rows_of_plan(problem: Problem, plan: Plan | None) -> Ints | None:
    """Return the package rows of another plan in this problem, None where they do not fit."""
    if plan is None:
        return None
    at = {key: row for row, key in enumerate(problem.package.tolist())}
    rows = [at.get(key, -1) for key in plan.chosen["package"]]
    closed = problem.base[problem.households :].tolist()
    package_rows = np.array([*rows, *closed], dtype=np.int64)
    fits = (
        len(package_rows) == problem.groups
        and (package_rows >= 0).all()
        and (problem.group[package_rows] == np.arange(problem.groups)).all()
    )
    return package_rows if fits else None
