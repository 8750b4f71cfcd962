"""The township whose plan may open workshops: how soon a plan is certified and proved, beside a general solver.

    python benchmarks/allocation_openings.py          # on the latest run of the practice office; writes the page

The problem is that of the office's latest run, with its workshops (openings.yaml), and the same without them. povlib
and PuLP with HiGHS solve the same problem in the same minutes, so that a busy neighbour meets both; ratios are printed.
HiGHS has as long as it needs to come within the same gap of the best, or a limit.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from povlib import runs
from povlib.allocation import Problem, solve
from povlib.allocation.solvers.township_model import township_model

OUT = Path(__file__).parents[1] / "docs/benchmarks/allocation-openings.md"
#: plans made of each problem; the first two compile loops and start the solver's process and are not counted
PLANS, LEFT_OUT = 102, 2
PEER_PLANS = 3
LIMIT_S = 60.0
GAP = 1.0


def without_workshops(problem: Problem) -> Problem:
    """Return the problem in which nothing of openings.yaml and no base may be opened."""
    keys = problem.package.astype(str)
    shut = np.char.startswith(keys, "facility:") & ~np.char.endswith(keys, ":0")
    return replace(problem, allowed=problem.allowed & ~shut)


def seconds_of_plans(problem: Problem, gap: float, plans: int) -> tuple[list[float], float]:
    """Return the seconds of each plan, from tables already laid together, and the last certified gap."""
    taken, reached = [], 0.0
    for _ in range(plans):
        began = time.perf_counter()
        plan = solve(replace(problem), gap=gap, time_limit_s=LIMIT_S)
        taken.append(time.perf_counter() - began)
        reached = plan.gap
    return taken, reached


def seconds_of_peer(problem: Problem, bound: float) -> list[float]:
    """Return the seconds of PuLP with HiGHS to a plan within the gap of the bound, its model written out each time."""
    import pulp

    taken = []
    for _ in range(PEER_PLANS):
        began = time.perf_counter()
        program = township_model(replace(problem)).program
        solver = pulp.HiGHS(msg=False, timeLimit=LIMIT_S, threads=1, gapAbs=GAP)
        program.solve(solver)
        taken.append(time.perf_counter() - began)
        value = float(pulp.value(program.objective))
        assert value >= bound - GAP - 1e-6 or taken[-1] >= LIMIT_S, (value, bound)
    return taken


def main() -> None:
    """Measure and write the page."""
    made = runs.find_run("latest", runs.sample_office()).problem
    lines = [
        "# Openings: how soon a plan is certified and proved", "",
        "Written by `benchmarks/allocation_openings.py` from the practice township's latest run; each line was",
        f"measured side by side. {PLANS - LEFT_OUT} plans of povlib (warm process), {PEER_PLANS} of PuLP with",
        "HiGHS on one thread, the model written out each time, both to a plan within 1 person of the best.", "",
        "| problem | groups that may open | povlib, median s | p95 s | certified gap | PuLP + HiGHS, median s | ratio "
        "| povlib proven optimal, s | status |",
        "|---|---|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    for name, problem in (("with the workshops", made), ("nothing may be opened", without_workshops(made))):
        ours, gap = seconds_of_plans(problem, GAP, PLANS)
        plan = solve(replace(problem), gap=GAP)
        peer = seconds_of_peer(problem, plan.price_bound)
        began = time.perf_counter()
        proved = solve(replace(problem), gap=0, time_limit_s=LIMIT_S)
        proof_s = time.perf_counter() - began
        kept = ours[LEFT_OUT:]
        ratio = float(np.median(peer) / np.median(kept))
        lines.append(
            f"| {name} | {problem.groups - problem.households} | {np.median(kept):.3f} | {np.quantile(kept, 0.95):.3f} "
            f"| {gap:.2f} | {np.median(peer):.2f} | {ratio:.1f} | {proof_s:.1f} | {proved.status} |"
        )
        print(lines[-1], flush=True)
    OUT.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
