"""Speed of measurement against its promises, on data found through POVLIB_REFERENCE.

    POVLIB_REFERENCE=... python benchmarks/poverty_speed.py

Prints one line a task: seconds of the processor and by the clock (best of some runs; they differ on a busy machine, all
tasks use one core), the promise, and the memory added at the peak; writes docs/benchmarks/measurement.md. A promise
is held against the processor's seconds, which are the clock's on an idle machine.
"""

from __future__ import annotations

import os
import sys
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
from poverty_page import machine, timed, write_section

from povlib import poverty
from povlib.calendar import Month
from povlib.poverty.measurement.indices import DEFAULT_MEASURES

EUSILC = {"income": "eqIncome", "weight": "rb050", "strata": "db040", "cluster": "db030"}
DIMENSIONS = {
    "health": ["d_nutr", "d_cm"],
    "education": ["d_satt", "d_educ"],
    "living": ["d_elct", "d_sani", "d_wtr", "d_hsg", "d_ckfl", "d_asst"],
}


def measured(name: str, promise_s: float, task: Callable[[], object], repeats: int = 3) -> tuple[str, bool]:
    """Return the line of one task and whether its promise is kept."""
    _, processor, clock = timed(task, repeats)
    tracemalloc.start()
    task()
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    kept = processor <= promise_s
    line = f"| {name} | {promise_s:g} | {processor:.2f} | {clock:.2f} | {peak:,.0f} | {'kept' if kept else 'BROKEN'} |"
    print(line, flush=True)
    return line, kept


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
    return poverty.measure(
        frame, line=10000, by="db040", overall=True, measures=[*DEFAULT_MEASURES, "atkinson_2"], **EUSILC
    )


def panel(units: int = 278_000, months: int = 36) -> pd.DataFrame:
    state = np.random.default_rng(1).random(units * months) < 0.4
    frame = pd.DataFrame({"hh": np.repeat(np.arange(units), months), "t": np.tile(np.arange(months), units)})
    return frame.assign(poor=state.astype(np.int8))


@dataclass(frozen=True)
class _State:
    """The frames that income reads."""

    households: pd.DataFrame
    observations: pd.DataFrame
    transfers: pd.DataFrame


def ledger(months: pd.DataFrame) -> tuple[_State, SimpleNamespace, Month]:
    """Return the same panel as ledger frames with amounts, a catalogue without transfers, and the last month."""
    first = Month(2013, 5).ordinal
    rng = np.random.default_rng(2)
    rows = months[["hh"]].assign(month=first + months["t"])
    for name, high in (("wage", 200_000), ("business", 100_000), ("property", 5_000), ("cost", 30_000)):
        rows[f"{name}_fen"] = rng.integers(0, high, len(rows))
    houses = pd.DataFrame({"hh": np.unique(months["hh"]), "size": 3})
    nothing = pd.DataFrame({"hh": [], "month": [], "kind": [], "fen": []})
    return _State(houses, rows, nothing), SimpleNamespace(income=[]), Month.from_ordinal(int(rows["month"].max()))


def main() -> int:
    folder = Path(os.environ.get("POVLIB_REFERENCE", ""))
    if not (folder / "eusilc").is_dir():
        print("set POVLIB_REFERENCE to the folder of reference data")
        return 2
    eusilc = pd.read_csv(folder / "eusilc" / "eusilc.csv")
    survey = pd.read_csv(folder / "mpitb_syn" / "syn_cdta.csv")
    large = pd.concat([eusilc.assign(db030=eusilc["db030"] + i * 10_000) for i in range(34)], ignore_index=True)
    made = [
        measured("1,000 bootstraps x 10 domains x 7 measures, eusilc", 6, lambda: bootstrap(eusilc)),
        measured("Alkire-Foster, k 20 and 33, 23 domains, 2 waves, mpitb_syn", 2, lambda: counting(survey)),
        measured(f"20 measures x 10 domains x {len(large):,} rows", 5, lambda: everything(large), 2),
    ]
    months = panel()
    spells = lambda: poverty.spells(months, unit="hh", period="t", poor="poor")  # noqa: E731
    made.append(measured(f"spells of {len(months):,} household-months", 20, spells, 2))
    state, catalogue, last = ledger(months)
    income = lambda: poverty.trailing_income(state, last, catalogue)  # noqa: E731
    made.append(measured(f"trailing income from {len(months):,} household-months", 20, income, 2))
    head = [
        "| task | promised, s | processor, s | clock, s | memory at the peak, MB | promise |",
        "|---|---|---|---|---|---|",
    ]
    notes = [
        "",
        "Promises are held against the seconds of the processor (one core, best of some runs), those of the clock on",
        f"an idle machine; the clock column was taken as the machine was: {machine()}.",
        "Run: `benchmarks/poverty_speed.py`.",
    ]
    heading = "Speed against its promises"
    write_section(
        "measurement.md", "Measurement: figures measured", heading, [*head, *(line for line, _ in made), *notes]
    )
    return 0 if all(kept for _, kept in made) else 1


if __name__ == "__main__":
    sys.exit(main())
