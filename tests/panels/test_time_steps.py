"""Times of any kind go in and come out as they were; odd ones are refused in words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from povlib.calendar import Month
from povlib.errors import DataError
from povlib.panels import hazard, income
from povlib.panels.time_steps import clock_of, read_times
from povlib.words import language_in_use

YEARS = pd.Series(np.tile(np.arange(2010, 2016), 40))
KINDS = {
    "numbers": (YEARS, [2016, 2017], 2014),
    "digits": (YEARS.astype("str"), ["2016", "2017"], "2014"),
    "years": (pd.Series(pd.PeriodIndex(YEARS.astype("str"), freq="Y")), list(pd.period_range("2016", "2017", freq="Y")),
              pd.Period("2014", "Y")),
    "months": (YEARS.astype("str") + "-03", ["2016-03", "2017-03"], "2014-03"),
    "quarters": (YEARS.astype("str") + "Q3", ["2016Q3", "2017Q3"], "2014Q3"),
    "dates": (pd.Series(pd.to_datetime(YEARS.astype("str") + "-06-15")),
              [pd.Timestamp("2016-06-15"), pd.Timestamp("2017-06-15")], pd.Timestamp("2014-06-15")),
    "ends": (pd.Series(pd.to_datetime(YEARS.astype("str") + "-06-30")),
             [pd.Timestamp("2016-06-30"), pd.Timestamp("2017-06-30")], pd.Timestamp("2014-06-30")),
    "written dates": (YEARS.astype("str") + "-12-31", ["2016-12-31", "2017-12-31"], "2014-12-31"),
    "Month": (pd.Series([Month(year, 1) for year in YEARS]), [Month(2016, 1), Month(2017, 1)], Month(2014, 1)),
    "categories": (pd.Series(pd.Categorical(YEARS)), [2016, 2017], 2014),
}  # fmt: skip


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    hh = np.repeat(np.arange(40), 6)
    return pd.DataFrame({"hh": hh, "wage": np.exp(rng.normal(7, 0.4, 40)[hh] + rng.normal(0, 0.2, 240)),
                         "out": (rng.random(240) < 0.2).astype(int)})  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_times_come_out_as_they_went_in(frame, kind):
    times, expected, origin = KINDS[kind]
    model = income(frame.assign(t=times), id="hh", time="t", amount="wage")
    said = model.predict(2, draws=20)
    assert said["t"].tolist()[:2] == expected
    plain = income(frame.assign(t=YEARS), id="hh", time="t", amount="wage").predict(2, draws=20, after=2014)
    early = model.predict(2, draws=20, after=origin)
    assert early["mean"].tolist() == plain["mean"].tolist()
    assert early["t"].iloc[1] == expected[0]
    risk = hazard(frame.assign(t=times), id="hh", time="t", event="out")
    after = risk.predict(frame.assign(t=times), 2, ahead=True)
    assert after["t"].tolist()[:2] == expected


def test_odd_times_are_refused(frame):
    with language_in_use("en"), pytest.raises(DataError, match="3 times are not whole"):
        income(frame.assign(t=YEARS.astype("object").where(YEARS.index > 2, "first wave")), id="hh", time="t",
               amount="wage")  # fmt: skip
    with language_in_use("en"), pytest.raises(DataError, match="times are not whole"):
        read_times(pd.Series([2010.5, 2011.0], name="t"))
    with language_in_use("en"), pytest.raises(DataError, match="1 times"):
        read_times(pd.Series(["2016-13", "2016-02"], name="t"))
    with language_in_use("en"), pytest.raises(DataError, match="1 times"):
        read_times(pd.Series([2010.0, np.nan], name="t"))
    model = income(frame.assign(t=YEARS), id="hh", time="t", amount="wage")
    with language_in_use("en"), pytest.raises(DataError, match="not of the kind"):
        model.predict(1, after="2014-01")
    with language_in_use("en"), pytest.raises(DataError, match="not of the kind"):
        model.on(frame.assign(t=KINDS["years"][0]))


def test_waves_years_apart_are_steps():
    clock = clock_of(*read_times(pd.Series([1979, 1981, 1985, 1981])))
    assert clock.unit == 2
    assert clock.shown(np.array([0, 1, 4])).tolist() == [1979, 1981, 1987]
    assert clock.step_of(1985) == 3
