"""Speed of measurement against its promises, on data found through POVLIB_REFERENCE.

Run: ``POVLIB_REFERENCE=... python benchmarks/poverty_speed.py``; prints one line a task with the seconds
by the clock and of the processor (they differ on a busy machine), the promise, and the memory added at
the peak. Promises are held against the clock.
"""

from __future__ import annotations

import os
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from povlib import poverty
from povlib.poverty.indices import DEFAULT

EUSILC = {"income": "eqIncome", "weight": "rb050", "strata": "db040", "cluster": "db030"}
DIMENSIONS = {
    "health": ["d_nutr", "d_cm"],
    "education": ["d_satt", "d_educ"],
    "living": ["d_elct", "d_sani", "d_wtr", "d_hsg", "d_ckfl", "d_asst"],
}


def timed(name: str, promise_s: float, task: Callable[[], object]) -> bool:
    begin, processor = time.perf_counter(), time.process_time()
    task()
    seconds, processor = time.perf_counter() - begin, time.process_time() - processor
    tracemalloc.start()
    task()
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    kept = seconds <= promise_s
    verdict = "kept  " if kept else "BROKEN"
    times = f"{seconds:7.2f} s of {promise_s:4.0f} s  (processor {processor:6.2f} s)"
    print(f"{verdict} {times}  {peak:8.0f} MB  {name}")
    return kept


def bootstrap(frame: pd.DataFrame) -> object:
    measures = ["arop", "gini", "s80s20", "rmpg", "fgt0", "fgt1", "fgt2"]
    how = poverty.Replicates(count=1000)
    return poverty.measure(frame, line=10000, by="db040", overall=True, measures=measures, replicates=how, **EUSILC)


def counting(frame: pd.DataFrame) -> None:
    for wave in (1, 2):
        part = frame[frame["t"] == wave]
        for by in (None, "area", "region"):
            poverty.multidimensional(
                part, deprivations=DIMENSIONS, k=[0.20, 0.33], by=by, missing="drop",
                weight="weight", strata="stratum", cluster="psu",
            )  # fmt: skip


def everything(frame: pd.DataFrame) -> object:
    return poverty.measure(frame, line=10000, by="db040", overall=True, measures=[*DEFAULT, "atkinson_2"], **EUSILC)


def panel(units: int = 278_000, months: int = 36) -> pd.DataFrame:
    state = np.random.default_rng(1).random(units * months) < 0.4
    frame = pd.DataFrame({"hh": np.repeat(np.arange(units), months), "t": np.tile(np.arange(months), units)})
    return frame.assign(poor=state.astype(np.int8))


def main() -> int:
    folder = Path(os.environ.get("POVLIB_REFERENCE", ""))
    if not (folder / "eusilc").is_dir():
        print("set POVLIB_REFERENCE to the folder of reference data")
        return 2
    eusilc = pd.read_csv(folder / "eusilc" / "eusilc.csv")
    survey = pd.read_csv(folder / "mpitb_syn" / "syn_cdta.csv")
    large = pd.concat([eusilc.assign(db030=eusilc["db030"] + i * 10_000) for i in range(34)], ignore_index=True)
    months = panel()
    kept = [
        timed("1,000 bootstraps x 10 domains x 7 measures, eusilc", 6, lambda: bootstrap(eusilc)),
        timed("Alkire-Foster, k 20 and 33, 23 domains, 2 waves, mpitb_syn", 2, lambda: counting(survey)),
        timed(f"20 measures x 10 domains x {len(large):,} rows", 5, lambda: everything(large)),
        timed(
            f"spells of {len(months):,} household-months",
            20,
            lambda: poverty.spells(months, unit="hh", period="t", poor="poor"),
        ),
    ]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
