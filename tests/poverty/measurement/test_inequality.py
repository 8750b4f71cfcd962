"""Indices of inequality: right where they exist, NaN with a reason where they do not."""

from __future__ import annotations

import warnings
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from povlib import poverty
from povlib.poverty.measurement.inequality import zenga_index, zenga_influence
from povlib.poverty.measurement.sorted_domain import Conventions, SortedDomain


def one(values: list[float], measure: str, **kwargs: Any) -> pd.Series:
    kwargs = {"census": True} | kwargs
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", poverty.DesignWarning)
        return poverty.measure(pd.DataFrame({"y": values}), income="y", measures=[measure], **kwargs).iloc[0]


@pytest.mark.parametrize(
    ("values", "measure", "options", "reason"),
    [
        ([1, 2, 3], "s80s20", {}, "no fifth lies above"),
        ([5, 5, 5, 5, 5], "s80s20", {}, "no fifth lies above"),
        ([5] * 98 + [100] * 2, "s80s20", {}, "no fifth lies above"),  # two rich of a hundred: .41 would come out
        ([0, 0, 1, 2, 3], "s80s20", {}, "the poorest fifth has no income above zero"),
        ([-1, 0, 1], "gini", {}, "total income is not above zero"),
        ([-9, 1, 2], "gini", {}, "total income is not above zero"),
        ([-9, 1, 2], "gini", {"gini": "cumulated"}, "total income is not above zero"),
        ([-9, 1, 2], "gini", {"gini": "sample"}, "total income is not above zero"),
        ([7], "gini", {"gini": "sample"}, "a single row"),
        ([0, 0], "zenga", {}, "total income is not above zero"),
        ([-1, 5], "zenga", {}, "an income is below zero"),
        ([0, 0], "zenga", {"zenga": "rows"}, "total income is not above zero"),
        ([-9, 1, 2], "takayama", {"line": 3}, "total income is not above zero"),
        ([5, 6], "median_poor", {"line": 3}, "nobody is poor"),
        ([5, 6, 7], "rmpg", {}, "nobody is poor"),
        ([-1, 0], "ge1", {}, "no income is above zero"),
        ([-1, 0], "watts", {"line": 3}, "no income is above zero"),
        ([-2, -1], "arop", {}, "no line above zero"),
    ],
)
def test_what_does_not_exist_is_no_number_and_says_why(values: list, measure: str, options: dict, reason: str) -> None:
    for census in (True, False):
        if len(values) < 2 and not census:
            continue  # a single row is no sample
        row = one(values, measure, census=census, **options)
        assert np.isnan(row[["estimate", "se", "ci_low", "ci_high"]].astype(float)).all()
        assert f"undefined: {reason}" in row["convention"]


def test_what_exists_has_its_textbook_value() -> None:
    assert one([1, 2, 3, 4, 5], "s80s20")["estimate"] == 5
    assert one([1, 2, 3], "s80s20", quintiles="lorenz")["estimate"] == pytest.approx(3)
    assert one([2, 2, 2], "s80s20", quintiles="lorenz")["estimate"] == pytest.approx(1)
    assert one([2, 2, 2], "zenga")["estimate"] == pytest.approx(0, abs=1e-15)
    assert one([-1, 4], "gini")["estimate"] == pytest.approx(5 / 2 / 3)  # half the mean difference over the mean
    # GE and Atkinson of fen in the trillions and of high order: powers would leave the range of a float
    big, small = [1e12, 2e12, 5e12], [1.0, 2.0, 5.0]
    for key in ("ge2", "ge40", "ge-30", "atkinson_30", "atkinson_0.5"):
        assert one(big, key)["estimate"] == pytest.approx(one(small, key)["estimate"], rel=1e-9)


@given(st.lists(st.integers(-6, 12), min_size=1, max_size=12), st.integers(1, 9))
@settings(max_examples=60, deadline=None)
def test_sen_by_its_ranks_also_where_the_poor_own_nothing(values: list[int], line: int) -> None:
    """Sen (1976) by the ranks of the poor: gaps weighted by 2 (q + 1/2 - rank) / q, for incomes of any sign."""
    poor = np.sort([v for v in values if v < line]).astype(float)
    q = len(poor)
    expected = 0.0
    if q:
        rank_from_above = q - np.arange(q)  # the poorest has rank q
        expected = ((line - poor) / line * (2 * rank_from_above - 1)).sum() / q / len(values)
    assert one([float(v) for v in values], "sen", line=line)["estimate"] == pytest.approx(expected, abs=1e-12)


def zenga_by_quadrature(income: np.ndarray, weight: np.ndarray) -> float:
    order = np.argsort(income)
    people = np.concatenate([[0], np.cumsum(weight[order])]) / weight.sum()
    money = np.concatenate([[0], np.cumsum((weight * income)[order])]) / (weight @ income)

    def ratio(share: float) -> float:
        lorenz = float(np.interp(share, people, money))
        return lorenz / share * (1 - share) / (1 - lorenz)

    parts = pairwise(people)
    return 1 - sum(quad(ratio, low, high, epsabs=1e-12)[0] for low, high in parts if high > low)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 5)), min_size=2, max_size=8))
@settings(max_examples=40, deadline=None)
def test_zenga_is_the_integral_over_the_lorenz_curve(rows: list[tuple[int, int]]) -> None:
    frame = pd.DataFrame(rows, columns=["y", "w"], dtype=float)
    if not frame["w"] @ frame["y"] > 0:
        return
    got = poverty.measure(frame, income="y", weight="w", measures=["zenga"], census=True)["estimate"][0]
    assert got == pytest.approx(zenga_by_quadrature(frame["y"].to_numpy(), frame["w"].to_numpy()), abs=1e-9)


@pytest.mark.parametrize("form", ["lorenz", "rows"])
def test_the_influence_of_zenga_is_its_derivative_in_the_weights(form: str) -> None:
    rng = np.random.default_rng(5)
    income, weight = np.sort(rng.lognormal(9, 1, 15).round(-4)), rng.uniform(0.5, 3, 15)
    if form == "rows":
        income = np.sort(rng.lognormal(9, 1, 15))  # by rows, ties have the mean of what their rows have

    def value(weights: np.ndarray) -> float:
        return float(zenga_index(SortedDomain(income, weights[None, :], np.ones((1, 1)), Conventions(zenga=form)))[0])

    numeric = []
    for row in range(15):
        step = np.where(np.arange(15) == row, 1e-5, 0.0)
        numeric.append((value(weight + step) - value(weight - step)) / 2e-5)
    sample = SortedDomain(income, weight[None, :], np.ones((1, 1)), Conventions(zenga=form))
    np.testing.assert_allclose(zenga_influence(sample), numeric, atol=1e-8)


def test_the_median_of_the_poor_is_one_of_incomes_where_lines_differ() -> None:
    frame = pd.DataFrame({"y": [1.0, 6.0, 4.0], "z": [2.0, 60.0, 5.0]})  # by income in lines: 6, 1, 4
    got = poverty.measure(frame, income="y", line="z", measures=["median_poor"], census=True)["estimate"][0]
    assert got == 4.0


def test_several_relative_lines_in_one_domain_have_no_one_line() -> None:
    frame = pd.DataFrame({"y": [1.0, 2.0, 30.0, 40.0], "g": ["a", "a", "b", "b"]})
    line = poverty.RelativeLine(within="g")
    got = poverty.measure(frame, income="y", line=line, measures=["arop_line", "rmpg"], census=True)
    assert got["estimate"].isna().all()
    assert got["convention"].str.contains("several lines").all()
