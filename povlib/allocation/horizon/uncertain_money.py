"""Later money that is uncertain: one decision now for all futures, and what each future then allows.

Responsible for the two-stage program (Dantzig 1955; Birge and Louveaux 2011, ch. 2): choices of the first period are
the same in every future, all later ones follow when the money of the future is known. Not responsible for what futures
there are nor for their probabilities.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from povlib.allocation.horizon.horizon_bound import horizon_bound, losses
from povlib.allocation.horizon.horizon_plan import HorizonPlan
from povlib.allocation.horizon.horizon_problem import HorizonProblem
from povlib.allocation.horizon.horizon_program import HorizonProgram
from povlib.allocation.horizon.horizon_search import solve_horizon
from povlib.allocation.horizon.integer_answers import integer_answer
from povlib.allocation.problem.allocation_problem import MICRO
from povlib.allocation.problem.sparse_matrices import Sparse, csr, one_under_another, side_by_side
from povlib.allocation.proof.certificate import UNITS_PER_PERSON
from povlib.arrays import Floats, Ints

#: package rows of the two-stage program: the nearest to the best of their household in some future
NEAR_COLUMNS = 700


@dataclass(frozen=True, eq=False)
class DecidedNow:
    """What is decided in the first period, and what follows in each future.

    Attributes
    ----------
    rows : list of int64 (G,)
        Choice of every group in each future; the first period's are the same in all.
    worth, bound : float (futures,)
        Persons of the objective, and what nobody who decided so now could exceed.
    expected : float
    """

    rows: list[Ints]
    worth: Floats
    bound: Floats
    expected: float


def future_bounds(futures: Sequence[HorizonProblem]) -> tuple[list[HorizonProgram], Floats, Floats]:
    """Return the program of each future, the least loss of each package row in any, and what bounds each future."""
    programs, least, bounds = [HorizonProgram(future) for future in futures], None, []
    for program in programs:
        prices = program.prices()
        bounds.append(horizon_bound(program.horizon, prices) / UNITS_PER_PERSON)
        loss = losses(program.horizon, prices)
        least = loss if least is None else np.minimum(least, loss)
    assert least is not None
    return programs, np.where(futures[0].problem.allowed, least, np.inf), np.array(bounds)


def follow_up(horizon: HorizonProblem, now: Ints, *, gap: float) -> HorizonPlan:
    """Return the plan of one future once the first period is decided, with its own proof.

    Parameters
    ----------
    horizon : HorizonProblem
        With the money of this future.
    now : int64 (G,)
        A choice of every group; those that start in the first period are kept, all others may change.
    """
    problem = horizon.problem
    early = horizon.period[now] == 0
    open_rows = problem.allowed & (horizon.period != 0) & ~early[problem.group]
    open_rows[now[early]] = True
    return solve_horizon(HorizonProblem(replace(problem, allowed=open_rows), horizon.calendar), gap=gap)


def decided_by(futures: Sequence[HorizonProblem], probability: Floats, now: Ints, *, gap: float) -> DecidedNow:
    """Return what follows in every future from a choice of the first period, each within a certified gap."""
    plans = [follow_up(future, now, gap=gap) for future in futures]
    worth, bound = (np.array([getattr(plan, name) for plan in plans]) for name in ("value", "bound"))
    return DecidedNow([plan.rows for plan in plans], worth, bound, float(probability @ worth))


def decided_knowing(
    programs: Sequence[HorizonProgram],
    probability: Floats,
    column: Ints,
    *,
    gap: float,
    nodes: int,
    first: DecidedNow | None = None,
) -> Ints | None:
    """Return the first period's choice that is best on average over the futures; None where none was found.

    Parameters
    ----------
    programs : sequence of HorizonProgram
        One for each future, of the same packages.
    column : int64
        Package rows to choose from.
    first : DecidedNow, optional
        What is known already; the search starts from it.
    """
    problem = programs[0].horizon.problem
    early = column[programs[0].horizon.period[column] == 0]
    late = column[programs[0].horizon.period[column] != 0]
    worth = problem.value / MICRO
    objective = [worth[early], *_later_worth(programs, probability, worth, late)]
    rows, low, high = _rows_of_all(programs, early, late)
    binary, order = _binary_first(programs, len(early), len(late))
    started = None if first is None else _started(programs, first, early, late)
    options: dict[str, Any] = {"mip_rel_gap": gap / max(float(np.abs(worth[column]).max()) * problem.groups, 1e-9)}
    if nodes:
        options["mip_max_nodes"] = nodes
    inverse = np.empty_like(order)
    inverse[order] = np.arange(len(order))
    answer = integer_answer(
        np.concatenate(objective)[order], csr(rows.tocsc()[:, order]), low, high, binary, options,
        None if started is None else inverse[started],
    )  # fmt: skip
    if answer is None:
        return None
    x = answer[0][inverse]
    base = problem.base
    chosen = np.where(base >= 0, base, late[0] if len(late) else 0)
    taken = early[x[: len(early)] > 0.5]
    chosen[problem.group[taken]] = taken
    # a group that is decided later stands at nothing new here; what it gets is the future's
    return np.asarray(chosen)


def _later_worth(programs: Sequence[HorizonProgram], probability: Floats, worth: Floats, late: Ints) -> list[Floats]:
    parts = []
    for program, share in zip(programs, probability.tolist(), strict=True):
        parts += [share * worth[late], np.zeros(len(program.flows))]
    return parts


def _rows_of_all(programs: Sequence[HorizonProgram], early: Ints, late: Ints) -> tuple[Sparse, Floats, Floats]:
    """Return the rows of every future: first-period columns stand in all of them, later ones and money in their own."""
    column = np.concatenate([early, late])
    blocks, low, high = [], [], []
    own = [len(late) + len(program.flows) for program in programs]
    for s, program in enumerate(programs):
        a, b = program.matrix(column)
        both = one_under_another([program.choice(column), a]).tocsc()
        size = both.shape[0]
        parts = [csr(both[:, : len(early)])]
        for other, width in enumerate(own):
            parts.append(csr(both[:, len(early) :]) if other == s else csr((size, width), dtype=np.float64))
        blocks.append(side_by_side(parts))
        groups = program.horizon.problem.groups
        low += [np.ones(groups), np.full(len(b), -np.inf)]
        high += [np.ones(groups), b]
    return one_under_another(blocks), np.concatenate(low), np.concatenate(high)


def _binary_first(programs: Sequence[HorizonProgram], early: int, late: int) -> tuple[int, Ints]:
    """Return how many columns are choices, and the order that puts them in front of the money."""
    kinds = [np.zeros(early, dtype=np.int64)]
    for program in programs:
        kinds += [np.zeros(late, dtype=np.int64), np.ones(len(program.flows), dtype=np.int64)]
    kind = np.concatenate(kinds)
    return int((kind == 0).sum()), np.argsort(kind, kind="stable")


def _started(programs: Sequence[HorizonProgram], first: DecidedNow, early: Ints, late: Ints) -> Ints:
    """Return the columns that a known decision takes."""
    taken = [np.flatnonzero(np.isin(early, first.rows[0]))]
    at = len(early)
    for program, rows in zip(programs, first.rows, strict=True):
        taken.append(at + np.flatnonzero(np.isin(late, rows)))
        at += len(late) + len(program.flows)
    return np.concatenate(taken)
