"""A cut-off design against a known jump, and what refuses it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from povlib import impact
from povlib.errors import DataError


def scores(seed: int, n: int = 1000) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, n)
    took = ((x < 0) & (rng.random(n) < 0.8)).astype(int)
    y = np.sin(2 * x) + 1.5 * took + rng.normal(0, 0.5, n)
    return pd.DataFrame({"x": x + 5, "y": y, "took": took})


def test_a_cut_off_gives_a_table_and_covers_the_truth() -> None:
    hits = np.zeros(2)
    for seed in range(60):
        made = impact.cutoff(scores(seed), outcome="y", running="x", at=5.0, treatment="took")
        assert len(made.table) == 5
        row = made.table.iloc[2]
        hits += [row["ci_low"] < 1.5 < row["ci_high"], row["robust_low"] < 1.5 < row["robust_high"]]
    assert hits[0] >= 47  # the plain line carries the bias of its bandwidth, which is why the robust one stands beside
    assert hits[1] >= 54
    assert made.usable
    assert made.agrees


def test_a_steered_score_or_a_weak_rule_is_refused() -> None:
    frame = scores(1)
    crowd = frame[~((frame["x"] >= 5) & (frame["x"] < 5.15))]
    assert not impact.cutoff(crowd, outcome="y", running="x", at=5.0).usable
    weak = frame.assign(took=np.random.default_rng(3).integers(0, 2, len(frame)))
    made = impact.cutoff(weak, outcome="y", running="x", at=5.0, treatment="took")
    assert any(f.check == "first_stage" for f in made.findings)
    with pytest.raises(DataError):
        impact.cutoff(frame, outcome="y", running="x", at=9.0)
    above = impact.cutoff(frame.assign(x=10 - frame["x"]), outcome="y", running="x", at=5.0, helped="above")
    below = impact.cutoff(frame, outcome="y", running="x", at=5.0)
    assert above.table["estimate"][2] == pytest.approx(below.table["estimate"][2], rel=1e-6)
