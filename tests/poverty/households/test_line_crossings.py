"""Movements over the line on three households of fifteen months, counted by hand; gaps and flags shown."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import pandas as pd
import pytest

from povlib import poverty
from povlib.calendar import Month
from povlib.errors import DataError, ParameterError

FIRST, AT = Month(2015, 1), Month(2016, 4)  # month-ends with a full year behind them: 2015-12 to 2016-04
GUARANTEES = ("food", "clothing", "schooling", "medical", "housing", "water")


@dataclass
class Rules:
    authority: str = "exit_check"
    margin: float = 0.0
    stability_months: int = 1


def _line(authority: str, month: Month) -> int:
    if month < Month(2015, 1):
        raise ParameterError("there is no line")
    return 100_000


CATALOGUE = SimpleNamespace(income=[], line_fen=_line)


def ledger() -> SimpleNamespace:
    """A is below, rises in 2016-01, falls back in 2016-03; B is always below; C is above and lacks 2015-06."""
    rows = []
    for step in range(16):
        month = FIRST + step
        extra = {Month(2016, 1): 60_000, Month(2016, 2): 0}.get(month, 0)
        wages = {"A": 5_000 + extra, "B": 5_000, "C": 20_000}
        rows += [{"hh": hh, "month": month.ordinal, "wage_fen": wages[hh]} for hh in wages]
    frame = pd.DataFrame(rows).assign(business_fen=0, property_fen=0, cost_fen=0, flag="observed")
    # A loses in 2016-03 what it won in 2016-01
    frame.loc[(frame["hh"] == "A") & (frame["month"] == Month(2016, 3).ordinal), "cost_fen"] = 60_000
    frame.loc[(frame["hh"] == "B") & (frame["month"] == AT.ordinal), "flag"] = "late"
    frame = frame[~((frame["hh"] == "C") & (frame["month"] == Month(2015, 6).ordinal))]
    frame = frame.assign(**{name: pd.array([1] * len(frame), dtype="Int8") for name in GUARANTEES})
    households = pd.DataFrame({"hh": ["A", "B", "C"], "size": [1, 1, 1], "status": ["已脱贫", "未脱贫", "未脱贫"]})
    transfers = pd.DataFrame({"hh": pd.Series(dtype="str"), "month": pd.Series(dtype="int64"),
                              "kind": pd.Series(dtype="str"), "fen": pd.Series(dtype="int64")})  # fmt: skip
    return SimpleNamespace(households=households, observations=frame.reset_index(drop=True), transfers=transfers)


def test_entries_exits_and_returns_by_hand() -> None:
    found = poverty.movements(ledger(), AT, CATALOGUE, Rules())
    months = found.months.set_index("month")
    assert months.index.tolist() == [(Month(2015, 12) + k).ordinal for k in range(5)]
    assert months["exits"].tolist() == [0, 1, 0, 0, 0]
    assert months["entries"].tolist() == [0, 0, 0, 1, 0]
    assert months["returns"].tolist() == [0, 0, 0, 1, 0]
    assert months["poor"].tolist() == [2, 1, 1, 2, 2]
    counts = found.counts.iloc[0]
    assert counts[["households", "entries", "exits", "returns", "always"]].tolist() == [3, 1, 1, 1, 1]


def test_a_missing_month_is_not_known_and_never_filled() -> None:
    found = poverty.movements(ledger(), AT, CATALOGUE, Rules())
    assert found.months["not_known"].tolist() == [1] * 5  # C lacks a month of every trailing year
    assert found.counts["never"].tolist() == [0]
    assert found.counts["not_known"].tolist() == [5]
    state = ledger()
    row = state.observations[(state.observations["hh"] == "C")].iloc[[0]].assign(month=Month(2015, 6).ordinal)
    state.observations = pd.concat([state.observations, row], ignore_index=True)
    whole = poverty.movements(state, AT, CATALOGUE, Rules())
    assert whole.months["not_known"].tolist() == [0] * 5
    assert whole.counts["never"].tolist() == [1]


def test_late_and_imputed_rows_are_counted_in_their_month() -> None:
    months = poverty.movements(ledger(), AT, CATALOGUE, Rules()).months
    assert months["late"].tolist() == [0, 0, 0, 0, 1]
    assert months["imputed"].sum() == 0
    assert months["reported"].tolist() == [3] * 5


def test_months_before_any_line_was_in_force_are_left_out() -> None:
    late = SimpleNamespace(income=[], line_fen=lambda a, m: _line(a, m + -12))
    found = poverty.movements(ledger(), AT, late, Rules())
    assert found.months["month"].iloc[0] == Month(2016, 1).ordinal


def test_a_ledger_too_short_for_two_month_ends_is_refused() -> None:
    state = ledger()
    state.observations = state.observations[state.observations["month"] < Month(2016, 1).ordinal]
    with pytest.raises(DataError, match="thirteen months"):
        poverty.movements(state, Month(2015, 12), CATALOGUE, Rules())
    empty = SimpleNamespace(**{**vars(state), "observations": state.observations[:0]})
    with pytest.raises(DataError, match="no month"):
        poverty.movements(empty, AT, CATALOGUE, Rules())
