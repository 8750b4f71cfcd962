"""The year ahead: agreed sums by hand, and a range that holds as often as it says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from povlib.calendar import Month
from povlib.villages.incomes.income_forecast import contract_forecasts, village_forecasts

TODAY, AHEAD = 20160430, (20160501, 20170430)
BASE: dict[str, Any] = {"village": "甲", "partner": "p", "due_day": 10, "from_month": Month(2000, 1).ordinal,
                        "to_month": Month(2030, 12).ordinal}  # fmt: skip


def receipts(name: str, by_year: dict[int, int]) -> pd.DataFrame:
    rows = [{"contract": name, "receipt": str(year), "day": 10000 * year + 1212, "part": "due", "fen": fen}
            for year, fen in by_year.items()]  # fmt: skip
    return pd.DataFrame(rows, columns=["contract", "receipt", "day", "part", "fen"])


def forecast(row: dict[str, Any], came: pd.DataFrame, share: float | None = None, holds: float = 0.9) -> pd.Series:
    frame = contract_forecasts(pd.DataFrame([row]), came, TODAY, AHEAD, default_share=share, range_share=holds)
    return frame.iloc[0]


def test_a_fixed_contract_brings_what_is_agreed_until_it_ends() -> None:
    rent = {**BASE, "contract": "租", "footing": "fixed", "fen": 1_000, "due_months": "2、6、9"}
    for end, times in ((Month(2030, 12), 3), (Month(2017, 1), 2), (Month(2016, 8), 1)):
        found = forecast({**rent, "to_month": end.ordinal}, receipts("租", {}))
        assert found[["times", "fen", "low_fen", "high_fen"]].tolist() == [times, *[times * 1_000] * 3]
    found = forecast(rent, receipts("租", {}), share=0.25)
    assert found[["fen", "low_fen", "high_fen"]].tolist() == [2_250, 2_250, 3_000]
    gone = contract_forecasts(pd.DataFrame([{**rent, "to_month": Month(2016, 3).ordinal}]), receipts("租", {}), TODAY,
                              AHEAD, default_share=None, range_share=0.9)  # fmt: skip
    assert gone.empty


def test_one_year_says_nothing_of_a_range_and_none_brings_what_was_expected() -> None:
    share = {**BASE, "contract": "股", "footing": "risky", "fen": 700, "due_months": "12",
             "from_month": Month(2015, 1).ordinal}  # fmt: skip
    assert forecast(share, receipts("股", {2015: 500}))[["fen", "years"]].tolist() == [500, 1]
    none = {**share, "from_month": Month(2016, 1).ordinal}
    assert forecast(none, receipts("股", {}))[["fen", "years"]].tolist() == [700, 0]
    for row, came in ((share, receipts("股", {2015: 500})), (none, receipts("股", {}))):
        assert forecast(row, came)[["low_fen", "high_fen"]].isna().all()


def test_a_day_without_money_counts_as_nothing_once_a_later_one_has_passed() -> None:
    share = {**BASE, "contract": "股", "footing": "risky", "fen": 700, "due_months": "12",
             "from_month": Month(2013, 1).ordinal}  # fmt: skip
    assert forecast(share, receipts("股", {2013: 300, 2015: 300}))[["fen", "years"]].tolist() == [200, 3]
    assert forecast(share, receipts("股", {2013: 300, 2014: 100}))[["fen", "years"]].tolist() == [200, 2]


@pytest.mark.parametrize(("years", "holds"), [(2, 0.8), (5, 0.9)])
def test_the_range_holds_as_often_as_it_says(years: int, holds: float) -> None:
    """Years drawn from a normal law: the next one lies in the range of the first ones in that share of trials."""
    rng = np.random.default_rng(11)
    trials = 300
    drawn = rng.normal(10**7, 10**5, (trials, years + 1)).round().astype(int)
    share = {**BASE, "footing": "risky", "fen": 1, "due_months": "12", "from_month": Month(2016 - years, 1).ordinal}
    names = [f"股{n:03d}" for n in range(trials)]
    contracts = pd.DataFrame([{**share, "contract": name} for name in names])
    came = pd.concat([receipts(name, {2016 - years + n: int(row[n]) for n in range(years)})
                      for name, row in zip(names, drawn, strict=True)])  # fmt: skip
    found = contract_forecasts(contracts, came, TODAY, AHEAD, default_share=None, range_share=holds)
    inside = found["low_fen"].le(drawn[:, -1]) & found["high_fen"].ge(drawn[:, -1])
    error = (holds * (1 - holds) / trials) ** 0.5
    assert abs(inside.mean() - holds) < 3 * error


def test_villages_are_added_up_and_a_contract_without_a_range_leaves_none() -> None:
    rows = pd.DataFrame(
        [("甲", "fixed", 100, 90, 100), ("甲", "risky", 50, 20, 80), ("乙", "risky", 7, None, None),
         ("乙", "fixed", 5, 5, 5)],
        columns=["village", "footing", "fen", "low_fen", "high_fen"],
    ).astype({"low_fen": "Int64", "high_fen": "Int64"})  # fmt: skip
    found = village_forecasts(rows, ["乙", "甲", "丙"]).set_index("village")
    assert found.loc["甲", ["fixed_fen", "risky_fen", "fen", "low_fen", "high_fen"]].tolist() == [
        100,
        50,
        150,
        110,
        180,
    ]
    assert found.loc["乙", ["fen", "low_fen", "unranged"]].tolist() == [12, 5, 1]
    assert pd.isna(found.loc["乙", "high_fen"])
    assert found.loc["丙", ["fen", "low_fen", "high_fen"]].tolist() == [0, 0, 0]
