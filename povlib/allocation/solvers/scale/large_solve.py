"""`solve` for problems in blocks, and for ordinary ones in partitions.

Responsible for choosing the runner and the scratch place. Not responsible for the search.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path

from povlib.allocation.problem.allocation_problem import Problem
from povlib.allocation.proof.plan import Plan
from povlib.allocation.solvers.scale.block_conversion import Slots
from povlib.allocation.solvers.scale.large_plan import LargePlan
from povlib.allocation.solvers.scale.pass_runners import Dask, Runner
from povlib.allocation.solvers.scale.search_session import Session
from povlib.allocation.solvers.scale.village_blocks import Blocks
from povlib.errors import ProblemError

#: households a partition of an ordinary problem, about
PART_HOUSEHOLDS = 5000


def solve_blocks(
    blocks: Blocks, *, method: str = "priced", gap: float = 0.5, time_limit_s: float = 600.0,
    warm: dict[str, float] | None = None, scheduler: str | None = None, workers: int | None = None,
    store: str | Path | None = None,
) -> LargePlan:  # fmt: skip
    """Solve a problem in blocks, on threads ("priced") or on Dask ("distributed")."""
    if method not in ("auto", "priced", "distributed"):
        raise ProblemError(
            "method {method} is not for problems in blocks", allowed="priced, distributed", method=method
        )
    with ExitStack() as open_:
        runner: Runner | None = open_.enter_context(Dask(scheduler, workers)) if method == "distributed" else None
        session = open_.enter_context(Session(blocks, runner))
        name = "distributed" if runner is not None else "priced"
        return session.solve(gap=gap, time_limit_s=time_limit_s, warm=warm, store=store, method=name)


def solve_in_partitions(
    problem: Problem, *, gap: float = 0.5, time_limit_s: float = 600.0, scheduler: str | None = None,
    workers: int | None = None, scratch: str | Path | None = None, runner: Runner | None = None,
    part_households: int = PART_HOUSEHOLDS,
) -> Plan:  # fmt: skip
    """Solve an ordinary problem by passes over partitions of whole villages, written as Parquet.

    Parameters
    ----------
    scratch : folder, optional
        A place that every worker of the cluster sees; default: a temporary one of this computer.
    runner : Runner, optional
        Where passes run; default: the Dask cluster at `scheduler`, or one of this computer.
    """
    slots = Slots.of(problem)
    with ExitStack() as open_:
        folder = Path(scratch or open_.enter_context(tempfile.TemporaryDirectory(prefix="povlib-")))
        blocks = slots.write(folder, part_households)
        place = runner if runner is not None else open_.enter_context(Dask(scheduler, workers))
        session = open_.enter_context(Session(blocks, place))
        return slots.plan(session.solve(gap=gap, time_limit_s=time_limit_s), gap, "distributed")
