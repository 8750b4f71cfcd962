"""Allocation beside general solvers, in one run, on seeded instances.

Run one block at a time, or all, and the report is written from what was measured so far:

    python benchmarks/allocation.py township        # goals of a township: speed, what-if
    python benchmarks/allocation.py proofs          # proven optimal (the solver's word); or: STYLE FIRST LAST LIMIT
    python benchmarks/allocation.py peers 400 10    # each in its own process, limit 10 s; also 5000, 20000
    python benchmarks/allocation.py report          # docs/benchmarks/allocation.md and .png

Peers live in the extra `bench`; a peer that is not installed is left out. Figures are kept in
docs/benchmarks/allocation.json between blocks.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from allocation_instances import random_arrays

OUT = Path(__file__).parents[1] / "docs/benchmarks/allocation"
SEEDS = range(20)
PEERS = ("povlib", "povlib to the limit", "PuLP+CBC", "PuLP+HiGHS", "HiGHS", "CP-SAT", "SCIP", "linopy", "SciPy")
LIMIT_S = 30.0
#: gap in persons asked of povlib at each size
GAP = {400: 1.0, 5000: 1.0, 20000: 1.0}


def instance(style: str, seed: int) -> dict[str, object]:
    """Return a township of the style "random" (values to 1e-6, costs to 0.01) or "real" (0.01, whole hundreds)."""
    real = style == "real"
    return random_arrays(340 if real else 400, seed, real=real, per_village=29 if real else 50)


def kept() -> dict[str, object]:
    """Figures measured so far."""
    file = OUT.with_suffix(".json")
    return json.loads(file.read_text("utf-8")) if file.exists() else {}


#: a what-if is searched until this gap in persons is certified
WHAT_IF_GAP = 1.0


def keep(block: str, figures: object) -> None:
    """Put the figures of one block beside the others."""
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.with_suffix(".json").write_text(
        json.dumps({**kept(), block: figures}, indent=1, sort_keys=True) + "\n", "utf-8"
    )


def spread(times: list[float]) -> dict[str, float]:
    """Median, 95th percentile and greatest of some figures."""
    return {"median": float(np.median(times)), "p95": float(np.quantile(times, 0.95)), "max": float(np.max(times))}


def steps(style: str) -> dict[str, float]:
    """Median milliseconds of each step of a first plan."""
    from povlib.allocation import Problem, solve
    from povlib.allocation.solvers.township.neighbourhood_search import improved_plan, rounded_plan
    from povlib.allocation.solvers.township.relaxation import relax

    rows: dict[str, list[float]] = {k: [] for k in ("build", "relaxation", "rounding", "search", "whole")}
    for seed in SEEDS:
        arrays = instance(style, seed)
        at = [time.perf_counter()]
        problem = Problem.from_arrays(**arrays)
        at.append(time.perf_counter())
        relaxed = relax(problem, 60)
        at.append(time.perf_counter())
        first, _ = rounded_plan(problem, relaxed, relaxed.first)
        at.append(time.perf_counter())
        improved_plan(problem, relaxed, first, 1e6, 50_000_000, time.monotonic() + 10)
        at.append(time.perf_counter())
        for name, a, b in zip(rows, at[:-1], at[1:], strict=False):
            rows[name].append(1000 * (b - a))
        again = time.perf_counter()
        solve(Problem.from_arrays(**arrays), gap=1.0)
        rows["whole"].append(1000 * (time.perf_counter() - again))
    found = {name: float(np.median(values)) for name, values in rows.items()}
    return {**found, "p95 of the search": float(np.quantile(rows["search"], 0.95))}


def township() -> None:
    """Speed at township size in a warm process."""
    from povlib.allocation import Problem, solve

    found: dict[str, object] = {}
    for style in ("random", "real"):
        for seed in (101, 102):
            solve(Problem.from_arrays(**instance(style, seed)), gap=0.3, time_limit_s=4)
        rows: dict[str, list[float]] = {
            k: [] for k in ("first_ms", "gap", "half_s", "half_gap", "what_if_ms", "what_if_gap")
        }
        for seed in SEEDS:
            arrays = instance(style, seed)
            at = time.perf_counter()
            problem = Problem.from_arrays(**arrays)
            plan = solve(problem, gap=1.0)
            rows["first_ms"].append(1000 * (time.perf_counter() - at))
            rows["gap"].append(plan.gap)
            at = time.perf_counter()
            half = solve(problem, gap=0.5, time_limit_s=3.0, warm_start=plan)
            rows["half_s"].append(time.perf_counter() - at)
            rows["half_gap"].append(half.gap)
            row = problem.rows["row"].iloc[seed % 9]
            for part in (0.9, 1.1):
                at = time.perf_counter()
                changed = problem.with_capacities({row: int(part * problem.capacity[seed % 9])})
                again = solve(changed, gap=WHAT_IF_GAP, warm_start=plan)
                rows["what_if_ms"].append(1000 * (time.perf_counter() - at))
                rows["what_if_gap"].append(again.gap)
        found[style] = {name: spread(values) for name, values in rows.items()}
        found[style]["half_reached"] = sum(gap <= 0.5 for gap in rows["half_gap"])
        found[style]["steps"] = steps(style)
        found[style]["below_one"] = sum(gap < 1.0 for gap in rows["gap"])
        print(style, json.dumps(found[style]), flush=True)
    keep("township", found)


def proofs(style: str = "", first: int = 0, last: int = 20, limit_s: float = LIMIT_S) -> None:
    """How many townships are proven optimal (the solver's word), and how soon; seeds `first` to `last` - 1.

    Styles: "tables" (a township as its tables give it: bills shared by funds, floors, shares, values to
    0.01, costs in hundreds), and "real" and "random" of `instance`.
    """
    import allocation_instances

    from povlib.allocation import Problem, solve

    def made(one: str, seed: int) -> Problem:
        if one == "tables":
            return Problem.from_tables(**allocation_instances.township(seed))
        return Problem.from_arrays(**instance(one, seed))

    solve(made("tables", 99), gap=0.3, time_limit_s=4)
    for one in (style,) if style else ("tables", "real", "random"):
        rows = dict(kept().get(f"proofs {one}", {}))
        for seed in range(first, last):
            problem = made(one, seed)
            at = time.perf_counter()
            plan = solve(problem, gap=0, time_limit_s=limit_s)
            rows[f"{seed:02d}"] = {
                "status": plan.status, "s": time.perf_counter() - at, "limit_s": limit_s, "value": plan.value,
                "gap": plan.gap, "solver_gap": plan.solver_gap, "nodes": plan.effort["nodes"],
            }  # fmt: skip
            print(one, seed, rows[f"{seed:02d}"], flush=True)
            keep(f"proofs {one}", rows)


def one_peer(name: str, households: int, limit_s: float) -> dict[str, object]:
    """Build and solve with one peer in this process; value, bound, seconds and memory."""
    import allocation_peers

    arrays = random_arrays(households, 1)
    at = time.perf_counter()
    solved = allocation_peers.SOLVERS[name](arrays, GAP[households], limit_s)
    memory = (
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    ) / 1024
    return {**solved, "total_s": time.perf_counter() - at, "mb": memory}


def peers(households: int, limit_s: float, names: list[str]) -> None:
    """Each peer in a process of its own, ended when it overruns its limit."""
    block = f"peers {households}"
    rows = dict(kept().get(block, {}))
    for name in names or PEERS:
        command = [sys.executable, __file__, "peer", name, str(households), str(limit_s)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=2 * limit_s + 15, check=False)
            lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
            rows[name] = json.loads(lines[-1]) if lines else {"failed": done.stderr.strip()[-200:]}
        except subprocess.TimeoutExpired:
            rows[name] = {"failed": f"not back at {2 * limit_s + 15:.0f} s"}
        rows[name]["limit_s"] = limit_s
        print(households, name, rows[name], flush=True)
        keep(block, rows)


def main(words: list[str]) -> None:
    """Run one block."""
    what = words[0] if words else "report"
    if what == "peer":
        print(json.dumps(one_peer(words[1], int(words[2]), float(words[3]))))
    elif what == "peers":
        peers(int(words[1]), float(words[2]), words[3:])
    elif what == "report":
        from allocation_report import write

        write(kept(), OUT)
    elif what == "proofs":
        proofs(*words[1:2], *map(int, words[2:4]), *map(float, words[4:5]))
    else:
        {"township": township}[what]()


if __name__ == "__main__":
    main(sys.argv[1:])
