"""Own income and transfers against the line, one household of each standing by hand, and persons counted once."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd

from povlib.calendar import Month
from povlib.poverty.households.transfer_exits import income_standing
from povlib.vocabulary import GUARANTEES

LAST = Month(2016, 12)
MONTHS = range(LAST.ordinal - 11, LAST.ordinal + 1)
LINE = 314_600
RULE = SimpleNamespace(authority="exit_check", margin=0.0, stability_months=1)
CATALOGUE = SimpleNamespace(
    income=[
        SimpleNamespace(key="minimum_living", regular=True, income="transfer"),
        SimpleNamespace(key="dividend", regular=True, income="property"),
    ],
    line_fen=lambda authority, month: LINE,
)


def state_of(
    wages: dict[str, int], receipts: list[tuple[str, str, int]], short: str = "", size: int = 2
) -> SimpleNamespace:
    rows = [
        {"hh": hh, "month": m, "wage_fen": wage, "business_fen": 0, "property_fen": 0, "cost_fen": 0,
         **dict.fromkeys(GUARANTEES, 1)}
        for hh, wage in wages.items() for m in MONTHS if not (hh == short and m == LAST.ordinal)
    ]  # fmt: skip
    got = [(hh, m, kind, fen) for hh, kind, fen in receipts for m in MONTHS]
    return SimpleNamespace(
        households=pd.DataFrame({"hh": list(wages), "size": size}),
        observations=pd.DataFrame(rows),
        transfers=pd.DataFrame(got, columns=["hh", "month", "kind", "fen"]),
    )


def test_each_standing_by_hand() -> None:
    # two heads: the line is 52,434 fen a month for the household
    state = state_of(
        {"own": 53_000, "carried": 30_000, "below": 30_000, "share": 30_000, "gap": 60_000},
        [("carried", "minimum_living", 25_000), ("below", "minimum_living", 20_000), ("share", "dividend", 25_000)],
        short="gap",
    )
    found = income_standing(state, LAST, CATALOGUE, RULE).set_index("hh")
    # a dividend is the household's own: it is property, though it came as a receipt
    wanted = {"own": "own", "carried": "transfers", "below": "below", "share": "own", "gap": "unknown"}
    assert found["standing"].to_dict() == wanted
    assert found["exits"].fillna(False).to_dict() == {**dict.fromkeys(wanted, True), "below": False, "gap": False}


def test_random_households_have_the_standing_that_their_sums_give() -> None:
    rng = np.random.default_rng(1)
    wages = {f"H{i:03d}": int(rng.integers(10_000, 90_000)) for i in range(300)}
    receipts = {hh: int(rng.integers(0, 40_000)) for hh in wages}
    state = state_of(wages, [(hh, "minimum_living", fen) for hh, fen in receipts.items()])
    found = income_standing(state, LAST, CATALOGUE, RULE)
    for row in found.itertuples():
        own, whole = 12 * wages[row.hh], 12 * (wages[row.hh] + receipts[row.hh])
        assert row.standing == ("own" if own > 2 * LINE else "transfers" if whole > 2 * LINE else "below")
    assert found.groupby("standing")["size"].sum().sum() == 600
    assert set(found["standing"]) == {"own", "transfers", "below"}
