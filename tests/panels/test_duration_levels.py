"""Bumps of a hazard by duration."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from povlib.panels import hazard, person_periods


def spells_with_a_bump(n: int, bump: float, seed: int = 3) -> pd.DataFrame:
    """Return spells of up to 26 weeks whose hazard is .06, and `bump` times as high in week 13."""
    rng = np.random.default_rng(seed)
    chance = np.full(26, 0.06)
    chance[12] *= bump
    ends = rng.random((n, 26)) < chance
    week = np.where(ends.any(axis=1), ends.argmax(axis=1) + 1, 26)
    return pd.DataFrame({"weeks": week, "out": ends.any(axis=1).astype(int), "age": rng.integers(20, 60, n)})


@pytest.mark.parametrize(("bump", "low", "high"), [(5.0, 0.2, 0.36), (1.0, 0.045, 0.075)])
def test_a_bump_by_duration_is_learnt_and_none_is_invented(bump, low, high):
    """Benefits that end after 13 weeks: no smooth curve holds that; without a bump the curve stays smooth."""
    rows = person_periods(spells_with_a_bump(3000, bump), length="weeks", event="out")
    model = hazard(rows, id="spell", time="period", event="out", covariates=["age"], duration="period")
    said = model.predict(rows).merge(rows, on=["spell", "period"])
    by = said.groupby("period")["hazard"].mean()
    assert low < by[13] < high
    assert by[[5, 9, 17]].between(0.045, 0.075).all()
    assert said["hazard"].sum() == pytest.approx(rows["out"].sum(), rel=0.02)
    plain = hazard(rows, id="spell", time="period", event="out", duration="period", prior_sd=None)
    assert not len(plain.levels[0].level)
    wide = model.predict(rows[rows["spell"] == 0].head(1), 40)
    assert (wide["low"] <= wide["p"] + 1e-9).all()
    assert (wide["p"] <= wide["high"] + 1e-9).all()
    assert wide["p"].is_monotonic_increasing
