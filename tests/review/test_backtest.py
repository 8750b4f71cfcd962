"""The back-test looks back without looking ahead, and the projection beats what anyone could say."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from povlib import params, places, review, sample
from povlib.calendar import Month
from povlib.errors import DataError
from povlib.review.known_at_origin import help_given_after, state_cut_back
from povlib.review.simple_forecasts import forecast_features, simple_forecasts

ORIGINS = [Month(2015, 4), Month(2015, 8), Month(2016, 4)]


@pytest.fixture(scope="module")
def catalogue():
    return params.load(places.DATA / "sample" / "params")


@pytest.fixture(scope="module")
def state():
    rows = sample.ledger_rows(sample.simulate(200, seed=5, months_after=8))
    return SimpleNamespace(**rows, last_month=Month(2016, 12), synthetic=True)


@pytest.fixture(scope="module")
def found(state, catalogue):
    return review.backtest(state, catalogue, params.Settings(), ORIGINS, 8, draws=40)


def test_nothing_after_the_origin_is_seen(state):
    origin = Month(2015, 8)
    then = state_cut_back(state, origin)
    assert then.observations["month"].max() == origin.ordinal
    assert then.transfers["month"].max() <= origin.ordinal
    assert then.support["from_month"].max() <= origin.ordinal
    assert not (then.support["to_month"] > origin.ordinal).any()
    assert not ((then.projects["status"] == "完工") & ~(then.projects["done_month"] <= origin.ordinal)).any()


def test_changing_the_future_changes_no_earlier_projection(state, catalogue, found):
    """The months after 2015-08 are made ten times better: what was projected from 2015-08 stays; outcomes change."""
    rows = state.observations.copy()
    after = rows["month"] > Month(2015, 8).ordinal
    rows.loc[after, "wage_fen"] *= 10
    other = SimpleNamespace(**{**vars(state), "observations": rows})
    again = review.backtest(other, catalogue, params.Settings(), ORIGINS[:2], 8, draws=40)
    mine = found.frame.loc[found.frame["origin"] <= Month(2015, 8).ordinal].reset_index(drop=True)
    pd.testing.assert_series_equal(again.frame["p"], mine["p"])
    assert again.frame["outcome"].mean() > mine["outcome"].mean() + 0.1


def test_help_given_since_is_the_package_that_is_judged(state, catalogue):
    offer = help_given_after(state, catalogue, Month(2015, 8), Month(2016, 4))
    helped = offer.packages.loc[offer.packages["k"] == 1]
    given = offer.components.merge(helped[["package", "hh"]], on="package")
    assert set(given["hh"]) == set(helped["hh"])
    assert given["start"].between(Month(2015, 9).ordinal, Month(2016, 4).ordinal).all()


def test_the_projection_beats_every_forecast_anyone_could_make(found):
    table = found.summary().set_index("forecast")
    own = table.loc["p", "brier"]
    assert own < 0.12
    for other in ("base_rate", "last_state"):
        assert own < table.loc[other, "brier"]
    skill, low, _ = found.skill()
    assert skill > 0
    assert low > 0
    assert 0.6 < table.loc["p", "slope"] < 1.4


def test_figures_by_village_use_every_row_once(found):
    table = found.summary("village")
    rows = found.known()
    assert table.loc[table["forecast"] == "p", "n"].sum() == len(rows)
    assert table.loc[table["forecast"] == "p", "expected"].sum() == pytest.approx((rows["p"] * rows["members"]).sum())


def test_counts_tell_whether_their_range_held(found):
    counts = found.counts
    assert (counts["low"] < counts["expected"]).all()
    assert (counts["expected"] < counts["high"]).all()
    assert (counts["inside"] == ((counts["low"] <= counts["observed"]) & (counts["observed"] <= counts["high"]))).all()


def test_recalibration_uses_only_outcomes_known_at_the_origin(found):
    """2015-08 knows no outcome of 2015-04 (due 2015-12); 2016-04 knows it."""
    by = found.frame.groupby("origin")["recalibrated"].apply(lambda column: column.notna().any())
    assert by.tolist() == [False, False, True]


def test_origins_without_past_or_future_are_refused(state, catalogue):
    for origins in ([], [Month(2013, 12)], [Month(2016, 8)]):
        with pytest.raises(DataError):
            review.backtest(state, catalogue, params.Settings(), origins, 8)


def test_baselines_without_a_past_say_what_they_can():
    verdict = pd.DataFrame(
        {"hh": ["A", "B", "C"], "line_fen": 314_600,
         "income_fen_per_head": pd.array([400_000, 100_000, None], dtype="Int64"),
         "exits": pd.array([True, False, None], dtype="boolean"), **dict.fromkeys(
             ("food", "clothing", "schooling", "medical", "housing", "water"), pd.array([1, 1, 0], dtype="Int8"))}
    )  # fmt: skip
    now = forecast_features(verdict)
    told = simple_forecasts(now, now.head(0).assign(outcome=[])).set_index("hh")
    assert told["base_rate"].tolist() == [0.5] * 3
    assert told["last_state"].tolist() == [0.9, 0.1, 0.5]
    assert told["pooled_logit"].isna().all()


def test_the_last_state_learns_from_earlier_outcomes():
    past = pd.DataFrame({"hh": range(40), "ratio": 0.1, "missing": 0.0, "passes": [1.0] * 20 + [0.0] * 20,
                         "outcome": [1.0] * 18 + [0.0] * 2 + [1.0] * 2 + [0.0] * 18})  # fmt: skip
    now = pd.DataFrame({"hh": [1, 2], "ratio": [0.1, 0.1], "missing": [0.0, 0.0], "passes": [1.0, 0.0]})
    told = simple_forecasts(now, past)["last_state"].to_numpy()
    assert np.allclose(told, [(18 + 1) / 22, (2 + 1) / 22])
