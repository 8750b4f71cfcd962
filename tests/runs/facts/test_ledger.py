"""Completeness counts each household's own months: a surplus of one never hides a gap of another."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd

from povlib.calendar import Month
from povlib.runs.facts.ledger import completeness

LAST = Month(2016, 4)


def _state(months: dict[str, list[int]], identified: dict[str, int | None]) -> SimpleNamespace:
    households = pd.DataFrame(
        {
            "hh": list(months),
            "village": "甲",
            "size": 3,
            "identified_month": pd.array([identified[hh] for hh in months], dtype="Int64"),
        }
    )
    rows = [(hh, month, "observed") for hh, of in months.items() for month in of]
    observations = pd.DataFrame(rows, columns=["hh", "month", "flag"])
    nobody = households.iloc[:0]
    return SimpleNamespace(
        poor=households,
        households=households,
        exited=nobody,
        unlisted=nobody,
        observations=observations,
        last_month=LAST,
    )


def test_months_before_identification_fill_no_gap_of_another() -> None:
    year = [LAST.ordinal - back for back in range(12)]
    state = _state(
        {"a": year, "b": year[:10]},  # a has twelve months but is due for three; b lacks two of twelve
        {"a": LAST.ordinal - 2, "b": None},
    )
    row = completeness(state).iloc[0]
    assert (row["due"], row["received"], row["missing"]) == (3 + 12, 3 + 10, 2)
    assert (row["households"], row["persons"]) == (2, 6)


def test_a_household_without_any_month_misses_all_of_them() -> None:
    row = completeness(_state({"a": []}, {"a": None})).iloc[0]
    assert (row["due"], row["missing"]) == (12, 12)
