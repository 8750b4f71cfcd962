"""Trials, weighting and AIPW against published values and known truths."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from povlib import impact
from povlib.errors import DataError

COVARIATES = ["age", "age2", "educ", "black", "hisp", "marr", "nodegree", "re74", "re75"]
NSW = {"outcome": "re78", "treatment": "treat"}


@pytest.fixture(scope="module")
def nsw(reference: Path) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    trial = pd.read_csv(reference / "nsw" / "nsw_experimental.csv")
    cps = pd.read_csv(reference / "nsw" / "cps_controls.csv")
    observed = pd.concat([trial[trial["treat"] == 1], cps], ignore_index=True)
    rows = pd.read_csv(reference / "nsw" / "reference.csv").set_index("spec")
    return trial.assign(age2=trial["age"] ** 2), observed.assign(age2=observed["age"] ** 2), rows


@pytest.mark.reference
def test_every_row_of_nsw(nsw: tuple) -> None:
    trial, observed, rows = nsw
    specs = {
        "experimental diff in means": (trial, ()),
        "experimental + covariates": (trial, COVARIATES),
        "CPS naive diff": (observed, ()),
        "CPS OLS covariates": (observed, COVARIATES),
    }
    columns = {"classical": "se_classical", "HC1": "se_HC1_or_CR1", "HC2": "se_HC2"}
    for spec, (frame, covariates) in specs.items():
        for errors, column in columns.items():
            got = impact.difference(frame, covariates=covariates, errors=errors, **NSW)
            assert got.estimate == pytest.approx(rows.loc[spec, "b"], rel=1e-6)
            assert got.se == pytest.approx(rows.loc[spec, column], rel=1e-6)
    weighted = impact.weighted_comparison(observed, covariates=COVARIATES, **NSW)
    assert weighted.estimate == pytest.approx(rows.loc["CPS ATT normalised IPW (logit above)", "b"], rel=1e-6)


@pytest.mark.reference
@pytest.mark.slow
def test_aipw_comes_near_the_trial_where_the_naive_line_does_not(nsw: tuple) -> None:
    trial, observed, _ = nsw
    made = impact.aipw(observed, covariates=COVARIATES, repeats=1, **NSW).effect
    assert made.ci_low < 1794.342 < made.ci_high
    assert made.se < 1000
    naive = impact.difference(observed, randomised=False, **NSW)
    assert naive.naive
    assert naive.estimate < -8000
    inside = impact.aipw(trial, covariates=COVARIATES, target="ate", **NSW).effect
    assert inside.estimate == pytest.approx(1794, abs=300)


def village(seed: int, n: int = 600, effect: float = 1.0) -> pd.DataFrame:
    """Return households helped by need, the outcome curved in need."""
    rng = np.random.default_rng(seed)
    x, z = rng.normal(size=n), rng.normal(size=n)
    d = (rng.random(n) < 1 / (1 + np.exp(-(0.8 * x - 0.5 * z)))).astype(int)
    y = 2 * x + x**2 + z + effect * d + rng.normal(0, 1, n)
    return pd.DataFrame({"y": y, "d": d, "x": x, "z": z, "v": np.arange(n) % 40})


CROSS = {"outcome": "y", "treatment": "d", "covariates": ["x", "z"]}


@pytest.mark.parametrize("target", ["att", "ate"])
def test_aipw_covers_the_truth_where_groups_differ(target: str) -> None:
    hits, estimates, naive = 0, [], []
    for seed in range(40):
        made = impact.aipw(village(seed), target=target, repeats=1, **CROSS).effect
        hits += made.ci_low < 1 < made.ci_high
        estimates.append(made.estimate)
        naive.append(impact.difference(village(seed), outcome="y", treatment="d", randomised=False).estimate)
    assert hits >= 34
    assert np.mean(estimates) == pytest.approx(1.0, abs=0.1)
    assert np.mean(naive) > 1.8


@pytest.mark.parametrize("target", ["att", "ate"])
def test_weighting_has_the_error_of_a_jackknife(target: str) -> None:
    frame = village(3, n=150)
    got = impact.weighted_comparison(frame, target=target, **CROSS)
    values = [impact.weighted_comparison(frame.drop(i), target=target, **CROSS).estimate for i in range(150)]
    spread = np.sqrt(149 / 150 * ((np.array(values) - np.mean(values)) ** 2).sum())
    assert got.se == pytest.approx(spread, rel=0.15)


def test_clusters_stay_in_one_fold_and_seeds_repeat() -> None:
    frame = village(1)
    one = impact.aipw(frame, cluster="v", seed=5, **CROSS)
    two = impact.aipw(frame, cluster="v", seed=5, **CROSS)
    assert one.effect == two.effect
    assert one.effect.clusters == 40
    assert list(one.overlap.columns) == ["share", "helped", "not_helped"]


def test_forests_are_offered() -> None:
    pytest.importorskip("sklearn")
    made = impact.aipw(village(2, n=400), learner="forest", repeats=1, folds=2, **CROSS).effect
    assert made.estimate == pytest.approx(1.0, abs=0.6)


def test_without_overlap_the_estimate_is_refused() -> None:
    frame = village(1)
    frame["d"] = (frame["x"] > 0.3).astype(int)
    effect = impact.aipw(frame, **CROSS).effect
    assert not effect.usable
    assert any(f.check == "overlap" and f.refuses for f in effect.findings)
    with pytest.raises(DataError):
        impact.weighted_comparison(frame, **CROSS)


def test_bad_comparisons_are_refused() -> None:
    frame = village(1)
    for change in ({"treatment": "v"}, {"outcome": "nothing"}, {"covariates": ["gone"]}, {"target": "both"}):
        with pytest.raises(DataError):
            impact.aipw(frame, **(CROSS | change))
    with pytest.raises(DataError):
        impact.difference(frame.assign(d=1), outcome="y", treatment="d")
    with pytest.raises(DataError):
        impact.aipw(frame.assign(y=np.nan), **CROSS)
    with pytest.raises(DataError):
        impact.aipw(frame, folds=1, **CROSS)
    for covariates in ([], ["flat"]):
        with pytest.raises(DataError, match="no covariate varies"):
            impact.aipw(frame.assign(flat=1.0), **(CROSS | {"covariates": covariates}))


def test_a_clustered_trial_has_clustered_errors() -> None:
    rng = np.random.default_rng(1)
    unit = np.repeat(np.arange(40), 20)
    d = (unit % 2).astype(int)
    frame = pd.DataFrame({"y": 1.0 * d + rng.normal(0, 1, 40)[unit] + rng.normal(0, 1, 800), "d": d, "v": unit})
    plain = impact.difference(frame, outcome="y", treatment="d")
    clustered = impact.difference(frame, outcome="y", treatment="d", cluster="v")
    means = frame.groupby("v").mean()
    by_hand = impact.difference(means, outcome="y", treatment="d", errors="HC1")
    assert clustered.se > 2 * plain.se
    assert clustered.se == pytest.approx(by_hand.se, rel=0.03)
