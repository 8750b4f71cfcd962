"""The township whose plan may open workshops: how soon a plan is certified and proved, beside a general solver.

    python benchmarks/allocation_openings.py          # on the practice office as it stands; writes the page

The problem is that of the office's base scenario, with its workshops (openings.yaml), and the same without them. povlib
and PuLP with HiGHS solve the same problem to the same gap in turn, so that a busy neighbour meets both. Beside the
clock stand the seconds of the processor, of povlib's own process and of its solver's together.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np
import pulp

from povlib import runs
from povlib.allocation import Plan, Problem, solve
from povlib.allocation.solvers.township.solver_process import shared_solver
from povlib.allocation.solvers.township_model import township_model

OUT = Path(__file__).parents[1] / "docs/benchmarks/allocation-openings.md"
#: plans made of each problem; the first two compile loops and start the solver's process and are not counted
PLANS, LEFT_OUT = 22, 2
PEER_PLANS = 2
LIMIT_S = 300.0
GAP = 1.0
TICKS = os.sysconf("SC_CLK_TCK")


def without_workshops(problem: Problem) -> Problem:
    """Return the problem in which nothing of openings.yaml and no base may be opened."""
    keys = problem.package.astype(str)
    shut = np.char.startswith(keys, "facility:") & ~np.char.endswith(keys, ":0")
    return replace(problem, allowed=problem.allowed & ~shut)


def processor_s() -> float:
    """Return the seconds of the processor that this process and its solver's have had."""
    process = shared_solver()._process
    if process is None:
        return time.process_time()
    fields = Path(f"/proc/{process.pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return time.process_time() + (int(fields[11]) + int(fields[12])) / TICKS


def measured(work: Callable[[], Plan | float], times: int) -> tuple[np.ndarray, Plan | float]:
    """Return seconds on the clock and of the processor (times, 2), and what the work gave last."""
    taken = []
    for _ in range(times):
        began, used = time.perf_counter(), processor_s()
        given = work()
        taken.append((time.perf_counter() - began, processor_s() - used))
    return np.array(taken), given


def fresh_plan(problem: Problem, gap: float) -> Plan:
    """Return the plan of a problem of which nothing is known from another plan."""
    return solve(replace(problem), gap=gap, time_limit_s=LIMIT_S)


def value_of_peer(problem: Problem) -> float:
    """Return the value of the plan of PuLP with HiGHS within the gap, its model written out anew."""
    program = township_model(replace(problem)).program
    program.solve(pulp.HiGHS(msg=False, timeLimit=LIMIT_S, threads=1, gapAbs=GAP))
    return float(pulp.value(program.objective))


def main() -> None:
    """Measure and write the page."""
    made = runs.begin(runs.sample_office()).problem
    lines = [
        "# Openings: how soon a plan is certified and proved", "",
        "Written by `benchmarks/allocation_openings.py` on the practice township's base scenario (synthetic),",
        f"{datetime.now(UTC):%Y-%m-%d}. {PLANS - LEFT_OUT} plans of povlib in a warm process, {PEER_PLANS} of PuLP",
        "with HiGHS on one thread, its model written out each time, both within 1 person of the best; then one plan",
        "of povlib proved optimal. Of each the median on the clock, and of the processor's seconds (povlib's process",
        "and its solver's). The ratio is of the processor's: beside a load above the number of cores the clock tells",
        "of the neighbours.", "",
        "| problem | may open | povlib, clock s | processor s | gap | PuLP + HiGHS, clock s | processor s | ratio "
        "| proved, clock s | processor s | status |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    loads = [os.getloadavg()[0]]
    for name, problem in (("with the workshops", made), ("nothing may be opened", without_workshops(made))):
        taken, plan = measured(partial(fresh_plan, problem, GAP), PLANS)
        ours = np.median(taken[LEFT_OUT:], axis=0)
        peers, value = measured(partial(value_of_peer, problem), PEER_PLANS)
        assert isinstance(plan, Plan)
        assert isinstance(value, float)
        assert value >= plan.value - GAP - 1e-6, (value, plan.value)
        assert value <= plan.price_bound + 1e-3, (value, plan.price_bound)
        peer = np.median(peers, axis=0)
        [proof], proved = measured(partial(fresh_plan, problem, 0.0), 1)
        assert isinstance(proved, Plan)
        lines.append(
            f"| {name} | {problem.groups - problem.households} | {ours[0]:.3f} | {ours[1]:.3f} | {plan.gap:.2f} "
            f"| {peer[0]:.1f} | {peer[1]:.1f} | {peer[1] / ours[1]:.0f} | {proof[0]:.1f} | {proof[1]:.1f} "
            f"| {proved.status} |"
        )
        loads.append(os.getloadavg()[0])
        print(lines[-1], flush=True)
    busy = f"{min(loads):.1f} to {max(loads):.1f} on {os.cpu_count()} cores"
    lines += ["", f"Load of the computer while this was measured: {busy}."]
    OUT.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
