"""Integer programs over part of the columns, answered by HiGHS and checked in integers.

Responsible for fixing some groups, keeping some columns of the others, asking the child, and
accepting an answer only after every row has been recomputed in whole numbers. An answer that
breaks a row by rounding is cut off and asked again. Not responsible for which part to solve.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from povlib.allocation.problem.allocation_problem import Problem
from povlib.allocation.problem.sparse_matrices import Sparse, csr, one_under_another
from povlib.allocation.proof.certificate import exact_sum
from povlib.allocation.solvers.township.relaxation import POINT, FundRows, choice_rows, model_of
from povlib.allocation.solvers.township.search_clock import (
    looks_in,
    processor_seconds_without_look,
    seconds_of_looks,
)
from povlib.allocation.solvers.township.solver_process import shared_solver
from povlib.arrays import Bools, Ints

#: answers that break a row by rounding are forbidden one by one, so many times at most (a choice)
_MOST_FORBIDDEN_CHOICES = 12
_UNSURE = "a plan was cut off that might be payable"
_ROWS_ADDED = "an answer broke a row that was not in the program"


@dataclass(frozen=True, eq=False)
class ProgramAnswer:
    """What one integer program found: checked rows (None: none), the solver's bound, its words, its effort.

    The effort is counted: nodes, and the seconds that a quiet computer takes for it (`search_clock`).
    """

    rows: Ints | None
    bound_micro: float
    status: str
    nodes: int
    seconds: float = 0.0

    @property
    def closed(self) -> bool:
        """The solver says it is finished with this part."""
        return self.status in ("Optimal", "Infeasible")


def broken_rows(problem: Problem, funds: FundRows, rows: Ints) -> list[int]:
    """Return rows of the model that the chosen package rows break, in exact integers."""
    used = np.asarray(problem.use[rows].sum(axis=0)).ravel()
    broken = [int(r) for r in np.flatnonzero(used > problem.capacity)]
    first = len(problem.capacity)
    for at, (demand, budget) in enumerate(zip(funds.demand, funds.budget, strict=True)):
        if exact_sum(demand[rows]) > budget:
            broken.append(first + at)
    return broken


def plan_worth(problem: Problem, rows: Ints) -> int:
    """Value and stability bonus of chosen package rows, in micro-persons."""
    return exact_sum(problem.value[rows]) + exact_sum(problem.bonus[rows])


def solve_part(
    problem: Problem,
    funds: FundRows,
    keep: Bools,
    fixed: Ints,
    *,
    nodes: int,
    time_limit_s: float,
    steps_s: float | None = None,
    target_micro: float | None = None,
    first: Ints | None = None,
    gap_micro: float = 0.0,
    least_micro: float | None = None,
    restarts: bool = True,
) -> ProgramAnswer:
    """Solve the problem with groups fixed to a package row and the others restricted to `keep`.

    Parameters
    ----------
    keep : bool (P,)
        Columns that may be chosen.
    fixed : int64 (G,)
        Package row of each fixed group, -1 where it is free.
    time_limit_s : float
        On the clock.
    steps_s : float, optional
        Stop after the steps that a quiet computer does in so many seconds; nobody looks at the clock then.
    target_micro : float, optional
        Stop at a plan worth at least this (value and bonus).
    first : int64 (G,), optional
        A plan to start from.
    gap_micro : float
        Stop when no plan can be worth this much more.
    least_micro : float, optional
        Look only for plans worth at least this (value and bonus).
    restarts : bool
        The solver may begin its tree anew.
    """
    until, spent_s, spent = time.monotonic() + time_limit_s, 0.0, 0
    while True:
        answer = _solve_with_rows(
            problem, funds, keep, fixed, nodes=max(nodes - spent, 1), time_limit_s=until - time.monotonic(),
            steps_s=None if steps_s is None else steps_s - spent_s, target_micro=target_micro, first=first,
            gap_micro=gap_micro, least_micro=least_micro, restarts=restarts,
        )  # fmt: skip
        spent_s, spent = spent_s + answer.seconds, spent + answer.nodes
        if answer.status != _ROWS_ADDED:
            return replace(answer, seconds=spent_s, nodes=spent)


def _solve_with_rows(
    problem: Problem, funds: FundRows, keep: Bools, fixed: Ints, *, nodes: int, time_limit_s: float,
    steps_s: float | None, target_micro: float | None, first: Ints | None, gap_micro: float, least_micro: float | None,
    restarts: bool,
) -> ProgramAnswer:  # fmt: skip
    """Solve a part as `solve_part` says with the rows that `funds` has now."""
    model = model_of(problem, funds)
    free = (fixed[model.group] < 0) & keep[model.column]
    column = model.column[free]
    held = fixed[fixed >= 0]
    at = np.full(len(problem.value), -1)
    at[model.column] = np.arange(len(model.column))
    b = model.b - (model.a[:, at[held]].sum(axis=1) if len(held) else 0.0)
    base = plan_worth(problem, held)
    c = (problem.value[column] + problem.bonus[column]) / POINT
    a = model.a[:, np.flatnonzero(free)]
    if least_micro is not None:
        # the value as a row: HiGHS's own cutoff has returned plans below it
        a, b = one_under_another([a, csr(-c[None, :])]), np.append(b, (base - least_micro) / POINT)
        first = first if first is not None and plan_worth(problem, first) >= least_micro else None
    request = _program_request(problem, column, c, a, b)
    request["options"] = {
        "gapAbs": max(1e-4, gap_micro / POINT),
        "mip_max_nodes": nodes,
        "mip_feasibility_tolerance": 1e-7,
    }
    if least_micro is not None:
        request["options"]["mip_heuristic_effort"] = 0.0  # a proof is wanted: plans come from elsewhere
    if not restarts:
        request["options"]["mip_allow_restart"] = False
    if target_micro is not None:
        request["options"]["objective_target"] = -(target_micro - base) / POINT
    if first is not None:
        started = np.isin(column, first).astype(np.float64)
        request["first"] = started if started.sum() == len(np.unique(problem.group[column])) else None
    return _checked_answer(problem, funds, request, column, fixed, base, time_limit_s, steps_s)


def _program_request(
    problem: Problem, column: Ints, c: npt.NDArray[np.float64], a: Sparse, b: npt.NDArray[np.float64]
) -> dict[str, Any]:
    choice = choice_rows(problem.group[column])
    a, b, most = _least_use_removed(choice, a.toarray(), b)
    binding = most > b + 1e-12
    rows = one_under_another([choice, csr(a[binding])])
    return {
        "kind": "mip", "c": c, "b": np.concatenate([np.ones(choice.shape[0]), b[binding]]),
        "equalities": choice.shape[0], "start": rows.indptr, "index": rows.indices, "data": rows.data,
        "hopeless": bool((b < -1e-9).any()),
    }  # fmt: skip


def _least_use_removed(
    choice: Sparse, dense: npt.NDArray[np.float64], b: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Take each group's least use out of every row: sparser rows, and b is what may be used beyond it.

    Returns the rows, what is left, and the most that can be used of it.
    """
    groups = choice.shape[0]
    if not groups:
        return dense, b, np.zeros(len(dense))
    of = np.empty(choice.shape[1], dtype=np.int64)
    of[choice.indices] = np.repeat(np.arange(groups), np.diff(choice.indptr))
    order = np.argsort(of, kind="stable")
    start = np.searchsorted(of[order], np.arange(groups))
    least = np.minimum.reduceat(dense[:, order], start, axis=1)
    shifted = dense - least[:, of]
    return shifted, b - least.sum(axis=1), np.maximum.reduceat(shifted[:, order], start, axis=1).sum(axis=1)


def _checked_answer(
    problem: Problem,
    funds: FundRows,
    request: dict[str, Any],
    column: Ints,
    fixed: Ints,
    base: int,
    time_limit_s: float,
    steps_s: float | None,
) -> ProgramAnswer:
    """Solve the program until its answer keeps every row in integers; no rows where none does."""
    nodes, seconds, sure = 0, 0.0, True
    states = len(funds.states)
    entries = len(request["data"])
    if not len(column):
        rows = fixed.copy()
        good = not broken_rows(problem, funds, rows) and funds.pays(rows)
        return ProgramAnswer(rows if good else None, float(base), "Optimal" if good else "Infeasible", 0)
    if request["hopeless"]:
        return ProgramAnswer(None, -np.inf, "Infeasible", 0)
    for _ in range(_MOST_FORBIDDEN_CHOICES):
        request["options"]["timeLimit"] = time_limit_s
        if steps_s is not None:
            request["looks"] = looks_in(steps_s - seconds, entries)
            request["silent_s"] = processor_seconds_without_look(entries)
        answer = shared_solver().ask(request, time_limit_s)
        if answer is None:
            return ProgramAnswer(None, np.inf, "Time limit reached", nodes, seconds)
        nodes += int(answer["nodes"])
        seconds += seconds_of_looks(int(answer["looks"]), entries)
        bound = answer["bound"] * POINT + base
        if answer["x"] is None:
            infeasible = answer["status"] == "Infeasible"
            proved = infeasible and sure
            said = str(answer["status"]) if sure else _UNSURE
            return ProgramAnswer(None, -np.inf if proved else np.inf, said, nodes, seconds)
        rows = _rows_of_solution(problem, column, answer["x"], fixed)
        if not broken_rows(problem, funds, rows):
            if funds.pays(rows):
                said = str(answer["status"]) if sure else _UNSURE
                return ProgramAnswer(rows, float(bound) if sure else np.inf, said, nodes, seconds)
            if len(funds.states) > states:
                return ProgramAnswer(None, np.inf, _ROWS_ADDED, nodes, seconds)
            sure &= not funds.crossing
        own = np.flatnonzero(np.isin(column, rows))
        forbid_choice(request, own, np.ones(len(own)))
    return ProgramAnswer(None, np.inf, "every answer broke a rule by rounding", nodes, seconds)


def _rows_of_solution(problem: Problem, column: Ints, x: npt.NDArray[np.float64], fixed: Ints) -> Ints:
    """Return `fixed` with each free group at the package that weighs most in the solution `x`."""
    rows = fixed.copy()
    order = np.argsort(x, kind="stable")
    rows[problem.group[column[order]]] = column[order]
    return rows


def forbid_choice(request: dict[str, Any], column: Ints, sign: npt.NDArray[np.float64]) -> None:
    """Add the row that exactly one choice breaks: that of the columns with sign 1, and none with sign -1.

    Columns without a sign must follow from the others. Valid because the choice breaks a rule in integers; it can be
    no first solution any more.
    """
    start = np.asarray(request["start"])
    request["index"] = np.concatenate([np.asarray(request["index"]), column])
    request["data"] = np.concatenate([np.asarray(request["data"]), sign])
    request["start"] = np.append(start, start[-1] + len(column))
    request["b"] = np.append(np.asarray(request["b"]), float((sign > 0).sum()) - 1.0)
    request["first"] = None
