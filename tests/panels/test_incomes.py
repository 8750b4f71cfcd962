"""Incomes of any long frame: known variances come back, ranges hold, oddities are met."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from povlib.errors import DataError
from povlib.panels import income
from povlib.panels.variance_components import fit_components
from povlib.words import language_in_use


def panel(
    n: int = 500, periods: int = 12, *, permanent=0.25, persistent=0.09, rho=0.6, transitory=0.04, zero=0.0, drop=0.1,
    common=0.0, season=None, seed=1,
):  # fmt: skip
    """Return the whole panel and what an office would have of it."""
    rng = np.random.default_rng(seed)
    slow = np.zeros((n, periods))
    slow[:, 0] = rng.normal(0, np.sqrt(persistent), n)
    for t in range(1, periods):
        slow[:, t] = rho * slow[:, t - 1] + rng.normal(0, np.sqrt(persistent * (1 - rho**2)), n)
    trade = rng.integers(0, 3, n)
    log = 8 + 0.3 * trade[:, None] + 0.03 * np.arange(periods) + rng.normal(0, np.sqrt(permanent), n)[:, None] + slow
    log = log + rng.normal(0, common, periods) + rng.normal(0, np.sqrt(transitory), (n, periods))
    if season is not None:
        log = log + np.asarray(season)[np.arange(periods) % len(season)]
    amount = np.exp(log) * (rng.random((n, periods)) >= zero)
    hh = np.repeat(np.arange(n), periods)
    words = np.array(list("abc"))[trade][hh]
    whole = pd.DataFrame(
        {"hh": hh, "t": np.tile(np.arange(periods), n), "wage": amount.ravel(), "trade": words, "village": hh % 10}
    )
    return whole, whole[rng.random(len(whole)) > drop].reset_index(drop=True)


@pytest.mark.thorough
@pytest.mark.parametrize(("n", "periods"), [(600, 12), (400, 24), (900, 7)])
def test_the_variances_of_a_panel_with_known_truth_come_back(n, periods):
    _, seen = panel(n, periods, seed=n)
    found = income(seen, id="hh", time="t", amount="wage", covariates=["trade"]).components
    assert found.permanent == pytest.approx(0.25, rel=0.2)
    assert found.persistent == pytest.approx(0.09, rel=0.35)
    assert found.rho == pytest.approx(0.6, abs=0.15)
    assert found.transitory == pytest.approx(0.04, rel=0.35)


def test_no_lingering_part_is_invented():
    _, seen = panel(500, 10, persistent=0.0, seed=3)
    found = income(seen, id="hh", time="t", amount="wage", covariates=["trade"]).components
    assert found.persistent < 0.03
    assert found.permanent == pytest.approx(0.25, rel=0.2)


@pytest.mark.parametrize(("zero", "common"), [(0.0, 0.0), (0.3, 0.0), (0.0, 0.1)])
def test_ranges_hold_what_comes_later(zero, common):
    whole, seen = panel(500, 14, zero=zero, common=common, seed=7)
    model = income(seen[seen["t"] < 11], id="hh", time="t", amount="wage", covariates=["trade"])
    said = model.predict(3, draws=300, after=10)
    both = said.merge(whole, on=["hh", "t"])
    assert len(both) == 3 * 500
    inside = ((both["wage"] >= both["q05"]) & (both["wage"] <= both["q95"])).mean()
    assert 0.85 < inside < 0.97
    assert both["wage"].mean() == pytest.approx(both["mean"].mean(), rel=0.12 if common else 0.07)
    assert (both["wage"] != 0).mean() == pytest.approx(both["p_any"].mean(), abs=0.04)
    total = model.predict(3, draws=300, after=10, together=True).set_index("hh")
    sums = whole[whole["t"] > 10].groupby("hh")["wage"].sum().reindex(total.index)
    assert 0.83 < ((sums >= total["q05"]) & (sums <= total["q95"])).mean() < 0.97


@pytest.mark.thorough
def test_one_harvest_a_year_is_not_risk():
    """A tenth of the year in eleven months, the rest in one: the season is known, so the range stays narrow."""
    season = np.r_[np.zeros(11), 3.0]
    whole, seen = panel(200, 36, permanent=0.1, persistent=0.0, transitory=0.01, season=season, seed=5)
    model = income(seen[seen["t"] < 24], id="hh", time="t", amount="wage", covariates=["trade"], season=12)
    assert model.components.total < 0.2
    year = model.predict(12, draws=200, after=23, together=True).set_index("hh")
    truth = whole[whole["t"] >= 24].groupby("hh")["wage"].sum().reindex(year.index)
    assert (year["q95"] / year["q05"]).median() < 1.6
    assert ((truth >= year["q05"]) & (truth <= year["q95"])).mean() > 0.8


def test_groups_are_shrunk_and_have_seasons_of_their_own():
    season = np.r_[np.zeros(3), 1.0]
    whole, seen = panel(300, 16, season=season, seed=9)
    late = whole["village"] >= 5
    whole.loc[late & (whole["t"] % 4 == 3), "wage"] /= np.e
    whole.loc[late & (whole["t"] % 4 == 0), "wage"] *= np.e
    seen = whole.merge(seen[["hh", "t"]])
    model = income(seen, id="hh", time="t", amount="wage", group="village", season=4)
    said = model.predict(4, draws=200, after=15)
    early, other = (said[(said["hh"] % 10 >= 5) == late].groupby("t")["mean"].mean() for late in (False, True))
    assert early[19] > 1.8 * early[16]
    assert other[16] > 1.8 * other[19]
    assert model.group_variance >= 0
    assert len(model.group_effects) == 10


def test_draws_are_reproducible_and_share_the_common_year():
    _, seen = panel(80, 10, common=0.3, seed=11)
    model = income(seen, id="hh", time="t", amount="wage")
    one, two = model.simulate(3, 200, seed=4), model.simulate(3, 200, seed=4)
    assert one.draws.tobytes() == two.draws.tobytes()
    assert one.draws.shape == (200, 80, 3)
    assert one.draws.dtype == np.float32
    assert model.common_variance > 0.02
    log = np.log(np.maximum(one.draws[:, :, 0], 1.0))
    assert np.corrcoef(log[:, :40].mean(axis=1), log[:, 40:].mean(axis=1))[0, 1] > 0.3
    shuffled = income(seen.sample(frac=1, random_state=3), id="hh", time="t", amount="wage")
    assert shuffled.simulate(3, 200, seed=4).draws.tobytes() == one.draws.tobytes()


def test_all_zero_amounts():
    _, seen = panel(40, 6)
    with language_in_use("en"):
        model = income(seen.assign(wage=0.0), id="hh", time="t", amount="wage", covariates=["trade"])
    assert "every known amount is zero" in model.findings[0]
    said = model.predict(3, draws=50)
    assert (said[["mean", "q05", "q95"]] == 0).all().all()


def test_negative_net_incomes():
    whole, seen = panel(300, 12, seed=13)
    shift = 3500.0
    model = income(seen[seen["t"] < 10].assign(wage=lambda f: f["wage"] - shift), id="hh", time="t", amount="wage")
    assert model.scale.signed
    said = model.predict(2, draws=300, after=9).merge(whole, on=["hh", "t"])
    truth = said["wage"] - shift
    assert (said["q05"] < 0).any()
    assert 0.8 < ((truth >= said["q05"]) & (truth <= said["q95"])).mean() <= 0.99


def test_units_with_one_row_late_entry_and_early_exit():
    _, seen = panel(200, 10, seed=15)
    single = seen.groupby("hh").head(1)
    with language_in_use("en"):
        alone = income(single, id="hh", time="t", amount="wage")
    assert not alone.components.told_apart
    assert "tell lasting from passing" in alone.findings[0]
    assert len(alone.predict(2, draws=50)) == 400
    ragged = seen[(seen["t"] >= seen["hh"] % 5) & (seen["t"] <= 9 - seen["hh"] % 3)]
    ragged = pd.concat([ragged, single[single["hh"] == 3].assign(hh=777, trade="weaving")])
    model = income(ragged, id="hh", time="t", amount="wage", covariates=["trade"])
    said = model.predict(1, draws=100)
    last = ragged.groupby("hh")["t"].max()
    assert (said.set_index("hh")["t"] == last + 1).all()
    width = np.log(said["q95"] / said["q05"]).to_numpy()
    rich = ragged.groupby("hh").size().reindex(said["hh"]).to_numpy()
    assert width[rich >= 6].mean() < width[rich == 1].mean()


def test_missing_amounts_covariates_and_a_period_missing_everywhere():
    _, seen = panel(150, 10, seed=17)
    seen = seen[seen["t"] != 4].reset_index(drop=True)
    seen["wage"] = seen["wage"].mask(seen.index % 6 == 0)
    seen["trade"] = seen["trade"].mask(seen.index % 10 == 0)
    seen["age"] = np.where(seen.index % 4 == 0, np.nan, 40.0 + seen["hh"] % 20)
    model = income(seen, id="hh", time="t", amount="wage", covariates=["trade", "age"])
    assert model.rows == int(seen["wage"].notna().sum())
    assert model.predict(2, draws=50).notna().all().all()


def test_waves_that_are_two_years_apart_are_steps():
    whole, _ = panel(100, 6)
    model = income(whole.assign(t=1979 + 2 * whole["t"]), id="hh", time="t", amount="wage")
    assert sorted(model.predict(2, draws=20)["t"].unique()) == [1991, 1993]


def test_what_is_wrong_is_said():
    _, seen = panel(30, 4)
    with pytest.raises(DataError, match="no column"):
        income(seen, id="hh", time="t", amount="pay")
    with pytest.raises(DataError, match="no amount is known"):
        income(seen.assign(wage=np.nan), id="hh", time="t", amount="wage")
    with pytest.raises(DataError, match="two rows"):
        income(pd.concat([seen, seen.head(2)]), id="hh", time="t", amount="wage")
    far = pd.concat([seen, seen.head(1).assign(hh=9999, t=10**7)])
    with pytest.raises(DataError, match="longer periods"):
        income(far, id="hh", time="t", amount="wage")
    with pytest.raises(DataError, match="horizon"):
        income(seen, id="hh", time="t", amount="wage").predict(0)


def test_without_pairs_of_periods_nothing_is_told_apart():
    found = fit_components(np.arange(30), np.zeros(30, dtype=np.int64), np.ones(30))
    assert not found.told_apart
    assert found.permanent == found.transitory == 0.5


def judged(train: pd.DataFrame, later: pd.DataFrame, name: str) -> tuple[dict[float, float], float]:
    """Return how often the 50, 80, 90 % ranges hold one step ahead, and the mean absolute error of the middle."""
    model = income(train, id="hh", time="t", amount=name)
    said = model.predict(1, draws=400, after=10, quantiles=(0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)).merge(later)
    pairs = {0.5: ("q25", "q75"), 0.8: ("q10", "q90"), 0.9: ("q05", "q95")}
    held = {level: float(said[name].between(said[low], said[high]).mean()) for level, (low, high) in pairs.items()}
    return held, float((said["q50"] - said[name]).abs().mean())


@pytest.mark.parametrize("name", ["wage", "log_wage", "log_wage_about_zero"])
def test_ranges_hold_at_every_level_on_whichever_scale_amounts_come(name):
    """Units as unequal in their shocks as people are: without scales of their own half ranges hold two thirds."""
    rng = np.random.default_rng(23)
    whole, _ = panel(1200, 12, transitory=0.0, persistent=0.02, seed=21)
    own = np.exp(rng.normal(np.log(0.15), 0.6, 1200))[whole["hh"]]
    log = np.log(whole["wage"]) + own * rng.standard_t(5, len(whole))
    whole = whole.assign(wage=np.exp(log), log_wage=log, log_wage_about_zero=log - 8.0)
    held, error = judged(whole[whole["t"] < 11], whole[whole["t"] == 11], name)
    assert held[0.5] == pytest.approx(0.5, abs=0.05)
    assert held[0.8] == pytest.approx(0.8, abs=0.04)
    assert held[0.9] == pytest.approx(0.9, abs=0.03)
    both = whole[whole["t"] == 11].merge(whole[whole["t"] == 10], on="hh", suffixes=("", "_before"))
    assert error < 0.9 * (both[name] - both[f"{name}_before"]).abs().mean()


def test_the_model_stands_on_new_units_without_being_fitted_again():
    whole, seen = panel(600, 12, seed=31)
    names = {"id": "hh", "time": "t", "amount": "wage", "covariates": ["trade"]}
    model = income(seen[(seen["hh"] < 400) & (seen["t"] < 11)], **names)
    fresh = seen[(seen["hh"] >= 400) & (seen["t"] < 11)]
    said = model.on(fresh).predict(1, draws=400, after=10).merge(whole, on=["hh", "t"])
    assert len(said) == fresh["hh"].nunique()
    assert said["wage"].between(said["q05"], said["q95"]).mean() == pytest.approx(0.9, abs=0.06)
    again = model.on(seen[(seen["hh"] < 400) & (seen["t"] < 11)])
    pd.testing.assert_frame_equal(again.predict(2, draws=30), model.predict(2, draws=30))
    with language_in_use("en"), pytest.raises(DataError, match="negative amounts"):
        model.on(fresh.assign(wage=-1.0))
    with language_in_use("en"), pytest.raises(DataError, match="before the first"):
        model.on(fresh.assign(t=fresh["t"] - 100))


def test_age_and_its_square_move_on_and_what_is_given_ahead_counts():
    """Wages rise with experience, by less each year; seven waves, no trend of their own."""
    rng = np.random.default_rng(5)
    hh, t = np.repeat(np.arange(500), 9), np.tile(np.arange(9), 500)
    begun = rng.integers(0, 35, 500)[hh] + t
    log = 6 + 0.06 * begun - 0.0012 * begun**2 + rng.normal(0, 0.1, 500)[hh] + rng.normal(0, 0.1, len(hh))
    whole = pd.DataFrame({"hh": hh, "t": t, "years": begun, "square": begun**2, "wage": np.exp(log), "rank": "low"})
    model = income(whole[whole["t"] < 7], id="hh", time="t", amount="wage", covariates=["years", "square"])
    assert sorted(model.moving) == ["square", "years"]
    said = model.predict(2, draws=400).merge(whole, on=["hh", "t"])
    slope = np.polyfit(said["years"], np.log(said["wage"] / said["q50"]), 1)[0]
    assert abs(np.log(said["wage"] / said["q50"]).mean()) < 0.02
    assert abs(slope) < 0.001
    given_ = pd.DataFrame({"hh": np.arange(250), "t": 7, "years": 60.0})
    one, other = (model.predict(1, draws=50, ahead=frame).set_index("hh")["mean"] for frame in (given_, None))
    assert (one[:250] != other[:250]).all()
    assert (one[250:] == other[250:]).all()


def test_a_weight_counts_a_row_as_often():
    _, seen = panel(120, 6, seed=33, zero=0.2)
    seen["w"] = 1.0 + seen["hh"] % 2
    twice = seen[seen["hh"] % 2 == 1]
    doubled = pd.concat([seen, twice.assign(hh=twice["hh"] + 1000)])
    names = {"id": "hh", "time": "t", "amount": "wage", "covariates": ["trade"], "prior_sd": 1e6}
    fits = income(seen, weight="w", **names), income(doubled, **names), income(seen, **names)
    one, other, without = (fit.coefficients.set_index(["part", "term"])["estimate"] for fit in fits)
    assert np.allclose(one, other.reindex(one.index), rtol=0.01, atol=1e-3)
    assert not np.allclose(one, without.reindex(one.index), rtol=0.01, atol=1e-3)
    with language_in_use("en"), pytest.raises(DataError, match="weights"):
        income(seen.assign(w=-1.0), weight="w", **names)
