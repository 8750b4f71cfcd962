"""Anticipation and time since the start are counted in periods, whatever their names."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from povlib.errors import DataError
from povlib.impact import did
from povlib.impact.pretrend_test import pre_trend
from povlib.impact.randomisation_inference import randomisation_test

COLUMNS = {"outcome": "y", "unit": "hh", "period": "t", "cohort": "first"}
NAMES = {
    "counts": [1, 2, 3, 4, 5],
    "every second year": [2010, 2012, 2014, 2016, 2018],
    "months over a new year": [201510, 201511, 201512, 201601, 201602],
    "unequal": [1979, 1981, 1985, 1986, 1999],
}


def panel(names: list[int], seed: int = 1) -> pd.DataFrame:
    """Return a panel in which help lifts by 5 from its start on, and by 2 in the period before it."""
    rng = np.random.default_rng(seed)
    rows = []
    for unit in range(60):
        start = (0, 3, 4)[unit % 3]
        for at in range(1, 6):
            lift = 0.0 if not start else 5.0 * (at >= start) + 2.0 * (at == start - 1)
            first = names[start - 1] if start else 0
            rows.append((unit, names[at - 1], 10 + at + lift + rng.normal(0, 0.3), first))
    return pd.DataFrame(rows, columns=["hh", "t", "y", "first"])


@pytest.mark.parametrize("kind", NAMES)
@pytest.mark.parametrize("control", ["never", "not_yet"])
def test_names_of_periods_change_nothing_but_names(kind: str, control: str) -> None:
    plain, named = (did(panel(NAMES[one]), **COLUMNS, anticipation=1, control=control) for one in ("counts", kind))
    assert plain.aggregate()["estimate"].item() == pytest.approx(5.0, abs=0.2)
    for aggregate in ("simple", "dynamic", "group", "calendar"):
        one, other = (made.aggregate(aggregate) for made in (plain, named))
        np.testing.assert_allclose(one["estimate"], other["estimate"], rtol=1e-12)
        np.testing.assert_allclose(one["se"], other["se"], rtol=1e-12)
    assert named.aggregate("dynamic")["at"].dropna().tolist() == plain.aggregate("dynamic")["at"].dropna().tolist()
    assert set(named.cells["period"]) <= set(NAMES[kind])
    assert set(named.cells["cohort"]) == {NAMES[kind][2], NAMES[kind][3]}
    assert pre_trend(named).p == pytest.approx(pre_trend(plain).p)


def test_redrawing_counts_alike() -> None:
    found = [
        randomisation_test(panel(NAMES[kind]), **COLUMNS, anticipation=1, draws=19).estimate
        for kind in ("counts", "months over a new year")
    ]
    assert found[0] == pytest.approx(found[1], rel=1e-12)


def test_a_start_after_the_last_period_needs_a_next_period() -> None:
    """March 2016 is one period after February; nobody knows what comes one period after 1999."""
    months = panel(NAMES["months over a new year"])
    late = months["hh"] % 3 == 2
    soon = did(months.assign(first=months["first"].where(~late, 201603)), **COLUMNS, anticipation=1)
    assert not any("only after the last period" in str(f.message) for f in soon.findings)
    never = did(months.assign(first=months["first"].where(~late, 201604)), **COLUMNS, anticipation=1)
    assert any("only after the last period" in str(f.message) for f in never.findings)
    unequal = panel(NAMES["unequal"])
    with pytest.raises(DataError):
        did(unequal.assign(first=unequal["first"].where(~late, 2005)), **COLUMNS, anticipation=1)


def test_a_start_between_two_periods_counts_from_the_next() -> None:
    years = panel(NAMES["every second year"])
    moved = did(years.assign(first=years["first"].where(years["first"] != 2014, 2013)), **COLUMNS)
    assert moved.aggregate()["estimate"].item() == pytest.approx(did(years, **COLUMNS).aggregate()["estimate"].item())
    assert any("between two periods" in str(f.message) for f in moved.findings)
