"""Do 95 % intervals hold the truth 95 times in a hundred? Samples from a named population (the benchmark's own)."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.reference
COUNTING = "^(H|A|M0|h_|censored_|absolute_|contribution_)"


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    place = Path(__file__).parents[3] / "benchmarks" / "poverty_coverage.py"
    spec = importlib.util.spec_from_file_location("poverty_coverage", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["poverty_coverage"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_coverage_in_short(reference: Path, benchmark: ModuleType) -> None:
    got = benchmark.coverage(benchmark.population(reference), count=200)["holds"]
    assert got[["fgt0", "fgt1", "gini", "arop", "H", "A", "M0"]].between(0.90, 0.99).all()
    assert got[benchmark.HEAVY].between(0.87, 0.99).all()


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_coverage_in_a_thousand_samples(reference: Path, benchmark: ModuleType) -> None:
    frame = benchmark.population(reference)
    got = benchmark.coverage(frame, count=1000)["holds"]
    studentised = benchmark.bootstrap_t(frame, count=200)
    print(got.round(3).to_string(), studentised.round(3).to_string(), sep="\n")
    assert got[["fgt0", "fgt1", "gini", "arop"]].between(0.93, 0.97).all()
    assert got.filter(regex=COUNTING).between(0.93, 0.97).all()
    assert got[["fgt2", *benchmark.HEAVY]].between(0.90, 0.98).all()  # reported, not promised
    assert studentised.between(0.85, 0.99).all()
