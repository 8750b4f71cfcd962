"""Staggered difference-in-differences against published values, by hand, and in simulated worlds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from povlib import impact
from povlib.errors import DataError

MPDTA = {"outcome": "lemp", "unit": "countyreal", "period": "year", "cohort": "first.treat"}
KW = {"outcome": "y", "unit": "hh", "period": "t", "cohort": "first"}


@pytest.fixture(scope="module")
def mpdta(reference: Path) -> pd.DataFrame:
    return pd.read_csv(reference / "mpdta" / "mpdta.csv")


@pytest.mark.reference
def test_group_time_effects_of_mpdta(mpdta: pd.DataFrame, reference: Path) -> None:
    rows = pd.read_csv(reference / "mpdta" / "reference_att_gt_nevertreated_unconditional.csv")
    got = impact.did(mpdta, small_sample=True, **MPDTA).cells
    both = got.merge(rows, left_on=["cohort", "period"], right_on=["g", "t"])
    assert len(both) == len(rows) == len(got)
    np.testing.assert_allclose(both["att_x"], both["att_y"], rtol=1e-10)
    np.testing.assert_allclose(both["se"], both["se_analytic"], rtol=1e-6)
    assert (both["treated"] == both["n_g"]).all()
    assert (both["controls"] == both["n_c"]).all()


@pytest.mark.reference
def test_aggregates_of_mpdta(mpdta: pd.DataFrame, reference: Path) -> None:
    rows = pd.read_csv(reference / "mpdta" / "reference_aggregates.csv")
    made = impact.did(mpdta, **MPDTA)
    for kind in ("dynamic", "group", "calendar"):
        got = made.aggregate(kind).iloc[1:]
        part = rows[rows["agg"] == kind]
        assert got["at"].tolist() == part["ky"].astype(int).tolist()
        np.testing.assert_allclose(got["estimate"], part["att"], rtol=1e-10)
    simple = made.aggregate("simple").iloc[0]
    assert simple["estimate"] == pytest.approx(-0.0399513, abs=5e-8)
    assert simple["se"] == pytest.approx(0.01203, abs=1e-5)


@pytest.mark.reference
def test_doubly_robust_mpdta_as_published(mpdta: pd.DataFrame) -> None:
    # Callaway and Sant'Anna's package, example with xformla = ~lpop: ATT(2004, .) and their errors
    got = impact.did(mpdta, covariates=["lpop"], **MPDTA).cells
    got = got[got["cohort"] == 2004]
    np.testing.assert_allclose(got["att"], [-0.0145, -0.0764, -0.1404, -0.1069], atol=5e-5)
    np.testing.assert_allclose(got["se"], [0.0221, 0.0287, 0.0354, 0.0329], atol=1e-4)


def world(seed: int, *, units: int = 120, trend: float = 0.0, need: float = 0.0) -> pd.DataFrame:
    """Return a panel of six periods; help of size 2 from periods 3 and 5; `need` moves who gets it."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=units)
    chance = 1 / (1 + np.exp(-need * x))
    first = np.where(rng.random(units) < chance, rng.choice([3, 5], units), 0)
    level = rng.normal(0, 3, units)
    frame = pd.DataFrame(
        [(i, t, first[i], x[i]) for i in range(units) for t in range(1, 7)], columns=["hh", "t", "first", "x"]
    )
    helped = (frame["first"] > 0) & (frame["t"] >= frame["first"])
    noise = rng.normal(0, 1, len(frame))
    frame["y"] = level[frame["hh"]] + 0.5 * frame["t"] + 2.0 * helped + noise
    frame["y"] += trend * frame["t"] * (frame["first"] > 0) + need * 0.6 * frame["x"] * frame["t"]
    return frame


def test_a_two_by_two_by_hand() -> None:
    frame = pd.DataFrame(
        {"hh": [1, 1, 2, 2, 3, 3], "t": [1, 2] * 3, "y": [0, 5, 1, 2, 3, 6.0], "first": [2, 2, 0, 0, 0, 0]}
    )
    got = impact.did(frame, **KW)
    assert got.cells["att"].tolist() == [5 - (1 + 3) / 2]
    assert [f.check for f in got.findings if f.check == "cohorts"] == ["cohorts"]


@pytest.mark.parametrize("control", ["never", "not_yet"])
@pytest.mark.parametrize("base", ["varying", "universal"])
def test_the_effect_is_covered_in_simulated_worlds(control: str, base: str) -> None:
    hits, naive = 0, 0
    for seed in range(60):
        frame = world(seed)
        effect = impact.did(frame, control=control, base=base, **KW).effect()
        hits += effect.ci_low < 2 < effect.ci_high
        before = impact.before_after(frame, **KW)
        naive += before.ci_low < 2 < before.ci_high
        assert before.naive
    assert hits >= 53
    assert naive <= 5


def test_covariates_repair_what_need_confounds() -> None:
    plain, robust = [], []
    for seed in range(40):
        frame = world(seed, units=300, need=1.0)
        plain.append(impact.did(frame, **KW).effect().estimate)
        robust.append(impact.did(frame, covariates=["x"], **KW).effect())
    assert np.mean(plain) > 2.8
    assert np.mean([e.estimate for e in robust]) == pytest.approx(2.0, abs=0.1)
    assert sum(e.ci_low < 2 < e.ci_high for e in robust) >= 34


def test_controls_are_never_already_helped() -> None:
    frame = world(1)
    everyone = frame[frame["first"] > 0]
    got = impact.did(everyone, control="not_yet", **KW)
    assert got.cells.loc[got.cells["post"], "period"].max() == 4  # from period 5 on nobody is left
    assert any(f.check == "controls" for f in got.findings)
    with pytest.raises(DataError):
        impact.did(everyone, control="never", **KW)


def test_anticipation_moves_the_base() -> None:
    frame = world(2)
    early = frame.assign(y=frame["y"] + 1.5 * ((frame["first"] > 0) & (frame["t"] == frame["first"] - 1)))
    plain = impact.did(early, **KW).effect().estimate
    moved = impact.did(early, anticipation=1, **KW).effect().estimate
    assert abs(moved - 2) < abs(plain - 2)


def test_clusters_widen_and_one_cluster_refuses() -> None:
    frame = world(3)
    frame["village"] = frame["hh"] // 12
    frame["first"] = np.where(frame["village"] % 2, 4, 0)  # help comes to whole villages
    shock = np.random.default_rng(0).normal(0, 2, (10, 7))
    frame["y"] += shock[frame["village"], frame["t"]]
    alone = impact.did(frame, **KW).effect()
    together = impact.did(frame, cluster="village", **KW).effect()
    assert any(f.check == "clusters" and not f.refuses for f in together.findings)
    assert together.ci_high - together.ci_low > alone.ci_high - alone.ci_low
    assert not impact.did(frame.assign(village=1), cluster="village", **KW).effect().usable


def test_earlier_trends_are_found_and_their_power_told() -> None:
    quiet, loud = impact.did(world(4), **KW), impact.did(world(4, trend=1.0), **KW)
    assert not any(f.refuses for f in impact.pre_trend(quiet).findings)
    found = impact.pre_trend(loud)
    assert found.p < 0.01
    assert any(f.refuses for f in found.findings)
    few = impact.pre_trend(impact.did(world(5, units=14), **KW))
    assert few.detectable_slope > impact.pre_trend(quiet).detectable_slope
    # the test finds the slope it calls detectable in about four worlds of five
    slope = impact.pre_trend(quiet).detectable_slope
    power = np.mean([impact.pre_trend(impact.did(world(s, trend=slope), **KW)).p < 0.05 for s in range(50)])
    assert 0.6 < power < 0.95


def test_randomisation_inference_for_tiny_cohorts() -> None:
    frame = world(6, units=16)
    frame["first"] = np.where(frame["hh"] == 0, 3, 0)
    frame["y"] += 8.0 * ((frame["hh"] == 0) & (frame["t"] >= 3))
    got = impact.randomisation_test(frame, draws=99, **KW)
    assert got.p <= 0.2
    nothing = impact.randomisation_test(world(6, units=16).assign(y=lambda f: f["hh"] * 1.0 + f["t"]), draws=49, **KW)
    assert nothing.p == 1.0


def test_a_randomisation_test_keeps_its_size() -> None:
    rejected = 0
    for seed in range(25):
        frame = world(seed, units=12)
        helped = (frame["first"] > 0) & (frame["t"] >= frame["first"])
        frame["y"] -= 2.0 * helped  # no effect at all
        if frame["first"].max() == 0 or (frame["first"] > 0).all():
            continue
        rejected += impact.randomisation_test(frame, draws=19, seed=seed, **KW).p <= 0.05
    assert rejected <= 5


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": "nothing"},
        {"control": "anyone"},
        {"base": "none"},
        {"cluster": "t"},
    ],
)
def test_what_cannot_be_compared_is_refused(change: dict) -> None:
    with pytest.raises(DataError):
        impact.did(world(1), **(KW | change))


def test_odd_panels_are_refused() -> None:
    frame = world(1)
    with pytest.raises(DataError):
        impact.did(pd.concat([frame, frame.iloc[:1]]), **KW)
    with pytest.raises(DataError):
        impact.did(frame.assign(first=frame["t"]), **KW)
    gaps = frame.drop(frame.index[[3, 10]])
    assert impact.did(gaps, **KW).effect().usable  # a missing period costs its cells only


def test_sentences_are_plain_and_never_oversell() -> None:
    good = impact.did(world(7), **KW).effect()
    said = good.sentence("public posts", "monthly income", "yuan", "en", places=1)
    assert said.startswith("public posts changed monthly income by about")
    assert "range" in good.sentence("岗位", "月收入", "元", "en") or "line with" in said
    none = world(8, units=20).assign(y=lambda f: np.random.default_rng(1).normal(size=len(f)))
    assert "do not show" in impact.did(none, **KW).effect().sentence("a", "b", "c", "en")
    refused = impact.did(world(3).assign(v=1), cluster="v", **KW).effect()
    assert "cannot be said" in refused.sentence("a", "b", "c", "en")
    assert "说不清" in refused.sentence("岗位", "收入", "元", "zh")
    assert "no effect" in impact.before_after(world(3), **KW).sentence("a", "b", "c", "en")


def test_the_effect_alone_is_the_simple_aggregate() -> None:
    from povlib.impact.cohort_panels import cohort_panel
    from povlib.impact.difference_in_differences import Comparison, estimate_group_times, simple_effect

    frame = world(7, units=80)
    panel = cohort_panel(frame, KW["outcome"], KW["unit"], KW["period"], KW["cohort"], (), None, None, 0)
    for control in ("never", "not_yet"):
        how = Comparison(control)
        whole = estimate_group_times(panel, how).aggregate("simple")["estimate"].iloc[0]
        assert simple_effect(panel, how) == pytest.approx(float(whole), rel=1e-12)
