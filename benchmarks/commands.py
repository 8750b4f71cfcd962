"""How long each command takes that does not plan, on a township of 75 households: wall clock and processor, by command.

    .venv/bin/python benchmarks/commands.py [OFFICE FOLDER THAT IS THERE ALREADY]

Makes a practice township in a folder of its own, loads and plans it once, then runs every command in a process of its
own, three times, and prints the best: what is measured is the program, not the neighbours. A misspelt word stands
beside the command it misnames.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOUSEHOLDS = 75
TIMES = 3
OFFICER = ("--officer", "W")
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("--help",),
    ("hsitory", "S01-0001"),
    ("history", "S01-0001"),
    ("history", "S01-001"),
    ("plan", "bsae"),
    ("plan", "base", "--set", "funds.specail.amount_yuan=3"),
    ("approve", "lates", *OFFICER),
    ("verify", "latest"),
    ("report", "latest"),
    ("optimism", "latest"),
    ("voice", "post", "latest", *OFFICER),
    ("approve", "latest", *OFFICER),
    ("promises",),
    ("close", "2016-04", *OFFICER),
    ("ledger", "check"),
    ("ledger", "head"),
    ("ledger", "deposit", *OFFICER),
    ("ledger", "photos"),
    ("correct", "households", "hh=S01-0001", "--set", "arable_mu=2", *OFFICER, "--reason", "r"),
    ("correct", "househlds", "hh=S01-0001", "--set", "arable_mu=2", *OFFICER, "--reason", "r"),
    ("review",),
    ("procedure",),
    ("step", "公示", "2016-04-20", "S01-0001", *OFFICER),
    ("unmask", "S01-0001", *OFFICER, "--reason", "r"),
    ("fund", "appropriate", "special", "2016", "40万元", "--id", "d1", *OFFICER),
    ("fund", "appropriate", "specail", "2016", "40万元", "--id", "d1", *OFFICER),
    ("fund", "commit", "latest", *OFFICER),
    ("fund", "balances"),
    ("statistics",),
    ("posting", "2016-04", *OFFICER),
    ("intake", "check", "{workbook}"),
    ("load",),
    ("forms", "2016-06", "--blank"),
)


def main() -> None:
    """Make the township unless its folder is given, then print the table."""
    if len(sys.argv) > 1:
        _print_table(Path(sys.argv[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        office = Path(folder) / "sample"
        os.environ["POVLIB_WORK"] = folder
        made = Path(folder) / "made"
        _run("ledger", "head", office=False)
        _run("sample", "--households", str(HOUSEHOLDS), "--workbooks", "--out", str(made), office=False)
        for old in (office / "inbox").glob("*.xlsx"):
            old.unlink()
        loaded = sorted((made / "workbooks").glob("*.xlsx"))
        _run("load", *map(str, loaded))
        _run("plan", "base")
        _print_table(office)


def _print_table(office: Path) -> None:
    os.environ["POVLIB_WORK"] = str(office.parent)
    workbook = next(iter(sorted((office / "inbox").glob("*.xlsx"))), Path("none.xlsx"))
    print(f"{'wall s':>7} {'cpu s':>6}  code  command")
    for words in COMMANDS:
        typed = [word.format(workbook=workbook) for word in words]
        taken = []
        for _ in range(TIMES):
            shutil.rmtree(office / "forms" / "2016-06", ignore_errors=True)
            taken.append(_run(*typed, name=office.name))
        best = min(taken, key=lambda each: each[1])
        print(f"{best[0]:7.2f} {best[1]:6.2f}  {best[2]:>4}  {' '.join(words)}", flush=True)


def _run(*words: str, name: str = "sample", office: bool = True) -> tuple[float, float, int]:
    """Return wall clock and processor seconds and the exit code of a command."""
    chosen = ["--office", name] if office and words[0] != "--help" and words[0] != "intake" else []
    started, before = time.perf_counter(), os.times()
    done = subprocess.run(
        [sys.executable, "-m", "povlib.cli", *words, *chosen], cwd=ROOT, capture_output=True, check=False
    )
    after = os.times()
    used = (after.children_user - before.children_user) + (after.children_system - before.children_system)
    return time.perf_counter() - started, used, done.returncode


if __name__ == "__main__":
    main()
