"""Money in any unit: every measure of poverty and inequality, and its error, says the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib import poverty

MONEY = ("arop_line", "mean", "median", "median_poor")
MORE = ["median_poor", "zenga", "jdiv", "fgt3", "ge-1", "ge1.5", "atkinson_2"]


def survey() -> pd.DataFrame:
    """Return a clustered, weighted sample in two waves, incomes of two sources."""
    rng = np.random.default_rng(2)
    unit = np.repeat(np.arange(80), 3)
    wage, sale = rng.lognormal(3, 0.8, 240), rng.lognormal(2, 1.0, 240)
    frame = pd.DataFrame({"y": wage + sale, "wage": wage, "sale": sale, "unit": unit, "stratum": unit % 4 // 2})
    return frame.assign(w=rng.uniform(1, 3, 240), wave=unit // 40, trade=np.where(unit % 2, "a", "b"), z=20.0)


def all_measures(frame: pd.DataFrame, unit: float, design: dict[str, str]) -> pd.DataFrame:
    usual = poverty.measure(frame, income="y", line=20 * unit, **design)
    return pd.concat([usual, poverty.measure(frame, income="y", line=20 * unit, measures=MORE, **design)])


TABLES: dict[str, Callable[[pd.DataFrame, float, dict[str, str]], pd.DataFrame]] = {
    "measures": all_measures,
    "relative line": lambda f, _, d: poverty.measure(
        f, income="y", line=poverty.RelativeLine(0.6), by="trade", measures=["fgt0", "fgt1", "sen", "watts"], **d
    ),
    "subgroups": lambda f, u, d: poverty.by_subgroup(
        f, income="y", by="trade", line=20 * u, measures=["fgt0", "fgt1", "ge0", "ge2"], **d
    ),
    "components": lambda f, u, d: poverty.by_component(f, income="y", line=20 * u, **d),
    "sources": lambda f, _, d: poverty.by_source(f, sources=["wage", "sale"], **d),
    "change": lambda f, u, d: poverty.decompose_change(
        f, income="y", line=20 * u, wave="wave", before=0, after=1, measures=["fgt0", "fgt1", "watts", "sen"], **d
    ),
}


@pytest.mark.parametrize("name", TABLES)
@settings(max_examples=6, deadline=None)
@given(power=st.floats(-9, 9))
def test_money_in_any_unit_says_the_same(name: str, power: float) -> None:
    frame, unit, design = survey(), 10.0**power, {"weight": "w", "cluster": "unit", "strata": "stratum"}
    moved = frame.assign(**{column: frame[column] * unit for column in ("y", "wage", "sale")})
    usual, other = TABLES[name](frame, 1.0, design), TABLES[name](moved, unit, design)
    scale = np.where(usual["measure"].isin(MONEY), unit, 1.0)
    for column in ("estimate", "se"):
        np.testing.assert_allclose(other[column] / scale, usual[column], rtol=1e-7, atol=1e-12, err_msg=column)


@settings(max_examples=10, deadline=None)
@given(power=st.floats(-9, 9))
def test_curves_and_vulnerability_in_any_unit_say_the_same(power: float) -> None:
    frame, unit = survey(), 10.0**power
    moved = frame.assign(y=frame["y"] * unit, z=frame["z"] * unit, hh=frame.index // 2, t=frame.index % 2)
    one, two = poverty.lorenz(frame, income="y", points=20), poverty.lorenz(moved, income="y", points=20)
    np.testing.assert_allclose(two["income_share"], one["income_share"], rtol=1e-10)
    classes = pd.DataFrame({"p": [0.2, 0.5, 0.8, 0.9, 1.0], "l": [0.08, 0.28, 0.58, 0.74, 1.0]})
    for form in ("quadratic", "beta"):
        one, two = (
            poverty.measure_grouped(classes, population="p", income="l", mean=100.0 * u, line=60.0 * u, form=form)
            for u in (1.0, unit)
        )
        scale = np.where(one["measure"] == "median", unit, 1.0)
        np.testing.assert_allclose(two["estimate"] / scale, one["estimate"], rtol=1e-8)
    call: dict[str, Any] = {"unit": "hh", "period": "t", "income": "y", "line": "z", "ahead": 1}
    one, two = (
        poverty.vulnerability(moved.assign(y=frame["y"], z=frame["z"]), **call),
        poverty.vulnerability(moved, **call),
    )
    np.testing.assert_allclose(
        two[["ratio", "spread", "vulnerability"]], one[["ratio", "spread", "vulnerability"]], rtol=1e-9
    )
