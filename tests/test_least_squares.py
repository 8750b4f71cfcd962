"""Least squares of any scale against extended precision and exact fractions."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.binary_regression import fit_logit
from povlib.errors import DataError
from povlib.least_squares import centred, covariance_inverse, least_squares, orthogonal_basis


def longdouble_fit(x: np.ndarray, y: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Return coefficients by modified Gram-Schmidt, twice, in extended precision."""
    root = np.sqrt(w.astype(np.longdouble))
    q = x.astype(np.longdouble) * root[:, None]
    r = np.zeros((x.shape[1],) * 2, dtype=np.longdouble)
    for j in range(x.shape[1]):
        for _ in range(2):
            for i in range(j):
                part = q[:, i] @ q[:, j]
                r[i, j] += part
                q[:, j] -= part * q[:, i]
        r[j, j] = np.sqrt(q[:, j] @ q[:, j])
        q[:, j] /= r[j, j]
    right = q.T @ (y.astype(np.longdouble) * root)
    for j in range(x.shape[1])[::-1]:
        right[j] = (right[j] - r[j, j + 1 :] @ right[j + 1 :]) / r[j, j]
    return right.astype(np.float64)


@pytest.mark.parametrize("seed", range(5))
def test_columns_of_mixed_scale_have_the_coefficients_of_extended_precision(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = 200
    income, age = rng.lognormal(9, 1, n), rng.uniform(18, 70, n)
    x = np.column_stack([np.ones(n), income, income**2, age, age**2, income * 1e-12 * age, 1e9 * rng.normal(size=n)])
    y, w = rng.normal(size=n) + age / 10, rng.uniform(0, 2, n)
    fit = least_squares(x, y, w)
    np.testing.assert_allclose(fit.coefficients, longdouble_fit(x, y, w), rtol=1e-8)
    np.testing.assert_allclose(fit.loading.T @ y, fit.coefficients, rtol=1e-6)
    assert fit.leverage.sum() == pytest.approx(7)
    scale = np.sqrt(np.diag(fit.bread))
    np.testing.assert_allclose(
        (fit.bread @ ((x * w[:, None]).T @ x)) / np.outer(scale, 1 / scale), np.eye(7), atol=1e-6
    )


def test_a_hilbert_matrix_has_the_coefficients_of_exact_fractions() -> None:
    """Solve the normal equations of six rows in fractions."""
    exact = [[Fraction(1, i + j + 1) for j in range(5)] for i in range(6)]
    right = [Fraction(i * i - 3 * i + 1) for i in range(6)]
    gram = [[sum(row[i] * row[j] for row in exact) for j in range(5)] for i in range(5)]
    moment = [sum(row[i] * y for row, y in zip(exact, right, strict=True)) for i in range(5)]
    for j in range(5):  # Gauss and Jordan
        for i in range(5):
            if i != j:
                times = gram[i][j] / gram[j][j]
                gram[i] = [a - times * b for a, b in zip(gram[i], gram[j], strict=True)]
                moment[i] -= times * moment[j]
    true = [float(moment[j] / gram[j][j]) for j in range(5)]
    x = np.array([[float(cell) for cell in row] for row in exact])
    np.testing.assert_allclose(least_squares(x, np.array([float(y) for y in right])).coefficients, true, rtol=1e-8)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(-9, 9), min_size=4, max_size=4), st.integers(0, 1000), st.booleans())
def test_the_rank_does_not_depend_on_units(powers: list[int], seed: int, twice: bool) -> None:
    rng = np.random.default_rng(seed)
    x = np.column_stack([np.ones(30), rng.normal(size=(30, 3))])
    if twice:  # a sum of two others, and one of those in another unit
        x = np.column_stack([x, x[:, 1] + x[:, 2], 3.7 * x[:, 3]])
    scaled = x * np.array([*10.0 ** np.array(powers), *(1e9, 1e-9) * twice])
    y = rng.normal(size=30)
    fit = least_squares(scaled, y)
    assert fit.kept.tolist() == [0, 1, 2, 3]
    np.testing.assert_allclose(y - fit.residual, y - least_squares(x, y).residual, atol=1e-12)
    np.testing.assert_allclose(scaled @ fit.coefficients, y - fit.residual, atol=1e-9)


def test_a_constant_up_to_rounding_is_no_column_and_zero_weights_no_rows() -> None:
    x = np.column_stack([np.full(9, 0.1) + 1e-17, np.arange(9.0)])
    assert not centred(x)[:, 0].any()
    assert orthogonal_basis(centred(x)).kept.tolist() == [1]
    w = np.array([1.0] * 8 + [0.0])
    y = np.array([1.0, 3, 2, 5, 4, 6, 8, 7, 1e9])
    x[:, 0] = 1.0
    some, less = least_squares(x, y, w), least_squares(x[:8], y[:8])
    np.testing.assert_allclose(some.coefficients, less.coefficients, rtol=1e-12)
    assert some.residual[8] == pytest.approx(y[8] - x[8] @ less.coefficients)
    assert (some.loading[8], some.leverage[8]) == (pytest.approx([0, 0]), 0)
    few = least_squares(np.ones((1, 3)), np.array([2.0]))  # fewer rows than columns
    assert few.coefficients.tolist() == [2.0, 0.0, 0.0]


def test_a_covariance_is_inverted_by_its_correlations() -> None:
    rng = np.random.default_rng(0)
    draws = rng.normal(size=(50, 3)) * [1e-8, 1.0, 1e8]
    sigma = draws.T @ draws
    inverse, rank = covariance_inverse(sigma)
    assert rank == 3
    unit = np.array([1e-8, 1.0, 1e8])
    np.testing.assert_allclose(inverse @ sigma * unit[:, None] / unit, np.eye(3), atol=1e-9)
    twice = np.column_stack([draws, 2 * draws[:, 0]])
    assert covariance_inverse(twice.T @ twice)[1] == 3


def test_a_logit_does_not_depend_on_units_and_means() -> None:
    sm = pytest.importorskip("statsmodels.api")
    rng = np.random.default_rng(1)
    x = rng.normal(size=(300, 2))
    y = (rng.random(300) < 1 / (1 + np.exp(-x @ [1.0, -0.5]))).astype(float)
    theirs = sm.Logit(y, np.column_stack([np.ones(300), x])).fit(disp=0)
    unit = np.array([1e-9, 1e9])
    far = np.column_stack([np.ones(300), x * unit + 1e4 * unit, x[:, 0] * 7e-9 + 7e-5])
    got = fit_logit(far, y)
    np.testing.assert_allclose(got.coefficients[1:3] * unit, theirs.params[1:], rtol=1e-7)
    np.testing.assert_allclose(got.se[1:3] * unit, theirs.bse[1:], rtol=1e-7)
    np.testing.assert_allclose(got.fitted, theirs.predict(), rtol=1e-7)
    assert got.coefficients[3] == 0
    assert np.isnan(got.se[3])


def test_a_household_far_from_all_others_is_no_separation() -> None:
    """A score beyond 30 where both outcomes occur all around has a finite fit."""
    rng = np.random.default_rng(2)
    x = np.r_[rng.normal(size=200), -80.0]
    y = np.r_[(rng.random(200) < 1 / (1 + np.exp(-1.5 * x[:200]))).astype(float), 0.0]
    got = fit_logit(np.column_stack([np.ones(201), x]), y)
    alone = fit_logit(np.column_stack([np.ones(200), x[:200]]), y[:200])
    np.testing.assert_allclose(got.coefficients, alone.coefficients, rtol=1e-6)  # the far one says nothing
    for column in (x > 0.3, (x > 0) & (y == 1)):  # wholly, and for one value only
        with pytest.raises(DataError):
            fit_logit(np.column_stack([np.ones(201), column]), (column if column.sum() > 60 else y).astype(float))
