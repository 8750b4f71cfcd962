"""Load the seeded instances that the benchmarks use too."""

import importlib.util
import sys
from pathlib import Path

import pytest

_BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def _load(name, folder):
    spec = importlib.util.spec_from_file_location(name, folder / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


_load("allocation_instances", _BENCHMARKS)
_load("knapsack_files", _BENCHMARKS)
_load("tiny_townships", Path(__file__).parent)
_load("khan_instances", Path(__file__).parent)


@pytest.fixture(scope="session")
def instances():
    return sys.modules["allocation_instances"]


@pytest.fixture(scope="session")
def township(instances):
    from povlib.allocation import Problem

    return Problem.from_tables(**instances.township(0))


@pytest.fixture(scope="session")
def plan(township):
    from povlib.allocation import solve

    return solve(township)
