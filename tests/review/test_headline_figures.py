"""The three main figures, by hand; what the record says of the next projection; what a total hangs on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from povlib import review
from povlib.calendar import Month
from povlib.review.backtest import Backtest, empty_backtest

VILLAGES = [f"v{number}" for number in range(12)]


def made(seed: int = 0, tilt: float = 0.0, size: int = 1200) -> Backtest:
    """Return a back-test of right chances (tilt 0), or of chances whose logit is `tilt` too high."""
    rng = np.random.default_rng(seed)
    logit = rng.normal(0, 1.5, size)
    true = 1 / (1 + np.exp(-logit))
    frame = pd.DataFrame(
        {
            "origin": rng.choice([24171, 24175], size),
            "hh": [f"h{number}" for number in range(size)],
            "village": rng.choice(VILLAGES, size),
            "livelihood": "蜜柚",
            "members": rng.integers(1, 6, size),
            "registered": True,
            "served": rng.random(size) < 0.3,
            "p": 1 / (1 + np.exp(-logit - tilt)),
            "base_rate": 0.5,
            "last_state": 0.5,
            "pooled_logit": 0.5,
            "recalibrated": np.nan,
            "outcome": (rng.random(size) < true).astype(float),
        }
    )
    frame["horizon"] = frame["origin"] + 8
    frame["p0"] = frame["p"] * np.where(frame["served"], 0.5, 1.0)
    frame["measures"] = np.where(frame["served"], np.where(rng.random(size) < 0.5, "a+b", "b"), "")
    villages = pd.DataFrame({"village": VILLAGES, "inside": [True] * 9 + [False] * 3})
    return Backtest(frame, pd.DataFrame(), villages)


def test_the_main_figures_are_what_they_say():
    found = made()
    told = review.headline(found)
    chosen = found.frame.loc[found.frame["served"]]
    expected = float((chosen["members"] * chosen["p"]).sum())
    assert told.chosen.ratio == pytest.approx((chosen["members"] * chosen["outcome"]).sum() / expected)
    assert told.chosen.low < 1 < told.chosen.high
    brier = ((found.frame["p"] - found.frame["outcome"]) ** 2).mean()
    assert told.skill == pytest.approx(1 - brier / 0.25)
    assert (told.held, told.ranges, told.origins, told.months) == (9, 12, 2, 8)
    assert (told.first, told.last, told.against) == (24171, 24175, "pooled_logit")


def test_promises_that_are_too_high_deliver_too_little():
    told = review.headline(made(tilt=0.8))
    assert told.chosen.high < 1
    assert told.most_promised.ratio < 1


def test_the_most_promised_are_the_upper_half_of_what_was_to_be_gained():
    found = made()
    chosen = found.frame.loc[found.frame["served"]]
    told = review.headline(found)
    assert 0.3 < told.most_promised.expected / told.chosen.expected < 1
    assert told.most_promised.clusters <= len(VILLAGES)
    assert told.chosen.observed == (chosen["members"] * chosen["outcome"]).sum()


def test_without_a_logit_the_base_rate_is_the_one_to_beat():
    found = made()
    found.frame["pooled_logit"] = np.nan
    assert review.headline(found).against == "base_rate"


def test_nobody_served_and_nothing_judged():
    found = made()
    found.frame["served"] = False
    assert np.isnan(review.headline(found).chosen.ratio)
    assert review.headline(empty_backtest()) is None
    assert review.correction(empty_backtest().known(), Month(2016, 4)) is None


def test_whether_a_correction_would_have_helped_is_told_on_the_same_rows():
    found = made(tilt=0.8)
    assert np.isnan(review.headline(found).correction)
    odds = found.frame["p"] / (1 - found.frame["p"]) * np.exp(-0.8)
    found.frame["recalibrated"] = odds / (1 + odds)
    assert review.headline(found).correction > 0
    found.frame.loc[:600, "recalibrated"] = np.nan
    found.frame.loc[601:, "recalibrated"] = 1 - found.frame["p"]
    assert review.headline(found).correction < 0


def test_those_not_registered_at_the_origin_are_not_judged():
    found = made()
    found.frame.loc[::2, "registered"] = False
    assert len(found.known()) == 600


def test_ratios_by_measure_count_a_household_under_each():
    table = review.ratios(made(), "measure").set_index("measure")
    rows = made().known()
    assert set(table.index) == {"", "a", "b"}
    assert table.loc["b", "households"] == rows["served"].sum()
    assert table.loc["a", "households"] == (rows["measures"] == "a+b").sum()
    by_village = review.ratios(made(), "village")
    assert by_village["households"].sum() == len(rows)
    assert by_village["expected"].sum() == pytest.approx((rows["members"] * rows["p"]).sum())


def test_the_correction_finds_the_tilt_and_moves_the_total():
    told = review.correction(made(tilt=0.8, size=6000).known(), Month(2016, 4))
    assert told.fit.slope == pytest.approx(1.0, abs=4 * told.fit.slope_se)
    assert told.fit.large == pytest.approx(-0.8, abs=0.15)
    assert (told.first, told.last, told.known_by) == (24171, 24175, 24183)
    assert told.persons([0.5], [4]) < 4 * 0.5


def test_outcomes_that_came_later_correct_nothing():
    rows = made().known()
    early = review.correction(rows, Month.from_ordinal(24171 + 8))
    assert early.last == 24171
    assert early.rows == int((rows["origin"] == 24171).sum())
    assert review.correction(rows, Month.from_ordinal(24171)) is None
    assert review.correction(rows.assign(outcome=1.0), Month(2016, 4)) is None
