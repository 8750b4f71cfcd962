"""The overview on a township of four households that can be checked by hand."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import pandas as pd
import pytest

from povlib import poverty
from povlib.calendar import Month
from povlib.errors import DataError

AT = Month(2016, 4)
GUARANTEES = ("food", "clothing", "schooling", "medical", "housing", "water")


@dataclass
class Rules:
    authority: str = "exit_check"
    other_authority: str = "nbs"
    margin: float = 0.0
    stability_months: int = 1


CATALOGUE = SimpleNamespace(
    income=[SimpleNamespace(key="低保金", regular=True)],
    line_fen=lambda authority, month: {"exit_check": 314_600, "nbs": 295_200}[authority],
)


def township() -> SimpleNamespace:
    households = pd.DataFrame(
        {
            "hh": ["A", "B", "C", "D", "E"],
            "village": ["甲村", "甲村", "乙村", "乙村", "乙村"],
            "cause": ["因病", "因残", "因病", "因病", "因学"],
            "status": ["未脱贫", "预脱贫", "返贫", "未脱贫", "已脱贫"],
            "size": [1, 2, 3, 4, 5],
        }
    )
    yearly = {"A": 157_300, "B": 2 * 300_000, "C": 3 * 400_000, "D": 4 * 1, "E": 5}
    rows = []
    for hh, amount in yearly.items():
        for back in range(12):
            if hh == "D" and back == 7:
                continue
            wage = amount if back == 0 else 0
            rows.append({"hh": hh, "month": (AT + -back).ordinal, "wage_fen": wage, "business_fen": 0})
    observations = pd.DataFrame(rows).assign(property_fen=0, cost_fen=0, flag="observed")
    observations = observations.assign(**{name: pd.array([1] * len(rows), dtype="Int8") for name in GUARANTEES})
    last = observations["month"] == AT.ordinal
    observations.loc[last & (observations["hh"] == "A"), "housing"] = 0
    observations.loc[last & (observations["hh"] == "C"), "water"] = pd.NA
    transfers = pd.DataFrame({"hh": ["C"], "month": [AT.ordinal], "kind": ["低保金"], "fen": [3_000]})
    return SimpleNamespace(households=households, observations=observations, transfers=transfers)


def test_counts_rates_and_bounds_by_hand() -> None:
    got = poverty.overview(township(), AT, CATALOGUE, Rules())
    assert got.households["hh"].tolist() == ["A", "B", "C", "D"]  # E exited earlier
    lines = got.lines.set_index("authority")
    assert lines["not_over_persons"].to_dict() == {"exit_check": 3, "nbs": 1}  # B is between the two lines
    assert lines["not_assessable_persons"].to_dict() == {"exit_check": 4, "nbs": 4}
    assert lines.loc["exit_check", ["rate_low", "rate_high"]].tolist() == [3 / 10, 7 / 10]
    assert lines["exits_households"].to_dict() == {"exit_check": 0, "nbs": 1}  # C's water is not known
    rates = got.rates.set_index("measure")["estimate"]
    gaps = [0.5, 14_600 / 314_600]
    assert rates["fgt0"] == pytest.approx(3 / 6)
    assert rates["fgt1"] == pytest.approx((gaps[0] + 2 * gaps[1]) / 6)
    assert (got.rates["se"] == 0).all()


def test_villages_and_causes_add_up_to_the_township() -> None:
    got = poverty.overview(township(), AT, CATALOGUE, Rules())
    for table in (got.by_village, got.by_cause):
        assert table["persons"].sum() == 10
        assert table["poor_persons"].sum() == 3
        assert table["share_of_poor"].sum() == pytest.approx(1)
    assert got.by_village.set_index("domain").loc["甲村", "mean_income_fen"] == round((157_300 + 600_000) / 3)


def test_guarantees_and_sources() -> None:
    got = poverty.overview(township(), AT, CATALOGUE, Rules())
    cells = got.guarantees.set_index(["village", "guarantee"])
    assert cells.loc[("甲村", "housing"), ["missing", "not_known", "households"]].tolist() == [1, 0, 2]
    assert cells.loc[("乙村", "water"), ["missing", "not_known"]].tolist() == [0, 1]
    assert got.guarantees["missing"].sum() == 1
    sources = got.by_source.set_index(["domain", "source"])
    assert sources.loc[("乙村", "transfer"), "fen_per_head"] == 1_000
    assert sources.loc["all"].drop("cost")["share"].sum() == pytest.approx(1)


def test_a_register_without_poor_is_refused() -> None:
    state = township()
    state.households["status"] = "已脱贫"
    with pytest.raises(DataError):
        poverty.overview(state, AT, CATALOGUE, Rules())


def test_the_change_since_last_year_is_split_and_adds_up() -> None:
    state = township()
    earlier = state.observations.assign(month=state.observations["month"] - 12)
    earlier["wage_fen"] = (earlier["wage_fen"] * 0.8).round().astype("int64")
    state.observations = pd.concat([earlier, state.observations], ignore_index=True)
    got = poverty.change_since(state, AT, CATALOGUE, Rules()).set_index(["measure", "component"])["estimate"]
    # all incomes rose by a quarter but for C's allowance, so nearly all of the change is growth
    assert got["fgt1", "change"] < 0
    assert got["fgt1", "growth_shapley"] == pytest.approx(got["fgt1", "change"], rel=0.02)
    for key in ("fgt0", "fgt1", "fgt2"):
        parts = got[key, "growth_shapley"] + got[key, "redistribution_shapley"]
        assert parts == pytest.approx(got[key, "change"])
    with pytest.raises(DataError):
        poverty.change_since(township(), AT, CATALOGUE, Rules())
