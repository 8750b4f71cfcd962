"""Panels and trials as outsiders bring them: other types and codes give the same numbers, the rest is refused."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from povlib import impact
from povlib.errors import DataError

KW = {"outcome": "y", "unit": "hh", "period": "t", "cohort": "first"}


def panel(units: int = 60, seed: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    first = rng.choice([0, 2013, 2014], units, p=[0.5, 0.25, 0.25])
    frame = pd.DataFrame({"hh": np.repeat(np.arange(units), 4), "t": np.tile(np.arange(2011, 2015), units)})
    frame["first"] = first[frame["hh"]]
    frame["x"] = rng.normal(size=units)[frame["hh"]]
    frame["kind"] = np.where(frame["x"] > 0, "hill", "plain")
    frame["v"], frame["w"] = frame["hh"] % 20, 1.0 + frame["hh"] % 3
    helped = (frame["first"] > 0) & (frame["t"] >= frame["first"])
    frame["y"] = frame["hh"] + frame["t"] % 5 + 2.0 * helped + rng.normal(0, 1, len(frame))
    return frame


NEVER = [np.nan, np.inf, 9999, "", None, 0.0]


@pytest.mark.parametrize("code", NEVER)
def test_every_way_to_write_never(code: object) -> None:
    frame = panel()
    expected = impact.did(frame, **KW).cells
    cohort = frame["first"].astype(object).where(frame["first"] > 0, code)
    got = impact.did(frame.assign(first=cohort), **KW)
    pd.testing.assert_frame_equal(got.cells, expected)
    assert any("after the last period" in f.message for f in got.findings) == (code == 9999)


@pytest.mark.parametrize(
    "change",
    [
        lambda f: f.sample(frac=1, random_state=0),
        lambda f: f.set_index(np.zeros(len(f), dtype=int)),
        lambda f: f.convert_dtypes(),
        lambda f: f.convert_dtypes(dtype_backend="pyarrow"),
        lambda f: f.astype(object),
        lambda f: f.astype({"hh": "str", "t": "str", "y": "str", "first": "str"}),
        lambda f: f.astype({"hh": "category", "t": "category", "first": "category"}),
        lambda f: f.astype({"t": "float32", "first": "float32"}),
    ],
)
def test_the_same_effect_in_other_clothes(change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    frame = panel()
    expected = impact.did(frame, **KW).aggregate("dynamic")
    got = impact.did(change(frame), **KW).aggregate("dynamic")
    np.testing.assert_allclose(got[["estimate", "se"]], expected[["estimate", "se"]], rtol=1e-9)
    naive = impact.before_after(change(frame), **KW)
    assert naive.estimate == pytest.approx(impact.before_after(frame, **KW).estimate)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"t": 2012.5}, "whole numbers"),
        ({"t": pd.Timestamp("2016")}, "not numbers"),
        ({"t": None}, "empty"),
        ({"hh": None}, "empty"),
        ({"y": "much"}, "not numbers"),
        ({"y": np.inf}, "infinite"),
        ({"first": "never"}, "not numbers"),
        ({"first": -1}, "below 0"),
        ({"first": 1}, "not the first period"),
        ({"v": None}, "empty"),
        ({"w": -1.0}, "negative"),
        ({"w": 0.0}, "do not add up"),
    ],
)
def test_cells_that_cannot_be_read_are_refused(change: dict, said: str) -> None:
    with pytest.raises(DataError, match=said):
        impact.did(panel().assign(**change), cluster="v", weight="w", **KW)


def test_periods_that_collide_with_never_are_refused() -> None:
    frame = panel()
    relative = frame.assign(t=frame["t"] - 2013, first=(frame["first"] - 2013).where(frame["first"] > 0, np.nan))
    with pytest.raises(DataError, match="stands for never"):
        impact.did(relative, **KW)


@pytest.mark.parametrize(
    "choice", [{"level": 95}, {"anticipation": -1}, {"trends": "any"}, {"small_cohorts": "hope"}, {"control": "x"}]
)
def test_choices_out_of_range_are_refused(choice: dict) -> None:
    with pytest.raises(DataError):
        impact.did(panel(), **KW, **choice)


def test_a_category_among_covariates_is_the_same_as_its_dummy() -> None:
    frame = panel().assign(hill=lambda f: (f["kind"] == "hill").astype(int))
    one = impact.did(frame, covariates=["kind"], **KW).cells
    two = impact.did(frame, covariates="hill", **KW).cells
    np.testing.assert_allclose(one[["att", "se"]], two[["att", "se"]], rtol=1e-8)
    last = frame[frame["t"] == 2014].assign(d=lambda f: (f["first"] > 0).astype(int))
    three = impact.difference(last, outcome="y", treatment="d", covariates=["kind"])
    four = impact.difference(last.astype({"d": "bool"}), outcome="y", treatment="d", covariates="hill")
    assert three.estimate == pytest.approx(four.estimate)
    assert three.se == pytest.approx(four.se)


def test_weights_of_two_are_the_same_as_two_units() -> None:
    frame = panel()
    twice = frame[frame["hh"] % 3 == 0].assign(hh=lambda f: f["hh"] + 1000)
    doubled = pd.concat([frame, twice])
    weighted = frame.assign(w=np.where(frame["hh"] % 3 == 0, 2.0, 1.0))
    for options in ({}, {"covariates": ["x"]}, {"trends": "proportional"}):
        one, two = impact.did(doubled, **KW, **options), impact.did(weighted, weight="w", **KW, **options)
        np.testing.assert_allclose(one.cells["att"], two.cells["att"], rtol=1e-7)
        for kind in ("simple", "group", "calendar"):
            a, b = one.aggregate(kind), two.aggregate(kind)
            np.testing.assert_allclose(a["estimate"], b["estimate"], rtol=1e-7)


def test_a_single_unit_borrows_the_spread_of_those_it_is_compared_with() -> None:
    hits, bare = 0, 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        frame = pd.DataFrame({"hh": np.repeat(np.arange(25), 2), "t": np.tile([1, 2], 25)})
        frame["first"] = np.where(frame["hh"] == 0, 2, 0)
        frame["y"] = rng.normal(0, 1, 50) + 1.0 * ((frame["hh"] == 0) & (frame["t"] == 2))
        effect = impact.did(frame, **KW).effect()
        hits += effect.ci_low < 1 < effect.ci_high
        alone = impact.did(frame, small_cohorts="as_is", **KW).effect()
        bare += alone.ci_low < 1 < alone.ci_high
    assert hits >= 53
    assert bare < 40
    assert any(f.check == "cohorts" for f in effect.findings)


def test_two_groups_without_clusters_have_the_freedom_of_welch() -> None:
    from scipy.stats import ttest_ind

    rng = np.random.default_rng(5)
    change = np.r_[rng.normal(1, 2, 6), rng.normal(0, 1, 40)]
    frame = pd.DataFrame({"hh": np.repeat(np.arange(46), 2), "t": np.tile([1, 2], 46)})
    frame["first"] = np.where(frame["hh"] < 6, 2, 0)
    frame["y"] = np.where(frame["t"] == 2, change[frame["hh"]], 0.0)
    welch = ttest_ind(change[:6], change[6:], equal_var=False).confidence_interval()
    got = impact.did(frame, small_sample=True, **KW).cells.iloc[0]
    assert got["ci_low"] == pytest.approx(welch.low, rel=1e-9)
    assert got["ci_high"] == pytest.approx(welch.high, rel=1e-9)


def test_trends_in_proportion_find_what_parallel_ones_miss() -> None:
    parallel, alike, hits = [], [], 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        level = np.r_[rng.uniform(50, 150, 40), rng.uniform(200, 600, 80)]  # help goes to the poorer
        y = level[:, None] * np.array([1.0, 1.1, 1.3]) * np.exp(rng.normal(0, 0.05, (120, 3)))
        y[:40, 2] += 20
        frame = pd.DataFrame({"hh": np.repeat(np.arange(120), 3), "t": np.tile([1, 2, 3], 120), "y": y.ravel()})
        frame["first"] = np.where(frame["hh"] < 40, 3, 0)
        parallel.append(impact.did(frame, **KW).effect().estimate)
        effect = impact.did(frame, trends="proportional", **KW).effect()
        alike.append(effect.estimate)
        hits += effect.ci_low < 20 < effect.ci_high
    assert np.mean(parallel) < -20
    assert np.mean(alike) == pytest.approx(20, abs=1.0)
    assert hits >= 35
    with pytest.raises(DataError):
        impact.did(frame.assign(x=1.0), trends="proportional", covariates=["x"], **KW)
    nothing = frame.assign(y=frame["y"].where((frame["first"] > 0) | (frame["t"] == 3), 0.0))
    with pytest.raises(DataError, match="nothing before"):
        impact.did(nothing, trends="proportional", **KW)


def test_errors_of_trends_in_proportion_match_a_jackknife() -> None:
    frame = panel(units=90).assign(y=lambda f: np.exp(f["y"] / 40))
    full = impact.did(frame, trends="proportional", **KW).aggregate("simple").iloc[0]
    units = frame["hh"].unique()
    values = [
        impact.did(frame[frame["hh"] != u], trends="proportional", **KW).aggregate("simple")["estimate"][0]
        for u in units
    ]
    spread = np.sqrt((len(units) - 1) / len(units) * ((values - np.mean(values)) ** 2).sum())
    assert full["se"] == pytest.approx(spread, rel=0.1)


def test_trials_agree_with_statsmodels() -> None:
    sm = pytest.importorskip("statsmodels.api")
    frame = panel()
    last = frame[frame["t"] == 2014].assign(d=lambda f: (f["first"] > 0).astype(int)).reset_index(drop=True)
    x = sm.add_constant(last[["d", "x"]].astype(float))
    call = {"outcome": "y", "treatment": "d", "covariates": ["x"]}
    for errors in ("HC1", "HC2", "HC3"):
        theirs = sm.WLS(last["y"], x, weights=last["w"]).fit(cov_type=errors)
        mine = impact.difference(last, weight="w", errors=errors, **call)
        assert mine.estimate == pytest.approx(theirs.params["d"], rel=1e-9)
        assert mine.se == pytest.approx(theirs.bse["d"], rel=1e-9)
    theirs = sm.OLS(last["y"], x).fit(cov_type="cluster", cov_kwds={"groups": last["v"]})
    assert impact.difference(last, cluster="v", **call).se == pytest.approx(theirs.bse["d"], rel=1e-9)


def test_a_group_in_a_single_cluster_is_refused() -> None:
    frame = panel()
    last = frame[frame["t"] == 2014].assign(d=lambda f: (f["v"] == 0).astype(int))
    call = {"outcome": "y", "treatment": "d", "cluster": "v"}
    assert not impact.difference(last, **call).usable
    few = last.assign(d=(last["v"] < 3).astype(int))
    many = last.assign(d=(last["v"] < 10).astype(int))
    width = {}
    for name, rows in (("few", few), ("many", many)):
        effect = impact.difference(rows, **call)
        width[name] = (effect.ci_high - effect.ci_low) / effect.se
    assert width["few"] > width["many"]  # three helped clusters leave few degrees of freedom


def heaped(n: int = 900, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    score = rng.integers(0, 101, n)
    took = ((score <= 50) & (rng.random(n) < 0.8)).astype(int)
    size = rng.integers(1, 6, n)
    y = score / 40 + 1.5 * took + 0.7 * size + rng.normal(0, 0.3, n)
    return pd.DataFrame({"s": score, "y": y, "took": took, "size": size, "w": rng.uniform(1, 2, n)})


def test_a_score_in_steps_with_ties_covariates_and_weights() -> None:
    call = {"outcome": "y", "running": "s", "at": 50, "tie": "below", "treatment": "took"}
    hits, wide, sharp = 0, 0.0, 0.0
    for seed in range(30):
        frame = heaped(seed=seed)
        plain = impact.cutoff(frame, **call).table.iloc[2]
        made = impact.cutoff(frame, covariates=["size"], weight="w", **call)
        row = made.table.iloc[2]
        hits += row["robust_low"] < 1.5 < row["robust_high"]
        wide, sharp = wide + plain["se"], sharp + row["se"]
        assert not any(f.check == "first_stage" for f in made.findings)
    assert hits >= 25
    assert sharp < 0.6 * wide
    coarse = impact.cutoff(heaped().assign(s=lambda f: f["s"] // 20 * 20), outcome="y", running="s", at=40)
    assert any(f.check == "heaped" for f in coarse.findings)


@pytest.mark.parametrize(
    "change", [{"tie": "left"}, {"treatment": "size"}, {"running": "gone"}, {"bandwidths": ()}, {"bandwidths": (-1,)}]
)
def test_cut_offs_that_cannot_be_read_are_refused(change: dict) -> None:
    with pytest.raises(DataError):
        impact.cutoff(heaped(), **({"outcome": "y", "running": "s", "at": 50} | change))
