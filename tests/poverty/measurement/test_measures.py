"""Measures by hand, errors against a jackknife, domains, contrasts, conventions and refusals."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib import poverty
from povlib.errors import DataError

LINE_MEASURES = ["fgt0", "fgt1", "fgt2", "watts", "sen", "sst", "takayama", "median_poor"]
OTHERS = [
    "arop",
    "arop_line",
    "rmpg",
    "gini",
    "s80s20",
    "ge0",
    "ge1",
    "ge2",
    "atkinson_0.5",
    "atkinson_1",
    "mean",
    "median",
]


def survey(clusters: int = 90, seed: int = 11) -> pd.DataFrame:
    """Return a stratified, clustered, weighted sample with smooth incomes."""
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(clusters), 8)
    frame = pd.DataFrame({"unit": unit, "stratum": unit % 3, "village": np.where(unit % 2, "甲", "乙")})
    frame["y"] = np.exp(rng.normal(3, 0.7, len(unit)) + rng.normal(0, 0.2, clusters)[unit] + 0.1 * frame["stratum"])
    frame["w"] = rng.uniform(1, 4, clusters)[unit]
    frame["z"] = np.where(frame["village"] == "甲", 18.0, 15.0)
    return frame


def jackknife(frame: pd.DataFrame, **kwargs: object) -> np.ndarray:
    """Return standard errors by leaving out one cluster at a time, by the measures themselves."""
    variance = 0.0
    full = poverty.measure(frame, weight="w", census=True, **kwargs)["estimate"].to_numpy()
    sizes = frame.groupby("stratum")["unit"].nunique()
    for unit, stratum in frame[["unit", "stratum"]].drop_duplicates().to_numpy():
        n = sizes[stratum]
        rest = frame[frame["unit"] != unit]
        rest = rest.assign(w=rest["w"] * np.where(rest["stratum"] == stratum, n / (n - 1), 1.0))
        got = poverty.measure(rest, weight="w", census=True, **kwargs)["estimate"].to_numpy()
        variance = variance + (n - 1) / n * (got - full) ** 2
    return np.sqrt(variance)


SMOOTH = ["fgt1", "fgt2", "watts", "sen", "sst", "takayama", "gini", "ge0", "ge2", "atkinson_0.5", "mean"]


@pytest.mark.parametrize("line", [15.0, "z", poverty.RelativeLine(0.6, "mean")])
def test_linearised_errors_match_leaving_out_one_cluster(line: object) -> None:
    frame = survey(clusters=60)
    # Sen's index counts those who cross an estimated line, and a jackknife cannot see counts: bootstrapped below
    keys = [key for key in SMOOTH if not (key == "sen" and isinstance(line, poverty.RelativeLine))]
    got = poverty.measure(frame, income="y", line=line, weight="w", strata="stratum", cluster="unit", measures=keys)
    expected = jackknife(frame, income="y", line=line, measures=keys)
    np.testing.assert_allclose(got["se"], expected, rtol=0.08)


def test_errors_of_rates_and_medians_match_a_bootstrap() -> None:
    frame = survey(clusters=240)
    kwargs = {"income": "y", "line": poverty.RelativeLine(), "weight": "w", "strata": "stratum", "cluster": "unit"}
    keys = ["arop", "arop_line", "median", "s80s20", "sen", "fgt0"]
    linear = poverty.measure(frame, measures=keys, **kwargs)
    boot = poverty.measure(frame, measures=keys, replicates=poverty.Replicates(count=800, seed=4), **kwargs)
    np.testing.assert_allclose(boot["estimate"], linear["estimate"])
    np.testing.assert_allclose(boot["se"], linear["se"], rtol=0.12)
    assert boot["convention"].str.contains("bootstrap").all()


def test_the_package_jackknife_is_the_jackknife() -> None:
    frame = survey(clusters=60)
    kwargs = {"income": "y", "line": 15.0, "weight": "w", "strata": "stratum", "cluster": "unit"}
    got = poverty.measure(frame, measures=SMOOTH, replicates=poverty.Replicates("jackknife"), **kwargs)
    np.testing.assert_allclose(got["se"], jackknife(frame, income="y", line=15.0, measures=SMOOTH), rtol=1e-9)


def test_replicate_weights_in_the_frame_are_used_with_their_scale() -> None:
    frame = survey(clusters=60)
    columns = {}
    for unit in range(60):
        same = frame["stratum"] == unit % 3
        columns[f"r{unit}"] = np.where(frame["unit"] == unit, 0.0, frame["w"] * np.where(same, 20 / 19, 1.0))
    frame = frame.assign(**columns)
    how = poverty.Replicates("given", columns=list(columns), scale=19 / 20)
    kwargs = {"income": "y", "line": 15.0, "weight": "w", "measures": SMOOTH}
    got = poverty.measure(frame, strata="stratum", cluster="unit", replicates=how, **kwargs)
    np.testing.assert_allclose(got["se"], jackknife(frame, income="y", line=15.0, measures=SMOOTH), rtol=1e-9)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 4)), min_size=2, max_size=12), st.integers(1, 30))
def test_whole_weights_are_the_same_as_repeated_rows(rows: list[tuple[int, int]], line: int) -> None:
    frame = pd.DataFrame(rows, columns=["y", "w"]).astype(float)
    if frame["y"].sum() == 0:
        return
    repeated = frame.loc[frame.index.repeat(frame["w"].astype(int))]
    keys = ["fgt0", "fgt1", "fgt2", "sen", "sst", "takayama", "gini", "mean", "median"]
    with np.errstate(all="ignore"):
        one = poverty.measure(frame, income="y", line=line, weight="w", measures=keys, census=True)
        two = poverty.measure(repeated, income="y", line=line, measures=keys, census=True)
    np.testing.assert_allclose(one["estimate"], two["estimate"], atol=1e-12)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 50), min_size=2, max_size=10), st.integers(2, 40))
def test_indices_by_their_textbook_sums(values: list[int], z: int) -> None:
    y = np.sort(np.array(values, dtype=float))
    n = len(y)
    got = poverty.measure(pd.DataFrame({"y": y}), income="y", line=z, census=True).set_index("measure")["estimate"]
    gini = np.abs(y[:, None] - y[None, :]).sum() / (2 * n * n * y.mean())
    gap = np.maximum(z - y, 0) * (y < z) / z
    assert got["gini"] == pytest.approx(gini)
    assert got["fgt1"] == pytest.approx(gap.mean())
    assert got["watts"] == pytest.approx((np.log(z / y) * (y < z)).mean())
    spread = np.abs(gap[:, None] - gap[None, :]).sum() / (2 * n * n)
    assert got["sst"] == pytest.approx(gap.mean() + spread)
    poor = y[y < z]
    if len(poor):
        among = np.abs(poor[:, None] - poor[None, :]).sum() / (2 * len(poor) ** 2 * poor.mean())
        depth = (1 - poor / z).mean()
        assert got["sen"] == pytest.approx(len(poor) / n * (depth + (1 - depth) * among))
    assert got["ge1"] == pytest.approx((y / y.mean() * np.log(y / y.mean())).mean())
    assert got["atkinson_1"] == pytest.approx(1 - np.exp(np.log(y).mean()) / y.mean())


def test_shuffled_rows_give_the_same_numbers() -> None:
    frame = survey(clusters=60)
    kwargs = {"income": "y", "line": "z", "weight": "w", "strata": "stratum", "cluster": "unit", "by": "village"}
    one = poverty.measure(frame, **kwargs)
    two = poverty.measure(frame.sample(frac=1, random_state=1), **kwargs)
    pd.testing.assert_frame_equal(one, two, rtol=1e-9)


def test_a_domain_keeps_the_whole_design_and_the_line_of_the_whole_sample() -> None:
    frame = survey().assign(y=lambda f: f["y"] * np.where(f["village"] == "甲", 1.5, 1.0))
    kwargs = {"income": "y", "weight": "w", "strata": "stratum", "cluster": "unit"}
    whole = poverty.measure(frame, by="village", line=poverty.RelativeLine(), measures=["fgt0", "arop_line"], **kwargs)
    alone = poverty.measure(frame[frame["village"] == "甲"], line=poverty.RelativeLine(), measures=["fgt0"], **kwargs)
    lines = whole[whole["measure"] == "arop_line"]
    assert len(set(lines["estimate"])) == 1  # one line for everyone
    inside = whole[(whole["measure"] == "fgt0") & (whole["domain"] == "甲")]
    assert inside["estimate"].iloc[0] != alone["estimate"].iloc[0]
    own = poverty.RelativeLine(within="village")
    apart = poverty.measure(frame, by="village", line=own, measures=["fgt0"], **kwargs)
    assert apart.set_index("domain").loc["甲", "estimate"] == alone["estimate"].iloc[0]
    assert apart.set_index("domain").loc["甲", "se"] == pytest.approx(alone["se"].iloc[0], rel=0.02)


def test_contrasts_hold_the_covariance() -> None:
    frame = survey()
    made = poverty.estimate(
        frame, income="y", line=15.0, weight="w", strata="stratum", cluster="unit", by="village", measures=["fgt1"]
    )
    covariance = made.covariance()
    se = made.frame["se"].to_numpy()
    np.testing.assert_allclose(np.sqrt(np.diag(covariance)), se, rtol=1e-9)
    got = made.difference("甲", "乙", "fgt1")
    expected = np.sqrt(se[0] ** 2 + se[1] ** 2 - 2 * covariance[0, 1])
    assert got["se"][0] == pytest.approx(expected)
    wave = pd.concat([frame.assign(t=1), frame.assign(t=2, y=frame["y"] * 1.2)], ignore_index=True)
    panel = poverty.estimate(
        wave, income="y", weight="w", strata="stratum", cluster="unit", by="t", measures=["mean"]
    ).change(2, 1)
    assert panel.set_index("change").loc["relative", "estimate"] == pytest.approx(0.2)
    assert panel.set_index("change").loc["relative", "se"] == pytest.approx(0, abs=1e-12)


def test_a_census_has_no_sampling_error() -> None:
    got = poverty.measure(survey(), income="y", line=15.0, weight="w", census=True)
    assert (got["se"] == 0).all()
    assert (got["ci_low"] == got["estimate"]).all()
    assert got["convention"].str.contains("census").all()


def test_rates_have_limits_between_0_and_1() -> None:
    frame = pd.DataFrame({"y": [1.0] + [9.0] * 59, "g": ["a"] * 40 + ["b"] * 20})
    with pytest.warns(poverty.DesignWarning):
        got = poverty.measure(frame, income="y", line=5, by="g", measures=["fgt0"]).set_index("domain")
    assert 0 < got.loc["a", "ci_low"] < 1 / 40 < got.loc["a", "ci_high"] < 1
    assert got.loc["b", ["estimate", "se", "ci_low"]].tolist() == [0, 0, 0]
    assert got.loc["b", "ci_high"] == pytest.approx(1 - 0.025 ** (1 / 20))


@pytest.mark.parametrize(("clusters", "quantile"), [(25, 2.064), (8, 2.365)])
def test_few_clusters_are_warned_of_and_widen_the_interval(clusters: int, quantile: float) -> None:
    frame = survey(clusters=clusters)
    with pytest.warns(poverty.DesignWarning):
        got = poverty.measure(frame, income="y", cluster="unit", measures=["mean"]).loc[0]
    assert (got["ci_high"] - got["estimate"]) / got["se"] == pytest.approx(quantile, abs=1e-3)


def test_a_single_cluster_is_refused() -> None:
    with pytest.raises(DataError):
        poverty.measure(survey().assign(unit=1), income="y", cluster="unit", measures=["mean"])


def test_a_lonely_cluster_needs_a_rule() -> None:
    frame = survey(clusters=61)
    frame["stratum"] = np.where(frame["unit"] == 60, 9, frame["unit"] % 2)
    kwargs = {"income": "y", "weight": "w", "strata": "stratum", "cluster": "unit", "measures": ["mean"]}
    with pytest.raises(DataError):
        poverty.measure(frame, **kwargs)
    se = {rule: poverty.measure(frame, lonely=rule, **kwargs)["se"][0] for rule in ("certainty", "centred", "average")}
    assert se["certainty"] < se["average"]
    assert se["certainty"] < se["centred"]
    made = poverty.estimate(frame, lonely="centred", **kwargs)
    assert np.sqrt(made.covariance()[0, 0]) == pytest.approx(se["centred"])
    made = poverty.estimate(frame, lonely="average", **kwargs)
    assert np.sqrt(made.covariance()[0, 0]) == pytest.approx(se["average"])


def test_an_empty_domain_is_shown_as_not_estimable() -> None:
    frame = survey(clusters=60).assign(g=lambda f: pd.Categorical(f["village"], ["甲", "乙", "丙"]))
    got = poverty.measure(frame, income="y", line=15.0, by="g", cluster="unit", measures=["fgt0", "gini"])
    empty = got[got["domain"] == "丙"]
    assert empty["estimate"].isna().all()
    assert empty["se"].isna().all()
    assert (empty["n"] == 0).all()


def test_conventions_travel_with_the_number_and_change_it() -> None:
    frame = pd.DataFrame({"y": [0.0, 1.0, 2.0, 2.0, 5.0]})
    kwargs = {"income": "y", "line": 2.0, "census": True}
    assert poverty.measure(frame, measures=["fgt0"], **kwargs)["estimate"][0] == 0.4
    weak = poverty.measure(frame, measures=["fgt0"], poor="weak", **kwargs)
    assert weak["estimate"][0] == 0.8
    assert weak["convention"][0] == "poor=weak; census"
    population = poverty.measure(frame, measures=["gini"], **kwargs)["estimate"][0]
    assert poverty.measure(frame, measures=["gini"], gini="sample", **kwargs)["estimate"][0] == population * 5 / 4
    with pytest.raises(DataError):
        poverty.measure(frame, measures=["ge0"], nonpositive="refuse", **kwargs)
    assert poverty.measure(frame, measures=["ge0"], **kwargs)["n"][0] == 4
    half = pd.DataFrame({"y": [1.0, 2.0]})
    both = [
        poverty.measure(half, income="y", measures=["median"], quantile=q, census=True) for q in ("inverse", "midpoint")
    ]
    assert [one["estimate"][0] for one in both] == [1.0, 1.5]


def test_the_finite_population_correction_shrinks_the_error() -> None:
    frame = survey(clusters=60).assign(f=0.36)
    kwargs = {"income": "y", "cluster": "unit", "measures": ["mean"]}
    ratio = poverty.measure(frame, fraction="f", **kwargs)["se"][0] / poverty.measure(frame, **kwargs)["se"][0]
    assert ratio == pytest.approx(0.8)


def test_missing_incomes_are_refused_or_left_out_of_domains_but_not_of_the_design() -> None:
    frame = survey()
    frame.loc[frame["unit"] == 3, "y"] = np.nan
    kwargs = {"income": "y", "weight": "w", "strata": "stratum", "cluster": "unit", "measures": ["mean"]}
    with pytest.raises(DataError):
        poverty.measure(frame, **kwargs)
    got = poverty.measure(frame, missing="drop", **kwargs)
    assert got["n"][0] == len(frame) - 8
    assert got["estimate"][0] == pytest.approx(
        np.average(frame["y"].dropna(), weights=frame.loc[frame["y"].notna(), "w"])
    )


@pytest.mark.parametrize(
    "change",
    [
        {"income": "nothing"},
        {"weight": "negative"},
        {"weight": "gaps"},
        {"line": -1.0},
        {"line": "gaps"},
        {"line": None, "measures": ["fgt0"]},
        {"measures": ["fgt0.5"]},
        {"measures": ["gini2"]},
        {"by": "gaps"},
        {"lonely": "hope"},
        {"gini": "mine"},
        {"colour": "red"},
        {"line": poverty.RelativeLine(within="nothing")},
    ],
)
def test_what_cannot_be_measured_is_refused(change: dict) -> None:
    frame = survey(clusters=60).assign(negative=-1.0, gaps=lambda f: f["y"].where(f["unit"] > 3))
    kwargs = {"income": "y", "line": 15.0, "cluster": "unit"} | change
    with warnings.catch_warnings(), pytest.raises(DataError):
        poverty.measure(frame, **kwargs)
    with pytest.raises(DataError):
        poverty.measure(frame.iloc[:0], income="y", measures=["mean"])


def test_default_measures_are_all_of_them() -> None:
    got = poverty.measure(survey(), income="y", line=15.0, weight="w", strata="stratum", cluster="unit")
    assert len(got) == 19
    assert set(got["measure"]) == set(LINE_MEASURES + OTHERS) - {"median_poor"}
    assert list(got.columns) == [
        *("measure", "convention", "domain", "estimate", "se", "ci_low", "ci_high", "n", "clusters")
    ]
    without = poverty.measure(survey(), income="y", cluster="unit")
    assert "arop" in set(without["measure"])
    assert "fgt0" not in set(without["measure"])


def test_odd_incomes_give_numbers_or_nothing_but_never_break() -> None:
    frame = survey(clusters=60)
    kwargs = {"line": 15.0, "weight": "w", "strata": "stratum", "cluster": "unit", "income": "y"}
    rich = poverty.measure(frame.assign(y=frame["y"] + 1000), **kwargs).set_index("measure")
    assert rich.loc[["fgt0", "fgt1", "watts", "sen", "sst"], "estimate"].tolist() == [0] * 5
    assert np.isnan(rich.loc["rmpg", "estimate"])
    with pytest.warns(poverty.DesignWarning):  # few clusters have any positive income
        below = poverty.measure(frame.assign(y=frame["y"] - 100), **kwargs).set_index("measure")
    assert below.loc[["arop", "arop_line", "rmpg"], "estimate"].isna().all()  # no line above zero
    assert below.loc["fgt0", "estimate"] == pytest.approx((frame["y"] < 115) @ frame["w"] / frame["w"].sum())
    nothing = poverty.measure(frame.assign(y=0.0), **kwargs).set_index("measure")
    assert nothing.loc[["fgt0", "fgt1", "mean"], "estimate"].tolist() == [1, 1, 0]
    assert nothing.loc[["gini", "s80s20", "watts"], "estimate"].isna().all()
    equal = poverty.measure(frame.assign(y=20.0), **kwargs).set_index("measure")
    assert equal.loc["gini", "estimate"] == pytest.approx(0, abs=1e-12)
    kinds = frame.convert_dtypes()
    pd.testing.assert_frame_equal(poverty.measure(kinds, **kwargs), poverty.measure(frame, **kwargs))


def test_a_bootstrap_t_is_offered_for_heavy_tails() -> None:
    rng = np.random.default_rng(6)
    frame = pd.DataFrame({"y": np.exp(rng.normal(0, 1, 400)), "unit": np.arange(400)})
    how = poverty.Replicates(count=400, seed=2, studentised=True)
    kwargs = {"income": "y", "line": poverty.RelativeLine(), "cluster": "unit"}
    keys = ["mean", "ge2", "rmpg", "fgt1"]
    linear = poverty.measure(frame, measures=keys, **kwargs).set_index("measure")
    got = poverty.measure(frame, measures=keys, replicates=how, **kwargs).set_index("measure")
    assert got["convention"].str.contains("bootstrap-t").all()
    np.testing.assert_allclose(got["se"], linear["se"])
    up, down = got["ci_high"] - got["estimate"], got["estimate"] - got["ci_low"]
    assert up["ge2"] > 1.5 * down["ge2"]  # the long tail shows
    assert up["mean"] / linear.loc["mean", "se"] == pytest.approx(2.2, abs=0.5)
    assert (up > 0).all()
    assert (down > 0).all()
    pairs = frame.assign(stratum=frame["unit"] // 2)
    with pytest.raises(DataError):
        poverty.measure(pairs, measures=["mean"], strata="stratum", replicates=how, **kwargs)
    with pytest.raises(DataError):
        poverty.Replicates("jackknife", studentised=True)
