"""The hazard of leaving: by hand, and calibrated on simulated townships."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from povlib import params, places
from povlib.calendar import Month
from povlib.support.example_township import example_township
from povlib.support.matching.retention import (
    hazard_with_range,
    kinds_of_posts,
    months_at_risk,
    recorded_losses,
    retention_table,
)

CATALOGUE = params.load(places.DATA / "sample" / "params")
LAST = Month(2016, 4)
N = LAST.ordinal


def placements(rows):
    frame = pd.DataFrame(rows, columns=["post", "person", "hh", "from_month", "to_month"])
    return frame.assign(employer="x", place="乡镇内", route=None).astype({"to_month": "Int64"})


def ends(rows):
    return pd.DataFrame(rows, columns=["post", "person", "hh", "from_month", "end_month", "reason"])


def test_months_at_risk_by_hand(terms):
    state = example_township(
        placements=placements(
            [
                ("零部件加工工", "P1", "H1", N - 3, None),  # runs: looked at after each month but the last
                ("零部件加工工", "P2", "H1", N - 9, None),  # left in its third month
                ("零部件加工工", "P4", "H2", N - 9, None),  # its term of three months was over
                ("零部件加工工", "P5", "H2", N - 9, N - 8),  # a term of two months, no reason on record
            ]
        ),
        placement_ends=ends(
            [
                ("零部件加工工", "P2", "H1", N - 9, N - 7, "left"),
                ("零部件加工工", "P4", "H2", N - 9, N - 7, "ended"),
                ("竹制品加工工", "P6", "H3", N - 30, N - 30, "health"),  # its placement is not on record any more
            ]
        ),
        post_terms=terms(零部件加工工={}, 竹制品加工工={}),
    )
    rows = months_at_risk(state, CATALOGUE, LAST)
    by_post = rows.groupby("post")[["months", "left"]].sum()
    assert by_post.loc["零部件加工工"].tolist() == [3 + 3 + 3 + 2, 1]
    assert by_post.loc["竹制品加工工"].tolist() == [1, 1]
    assert set(rows.loc[rows["post"] == "竹制品加工工", "place"]) == {"?"}
    assert retention_table(rows, {}, 240.0)["place"].eq("").sum() == rows["kind"].nunique()
    # a post that the catalogue does not have counts for the measure of its kind
    assert recorded_losses(state, CATALOGUE, LAST) == {"micro_enterprise_post": (2.0, 12.0)}
    kinds = kinds_of_posts(state, CATALOGUE).set_index("post")
    assert kinds.loc["竹制品加工工"].tolist() == ["micro", "micro_enterprise_post"]


def test_an_office_without_ends_on_record_keeps_the_assumption():
    state = example_township(placements=placements([("零部件加工工", "P1", "H1", N - 20, None)]))
    assert recorded_losses(state, CATALOGUE, LAST) == {}


def test_few_rows_move_little_and_many_decide():
    few, _, _ = hazard_with_range(1.0, 5.0, 0.02, 240.0)
    many, low, high = hazard_with_range(800.0, 10_000.0, 0.02, 240.0)
    assert few == pytest.approx(0.0237, abs=1e-4)
    assert many == pytest.approx((0.02 * 240 + 800) / 10_240)
    assert low < 0.08 < high


def test_the_table_borrows_from_the_kind_and_the_assumption():
    rows = pd.DataFrame(
        {
            "post": "x", "kind": "micro", "measure": "m", "place": ["a"] * 40 + ["b"], "months": [10] * 40 + [1],
            "left": [True] * 40 + [False], "running": False,
        }
    )  # fmt: skip
    made = retention_table(rows, {"m": 0.03}, 240.0).set_index("place")
    assert made.loc["", "hazard"] == pytest.approx((0.03 * 240 + 40) / (240 + 401))
    assert made.loc["b", "hazard"] > 0.05  # one month at b: nearly all is borrowed from a
    assert (made["low"] < made["hazard"]).all()
    assert (made["hazard"] < made["high"]).all()
    assert made.loc["", "year"] == pytest.approx((1 - made.loc["", "hazard"]) ** 12)
    assert retention_table(rows.iloc[:0], {"m": 0.03}, 240.0).empty


def test_ranges_hold_nine_in_ten_of_simulated_townships():
    # hazards drawn from what is assumed, placements simulated month by month: the range must hold 90 % of the truths
    rng = np.random.default_rng(7)
    inside, errors, assumed_errors, townships = 0, [], [], 600
    for _ in range(townships):
        truth = rng.beta(240 * 0.03, 240 * 0.97)
        began = rng.integers(1, 30, size=60)
        lasted = rng.geometric(truth, size=60)
        seen = np.minimum(lasted, 30 - began)
        left = lasted <= 30 - began
        mean, low, high = hazard_with_range(left.sum(), seen.sum(), 0.03, 240.0)
        inside += low <= truth <= high
        errors.append(abs(mean - truth))
        assumed_errors.append(abs(0.03 - truth))
    assert 0.87 <= inside / townships <= 0.93
    assert np.mean(errors) < 0.7 * np.mean(assumed_errors)
