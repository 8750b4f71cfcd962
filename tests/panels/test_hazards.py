"""Hazards on any long frame: against statsmodels, known truth, and the oddities of real panels."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from povlib.errors import DataError
from povlib.panels import hazard, person_periods
from povlib.words import language_in_use


def panel(n: int = 400, periods: int = 8, seed: int = 1, school: float = 0.8) -> pd.DataFrame:
    """People at risk until they leave; the hazard falls with duration and rises with school."""
    rng = np.random.default_rng(seed)
    rows = pd.DataFrame({"hh": np.repeat(np.arange(n), periods), "t": np.tile(np.arange(1, periods + 1), n)})
    rows["school"] = rng.normal(size=n)[rows["hh"]]
    rows["trade"] = np.array(["tea", "pomelo", "cattle"])[rng.integers(0, 3, n)][rows["hh"]]
    score = -1.6 - 0.5 * np.log(rows["t"]) + school * rows["school"] + 0.5 * (rows["trade"] == "tea")
    rows["out"] = (rng.random(len(rows)) < 1 - np.exp(-np.exp(score))).astype(int)
    return rows[rows.groupby("hh")["out"].cumsum() - rows["out"] == 0].reset_index(drop=True)


def names(model):
    return model.coefficients.set_index("term")


@pytest.mark.parametrize("link", ["cloglog", "logit"])
def test_without_a_prior_it_is_the_maximum_likelihood_of_statsmodels(link):
    sm = pytest.importorskip("statsmodels.api")
    rows = panel()
    fit = hazard(rows, id="hh", time="t", event="out", covariates=["school"], duration="t", link=link, prior_sd=None)
    log = np.log(rows["t"])
    design = np.column_stack([np.ones(len(rows)), rows["school"], log, log**2])
    family = sm.families.Binomial(sm.families.links.CLogLog() if link == "cloglog" else sm.families.links.Logit())
    peer = sm.GLM(rows["out"], design, family=family).fit(tol=1e-12)
    assert np.allclose(fit.coefficients["estimate"], peer.params, atol=1e-6)
    assert np.allclose(fit.coefficients["se"], peer.bse, rtol=2e-3)


def test_the_weak_prior_moves_little():
    rows = panel()
    with_, without = (
        hazard(rows, id="hh", time="t", event="out", covariates=["school", "trade"], duration="t", prior_sd=sd)
        for sd in (2.5, None)
    )
    move = (with_.coefficients["estimate"] - without.coefficients["estimate"]).abs()
    assert (move < 0.2 * without.coefficients["se"]).all()


def test_truth_is_recovered_and_intervals_hold_it():
    hits = []
    for seed in range(12):
        fit = hazard(panel(300, seed=seed), id="hh", time="t", event="out", covariates=["school", "trade"],
                     duration="t")  # fmt: skip
        one = names(fit).loc["school"]
        hits.append(one["low"] <= 0.8 <= one["high"])
    assert sum(hits) >= 10


def test_held_out_people_are_forecast_better_than_by_the_base_rate_and_calibrated():
    sm = pytest.importorskip("statsmodels.api")
    rows = panel(1200)
    new = rows["hh"] >= 700
    fit = hazard(rows[~new], id="hh", time="t", event="out", covariates=["school", "trade"], duration="t")
    said = fit.predict(rows[new], 1, draws=0)
    told = said.merge(rows[["hh", "t", "out"]], on=["hh", "t"])
    base = rows.loc[~new, "out"].mean()
    better = (told["out"] - base) ** 2 - (told["out"] - told["p"]) ** 2
    by = better.groupby(told["hh"]).sum()
    assert by.mean() - 1.96 * by.std() / np.sqrt(len(by)) > 0
    score = np.log(told["p"] / (1 - told["p"]))
    slope = sm.Logit(told["out"], sm.add_constant(score)).fit(disp=0)
    low, high = slope.conf_int().iloc[1]
    assert low < 1 < high


def test_steps_ahead_multiply_and_end_where_the_hazards_end():
    rows = panel()
    fit = hazard(rows, id="hh", time="t", event="out", covariates=["school"], duration="t")
    ahead = fit.predict(rows[rows["t"] == 1], 5, draws=50)
    assert len(ahead) == 5 * 400
    one = ahead[ahead["hh"] == 7]
    assert np.allclose(1 - np.cumprod(1 - one["hazard"]), one["p"])
    assert one["t"].tolist() == [1, 2, 3, 4, 5]
    assert (ahead["low"] <= ahead["p"] + 0.02).all()
    assert (ahead["high"] >= ahead["p"] - 0.02).all()
    seen = rows.groupby("hh")["out"].max().mean()
    late = fit.predict(rows[rows["t"] == 1], 8, draws=0)
    assert late[late["step"] == 8]["p"].mean() == pytest.approx(seen, abs=0.03)


def test_late_entry_does_not_bias_duration():
    """Spells that come under observation only in their third period are at risk from then on."""
    spells = panel(3000, seed=4).groupby("hh").agg(length=("t", "max"), out=("out", "max")).reset_index()
    spells["entry"] = np.where(spells["hh"] % 2 == 0, 2, 0)
    seen = spells[spells["length"] > spells["entry"]]
    rows = person_periods(seen, length="length", event="out", entry="entry")
    assert rows["period"].min() == 1
    assert rows.groupby("spell")["out"].sum().max() == 1
    full = person_periods(spells, length="length", event="out")
    late, whole = (hazard(r, id="spell", time="period", event="out", duration="period") for r in (rows, full))
    assert np.allclose(late.coefficients["estimate"], whole.coefficients["estimate"], atol=0.35)


def test_competing_ways_out_share_the_chance():
    rng = np.random.default_rng(3)
    rows = panel(600)
    how = np.where(rng.random(len(rows)) < 0.7, "job", "moved")
    rows["way"] = np.where(rows["out"] == 1, how, "none")
    fit = hazard(rows, id="hh", time="t", event="way", covariates=["school"], duration="t")
    assert fit.causes == ("job", "moved")
    ahead = fit.predict(rows[rows["t"] == 1], 8, draws=20)
    last = ahead[ahead["step"] == 8]
    assert np.allclose(last["p_job"] + last["p_moved"], last["p"])
    assert last["p_job"].mean() == pytest.approx((rows["way"] == "job").sum() / 600, abs=0.04)


def test_returns_use_earlier_events_and_time_since():
    """Units that left before leave again more easily: history is a covariate, durations start anew."""
    rng = np.random.default_rng(8)
    rows = []
    for hh in range(500):
        count = 0
        for t in range(10):
            out = int(rng.random() < (0.1 if count == 0 else 0.4))
            rows.append((hh, t, out))
            count += out
    frame = pd.DataFrame(rows, columns=["hh", "t", "out"])
    fit = hazard(frame, id="hh", time="t", event="out", history=True)
    assert names(fit).loc["earlier events", "low"] > 0
    assert "start not seen" not in names(fit).index
    assert "start not seen" in names(hazard(frame, id="hh", time="t", event="out")).index


def test_groups_are_shrunk_to_the_whole():
    rng = np.random.default_rng(5)
    rows = panel(800, school=0.0)
    village = rng.integers(0, 12, 800)
    rows["village"] = pd.Series(village[rows["hh"]]).map("v{:02d}".format)
    flat = hazard(rows, id="hh", time="t", event="out", group="village")
    effects = names(flat).filter(like="village=", axis=0)["estimate"]
    assert len(effects) == 12
    assert effects.abs().max() < 0.5
    assert flat.group_sd["out"] < 0.35
    strange = rows[rows["t"] == 1].assign(village="never seen")
    assert flat.predict(strange, 1, draws=0)["p"].between(0, 1).all()


def test_separation_is_named_and_held_finite():
    rows = panel(200)
    rows["cadre"] = np.where(rows["out"] == 1, 0, (rows["hh"] % 7 == 0).astype(int))
    with language_in_use("en"):
        fit = hazard(rows, id="hh", time="t", event="out", covariates=["cadre", "school"])
    assert any("cadre: none of" in said and "weak prior" in said for said in fit.findings)
    assert fit.coefficients["estimate"].abs().max() < 15
    sure = rows.assign(sign=rows["out"] * 1.0)
    with pytest.raises(DataError):
        hazard(sure, id="hh", time="t", event="out", covariates=["sign"], prior_sd=None)


@pytest.mark.parametrize("always", [0, 1])
def test_an_event_that_never_or_always_happens(always):
    rows = panel(60).assign(out=always)
    with language_in_use("en"):
        fit = hazard(rows, id="hh", time="t", event="out", covariates=["school"])
    assert ("never happened" if always == 0 else "every one of") in fit.findings[0]
    p = fit.predict(rows.head(3), 2)
    expected = (rows["out"].sum() + 0.5) / (len(rows) + 1)
    assert p["hazard"].to_numpy() == pytest.approx(expected)
    assert (p["low"] <= p["p"]).all()


def test_gaps_missing_values_new_words_and_units_with_one_row():
    rows = panel(300)
    rows.loc[rows.index % 5 == 0, "school"] = np.nan
    rows.loc[rows.index % 9 == 0, "trade"] = None
    rows["out"] = rows["out"].astype("Int8").mask(rows.index % 11 == 0)
    holes = rows[(rows["t"] != 3) | (rows["hh"] % 3 > 0)].sample(frac=1, random_state=2)
    one = pd.DataFrame({"hh": [9999], "t": [5], "school": [0.1], "trade": ["weaving"], "out": [0]})
    frame = pd.concat([holes, one], ignore_index=True)
    fit = hazard(frame, id="hh", time="t", event="out", covariates=["school", "trade"])
    assert fit.rows == int(frame["out"].notna().sum())
    said = fit.predict(frame, 3)
    assert said[["hazard", "p", "low", "high"]].notna().all().all()
    shuffled = hazard(frame.sample(frac=1, random_state=7), id="hh", time="t", event="out",
                      covariates=["school", "trade"])  # fmt: skip
    pd.testing.assert_frame_equal(fit.coefficients, shuffled.coefficients)


def test_months_dates_and_periods_are_times():
    rows = panel(100)
    base = pd.Period("2016-01", "M")
    as_number = hazard(rows.assign(t=24192 + rows["t"]), id="hh", time="t", event="out")
    as_period = hazard(rows.assign(t=[base + int(t) for t in rows["t"]]), id="hh", time="t", event="out")
    as_date = hazard(rows.assign(t=[(base + int(t)).to_timestamp() for t in rows["t"]]), id="hh", time="t", event="out")
    for other in (as_period, as_date):
        assert np.allclose(as_number.coefficients["estimate"], other.coefficients["estimate"])


def test_ahead_begins_after_the_last_row_and_leaves_out_those_who_left():
    rows = panel(100)
    fit = hazard(rows, id="hh", time="t", event="out", duration="t")
    ahead = fit.predict(rows, 2, ahead=True, draws=0)
    stayed = rows.groupby("hh")["out"].max() == 0
    assert set(ahead["hh"]) == set(stayed[stayed].index)
    assert (ahead[ahead["step"] == 1]["t"] == 9).all()
    none = fit.predict(rows[rows["out"] == 1], 2, ahead=True)
    assert none.empty


def test_what_is_wrong_is_said():
    rows = panel(50)
    for wrong, words in (
        ({"event": "nothing"}, "nothing"), ({"link": "probit"}, "probit"), ({"prior_sd": 0.0}, "prior"),
        ({"event": "t"}, "neither 0 nor 1"),
    ):  # fmt: skip
        with pytest.raises(DataError, match=words):
            hazard(rows, **({"id": "hh", "time": "t", "event": "out"} | wrong))
    with pytest.raises(DataError, match="two rows"):
        hazard(pd.concat([rows, rows.head(1)]), id="hh", time="t", event="out")
    with pytest.raises(DataError, match="whole numbers"):
        hazard(rows.assign(t=rows["t"] + 0.5), id="hh", time="t", event="out")
    with pytest.raises(DataError, match="identifier"):
        hazard(rows.assign(hh=rows["hh"].where(rows["hh"] > 3)), id="hh", time="t", event="out")
    with pytest.raises(DataError, match="known outcome"):
        hazard(rows.assign(out=np.nan), id="hh", time="t", event="out")


def spells_with_a_bump(n: int, bump: float, seed: int = 3) -> pd.DataFrame:
    """Return spells of up to 26 weeks whose hazard is .06, and `bump` times as high in week 13."""
    rng = np.random.default_rng(seed)
    chance = np.full(26, 0.06)
    chance[12] *= bump
    ends = rng.random((n, 26)) < chance
    week = np.where(ends.any(axis=1), ends.argmax(axis=1) + 1, 26)
    return pd.DataFrame({"weeks": week, "out": ends.any(axis=1).astype(int), "age": rng.integers(20, 60, n)})


def test_spells_that_still_go_on_may_be_empty_and_events_words_or_yes_and_no():
    spells = pd.DataFrame({"weeks": [2, 3, 1], "how": ["job", None, "left"], "yes": [True, None, False]})
    assert person_periods(spells, length="weeks", event="how")["how"].tolist() == ["", "job", "", "", "", "left"]
    assert person_periods(spells, length="weeks", event="yes", keep=["how"])["yes"].tolist() == [0, 1, 0, 0, 0, 0]


def test_a_weight_counts_a_row_at_risk_as_often():
    rows = person_periods(spells_with_a_bump(300, 1.0), length="weeks", event="out")
    rows["w"] = 1 + rows["spell"] % 2
    doubled = pd.concat([rows, rows[rows["w"] == 2].assign(spell=lambda f: f["spell"] + 1000)])
    names = {"id": "spell", "time": "period", "event": "out", "covariates": ["age"], "duration": "period"}
    one, other = (hazard(frame, weight=by, prior_sd=None, **names).coefficients["estimate"]
                  for frame, by in ((rows, "w"), (doubled, None)))  # fmt: skip
    assert np.allclose(one, other, rtol=1e-4, atol=1e-4)
