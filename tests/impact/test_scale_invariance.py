"""Whatever the units, means and order in which data come: every estimator says the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib import impact

COVARIATES = ["age", "income", "square", "trade"]


def cross_section(seed: int = 0, n: int = 160) -> pd.DataFrame:
    """Return households with covariates of mixed scale, help by need, and a score with a limit at 3000."""
    rng = np.random.default_rng(seed)
    age, income = rng.uniform(20, 70, n), rng.lognormal(8, 0.6, n)
    trade = pd.Series(rng.integers(0, 3, n)).map({0: "tea", 1: "rice", 2: "none"})
    z = (np.log(income) - 8) / 0.6
    d = (rng.random(n) < 1 / (1 + np.exp(0.7 * z))).astype(int)
    took = ((income < 3000) & (rng.random(n) < 0.8)).astype(int)
    y = 0.02 * age + z + z**2 + d + took + rng.normal(size=n)
    frame = pd.DataFrame({"age": age, "income": income, "square": income**2, "trade": trade, "y": y, "d": d})
    return frame.assign(took=took, score=income, v=np.arange(n) % 20, w=rng.uniform(0.5, 2, n))


def long_panel(seed: int = 0, n: int = 120) -> pd.DataFrame:
    """Return a panel of four periods with cohorts 3, 4 and never."""
    frame = cross_section(seed, n).assign(hh=np.arange(n))
    rng = np.random.default_rng(seed + 1)
    frame["first"] = np.where(frame["d"] == 0, 0, rng.integers(3, 5, n))
    rows = [
        frame.assign(t=t, y=20 + frame["y"] + t * frame["age"] / 50 + (frame["first"] > 0) * (frame["first"] <= t)
                     + rng.normal(size=n))
        for t in range(1, 5)
    ]  # fmt: skip
    return pd.concat(rows, ignore_index=True)


def effect_numbers(effect: impact.Effect) -> dict[str, float]:
    return {name: getattr(effect, name) for name in ("estimate", "se", "ci_low", "ci_high")}


def table_numbers(table: pd.DataFrame, columns: list[str]) -> dict[str, float]:
    return {f"{name} {at}": value for name in columns for at, value in enumerate(table[name])}


CROSS: dict[str, Callable[..., Any]] = {
    "difference": lambda f, c: impact.difference(f, outcome="y", treatment="d", covariates=c),
    "weighted clusters": lambda f, c: impact.difference(
        f, outcome="y", treatment="d", covariates=c, cluster="v", weight="w"
    ),
    "HC3": lambda f, c: impact.difference(f, outcome="y", treatment="d", covariates=c, errors="HC3"),
    "classical": lambda f, c: impact.difference(f, outcome="y", treatment="d", covariates=c, errors="classical"),
    "ipw att": lambda f, c: impact.weighted_comparison(f, outcome="y", treatment="d", covariates=c),
    "ipw ate": lambda f, c: impact.weighted_comparison(
        f, outcome="y", treatment="d", covariates=c, target="ate", cluster="v"
    ),
    "aipw": lambda f, c: impact.aipw(f, outcome="y", treatment="d", covariates=c, repeats=1, folds=3).effect,
    "aipw ate": lambda f, c: (
        impact.aipw(f, outcome="y", treatment="d", covariates=c, repeats=1, folds=3, target="ate", cluster="v").effect
    ),
}
PANEL: dict[str, Callable[..., Any]] = {
    "did": lambda f, c: impact.did(f, **DID, covariates=c),
    "not yet, weights, clusters": lambda f, c: impact.did(
        f, **DID, covariates=c, control="not_yet", cluster="v", weight="w"
    ),
    "universal": lambda f, c: impact.did(f, **DID, covariates=c, base="universal", small_sample=True),
    "proportional": lambda f, c: impact.did(f, **DID, trends="proportional", control="not_yet"),
}
DID: dict[str, Any] = {"outcome": "y", "unit": "hh", "period": "t", "cohort": "first"}

scales = st.floats(-9, 9).map(lambda power: 10.0**power)
moves = st.fixed_dictionaries(
    {
        "age": scales,
        "income": scales,
        "square": scales,
        "y": scales,
        "shift": st.sampled_from([0.0, 1.0, -1e3, 1e5]),
        "seed": st.integers(0, 99),
        "order": st.permutations(COVARIATES),
    }
)
# covariates and their squares are kept to 1e-16 of their size, and a shift takes up to five digits of these
TOLERANCE = {"rtol": 1e-7, "atol": 1e-9}


def moved_frame(frame: pd.DataFrame, move: dict[str, Any]) -> pd.DataFrame:
    """Return the frame in other units, about other means, its rows in another order."""
    made = frame.sample(frac=1, random_state=move["seed"])
    made = made.assign(y=made["y"] * move["y"])
    for name in ("age", "income", "square"):
        made[name] = (made[name] + move["shift"] * frame[name].std()) * move[name]
    return made


def hold_alike(usual: dict[str, float], moved: dict[str, float], scale: float) -> None:
    """Assert that every number of the outcome's unit is the same, `scale` apart."""
    size = max(abs(value) for value in usual.values() if np.isfinite(value))
    for name, value in usual.items():
        np.testing.assert_allclose(moved[name] / scale / size, value / size, err_msg=name, **TOLERANCE)


@pytest.mark.parametrize("name", CROSS)
@settings(max_examples=12, deadline=None)
@given(move=moves)
def test_a_comparison_is_the_same_in_any_unit(name: str, move: dict[str, Any]) -> None:
    frame = cross_section()
    usual, moved = CROSS[name](frame, COVARIATES), CROSS[name](moved_frame(frame, move), move["order"])
    assert np.isfinite(usual.se)
    hold_alike(effect_numbers(usual), effect_numbers(moved), move["y"])
    assert [one.message for one in usual.findings] == [one.message for one in moved.findings]


@pytest.mark.parametrize("name", PANEL)
@settings(max_examples=8, deadline=None)
@given(move=moves)
def test_a_panel_is_the_same_in_any_unit(name: str, move: dict[str, Any]) -> None:
    frame = long_panel()
    usual, moved = PANEL[name](frame, COVARIATES), PANEL[name](moved_frame(frame, move), move["order"])
    columns = ["estimate", "se", "ci_low", "ci_high", "band_low", "band_high"]
    hold_alike(
        table_numbers(usual.aggregate("dynamic"), columns),
        table_numbers(moved.aggregate("dynamic"), columns),
        move["y"],
    )
    before, after = impact.pre_trend(usual), impact.pre_trend(moved)
    assert (before.df, before.p) == (after.df, pytest.approx(after.p, rel=1e-6))
    assert after.detectable_slope / move["y"] == pytest.approx(before.detectable_slope, rel=1e-6)
    assert after.power_against_effect == pytest.approx(before.power_against_effect, rel=1e-6)


@pytest.mark.parametrize("treatment", [None, "took"])
@settings(max_examples=15, deadline=None)
@given(move=moves, unit=scales, cluster=st.booleans())
def test_a_limit_is_the_same_in_any_unit(
    treatment: str | None, move: dict[str, Any], unit: float, cluster: bool
) -> None:
    frame = cross_section(n=400)
    call = {
        "outcome": "y",
        "running": "score",
        "treatment": treatment,
        "weight": "w",
        "cluster": "v" if cluster else None,
    }
    usual = impact.cutoff(frame, at=3000, covariates=COVARIATES, **call)
    other = moved_frame(frame, move)
    moved = impact.cutoff(other.assign(score=other["score"] * unit), at=3000 * unit, covariates=move["order"], **call)
    assert usual.table["estimate"].notna().all()
    assert moved.bandwidth / unit == pytest.approx(usual.bandwidth, rel=1e-9)
    columns = ["estimate", "se", "ci_low", "robust", "robust_se", "robust_high"]
    hold_alike(table_numbers(usual.table, columns), table_numbers(moved.table, columns), move["y"])
    assert [one.check for one in usual.findings] == [one.check for one in moved.findings]


@settings(max_examples=5, deadline=None)
@given(move=moves)
def test_plain_lines_and_redrawings_are_the_same_in_any_unit(move: dict[str, Any]) -> None:
    frame = long_panel(n=40)
    other = moved_frame(frame, move)
    usual, moved = (impact.before_after(one, **DID, cluster="v") for one in (frame, other))
    hold_alike(effect_numbers(usual), effect_numbers(moved), move["y"])
    first, second = (impact.randomisation_test(one, **DID, draws=19, seed=1) for one in (frame, other))
    assert first.p == second.p


def test_forests_are_the_same_in_any_unit() -> None:
    pytest.importorskip("sklearn")
    frame = cross_section()
    move = {"age": 1e-9, "income": 1e9, "square": 1e-3, "y": 1.0, "shift": 1e5, "seed": 3}
    one, two = (
        impact.aipw(f, outcome="y", treatment="d", covariates=c, learner="forest", repeats=1, folds=2).effect
        for f, c in ((frame, COVARIATES), (moved_frame(frame, move), COVARIATES[::-1]))
    )
    assert one.estimate == pytest.approx(two.estimate, rel=1e-6)


def test_a_wide_bandwidth_keeps_its_quadratic_term() -> None:
    """Against numpy in the score's own units: yuan and fen, a jump of 150, a curve on each side."""
    rng = np.random.default_rng(7)
    score = rng.uniform(0, 6000, 800)
    u = (score - 3000) / 3000
    y = 400 * u - 300 * u**2 + 150 * (u < 0) + rng.normal(0, 40, 800)
    size = rng.integers(1, 7, 800)
    frame = pd.DataFrame({"s": score, "y": y + 20 * size, "size": size, "debt": rng.lognormal(9, 1, 800)})
    call = {"outcome": "y", "running": "s", "covariates": ["size", "debt"]}
    yuan = impact.cutoff(frame, at=3000, bandwidths=[500, 3000.5], **call)
    fen = impact.cutoff(
        frame.assign(s=score * 100, debt=frame["debt"] * 100), at=300_000, bandwidths=[5e4, 300_050], **call
    )
    np.testing.assert_allclose(yuan.table["robust"], fen.table["robust"], rtol=1e-10)
    assert yuan.bandwidth * 100 == pytest.approx(fen.bandwidth, rel=1e-10)
    root = np.sqrt(np.maximum(1 - np.abs(u) * 3000 / 3000.5, 0))
    sides = [one for side in (u < 0, u >= 0) for one in (side, side * u, side * u**2)]
    z = (frame["debt"] - frame["debt"].mean()) / frame["debt"].std()
    design = np.column_stack([*sides, size, z]) * root[:, None]
    beta = np.linalg.lstsq(design, frame["y"].to_numpy() * root)[0]
    assert yuan.table["robust"][1] == pytest.approx(beta[0] - beta[3], rel=1e-10)
    assert abs(yuan.table["robust"][1] - 150) < 30
