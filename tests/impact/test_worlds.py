"""The simulator's true effects, known from twin worlds without the help, against the intervals of impact."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    place = Path(__file__).parents[2] / "benchmarks" / "impact_worlds.py"
    spec = importlib.util.spec_from_file_location("impact_worlds", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["impact_worlds"] = module
    spec.loader.exec_module(module)
    return module


def covered(benchmark: ModuleType, worlds: int) -> tuple[pd.Series, pd.DataFrame]:
    rows = pd.concat([benchmark.world(seed) for seed in range(1, worlds + 1)], ignore_index=True)
    counted = benchmark.hits(rows)
    return counted.groupby("method")["hit"].mean(), counted[counted["method"] == "did"]


@pytest.mark.thorough
def test_a_twin_without_the_help_shows_what_it_brings(benchmark: ModuleType) -> None:
    rows = benchmark.world(1).set_index(["measure", "source", "method"])["true"]
    assert 0.6 < rows["cleaner_post", "wage", "did"] < 0.95  # about 430 of 500 yuan, less other wages given up
    assert rows["cattle_coop", "wage", "did"] > 0
    assert rows["training", "wage", "did"] == pytest.approx(0.08, abs=0.06)


@pytest.mark.slow
def test_true_effects_are_covered_in_a_dozen_worlds(benchmark: ModuleType) -> None:
    shares, did = covered(benchmark, 12)
    assert len(did) >= 36
    assert shares["did"] >= 0.88
    assert shares["before_after"] < shares["did"] - 0.03


@pytest.mark.soak
@pytest.mark.timeout(6 * 3600)
def test_true_effects_are_covered_in_a_thousand_worlds(benchmark: ModuleType) -> None:
    shares, did = covered(benchmark, 1000)
    print(shares, did.groupby(["measure", "source"])["hit"].agg(["size", "mean"]), sep="\n")
    assert 0.93 <= shares["did"] <= 0.97
    often = did.groupby(["measure", "source"])["hit"].agg(["size", "mean"])
    assert (often.loc[often["size"] > 500, "mean"] >= 0.91).all()
    assert shares["before_after"] < 0.9
