"""A small practice township, its workbooks and an open ledger."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from povlib import ledger
from povlib.sample import Township, simulate, write_workbooks

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


@pytest.fixture(scope="session")
def township() -> Township:
    return simulate(60, seed=7)


@pytest.fixture(scope="session")
def workbooks(township: Township, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_workbooks(township, tmp_path_factory.mktemp("workbooks"))


@pytest.fixture(scope="session")
def villages(township: Township) -> list[dict[str, str]]:
    return [{"name": village.name} for village in township.world.villages]


@pytest.fixture
def book(tmp_path: Path) -> Iterator[ledger.Ledger]:
    with ledger.open(tmp_path / "ledger.sqlite", create=True, seed=1) as opened:
        yield opened
