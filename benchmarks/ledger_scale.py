"""How the ledger grows: a township (1,000 households x 36 months) and a province (1,000,000 x 12).

Run ``python benchmarks/ledger_scale.py`` for the township, ``--province`` for the province, or give
``--households`` and ``--months``. Prints one line a figure, with the promise beside it. Synthetic
rows with a fixed seed; nothing is kept.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import psutil

import povlib.ledger as ledger
from povlib.calendar import Month

START = Month(2016, 1)


def register(households: int) -> pd.DataFrame:
    hh = pd.Series(np.char.mod("%010d", np.arange(households)), dtype="str")
    village = pd.Series(np.char.mod("村%05d", np.arange(households) // 30), dtype="str")
    frame = pd.DataFrame({"hh": hh, "village": village, "status": "未脱贫", "cause": "因病", "house_area_m2": 60.5})
    return frame.assign(identified_month=START.ordinal - 24, helper_assigned=True, objects=False)


def people(hh: pd.Series) -> pd.DataFrame:
    return pd.DataFrame({"person": hh + "-1", "hh": hh, "sex": "女", "birth": START.ordinal - 480})


def month_rows(hh: pd.Series, month: Month, seed: int) -> pd.DataFrame:
    drawn = np.random.default_rng(seed)
    n = len(hh)
    money = {
        f"{name}_fen": drawn.integers(0, 500_000, n) for name in ("wage", "business", "property", "one_off", "cost")
    }
    kept = {
        name: np.ones(n, dtype="int64") for name in ("food", "clothing", "schooling", "medical", "housing", "water")
    }
    return pd.DataFrame({"hh": hh, "month": month.ordinal, **money, **kept, "flag": "observed"})


def timed(act: Callable[[], object], times: int = 1) -> tuple[float, float]:
    """Return the median seconds of an act: by the clock, and of this process (all its threads)."""
    taken, worked = [], []
    for _ in range(times):
        start, cpu = time.perf_counter(), time.process_time()
        act()
        taken.append(time.perf_counter() - start)
        worked.append(time.process_time() - cpu)
    return statistics.median(taken), statistics.median(worked)


def say(what: str, seconds: tuple[float, float], promise_s: float) -> None:
    verdict = "holds" if seconds[0] <= promise_s else "MISSED"
    print(
        f"{what:<36} {seconds[0]:9.4f} s  (CPU {seconds[1]:8.4f} s)  promised <= {promise_s:g} s  {verdict}", flush=True
    )


def memory() -> str:
    return f"{psutil.Process().memory_info().rss / 2**20:,.0f} MiB resident"


def fill(book: ledger.Ledger, households: int, months: int) -> pd.Series:
    frame = register(households)
    book.append(ledger.BatchInfo(month=START), {"households": frame, "members": people(frame["hh"])})
    for at in range(months):
        rows = month_rows(frame["hh"], START + at, at)
        book.append(ledger.BatchInfo(source_name=f"{at}.xlsx", month=START + at), {"observations": rows})
    return frame["hh"]


def township(folder: Path, households: int, months: int) -> None:
    with ledger.open(folder / "l.sqlite", create=True, seed=1) as book:
        hh = fill(book, households, months)
        nxt = iter(range(months, months + 100))

        def append() -> None:
            at = next(nxt)
            book.append(ledger.BatchInfo(month=START + at), {"observations": month_rows(hh, START + at, at)})

        wages = iter(range(1, 100))

        def correct() -> None:
            change = pd.DataFrame({"hh": [hh[7]], "month": START.ordinal, "wage_fen": [next(wages)]})
            ledger.correct(book, "observations", change, ledger.BatchInfo(reason="bench"))

        backups = iter(range(100))
        acts: dict[str, Callable[[], object]] = {
            "append a month": append,
            "correct one row": correct,
            "read_state, everything": lambda: ledger.read_state(book),
            "read_state as of batch 10": lambda: ledger.read_state(book, 10),
            "read_state, one month": lambda: ledger.read_state(book, months=(START, START)),
            "history of a household": lambda: ledger.history(book, str(hh[7])),
            "summary of a month": lambda: ledger.summarise(book, START),
            "check": lambda: ledger.check(book),
            "backup, verified": lambda: ledger.backup(book, folder / f"{next(backups)}.b"),
            "head": book.head,
        }
        for what, act in acts.items():
            act()
            say(what, timed(act, 7), 0.1)


def province(folder: Path, households: int, months: int) -> None:
    path = folder / "l.sqlite"
    with ledger.open(path, create=True, seed=1) as book:
        made = timed(lambda: [month_rows(register(households)["hh"], START, 0) for _ in range(1)])
        print(f"(making the frames takes {made[0]:.1f} s a month, counted in the load)")
        hh: list[pd.Series] = []
        say(f"load {households:,} x {months}", timed(lambda: hh.append(fill(book, households, months))), 60)
        print(f"{memory()}; file {path.stat().st_size / 2**20:,.0f} MiB")
        middle = START + months // 2
        say("one month as of now, observations", timed(lambda: read_month(book, middle), 3), 2)
        say("history of a household", timed(lambda: ledger.history(book, str(hh[0][households // 2])), 5), 0.02)
        say("check", timed(lambda: ledger.check(book)), 30)
        print(memory())


def read_month(book: ledger.Ledger, month: Month) -> pd.DataFrame:
    return ledger.read_frame(book, "observations", months=(month, month))


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--households", type=int)
    reader.add_argument("--months", type=int)
    reader.add_argument("--province", action="store_true")
    given = reader.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if given.province:
            province(Path(folder), given.households or 1_000_000, given.months or 12)
        else:
            township(Path(folder), given.households or 1_000, given.months or 36)


if __name__ == "__main__":
    main()
