"""Village income shared out enters a household's months once, against a loop over plain rows."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from povlib import params
from povlib.calendar import Month
from povlib.exits.forecasting.household_panel import read_panel
from povlib.places import DATA

LAST = Month(2016, 4)
FIRST = LAST + -23


def drawn(seed: int) -> SimpleNamespace:
    """Return 200 households with gaps in 24 months of sheets, and shares of village income, some on one day twice."""
    rng = np.random.default_rng(seed)
    hh = [f"H{i:03d}" for i in range(200)]
    row, month = (part.ravel() for part in np.meshgrid(hh, np.arange(FIRST.ordinal, LAST.ordinal + 1), indexing="ij"))
    kept = rng.random(len(row)) > 0.1
    told = pd.DataFrame({"hh": row[kept], "month": month[kept]})
    for name in ("wage", "business", "cost", "one_off"):
        told[f"{name}_fen"] = rng.integers(0, 200_000, len(told))
    told["property_fen"] = np.where(rng.random(len(told)) < 0.7, 0, rng.integers(1, 30_000, len(told)))
    n = 400
    when = [Month.from_ordinal(int(m)) for m in rng.integers(FIRST.ordinal - 3, LAST.ordinal + 3, n)]
    day = [m.year * 10_000 + m.month * 100 + int(d) for m, d in zip(when, rng.integers(1, 29, n), strict=True)]
    uses = pd.DataFrame({"use": [f"U{i}" for i in range(n)], "village": "甲", "day": day,
                         "fen": rng.integers(1, 20_000, n),
                         "kind": rng.choice(["households", "works"], n, p=[0.8, 0.2]),
                         "hh": rng.choice([*hh, "gone"], n)})  # fmt: skip
    uses.loc[uses["kind"] == "works", "hh"] = None
    transfers = pd.DataFrame({"hh": [hh[0]], "month": [LAST.ordinal], "kind": ["pension"], "fen": [8_000]})
    return SimpleNamespace(households=pd.DataFrame({"hh": hh, "size": 3}), observations=told, transfers=transfers,
                           income_uses=uses)  # fmt: skip


@pytest.mark.parametrize("seed", [4, 5])
def test_each_known_month_counts_at_least_its_share_and_no_month_twice(seed: int) -> None:
    state, catalogue = drawn(seed), params.load(DATA / "sample" / "params")
    shares: dict[tuple[str, int], int] = {}
    for use in state.income_uses.itertuples():
        if use.kind == "households":
            key = (use.hh, use.day // 10_000 * 12 + use.day // 100 % 100 - 1)
            shares[key] = shares.get(key, 0) + use.fen
    told = {(r.hh, r.month): r.property_fen for r in state.observations.itertuples()}
    panel = read_panel(state, LAST, catalogue)
    raised = 0
    for at, hh in enumerate(state.households["hh"]):
        for month in range(FIRST.ordinal, LAST.ordinal + 1):
            column = month - panel.first.ordinal
            if (hh, month) in told:
                own, share = told[hh, month], shares.get((hh, month), 0)
                assert panel.income["property"][at, column] == max(own, share)
                raised += share > own
            assert bool(panel.known[at, column]) == ((hh, month) in told)
    assert raised > 100
    without = read_panel(SimpleNamespace(**{**vars(state), "income_uses": state.income_uses.iloc[:0]}), LAST, catalogue)
    for source in ("wage", "business", "transfer", "cost"):
        np.testing.assert_array_equal(panel.income[source], without.income[source])
