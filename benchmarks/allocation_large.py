"""Measure the price method in partitions: 200,000 to 30 million households, what-ifs, a path, Dask.

Run as it is; each size is measured in a process of its own, after one small problem that warms the
compiler. Writes docs/benchmarks/allocation-large.md. Data go to --scratch and stay there (4 GB at
30 million); the seed is fixed.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import allocation_large_instances as instances

from povlib.allocation.solvers.scale import Blocks, Dask, Session, verify_large
from povlib.allocation.solvers.township.solver_process import shared_solver

GOALS = {200_000: (5e-7, 4, 500), 1_000_000: (2e-7, 6, 400), 10_000_000: (1e-7, 15, 500), 30_000_000: (1e-7, 45, 500)}
PAGE = Path(__file__).parents[1] / "docs" / "benchmarks" / "allocation-large.md"


def blocks_of(scratch: Path, households: int) -> Blocks:
    folder = scratch / str(households)
    if (folder / "blocks.json").exists():
        return Blocks.open(folder)
    return Blocks.write(folder, instances.layout(households), instances.stream(households))


def timed(task):
    start = time.perf_counter()
    found = task()
    return found, round(time.perf_counter() - start, 2)


def forget(blocks: Blocks) -> None:
    """Ask the system to forget the files: all of its cache where that is permitted, else these pages."""
    os.sync()
    try:
        Path("/proc/sys/vm/drop_caches").write_text("3")
    except OSError:
        for path in blocks.paths:
            with path.open("rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def cold(blocks: Blocks, gap: float) -> dict[str, float]:
    """Time one pass, and a whole solution, each after the system has forgotten the files."""
    forget(blocks)
    with Session(blocks) as session:
        first = timed(lambda: session.look(instances_prices(blocks)))[1]
    forget(blocks)
    with Session(blocks) as session:
        return {"cold_pass_s": first, "cold_solve_s": timed(lambda: session.solve(gap=gap))[1]}


def instances_prices(blocks: Blocks):
    import numpy as np

    return np.full(len(blocks.layout.rows), 200_000, dtype=np.int64)


def one(scratch: Path, households: int) -> dict[str, object]:
    """Solve one size, then prove it again; figures of this process and of its solver child."""
    started = time.perf_counter()
    with Session(blocks_of(scratch, 2000)) as session:
        session.solve(gap=5.0)
    warm_up = time.perf_counter() - started
    blocks = blocks_of(scratch, households)
    for path in blocks.paths:
        path.read_bytes()
    goal = GOALS[households][0]
    with Session(blocks) as session:
        gap = 0.9 * goal * 2.2 * households
        plan, seconds = timed(lambda: session.solve(gap=gap))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        found: dict[str, object] = {
            "households": households, "seconds": seconds, "gap": plan.gap, "relative": plan.gap / plan.value,
            "status": plan.status, **plan.effort, "mb": round(peak), "warm_up": round(warm_up, 1), **plan.villages,
        }  # fmt: skip
        if households == 1_000_000:
            row = blocks.layout.rows[0]
            less = blocks.with_capacities({row.name: int(row.capacity * 0.9)})
            changed, found["what_if_s"] = timed(lambda: session.what_if(less, plan, gap=gap))
            found["what_if_relative"] = changed.gap / changed.value
            found["what_if_passes"] = changed.effort["passes"]
            points = [int(row.capacity * (0.7 + 0.03 * at)) for at in range(20)]
            path, found["path_s"] = timed(lambda: session.path(row.name, points))
            again = session.what_if(blocks.with_capacities({row.name: points[5]}), plan, gap=gap)
            found["path_off"] = (path["bound"][5] - again.bound) / again.bound
    check, found["verify_s"] = timed(lambda: verify_large(plan, blocks))
    found["ok"] = check.ok
    if households == 30_000_000:
        found |= cold(blocks, gap)
    shared_solver().end()
    found["child_mb"] = round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
    return found


def on_dask(scratch: Path, households: int) -> dict[str, object]:
    """Compare one size on threads and on two Dask workers."""
    blocks = blocks_of(scratch, households)
    gap = 0.9 * GOALS[households][0] * 2.2 * households
    with Session(blocks) as session:
        session.solve(gap=gap)
    with Session(blocks) as session:
        here, seconds = timed(lambda: session.solve(gap=gap))
    with Dask(workers=2) as runner:
        with Session(blocks, runner) as session:
            session.solve(gap=gap)
        with Session(blocks, runner) as session:
            there, dask_seconds = timed(lambda: session.solve(gap=gap, method="distributed"))
    return {"households": households, "seconds": seconds, "dask_s": dask_seconds,
            "same": here.certificate == there.certificate}  # fmt: skip


def page(found: list[dict[str, object]], dask: dict[str, object] | None) -> str:
    lines = [
        "# Allocation for millions, measured",
        "",
        "Made by `benchmarks/allocation_large.py` (seed 0, 24 packages, mean 16 allowed, 9 common rows, 3 rows in each",
        "village of 50, all of them binding): 2 cores, all else on the machine paused, compiler warm, files warm.",
        "General solvers are not in this table: at 20,000 households none returns a plan with this proof",
        "(`allocation.md`). Gap = (certified bound - value) / value. MB: peak of the process, and of the solver child.",
        "",
        "| households | goal | seconds | gap | passes (sample) | core | MB | child MB | verified again, s |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in found:
        gap, seconds, mb = GOALS[int(str(row["households"]))]
        lines.append(
            f"| {row['households']:,} | {gap:.0e} in {seconds} s, {mb} MB | {row['seconds']} "
            f"| {row['relative']:.1e} ({row['gap']:.2f} persons) | {row['passes']} "
            f"({row['sample_passes']}) | {row['core']} | {row['mb']} | {row['child_mb']} "
            f"| {row['verify_s']}{'' if row['ok'] else ' NOT OK'} |"
        )
    lines.append("")
    for row in found:
        if "what_if_s" in row:
            lines += [
                f"- What-if at {row['households']:,} (a fund less a tenth, warm, new plan and new proof): "
                f"{row['what_if_s']} s, {row['what_if_passes']} passes, gap {row['what_if_relative']:.1e} (goal 4 s).",
                f"- Path of one fund, 20 points, each with its proved bound: {row['path_s']} s (goal 20 s); "
                f"one point against a full solution: {row['path_off']:.1e} above.",
            ]
        if "cold_pass_s" in row:
            lines.append(
                f"- {row['households']:,} from a cold disk (the system's cache emptied first; its host may "
                f"still hold the files): one pass {row['cold_pass_s']} s, a whole solution {row['cold_solve_s']} s."
            )
    if dask is not None:
        lines.append(
            f"- Dask, 2 worker processes, {dask['households']:,} households: {dask['dask_s']} s against "
            f"{dask['seconds']} s on threads; plan, prices and bound "
            f"{'the same to the last digit' if dask['same'] else 'DIFFERENT'}."
        )
    return "\n".join([*lines, ""])


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--scratch", type=Path, default=Path("/tmp/large"))
    ask.add_argument("--one", type=int)
    ask.add_argument("--dask", type=int)
    ask.add_argument("--sizes", type=int, nargs="*", default=list(GOALS))
    ask.add_argument("--results", type=Path, help="JSON lines of --one runs to write the page from")
    given = ask.parse_args()
    if given.one or given.dask:
        print(json.dumps(one(given.scratch, given.one) if given.one else on_dask(given.scratch, given.dask)))
        return
    if given.results:
        lines = [json.loads(line) for line in given.results.read_text().splitlines() if line.startswith("{")]
    else:
        command = [sys.executable, __file__, "--scratch", str(given.scratch)]
        for size in given.sizes:
            blocks_of(given.scratch, size)
        runs = [["--one", str(size)] for size in given.sizes] + [["--dask", "10000000"]]
        lines = [json.loads(subprocess.check_output([*command, *run]).splitlines()[-1]) for run in runs]
    text = page([row for row in lines if "mb" in row], next((row for row in lines if "dask_s" in row), None))
    print(text)
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
