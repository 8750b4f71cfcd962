"""A model of incomes holds its ranges and never loses to a simple forecast, also with three waves."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from povlib.panels import income
from povlib.panels.income_backtest import MODEL, USED
from povlib.panels.simple_forecasts import SIMPLE


def worlds() -> ModuleType:
    """Load benchmarks/panels_truth.py."""
    path = Path(__file__).parents[2] / "benchmarks" / "panels_truth.py"
    spec = importlib.util.spec_from_file_location("panels_truth", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TRUTH = worlds()
judged, long_frame, world = TRUTH.judged, TRUTH.long_frame, TRUTH.world


@pytest.mark.parametrize(
    ("kind", "waves"),
    [("wandering", 3), ("returning", 3), ("own trends", 3), ("lingering", 3), ("wandering", 6), ("own trends", 6)],
)
def test_ranges_hold_and_no_simple_forecast_is_better(kind: str, waves: int) -> None:
    """Of 1,200 units a share of .8 is known to .012; the drift and variances of three worlds add as much again."""
    mean = pd.DataFrame([judged(kind, 400, waves, seed, yuan=True, draws=200) for seed in (1, 2, 3)]).mean()
    for level in (50, 80, 90):
        assert mean[f"{level} %"] == pytest.approx(level / 100, abs=0.05)
    assert mean["model"] <= 1.02**2 * mean[["last", "last and change", "mean"]].min()


def test_the_back_test_is_printed_and_what_is_used_is_never_worse() -> None:
    model = income(long_frame(world("wandering", 300, 4, 5)), id="id", time="t", amount="y")
    table = model.backtest.set_index("method")["rmse"]
    assert list(table.index) == [MODEL, *SIMPLE, USED]
    assert table[USED] <= 1.02 * table.min()
    assert all(name in str(model) for name in table.index)


def test_the_simple_forecasts_of_the_back_test_are_those_by_hand() -> None:
    rng = np.random.default_rng(3)
    table = np.cumsum(rng.normal(0, 1, (200, 3)), axis=1) + 100
    found = income(long_frame(table), id="id", time="t", amount="y").backtest.set_index("method")["rmse"]
    past, now = table[:, :2], table[:, 2]
    by_hand = (past[:, 1], past[:, 1] + np.diff(past, axis=1).mean(), past.mean(axis=1))
    for name, said in zip(SIMPLE, by_hand, strict=True):
        assert found[name] == pytest.approx(np.sqrt(((said - now) ** 2).mean()))


def test_a_frame_the_model_does_not_fit_leans_on_what_does() -> None:
    """Levels that double for all at once in the last wave stay: neither trend nor return foretells it."""
    rng = np.random.default_rng(4)
    jump = np.array([0.0, 0.0, 0.0, 5.0, 5.0, 5.0])
    table = 100 + jump + np.cumsum(rng.normal(0, 0.1, (200, 6)), axis=1)
    model = income(long_frame(table), id="id", time="t", amount="y")
    found = model.backtest.set_index("method")["rmse"]
    assert found[MODEL] > 1.02 * found[list(SIMPLE)].min()
    assert found[USED] <= 1.01 * found[list(SIMPLE)].min()
    assert any("did better than the model" in said for said in model.findings)


def test_two_waves_have_a_drift_and_no_back_test() -> None:
    model = income(long_frame(world("wandering", 400, 2, 1, drift=0.3)), id="id", time="t", amount="y")
    assert not len(model.backtest)
    assert "no back-test was possible" in str(model)
    assert any("2 periods" in said for said in model.findings)
    moved = model.predict(1)["mean"] - world("wandering", 400, 2, 1, drift=0.3)[:, 1]
    assert moved.mean() == pytest.approx(0.3, abs=0.05)
