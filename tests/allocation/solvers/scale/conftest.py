"""Small seeded problems in blocks, by the same generator as the benchmark."""

import importlib.util
import sys
from pathlib import Path

import pytest

from povlib.allocation.solvers.scale import Blocks, Threads

_FILE = Path(__file__).parents[4] / "benchmarks" / "allocation_large_instances.py"


def _load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def large():
    return _load(_FILE)


@pytest.fixture(scope="session")
def small_blocks(large, tmp_path_factory):
    """1,200 households in 24 villages, four partitions."""
    return write(large, tmp_path_factory.mktemp("small"), 1200, 300)


@pytest.fixture(scope="session")
def county(large, tmp_path_factory):
    """12,000 households: more than a core."""
    return write(large, tmp_path_factory.mktemp("county"), 12_000, 2_500)


def write(large, folder, households, part, **how):
    return Blocks.write(folder, large.layout(households), large.stream(households), part_households=part, **how)


@pytest.fixture
def threads():
    with Threads(2) as runner:
        yield runner
