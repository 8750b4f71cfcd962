"""The whole job: from an empty folder as a planner begins, or at any size with a growth exponent for every stage.

    python3 benchmarks/whole_job.py [--keep FOLDER]
    python benchmarks/whole_job.py --sizes 340 5000 20000 [--keep FOLDER] [--out FILE]

Standard library only, because it starts where a planner starts: with nothing but a Python and a package index. The
first form clones HEAD and prints seconds beside what was promised; they depend on the network and on what else the
computer does, and the promises are for two idle cores. The second form needs an environment that is set up (Linux: the
processor's seconds of all processes of a command are read from ``/proc``), makes a practice office of each size, loads
it, plans it and plans it again with a changed budget, papers included, and prints one table: households, stage,
seconds on the clock and of the processor, peak memory of all processes together and of the largest, certified gap;
then how each stage grows with the households. An office that is there is planned only: what was measured before stands
in the file of readings.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
#: above this many households an office receives rows in Parquet, of twelve months here as the promises say
IN_WORKBOOKS, MONTHS = 20_000, 12
#: the budget that is changed: the practice township's special fund, by households, with 3 % more than it has
FUND, YUAN_A_HOUSEHOLD = "special", 330_000 / 340
#: seconds between two looks at the processes of a command: shorter than any stage worth a row of the table
_LOOK = 0.2
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_MARK = "\x1e"


@dataclass
class Reading:
    """A stage of a command at one size: seconds on the clock, of the processor, and the peaks of memory so far.

    Attributes
    ----------
    megabytes, largest : int
        Of all processes together, what they share counted once; of the largest of them.
    """

    households: int
    stage: str
    seconds: float
    cpu: float
    megabytes: int
    largest: int
    gap: float | None = None


def timed(folder: Path, *words: str) -> tuple[float, int, str]:
    """Run ``workbench.py`` with `words`; return seconds, exit code and the end of what it said."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("POVLIB_")}
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "workbench.py", *words], cwd=folder, env=clean, capture_output=True, text=True, check=False
    )
    return time.perf_counter() - start, done.returncode, (done.stdout + done.stderr)[-2000:]


def first_hour(keep: str | None) -> None:
    """Clone HEAD into an empty folder and time each command of a planner's first hour."""
    folder = Path(keep or tempfile.mkdtemp(prefix="povlib-clone-")) / "workbench"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(folder)], check=True)
    steps: tuple[tuple[str, float, tuple[str, ...]], ...] = (
        ("fresh clone: set up, load, plan, print", 240.0, ("run",)),
        ("again, nothing changed", 3.0, ("run",)),
        ("second start of the launcher alone", 1.0, ("setup",)),
        ("changed budget", 25.0, ("run", "--set", "funds.special.amount_yuan=330000")),
        ("verify the run", 60.0, ("verify", "latest")),
    )
    print(f"{'step':45s} {'seconds':>8s} {'promised':>9s} {'ratio':>6s}")
    for name, promised, words in steps:
        seconds, code, said = timed(folder, *words)
        print(f"{name:45s} {seconds:8.2f} {promised:9.0f} {seconds / promised:6.2f}")
        if code:
            print(said)
            sys.exit(code)


class Watched:
    """A command under way: what its processes have used so far, and which stage it is in."""

    def __init__(self, words: list[str], work: Path) -> None:
        told = {"POVLIB_PROGRESS": "lines", "POVLIB_LANG": "en", "POVLIB_WORK": str(work), "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "povlib.cli", *words]
        self.began = time.perf_counter()
        self.process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **told}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.peak, self.largest = 0, 0
        self._seen: dict[int, float] = {}
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._look_on, daemon=True)
        self._watch.start()

    def cpu(self) -> float:
        """Return the processor's seconds of the command and everything it began, ended processes included."""
        self._look()
        return sum(self._seen.values())

    def finish(self) -> int:
        """Wait for the command and return its exit code."""
        code = self.process.wait()
        self._over.set()
        self._watch.join()
        return code

    def _look_on(self) -> None:
        while not self._over.wait(_LOOK):
            self._look()

    def _look(self) -> None:
        """Note what each living process of the command has used, its reaped children within it."""
        parents, alive = {}, {}
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it has ended while it was looked at
            parents[int(entry.name)] = int(fields[1])
            alive[int(entry.name)] = sum(map(int, fields[11:13])) / _TICKS
        own = {self.process.pid} & set(alive)
        grown = True
        while grown:
            more = {pid for pid, parent in parents.items() if parent in own} - own
            own, grown = own | more, bool(more)
        for pid in own:
            self._seen[pid] = max(self._seen.get(pid, 0.0), alive[pid])
        each = [_kilobytes(pid) >> 10 for pid in own]
        self.peak, self.largest = max(self.peak, sum(each)), max(self.largest, *each, 0)


def _kilobytes(pid: int) -> int:
    """Return the memory of a process, of pages that several share its part alone; 0 when it has ended."""
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in told.splitlines() if line.startswith("Pss:")), 0)


def stages_of(households: int, name: str, words: list[str], work: Path) -> list[Reading]:
    """Run a command of an office and return a reading for each stage that it names, and one for the whole."""
    watched = Watched(words, work)
    rows: list[Reading] = []
    stage, since, before = "begin", watched.began, 0.0

    def close(following: str) -> None:
        nonlocal stage, since, before
        now, cpu = time.perf_counter(), watched.cpu()
        rows.append(Reading(households, f"{name}: {stage}", now - since, cpu - before, watched.peak, watched.largest))
        stage, since, before = following, now, cpu

    said: list[str] = []
    output: list[str] = []
    listener = threading.Thread(target=lambda: output.extend(watched.process.stdout or ()), daemon=True)
    listener.start()
    for line in watched.process.stderr or ():
        told = line.rpartition(_MARK)[2].partition("\t")[2].strip() if _MARK in line else ""
        told = told.partition(":")[0]  # "projection: 3 of 10 parts, about 20 s left" is the stage of that name
        if told and told != stage:
            close(told)
        elif not told:
            said.append(line)
    code = watched.finish()
    listener.join()
    close("")
    if code:
        sys.exit(f"{' '.join(words)}: {''.join([*output, *said])[-2000:]}")
    seconds, cpu = sum(row.seconds for row in rows), sum(row.cpu for row in rows)
    return [*_joined(rows), Reading(households, name, seconds, cpu, watched.peak, watched.largest)]


def _joined(rows: list[Reading]) -> list[Reading]:
    """Join readings of one stage that others came between."""
    joined: dict[str, Reading] = {}
    for row in rows:
        held = joined.setdefault(row.stage, Reading(row.households, row.stage, 0.0, 0.0, 0, 0))
        held.seconds, held.cpu = held.seconds + row.seconds, held.cpu + row.cpu
        held.megabytes, held.largest = max(held.megabytes, row.megabytes), max(held.largest, row.largest)
    return list(joined.values())


def office_of(households: int, work: Path) -> list[Reading]:
    """Make an office of a size, load it, plan it, and plan it with a changed budget; return what each stage took."""
    office = f"h{households}"
    months = ["--months", str(MONTHS)] if households > IN_WORKBOOKS else []
    rows: list[Reading] = []
    if not (work / office).exists():
        made = ["sample", "--households", str(households), "--office", office, *months]
        rows += stages_of(households, "make", made, work)
        rows += stages_of(households, "load", ["load", "--office", office], work)
    plan = ["plan", "base", "--office", office]
    rows += stages_of(households, "fresh plan", plan, work)
    rows[-1].gap = _gap_of_newest(work / office / "runs")
    budget = f"funds.{FUND}.amount_yuan={round(YUAN_A_HOUSEHOLD * households)}"
    rows += stages_of(households, "changed budget", [*plan, "--set", budget], work)
    rows[-1].gap = _gap_of_newest(work / office / "runs")
    return rows


def _gap_of_newest(runs: Path) -> float | None:
    """Return the certified gap in persons of the newest finished run, as its manifest says it."""
    manifests = sorted(runs.glob("*/manifest.json"), key=lambda path: path.stat().st_mtime)
    figures = json.loads(manifests[-1].read_text(encoding="utf-8"))["figures"] if manifests else {}
    return float(figures["gap"]) if figures.get("gap") is not None else None


def print_table(rows: list[Reading]) -> None:
    """Print the readings, then the growth exponent of each stage from one size to the next."""
    heads = f"{'clock s':>9s} {'cpu s':>9s} {'MB':>7s} {'largest':>7s} {'gap':>9s}"
    print(f"{'households':>10s}  {'stage':40s} {heads}")
    for row in rows:
        gap = "" if row.gap is None else f"{row.gap:9.4f}"
        read = f"{row.seconds:9.1f} {row.cpu:9.1f} {row.megabytes:7d} {row.largest:7d}"
        print(f"{row.households:10d}  {row.stage:40s} {read} {gap}")
    sizes = sorted({row.households for row in rows})
    cpu = {(row.households, row.stage): row.cpu for row in rows}
    stages = list(dict.fromkeys(row.stage for row in rows))
    for low, high in itertools.pairwise(sizes):
        print(f"growth of processor seconds from {low} to {high} households (1 = in proportion)")
        for stage in stages:
            before, after = cpu.get((low, stage), 0.0), cpu.get((high, stage), 0.0)
            if before > 0 and after > 0:
                print(f"    {stage:40s} N^{math.log(after / before) / math.log(high / low):.2f}")


def main() -> None:
    """Time the first hour, or offices of the sizes asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", help="clone or make the offices here and leave them")
    parser.add_argument("--sizes", type=int, nargs="+", help="households of the offices to make, load and plan")
    parser.add_argument("--out", type=Path, help="write the readings here too, as JSON")
    options = parser.parse_args()
    if not options.sizes:
        first_hour(options.keep)
        return
    work = Path(options.keep or tempfile.mkdtemp(prefix="povlib-sizes-"))
    rows: list[Reading] = []
    for households in options.sizes:
        rows += office_of(households, work)
        print(f"{households} households are done", file=sys.stderr, flush=True)
        if options.out:
            options.out.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n", encoding="utf-8")
    print_table(rows)


if __name__ == "__main__":
    main()
