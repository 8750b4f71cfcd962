"""The price method from county to province: build, solve, certified gap, memory; seeds are fixed.

Run `python benchmarks/allocation_priced.py county seeds prefecture province harder rules cold`, or some of them; each
writes its part of docs/benchmarks/allocation-priced.md. Times are after one warm-up of the compiler.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time

import allocation_instances as instances
import numpy as np
from record import Figure, record

from povlib.allocation import Plan, Problem, solve, verify

PAGE, TITLE = "allocation-priced", "Allocation by prices: county to province"
SEED = 0
HOW = "`python benchmarks/allocation_priced.py {part}`, random values, seed 0, a quiet machine, numba compiled before"


def _worth(problem: Problem) -> float:
    return float(np.maximum.reduceat(problem.value, problem.start[:-1]).sum()) / 1e6


def _solved(problem: Problem, relative: float, nodes: int = 3000, warm: Plan | None = None) -> tuple[Plan, float]:
    """Solve to a little less than a relative gap; returns the plan and the seconds."""
    start = time.perf_counter()
    gap = 0.7 * relative * _worth(problem)
    plan = solve(problem, "priced", gap=gap, nodes=nodes, time_limit_s=600, warm_start=warm)
    took = time.perf_counter() - start
    print(plan.summary(), round(took, 2), flush=True)
    return plan, took


def _gap(plan: Plan, promised: float = 0.0) -> Figure:
    return Figure("certified gap, millionths of the value", 1e6 * plan.gap / plan.value, promised, "")


def _memory() -> Figure:
    return Figure("peak memory of the process", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 0, "MB")


def _checked(plan: Plan, problem: Problem) -> Figure:
    start = time.perf_counter()
    assert verify(plan, problem).ok
    return Figure("verify, apart", time.perf_counter() - start)


def county() -> None:
    """20,000 households from tables, then a what-if."""
    tables = instances.tables_of(instances.random_arrays(20_000, SEED, apart=True))
    figures: list[Figure] = []
    problem = None
    for relative, seconds, nodes in ((5e-6, 1.5, 3000), (1e-6, 4.0, 3000)):
        start = time.perf_counter()
        problem = Problem.from_tables(**tables)
        built = time.perf_counter() - start
        plan, took = _solved(problem, relative, nodes)
        asked = f"asked {relative:g}: "
        figures += [Figure(asked + "build from tables", built), Figure(asked + "solve", took),
                    Figure(asked + "together", built + took, seconds), _gap(plan, relative * 1e6)]  # fmt: skip
    assert problem is not None
    fund = str(problem.rows["row"].iloc[0])
    changed = problem.with_capacities({fund: int(problem.rows["capacity"].iloc[0] * 0.9)})
    other, took = _solved(changed, 5e-6, warm=plan)
    figures += [Figure("what-if, one fund less a tenth, warm", took), _gap(other), _checked(plan, problem), _memory()]
    record(PAGE, TITLE, "20,000 households", HOW.format(part="county"), figures)


def rules() -> None:
    """Counties with every rule of a township: bundled funds, kept shares, floors, the poorest's shares."""
    figures: list[Figure] = []
    for households in (4_000, 20_000):
        tables = instances.township(SEED, households, households // 50)
        start = time.perf_counter()
        problem = Problem.from_tables(**tables)
        built = time.perf_counter() - start
        plan, took = _solved(problem, 5e-6)
        figures += [Figure(f"{households:,}: build from tables", built), Figure(f"{households:,}: solve", took),
                    _gap(plan, 5.0), _checked(plan, problem)]  # fmt: skip
    record(PAGE, TITLE, "Counties with every rule", "`python benchmarks/allocation_priced.py rules`, "
           "the township of the benchmarks in 50 households a village, seed 0, a quiet machine", figures)  # fmt: skip


def _arrays(households: int, relative: float, seconds: float, part: str) -> None:
    arrays = instances.random_arrays(households, SEED, apart=True)
    start = time.perf_counter()
    problem = Problem.from_arrays(**arrays)
    built = time.perf_counter() - start
    del arrays
    plan, took = _solved(problem, relative)
    fund = str(problem.rows["row"].iloc[0])
    changed = problem.with_capacities({fund: int(problem.rows["capacity"].iloc[0] * 0.9)})
    other, again = _solved(changed, relative, warm=plan)
    figures = [Figure("build from arrays", built), Figure("solve", took, seconds), _gap(plan, relative * 1e6),
               Figure("what-if, one fund less a tenth, warm", again), _gap(other), _checked(plan, problem),
               _memory()]  # fmt: skip
    record(PAGE, TITLE, f"{households:,} households", HOW.format(part=part), figures)


def prefecture() -> None:
    """200,000 households from arrays."""
    _arrays(200_000, 5e-7, 4.0, "prefecture")


def province() -> None:
    """1,000,000 households from arrays, as far as memory allows."""
    _arrays(1_000_000, 2e-7, 0.0, "province")


def seeds() -> None:
    """20,000 households of five other seeds from arrays: the worst of them."""
    gaps, times = [], []
    for seed in range(1, 6):
        problem = Problem.from_arrays(**instances.random_arrays(20_000, seed, apart=True))
        plan, took = _solved(problem, 1e-6)
        gaps.append(1e6 * plan.gap / plan.value)
        times.append(took)
    figures = [Figure("asked 1e-06: solve, slowest", max(times), 4.0),
               Figure("certified gap, millionths of the value, largest", max(gaps), 1.0, "")]  # fmt: skip
    record(PAGE, TITLE, "20,000 households, five other seeds", HOW.format(part="seeds"), figures)


def harder() -> None:
    """Village rows that prices alone do not settle: two rows a package, and rows in yuan."""
    kinds = {
        "20,000, two rows of a village a package": lambda: instances.random_arrays(20_000, SEED),
        "200,000, two rows of a village a package": lambda: instances.random_arrays(200_000, SEED),
        "20,000, a village row in yuan": lambda: _in_yuan(20_000),
        "200,000, a village row in yuan": lambda: _in_yuan(200_000),
    }
    figures: list[Figure] = []
    for name, made in kinds.items():
        problem = Problem.from_arrays(**made())
        plan, took = _solved(problem, 1e-6)
        figures += [Figure(f"{name}: solve", took), _gap(plan),
                    Figure("gap to the bound with villages chosen exactly, millionths",
                           1e6 * plan.solver_gap / plan.value, 10.0, "")]  # fmt: skip
    why = (
        ". Certified is what prices alone prove. Prices cannot prove more where a village's money goes to whole "
        "packages: 50 households share about 320 units of it, a package takes 60. The bound with every village chosen "
        "exactly can (`solver_bound`); it rests on the search inside each village, not on prices that anyone can check"
    )
    record(PAGE, TITLE, "Harder villages", HOW.format(part="harder") + why, figures)


def _in_yuan(households: int) -> dict[str, object]:
    """Each village holds a third of the money its households want from the first fund, to the yuan."""
    arrays = instances.random_arrays(households, SEED, apart=True)
    use = arrays["use"].tocsc()
    rows = np.flatnonzero(np.asarray(arrays["resource_village"]) >= 0)[::3]
    fund = use[:, [0]].tocoo()
    place = np.asarray(arrays["village"])[np.asarray(arrays["household"])[fund.coords[0]]]
    yuan = np.rint(fund.data / 100).astype(np.int64)
    keep = np.delete(np.arange(use.shape[1]), rows)
    from scipy import sparse

    own = sparse.csc_array((yuan, (fund.coords[0], place)), shape=(use.shape[0], int(place.max()) + 1))
    cap = np.floor(np.asarray(own.sum(axis=0)).ravel() / 14.5 / 3)
    return {
        **arrays,
        "use": sparse.csr_array(sparse.hstack([use[:, keep], own])),
        "capacity": np.concatenate([np.asarray(arrays["capacity"])[keep], cap]),
        "resource_village": np.concatenate([np.asarray(arrays["resource_village"])[keep], np.arange(len(cap))]),
        "sense": np.concatenate([np.asarray(arrays["sense"])[keep], np.full(len(cap), "<=")]),
    }


def cold() -> None:
    """Time of a first solve with nothing compiled, in a process of its own."""
    script = "import time, allocation_priced as b; t = time.perf_counter(); b.warm_up(); print(time.perf_counter() - t)"
    with tempfile.TemporaryDirectory() as folder:
        here = os.path.dirname(os.path.abspath(__file__))
        env = {**os.environ, "NUMBA_CACHE_DIR": folder}
        told = subprocess.run(
            [sys.executable, "-c", script], env=env, cwd=here, capture_output=True, text=True, check=True
        )
    figures = [Figure("300 households, nothing compiled", float(told.stdout.split()[-1]))]
    record(PAGE, TITLE, "Cold", "`python benchmarks/allocation_priced.py cold`, a quiet machine", figures)


def warm_up() -> None:
    """Compile every loop (cached on disk)."""
    solve(Problem.from_arrays(**instances.random_arrays(300, 1)), "priced", gap=0.0)


if __name__ == "__main__":
    every = {"county": county, "seeds": seeds, "prefecture": prefecture, "province": province, "harder": harder,
             "rules": rules, "cold": cold}  # fmt: skip
    warm_up()
    for name in sys.argv[1:] or list(every):
        every[name]()
