"""Lorenz curves: recorded ordinates, the recorded table of grouped data, curves with known answers, refusals."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from povlib import poverty
from povlib.errors import DataError

CLASSES = {"population": "weight", "income": "welfare", "mean": 2.911786, "line": 1.9}


@pytest.mark.reference
@pytest.mark.parametrize("year", [2000, 2010])
def test_every_recorded_row_of_the_world_bank_data(reference: Path, year: int) -> None:
    folder = reference / "wbpip_synthetic"
    frame = pd.read_csv(folder / f"md_ABC_{year}_income.csv")
    recorded = pd.read_csv(folder / f"stats_recorded_ABC_{year}_income.csv").set_index("stat")["value"]
    frame = frame[frame["weight"] > 0]
    kwargs = {"income": "welfare", "weight": "weight", "census": True}
    got = poverty.measure(frame, measures=["mean", "gini", "ge0"], nonpositive=1.0, **kwargs).set_index("measure")
    values = {
        "nobs": got.loc["mean", "n"],
        "sum_weight": frame["weight"].sum(),
        "min_measure": frame["welfare"].min(),
        "max_measure": frame["welfare"].max(),
        "mean_weighted_measure": got.loc["mean", "estimate"],
        "sum_weighted_measure": got.loc["mean", "estimate"] * frame["weight"].sum(),
        "mld": got.loc["ge0", "estimate"],
        "gini": got.loc["gini", "estimate"],
    }
    curve = poverty.lorenz(frame, income="welfare", weight="weight", points=100, ties="rows")
    for begin, column in ((0, "quantile"), (100, "population"), (200, "income_share")):
        values |= {f"lorenz_{begin + k}": value for k, value in enumerate(curve[column], start=1)}
    assert set(values) == set(recorded.index)
    np.testing.assert_allclose([values[stat] for stat in recorded.index], recorded, rtol=1e-8)


@pytest.mark.reference
def test_the_recorded_watts_counts_zeros_among_the_people(reference: Path) -> None:
    frame = pd.read_csv(reference / "wbpip_synthetic" / "md_ABC_2000_income.csv")
    line = float(frame["welfare"].mean())
    keys = ["fgt0", "fgt1", "fgt2", "watts"]
    got = poverty.measure(frame, income="welfare", weight="weight", line=line, census=True, measures=keys)
    # World Bank PIP gives incomes of zero no gap but counts them; we leave them out (convention nonpositive=drop)
    counted = frame["weight"].where(frame["welfare"] > 0, 0).sum() / frame["weight"].sum()
    values = got["estimate"].to_numpy() * np.array([1, 1, 1, counted])
    np.testing.assert_allclose(values, [0.7333513, 0.3957584, 0.2534849, 0.6899868], atol=1e-7)


@pytest.mark.reference
def test_the_recorded_table_of_grouped_data(reference: Path) -> None:
    classes = pd.read_csv(reference / "wbpip_synthetic" / "grouped_ex2.csv")
    got = poverty.measure_grouped(classes.sample(frac=1, random_state=3), integration="steps", **CLASSES)
    made = got.set_index("measure")["estimate"]
    recorded = {
        **{"median": 2.29062, "gini": 0.3466288, "ge0": 0.1965911, "polarisation": 0.2920545},
        **{"fgt0": 0.3713033, "fgt1": 0.1002854, "fgt2": 0.03617225},
    }
    np.testing.assert_allclose(made[list(recorded)], list(recorded.values()), rtol=1e-6)
    tenths = [0.03462, 0.04439, 0.05376, 0.06321, 0.07327, 0.08465, 0.09856, 0.1176, 0.1499, 0.28]
    np.testing.assert_allclose(made.filter(like="decile"), tenths, rtol=5e-4)  # recorded to four digits
    assert (got["convention"] != "").all()
    exact = poverty.measure_grouped(classes, measures=["ge0", "watts"], **CLASSES)["estimate"]
    np.testing.assert_allclose(exact, [0.1932868, 0.1258542], rtol=1e-5)  # by adaptive quadrature
    assert made["watts"] == pytest.approx(0.1287745, rel=0.03)  # its authors leave this row out of their tests


def test_a_curve_that_is_fitted_exactly_gives_its_own_measures() -> None:
    p = np.linspace(0.05, 1, 20)
    share = p - 0.6 * p * (1 - p) ** 0.6  # a beta curve
    share[-1] = 1
    classes = pd.DataFrame({"weight": p, "welfare": share})
    made = poverty.measure_grouped(classes, form="best", **CLASSES).set_index("measure")["estimate"]
    from scipy.special import beta

    assert made["gini"] == pytest.approx(2 * 0.6 * beta(2, 1.6), rel=1e-9)
    x = (np.arange(200_000) + 0.5) / 200_000
    income = 2.911786 * (1 - 0.6 * (1 - x) ** 0.6 * (1 - 0.6 * x / (1 - x)))
    people = pd.DataFrame({"y": income})
    keys = ["fgt0", "fgt1", "fgt2", "watts", "median"]
    direct = poverty.measure(people, income="y", line=1.9, measures=keys, census=True).set_index("measure")["estimate"]
    np.testing.assert_allclose(made[keys], direct[keys], rtol=2e-4)
    everyone = poverty.measure_grouped(classes, **(CLASSES | {"line": 1e6, "measures": ["fgt0"]}))
    nobody = poverty.measure_grouped(classes, **(CLASSES | {"line": 1e-9, "measures": ["fgt0", "fgt1"]}))
    assert everyone["estimate"].tolist() == [1.0]
    assert nobody["estimate"].tolist() == [0.0, 0.0]


def test_ordinates_reach_one_and_never_lie_above_the_diagonal() -> None:
    frame = pd.DataFrame({"y": np.exp(np.random.default_rng(2).normal(0, 1, 500)), "w": 2.0})
    curve = poverty.lorenz(frame, income="y", weight="w", points=20)
    assert len(curve) == 20
    assert (curve["income_share"] <= curve["population"] + 1e-12).all()
    assert curve.iloc[-1][["share", "population", "income_share"]].tolist() == pytest.approx([1, 1, 1])


@pytest.mark.parametrize(
    "change",
    [
        {"form": "cubic"},
        {"integration": "guess"},
        {"measures": ["sen"]},
        {"measures": "fgt0", "line": None},
        {"mean": 0.0},
        {"line": -1.0},
        {"income": "weight", "population": "welfare"},
        {"income": "gone"},
    ],
)
def test_shares_that_are_no_curve_are_refused(change: dict) -> None:
    p = np.linspace(0.1, 1, 10)
    classes = pd.DataFrame({"weight": p, "welfare": p**2})
    with pytest.raises(DataError):
        poverty.measure_grouped(classes, **(CLASSES | change))
    with pytest.raises(DataError):
        poverty.measure_grouped(classes.iloc[:-1], **CLASSES)
    with pytest.raises(DataError):
        poverty.lorenz(pd.DataFrame({"y": [0.0, 0.0]}), income="y")
    with pytest.raises(DataError):
        poverty.lorenz(pd.DataFrame({"y": [1.0, 2.0]}), income="y", points=0)
