"""Weighs every defect as an office meets it: seconds and memory of ``povlib intake check FILE --json``.

``python tests/defects/weigh.py [WORD...]`` prints the heaviest; words keep the cases whose name holds one of them.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from defects import (  # noqa: F401
    containers,
    endings,
    fields,
    formatting,
    headers,
    lines,
    oldbooks,
    plain,
    programs,
    spellings,
    texts,
    values,
)
from defects.making import CASES, VILLAGES, Case


def weighed(case: Case, folder: Path) -> tuple[float, float, int, str]:
    """Return wall seconds, processor seconds, peak megabytes of all its processes, and the verdict."""
    path, villages = folder / (case.file or case.name + case.suffix), folder / "villages.yaml"
    path.write_bytes(case.make())
    villages.write_text(json.dumps(VILLAGES, ensure_ascii=False), encoding="utf-8")  # JSON is YAML too
    out = folder / "out.json"
    before = psutil.Process().cpu_times()
    started, peak = time.monotonic(), 0
    with out.open("wb") as held:
        command = [sys.executable, "-m", "povlib.cli", "intake", "check", "--json", "--villages", str(villages)]
        process = subprocess.Popen([*command, "--", str(path)], stdout=held)
        watched = psutil.Process(process.pid)
        while process.poll() is None:
            peak = max(peak, _memory(watched))
            time.sleep(0.01)
    took, after = time.monotonic() - started, psutil.Process().cpu_times()
    work = after.children_user + after.children_system - before.children_user - before.children_system
    return took, work, peak >> 20, json.loads(out.read_bytes())[0]["verdict"]


def _memory(process: psutil.Process) -> int:
    total = 0
    try:
        for one in (process, *process.children(recursive=True)):
            total += one.memory_info().rss
    except psutil.Error:
        pass
    return total


def weigh_all(words: list[str]) -> list[tuple[float, float, int, str, Case]]:
    """Weigh every case whose name holds one of `words` (none: every case); print the heaviest."""
    chosen = [case for case in CASES.values() if not words or any(word in case.name for word in words)]
    with tempfile.TemporaryDirectory() as name:
        found = [(*weighed(case, Path(name)), case) for case in chosen]
    for title, key in (("seconds", 0), ("megabytes", 2)):
        print(f"heaviest by {title}")
        for took, work, peak, verdict, case in sorted(found, key=lambda one: -one[key])[:12]:
            print(f"  {took:5.2f} s  {work:5.2f} s of processor  {peak:4d} MB  {verdict:18s} {case.name}")
    wrong = [case.name for *_, verdict, case in found if verdict != case.verdict]
    print(f"{len(found)} files, wrong verdicts: {wrong or 'none'}")
    return found


if __name__ == "__main__":
    weigh_all(sys.argv[1:])
