"""How long a sweep takes: one by one against side by side, a second time, after kills; how soon a changed budget shows.

Ratios are printed; figures go into docs/benchmarks/sweeps.md.

    .venv/bin/python benchmarks/sweeps.py sweep  --work FOLDER [--points 24] [--turns 2]
    .venv/bin/python benchmarks/sweeps.py kills  --work FOLDER [--kills 20]
    .venv/bin/python benchmarks/sweeps.py budget --work FOLDER [--old CHECKOUT OF AN EARLIER COMMIT]

FOLDER holds, or gets, an office ``sample`` whose base plan is made; every measurement works in a copy of it. Old and
new are run in turn, so that a busy neighbour meets both. The load of the machine stands beside the figures.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from record import Figure, record

ROOT = Path(__file__).resolve().parents[1]
TITLE = "Sweeps and changed budgets"
FUND = "funds.special.amount_yuan"
SHARE = "settings.poorest_fifth_money_share"
# a line that is printed when the four numbers and the proof are there, in the commits before and after
PROVED = "Proof:"


def _run(words: list[str], work: Path, code: Path = ROOT) -> tuple[float, float]:
    """Run a command; return seconds until its proof is printed and until its end."""
    environment = {**os.environ, "POVLIB_WORK": str(work), "PYTHONPATH": str(code), "PYTHONUNBUFFERED": "1"}
    began, proved = time.perf_counter(), 0.0
    child = subprocess.Popen(
        [sys.executable, "-m", "povlib.cli", "--lang", "en", *words], cwd=code, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert child.stdout is not None
    for line in child.stdout:
        if PROVED in line and not proved:
            proved = time.perf_counter() - began
    if child.wait():
        raise SystemExit(f"{words} ended with {child.returncode}")
    return proved, time.perf_counter() - began


def _copy(base: Path, name: str) -> Path:
    place = base.with_name(f"{base.name}-{name}")
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(base, place)
    return place


def _prepared(base: Path) -> Path:
    """Return the folder with an office whose base plan is made with the code of now."""
    _run(["run"], base)
    return base


def _load() -> str:
    return f"load {os.getloadavg()[0]:.1f}"


def _grid(points: int) -> list[str]:
    """Return the words of a grid of funds and shares with so many points."""
    rows = 3 if points % 3 == 0 else 1
    shares = ["--vary", f"{SHARE}=0.1,0.2,0.3"] if rows == 3 else []
    return ["plan", "base", "--vary", f"{FUND}=200000..600000/{points // rows}", *shares]


def sweep(base: Path, points: int, turns: int) -> None:
    """Measure one by one against two processes, in turn, and the second time."""
    load = _load()
    words, both = _grid(points), {1: [], 2: []}
    for turn in range(turns):
        for jobs in (1, 2) if turn % 2 == 0 else (2, 1):
            place = _copy(base, f"jobs{jobs}")
            both[jobs].append(_run([*words, "--jobs", str(jobs)], place)[1])
            print(f"{jobs} at a time: {both[jobs][-1]:.1f} s ({_load()})", flush=True)
    again = [_run(words, base.with_name(f"{base.name}-jobs2"))[1] for _ in range(3)]
    alone, beside = median(both[1]), median(both[2])
    print(f"ratio {alone / beside:.2f}; the second time {median(again):.2f} s")
    record("sweeps", TITLE, f"{points} points", f"`benchmarks/sweeps.py sweep`; medians; {load} before", [
        Figure("one by one", alone),
        Figure("two at a time", beside),
        Figure("two at a time, as a part of one by one", beside / alone, 1 / 1.6, ""),
        Figure("the second time", median(again), 3.0),
    ])  # fmt: skip


def _digests(work: Path) -> dict[str, str]:
    """Return the digest of every file of runs and papers, locks left out."""
    places = (work / "sample" / "runs", work / "sample" / "papers")
    paths = (path for place in places for path in sorted(place.rglob("*")) if path.is_file() and path.suffix != ".lock")
    return {str(path.relative_to(work)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def kills(base: Path, many: int, seed: int = 1) -> None:
    """Kill a sweep at random moments, go on, and compare every byte."""
    words = [*_grid(6), "--jobs", "2"]
    whole = _copy(base, "whole")
    _, seconds = _run(words, whole)
    expected = _digests(whole)
    chance = random.Random(seed)
    same, points = 0, []
    for number in range(many):
        place = _copy(base, "killed")
        environment = {**os.environ, "POVLIB_WORK": str(place), "PYTHONPATH": str(ROOT)}
        child = subprocess.Popen(
            [sys.executable, "-m", "povlib.cli", "--lang", "en", *words], cwd=ROOT, env=environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(chance.uniform(0.5, seconds))
        child.send_signal(signal.SIGKILL)
        child.wait()
        kept = len(list(place.glob("sample/runs/*/manifest.json"))) - len(
            list(base.glob("sample/runs/*/manifest.json"))
        )
        points.append(kept)
        _run(words, place)
        same += _digests(place) == expected
        print(f"kill {number + 1}: {kept} of 6 points were finished; {same} of {number + 1} the same bytes", flush=True)
    record("sweeps", TITLE, f"{many} kills of a sweep of 6 points", f"`benchmarks/sweeps.py kills`, seed {seed}", [
        Figure("kills after which the bytes were others", float(many - same), 0.0, ""),
        Figure("fewest and most points finished at the kill", float(min(points)), 0.0, f"to {max(points)}"),
    ])  # fmt: skip
    if same < many:
        raise SystemExit("the bytes were not the same")


def budget(base: Path, old: Path | None, times: int) -> None:
    """Measure how soon a changed budget shows its figures, old and new commit in turn."""
    load = _load()
    figures: dict[str, list[float]] = {}
    bases = {"new": (ROOT, base)}
    if old is not None:
        older = base.with_name(f"{base.name}-old")
        _run(["run"], older, old)
        bases["old"] = (old, older)
    for turn in range(times):
        for name, (code, place) in bases.items():
            fresh = place.with_name(f"{place.name}-fresh-{name}")
            shutil.rmtree(fresh, ignore_errors=True)
            shutil.copytree(place, fresh)
            shutil.rmtree(fresh / "sample" / "runs")
            for what, words, where in (
                ("whole run", ["plan", "base"], fresh),
                ("changed budget", ["plan", "base", "--set", f"{FUND}={400_000 + 1000 * turn}"], _copy(place, name)),
            ):
                proved, ended = _run(words, where, code)
                # the older code prints figures and papers together, at the end
                figures.setdefault(f"{name}: {what}, to the proof", []).append(proved)
                figures.setdefault(f"{name}: {what}, to the papers", []).append(ended)
                print(f"{name} {what}: proof {proved:.1f} s, papers {ended:.1f} s ({_load()})", flush=True)
    middle = {what: median(seconds) for what, seconds in figures.items()}
    part = middle["new: changed budget, to the proof"] / middle["new: whole run, to the papers"]
    print(f"ratio {part:.3f}")
    rows = [Figure(what, seconds) for what, seconds in middle.items()]
    ratios = [Figure("figures of a changed budget, as a part of the whole run", part, 0.25, "")]
    if old is not None:
        before = middle["new: changed budget, to the proof"] / middle["old: whole run, to the papers"]
        ratios.append(Figure("the same, as a part of the whole run of the older commit", before, 0.25, ""))
    how = f"`benchmarks/sweeps.py budget`; medians of {times}, in turn; {load} before"
    record("sweeps", TITLE, "A changed budget", how,
           [*rows, *ratios])  # fmt: skip


def _main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("part", choices=("sweep", "kills", "budget"))
    words.add_argument("--work", type=Path, required=True)
    words.add_argument("--points", type=int, default=24)
    words.add_argument("--kills", type=int, default=20)
    words.add_argument("--old", type=Path)
    words.add_argument("--turns", type=int, default=2)
    options = words.parse_args()
    base = _prepared(options.work)
    if options.part == "sweep":
        sweep(base, options.points, options.turns)
    elif options.part == "kills":
        kills(base, options.kills)
    else:
        budget(base, options.old, options.turns)


if __name__ == "__main__":
    _main()
