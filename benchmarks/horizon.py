"""The plan over several years: how soon it is certified, beside a general solver on the same whole-horizon program.

    python benchmarks/horizon.py            # on the latest run of the practice office; writes the page

The problem is that of the office's latest run and its horizon.yaml. povlib and PuLP with HiGHS solve the same program:
every package of every period, the flows of money from tranches into periods, all capacities and sets of funds. HiGHS
has one thread and as long as it needs to come within the same number of persons of the best, or a limit. Its plan is
worth what the tables say it is, its bound is its own; povlib's gap is proved by posted prices in whole numbers.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from povlib import runs
from povlib.allocation.horizon.horizon_check import check_horizon
from povlib.allocation.horizon.horizon_problem import HorizonProblem
from povlib.allocation.horizon.horizon_program import HorizonProgram
from povlib.allocation.horizon.horizon_search import solve_horizon
from povlib.allocation.problem.allocation_problem import MICRO
from povlib.runs.horizon.horizon_inputs import horizon_inputs

OUT = Path(__file__).parents[1] / "docs/benchmarks/horizon.md"
GAP = 1.0
LIMIT_S = 180.0


def peer_program(program: HorizonProgram) -> object:
    """Return the whole program in PuLP, written out variable by variable."""
    import pulp

    problem = program.horizon.problem
    column = np.flatnonzero(problem.allowed)
    model = pulp.LpProblem("horizon", pulp.LpMaximize)
    chosen = [model.add_variable(f"x{row}", cat=pulp.LpBinary) for row in column.tolist()]
    flow = [model.add_variable(f"y{number}", lowBound=0) for number in range(len(program.flows))]
    variables = [*chosen, *flow]
    model += pulp.lpSum(w * x for w, x in zip((problem.value[column] / MICRO).tolist(), chosen, strict=True))
    choice, (rows, limits) = program.choice(column).tocsr(), program.matrix(column)
    for matrix, ends, equal in ((choice, np.ones(problem.groups), True), (rows.tocsr(), limits, False)):
        for at, end in enumerate(ends.tolist()):
            part = slice(matrix.indptr[at], matrix.indptr[at + 1])
            terms = zip(matrix.data[part].tolist(), matrix.indices[part].tolist(), strict=True)
            total = pulp.lpSum(factor * variables[number] for factor, number in terms)
            model += total == end if equal else total <= end
    return model


def seconds_of_peer(program: HorizonProgram) -> tuple[float, float, float]:
    """Return seconds (model written out included), value and the bound that HiGHS states."""
    import highspy
    import pulp

    # HiGHS keeps the threads of its first problem in a process, and refuses another number of them without a word
    highspy.Highs.resetGlobalScheduler(True)
    began = time.perf_counter()
    model = peer_program(program)
    solver = pulp.HiGHS(msg=False, timeLimit=LIMIT_S, threads=1, gapAbs=GAP)
    model.solve(solver)  # type: ignore[attr-defined]
    taken = time.perf_counter() - began
    assert model.status == pulp.LpStatusOptimal, pulp.LpStatus[model.status]  # type: ignore[attr-defined]
    bound = float(model.solverModel.getInfo().mip_dual_bound)  # type: ignore[attr-defined]
    return taken, float(pulp.value(model.objective)), abs(bound)  # type: ignore[attr-defined]


def seconds_of_plan(problem: HorizonProblem) -> tuple[float, float, float]:
    """Return seconds (program and prices included), value and the bound that prices prove."""
    began = time.perf_counter()
    plan = solve_horizon(problem, gap=GAP)
    taken = time.perf_counter() - began
    assert not check_horizon(plan, problem)
    return taken, plan.value, plan.bound


def main() -> None:
    """Measure and write the page."""
    run = runs.find_run("latest", runs.sample_office())
    assert run.with_months is not None
    began, cpu = time.perf_counter(), time.process_time()
    inputs = horizon_inputs(run)
    offers_s, offers_cpu = time.perf_counter() - began, time.process_time() - cpu
    problem = inputs.problem
    rows = [("povlib", *seconds_of_plan(problem)), ("PuLP + HiGHS", *seconds_of_peer(HorizonProgram(problem)))]
    lines = [
        "# The plan over several years: how soon it is certified", "",
        "Written by `benchmarks/horizon.py` from the practice township's latest run and its `horizon.yaml` (synthetic",
        f"amounts): {problem.problem.households} households, {problem.periods} periods, "
        f"{int(problem.problem.allowed.sum()):,} packages, {len(problem.calendar.amount)} tranches of money.",
        f"Offers and chances of all periods: {offers_s:.1f} s ({offers_cpu:.1f} s of the processor).",
        f"Both then solve the same program to within {GAP:g} person of the objective, HiGHS on one thread with at most",
        f"{LIMIT_S:g} s; the machine was shared with other work.", "",
        "| solver | seconds | persons of the objective | no plan above | gap |", "|---|---|---|---|---|",
    ]  # fmt: skip
    for name, seconds, value, bound in rows:
        lines.append(f"| {name} | {seconds:.1f} | {value:.3f} | {bound:.3f} | {bound - value:.3f} |")
        print(lines[-1], flush=True)
    lines += ["", "povlib's bound is proved by posted prices in whole numbers, and every rule is checked again without",
              "a solver; that of HiGHS is its own word."]  # fmt: skip
    OUT.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
