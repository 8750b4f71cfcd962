"""The whole job from an empty folder: clone, `run`, `run` again, `run` with a changed budget, second start.

    python3 benchmarks/whole_job.py [--keep FOLDER]

Standard library only, because it starts where a planner starts: with nothing but a Python and a package
index. Prints seconds beside what was promised. Times depend on the network and on what else the computer
does; the promises are for two idle cores.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def timed(folder: Path, *words: str) -> tuple[float, int, str]:
    """Run ``workbench.py`` with `words`; return seconds, exit code and the end of what it said."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("POVLIB_")}
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "workbench.py", *words], cwd=folder, env=clean, capture_output=True, text=True, check=False
    )
    return time.perf_counter() - start, done.returncode, (done.stdout + done.stderr)[-2000:]


def main() -> None:
    """Clone HEAD into an empty folder and time each command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", help="clone here and leave it")
    options = parser.parse_args()
    folder = Path(options.keep or tempfile.mkdtemp(prefix="povlib-clone-")) / "workbench"
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


if __name__ == "__main__":
    main()
