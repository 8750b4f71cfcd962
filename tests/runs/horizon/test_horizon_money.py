"""Tranches, what the law owes out of them, and futures: by hand from the practice files."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd

from povlib import params
from povlib.calendar import Month
from povlib.params.procedures.rolling_horizon import load_rolling_horizon
from povlib.places import DATA
from povlib.runs.horizon.horizon_money import horizon_money, money_in_future, owed_by_year

SAMPLE = DATA / "sample" / "params"


def offers(fen: int) -> list[SimpleNamespace]:
    """Entitlements of so much out of the special fund in every period."""
    bills = pd.DataFrame({"fund": ["special"], "cost_fen": [fen], "covered": [True]})
    firsts = [Month(2016, 6), Month(2017, 1), Month(2017, 7), Month(2018, 1)]
    return [
        SimpleNamespace(period=t, first=first, offer=SimpleNamespace(entitlements=bills))
        for t, first in enumerate(firsts)
    ]


def test_what_the_law_owes_is_taken_once_a_year_from_what_lapses_first() -> None:
    catalogue, horizon = params.load(SAMPLE), load_rolling_horizon(SAMPLE)
    assert owed_by_year(offers(500)).to_numpy().tolist() == [
        ["special", 0, 500],
        ["special", 1, 500],
        ["special", 3, 500],
    ]
    left = horizon_money(catalogue, horizon, offers(500)).table.set_index("tranche")  # type: ignore[arg-type]
    # 2016 and January 2017 out of the first money, which lapses first; 2018 out of what is left then
    assert left.loc["special:201606", "amount_fen"] == 32_000_000 - 1000
    assert left["amount_fen"].sum() == sum(row.amount_fen for row in horizon.arrivals) - 1500
    # half of what was announced stays for industry
    assert left.loc["special:201606", "kept_fen"] == 16_000_000
    assert left.loc["housing:201606", "kept_fen"] == 0


def test_in_another_future_later_money_is_less_or_later_and_the_first_is_the_same() -> None:
    catalogue, horizon = params.load(SAMPLE), load_rolling_horizon(SAMPLE)
    made = horizon_money(catalogue, horizon, offers(0))  # type: ignore[arg-type]
    half, late = (
        money_in_future(catalogue, horizon, offers(0), future, made).table.set_index("tranche")  # type: ignore[arg-type]
        for future in horizon.futures[1:]
    )
    known = made.table.set_index("tranche")
    first = known.index[known.index.str.endswith("201606")]
    assert half.loc[first].equals(known.loc[first])
    assert late.loc[first].equals(known.loc[first])
    later = known.index.difference(first)
    assert (half.loc[later, "amount_fen"] * 2 == known.loc[later, "amount_fen"]).all()
    # May 2017 and eight months: January 2018, a period later; December 2017 and eight: after the last one has begun
    assert late.loc["special:201705", ["arrives", "until"]].tolist() == [3, 3]
    assert late.loc["special:201712", "amount_fen"] == 0
