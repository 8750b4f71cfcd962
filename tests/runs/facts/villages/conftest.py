"""A ledger without rows, to which a test adds its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from povlib import ledger
from povlib.calendar import Month
from povlib.ledger import State

Filled = Callable[..., State]


@pytest.fixture(scope="session")
def bare_state(tmp_path_factory: pytest.TempPathFactory) -> State:
    place: Path = tmp_path_factory.mktemp("bare") / "ledger.sqlite"
    with ledger.open(place, create=True, seed=1) as book:
        return replace(ledger.read_state(book), last_month=Month(2016, 4))


@pytest.fixture(scope="session")
def filled(bare_state: State) -> Filled:
    """Return a state with rows of some frames: ``filled(coops=[{...}])``."""

    def fill(**rows: list[dict[str, Any]]) -> State:
        frames = {}
        for name, given in rows.items():
            like = getattr(bare_state, name)
            frames[name] = pd.DataFrame(given).reindex(columns=like.columns).astype(like.dtypes.to_dict())
        return replace(bare_state, **frames)

    return fill
