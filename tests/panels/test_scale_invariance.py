"""Amounts and covariates of long frames in any unit, about any mean: the same coefficients and forecasts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.panels import hazard, income
from povlib.panels.covariate_coding import learn_coding
from povlib.panels.income_fit import least_squares

COVARIATES = ["age", "age2", "helped", "trade"]


def panel() -> pd.DataFrame:
    """Return 90 units over six years with amounts of three kinds and an event."""
    rng = np.random.default_rng(3)
    hh, year = np.repeat(np.arange(90), 6), np.tile(np.arange(2010, 2016), 90)
    age = rng.uniform(20, 60, 90)[hh] + year - 2010
    level = rng.normal(0, 0.5, 90)[hh]
    wage = np.exp(8 + level + age / 100 + rng.normal(0, 0.2, 540)) * (rng.random(540) > 0.1)
    frame = pd.DataFrame({"hh": hh, "year": year, "age": age, "age2": age**2, "wage": wage})
    frame["profit"], frame["log_wage"] = wage - 3000 * (rng.random(540) < 0.4), 8 + level + rng.normal(0, 0.2, 540)
    frame["helped"], frame["trade"] = rng.integers(0, 2, 540).astype(float), np.array(["tea", "rice"])[hh % 2]
    return frame.assign(out=(rng.random(540) < 1 / (1 + np.exp(3 - age / 30))).astype(int))


scales = st.floats(-9, 9).map(lambda power: 10.0**power)


@pytest.mark.parametrize("amount", ["wage", "profit", "log_wage"])
@settings(max_examples=4, deadline=None)
@given(unit=scales, ages=scales, shift=st.sampled_from([0.0, 1e4]))
def test_forecasts_of_amounts_do_not_depend_on_units(amount: str, unit: float, ages: float, shift: float) -> None:
    frame = panel()
    moved = frame.assign(**{amount: frame[amount] * unit, "helped": (frame["helped"] + shift) * ages})
    moved = moved.assign(age=(frame["age"] + shift) * ages, age2=frame["age2"] * unit).sample(frac=1, random_state=1)
    call = {"id": "hh", "time": "year", "covariates": COVARIATES, "amount": amount}
    one, two = (income(made, **call).predict(2, draws=40) for made in (frame, moved))
    for name in ("mean", "q05", "q50", "q95"):
        size = np.abs(one[name]).max()
        np.testing.assert_allclose(two[name] / unit / size, one[name] / size, rtol=1e-5, atol=1e-6)  # draws are float32
    np.testing.assert_allclose(two["p_any"], one["p_any"], rtol=1e-6)


@pytest.mark.parametrize("link", ["logit", "cloglog"])
@settings(max_examples=6, deadline=None)
@given(ages=scales, shift=st.sampled_from([0.0, 1.0, 1e4]), order=st.permutations(COVARIATES))
def test_hazards_do_not_depend_on_units_and_order(link: str, ages: float, shift: float, order: list[str]) -> None:
    frame = panel()
    moved = frame.assign(age=(frame["age"] + shift) * ages, helped=(frame["helped"] + shift) * ages)
    call = {"id": "hh", "time": "year", "event": "out", "link": link}
    one = hazard(frame, covariates=COVARIATES, **call).coefficients.set_index("term")
    two = hazard(moved, covariates=order, **call).coefficients.set_index("term").loc[one.index]
    scale = np.where(one.index.isin(["age", "helped"]), ages, 1.0)
    rest = one.index != "(intercept)"
    for name in ("estimate", "se", "se_cluster"):
        np.testing.assert_allclose((two[name] * scale)[rest], one[name][rest], rtol=1e-6, atol=1e-9)


def test_least_squares_with_a_prior_are_the_ridge_of_a_textbook() -> None:
    rng = np.random.default_rng(0)
    x = np.column_stack([np.ones(50), rng.normal(size=(50, 2))])
    y, w = 3 + x @ [0, 1.0, -2.0] + rng.normal(size=50), rng.uniform(1, 2, 50)
    inverse = np.linalg.inv((x * w[:, None]).T @ x + np.diag([0, 1, 1]) * y.var() / 2.5**2)
    got = least_squares(x, y, 2.5, np.arange(50), w)
    np.testing.assert_allclose(got.beta, inverse @ x.T @ (w * y), rtol=1e-10)
    residual = y - x @ got.beta
    np.testing.assert_allclose(got.covariance, inverse * (residual**2).mean(), rtol=1e-9)
    score = x * (w * residual)[:, None]
    np.testing.assert_allclose(got.clustered, inverse @ score.T @ score @ inverse * 50 / 49, rtol=1e-9)


def test_two_values_are_a_no_and_a_yes_whatever_they_are_called() -> None:
    frame = pd.DataFrame({"a": [0.0, 1.0, 1.0, 0.0], "b": [2e9, 5e9, 5e9, 2e9], "c": [1e9 + 0.1] * 4})
    np.testing.assert_array_equal(learn_coding(frame, ["a"]).matrix(frame), learn_coding(frame, ["b"]).matrix(frame))
    assert learn_coding(frame, ["c"]).terms == []
