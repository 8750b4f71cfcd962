"""The practice township's rows about houses, straight from the simulator: no run, no ledger."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from povlib.calendar import Month
from povlib.runs.facts.houses.house_standing import houses_of
from povlib.sample import house_rows, ledger_rows, simulate


@pytest.fixture(scope="session")
def township() -> SimpleNamespace:
    """The frames of a State as the simulator makes them, with photos of two houses."""
    made = simulate(seed=2016)
    rows = {**ledger_rows(made), **house_rows(made)}
    state = SimpleNamespace(**rows, synthetic=True, last_month=Month.parse("2016-04"))
    state.poor = state.households[state.households["status"].ne("已脱贫")]
    first = state.projects["project"].iloc[0]
    state.house_photos = pd.DataFrame(
        {"project": [first, first, first], "phase": ["before", "before", "after"],
         "sha256": ["a" * 64, "b" * 64, "c" * 64], "week": [20160102, 20160109, 20160402],
         "file": "", "perceptual_hash": ""}
    )  # fmt: skip
    return state


@pytest.fixture(scope="session")
def houses(township: SimpleNamespace) -> pd.DataFrame:
    """One row a registered household."""
    return houses_of(township, pd.DataFrame({"hh": [], "measure": []}, dtype="str"))
