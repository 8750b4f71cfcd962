"""How often do 95 % intervals hold the truth? Samples of households from a named population (eusilc).

    POVLIB_REFERENCE=... python benchmarks/poverty_coverage.py [--samples 1000] [--seed 1]

Each sample draws some 800 households with replacement and takes all their members (about 2,000 persons);
the truth is the measure over the whole file. Prints a table and writes docs/benchmarks/measurement.md. The tests of
coverage use the same functions.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from povlib import poverty

KEYS = ["fgt0", "fgt1", "gini", "arop", "fgt2", "watts", "rmpg", "ge2"]
HEAVY = ["watts", "rmpg", "ge2"]
PERSONS = 2000
MEASURE = {"income": "eqIncome", "line": 10000, "measures": KEYS}
COUNTING = {"deprivations": ["low", "large", "young"], "k": 0.5}


def population(folder: Path) -> pd.DataFrame:
    """Return eusilc with three deprivations made of income, household size and age."""
    frame = pd.read_csv(folder / "eusilc" / "eusilc.csv", usecols=["db030", "eqIncome", "hsize", "age"])
    frame["low"] = (frame["eqIncome"] < 12000).astype(int)
    frame["large"] = (frame["hsize"] >= 4).astype(int)
    return frame.assign(young=(frame["age"] < 18).astype(int))


def samples(frame: pd.DataFrame, count: int, seed: int) -> Iterator[pd.DataFrame]:
    """Yield samples of whole households, `unit` the household as drawn."""
    rows_of = list(frame.groupby("db030").indices.values())
    drawn_households = round(PERSONS / len(frame) * len(rows_of))
    rng = np.random.default_rng(seed)
    for _ in range(count):
        drawn = [rows_of[i] for i in rng.integers(0, len(rows_of), drawn_households)]
        unit = np.repeat(np.arange(drawn_households), [len(rows) for rows in drawn])
        yield frame.iloc[np.concatenate(drawn)].assign(unit=unit)


def coverage(frame: pd.DataFrame, count: int, seed: int = 1) -> pd.DataFrame:
    """Return, by measure, the share of intervals that hold the truth, and that miss it below and above."""
    truth = poverty.measure(frame, census=True, **MEASURE)["estimate"].to_numpy()
    counted = poverty.multidimensional(frame, census=True, **COUNTING)["estimate"].to_numpy()
    low, high = [], []
    for sample in samples(frame, count, seed):
        one = poverty.measure(sample, cluster="unit", **MEASURE)
        two = poverty.multidimensional(sample, cluster="unit", **COUNTING)
        low.append(np.concatenate([one["ci_low"] > truth, two["ci_low"] > counted]))
        high.append(np.concatenate([one["ci_high"] < truth, two["ci_high"] < counted]))
    above, below = np.mean(low, axis=0), np.mean(high, axis=0)
    index = [*one["measure"], *two["measure"]]
    return pd.DataFrame({"holds": 1 - above - below, "all above": above, "all below": below}, index=index)


def bootstrap_t(frame: pd.DataFrame, count: int, draws: int = 199, seed: int = 2) -> pd.Series:
    """Return coverage of bootstrap-t intervals of the heavy-tailed measures."""
    kwargs = MEASURE | {"measures": HEAVY}
    truth = poverty.measure(frame, census=True, **kwargs)["estimate"].to_numpy()
    hits = []
    for number, sample in enumerate(samples(frame, count, seed)):
        how = poverty.Replicates(count=draws, seed=number, studentised=True)
        made = poverty.measure(sample, cluster="unit", replicates=how, **kwargs)
        hits.append((made["ci_low"] <= truth) & (truth <= made["ci_high"]))
    return pd.Series(np.mean(hits, axis=0), index=HEAVY)


def main() -> int:
    """Run and write the section."""
    from poverty_page import write_section

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--bootstrap", type=int, default=200, help="samples with bootstrap-t intervals")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    folder = Path(os.environ.get("POVLIB_REFERENCE", ""))
    if not (folder / "eusilc").is_dir():
        print("set POVLIB_REFERENCE to the folder of reference data")
        return 2
    frame = population(folder)
    made = coverage(frame, options.samples, options.seed)
    studentised = bootstrap_t(frame, options.bootstrap) if options.bootstrap else pd.Series(dtype=float)
    lines = ["| measure | 95 % intervals that hold the truth | all above it | all below it | bootstrap-t |"]
    lines.append("|---|---|---|---|---|")
    for row in made.itertuples():
        other = f"{studentised[row.Index]:.3f}" if row.Index in studentised.index else ""
        lines.append(f"| {row.Index} | {row.holds:.3f} | {row[2]:.3f} | {row[3]:.3f} | {other} |")
    noise = np.sqrt(0.95 * 0.05 / options.samples)
    lines += [
        "",
        f"{options.samples:,} samples of about {PERSONS:,} persons from eusilc, households as clusters, seed",
        f"{options.seed} (bootstrap-t: {options.bootstrap} samples, 199 draws). Chance alone moves a share by",
        f"{noise:.3f} (one standard error). Run: `benchmarks/poverty_coverage.py`.",
    ]
    print("\n".join(lines))
    write_section("measurement.md", "Measurement: figures measured", "Coverage of 95 % intervals", lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
