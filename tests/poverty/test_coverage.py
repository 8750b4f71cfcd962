"""Do 95 % intervals hold the truth 95 times in a hundred? Samples from a named population."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from povlib import poverty

KEYS = ["fgt0", "fgt1", "gini", "arop", "fgt2", "watts", "rmpg", "ge2"]
MEASURE = {"income": "eqIncome", "line": 10000, "measures": KEYS}
COUNTING = {"deprivations": ["low", "large", "young"], "k": 0.5}


def population(folder: Path) -> pd.DataFrame:
    frame = pd.read_csv(folder / "eusilc" / "eusilc.csv", usecols=["db030", "eqIncome", "hsize", "age"])
    frame["low"] = (frame["eqIncome"] < 12000).astype(int)
    frame["large"] = (frame["hsize"] >= 4).astype(int)
    return frame.assign(young=(frame["age"] < 18).astype(int))


def coverage(frame: pd.DataFrame, samples: int, seed: int = 1) -> pd.Series:
    """Return how often intervals from samples of some 2,000 persons (households drawn whole) hold the truth."""
    rows_of = list(frame.groupby("db030").indices.values())
    count = round(2000 / len(frame) * len(rows_of))
    truth = poverty.measure(frame, census=True, **MEASURE)["estimate"].to_numpy()
    counted = poverty.multidimensional(frame, census=True, **COUNTING)["estimate"].to_numpy()
    rng = np.random.default_rng(seed)
    hits = []
    for _ in range(samples):
        drawn = [rows_of[i] for i in rng.integers(0, len(rows_of), count)]
        sample = frame.iloc[np.concatenate(drawn)].assign(unit=np.repeat(np.arange(count), [len(d) for d in drawn]))
        one = poverty.measure(sample, cluster="unit", **MEASURE)
        two = poverty.multidimensional(sample, cluster="unit", **COUNTING)
        hit = [(t["ci_low"] <= x) & (x <= t["ci_high"]) for t, x in ((one, truth), (two, counted))]
        hits.append(np.concatenate(hit))
    return pd.Series(np.mean(hits, axis=0), index=[*one["measure"], *two["measure"]])


@pytest.mark.slow
@pytest.mark.reference
def test_coverage_in_short(reference: Path) -> None:
    got = coverage(population(reference), samples=200)
    assert got[["fgt0", "fgt1", "gini", "arop", "H", "M0"]].between(0.90, 0.99).all()
    assert got[["watts", "rmpg", "ge2"]].between(0.87, 0.99).all()  # heavy tails


@pytest.mark.soak
@pytest.mark.reference
def test_coverage_in_a_thousand_samples(reference: Path) -> None:
    got = coverage(population(reference), samples=1000)
    print(got.round(3).to_string())
    assert got[["fgt0", "fgt1", "gini", "arop"]].between(0.93, 0.97).all()
    counting = got.filter(regex="^(H|M0|h_|censored_|contribution_)")
    assert counting.between(0.93, 0.97).all()
