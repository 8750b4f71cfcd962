"""Sizes and bounds for lists visited without replacement, against exact fractions and published-form references."""

from __future__ import annotations

from fractions import Fraction
from math import comb
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from povlib.errors import WorkbenchError
from povlib.housing.inspection.finite_lists import (
    contradicting_number,
    least_wrong_entries,
    most_wrong_entries,
    visits_needed,
)


def _chance(entries: int, wrong: int, visits: int, found: int) -> Fraction:
    """Return P(at most `found` wrong), counted by exact fractions."""
    ways = sum(comb(wrong, k) * comb(entries - wrong, visits - k) for k in range(found + 1) if k <= visits)
    return Fraction(ways, comb(entries, visits))


def _rows(file: Path) -> list[dict[str, str]]:
    return [{str(k): str(v) for k, v in row.items()} for row in pd.read_csv(file, dtype=str).to_dict("records")]


def test_sizes_equal_the_reference(reference: Path) -> None:
    rows = _rows(reference / "inspection_sampling" / "sample_sizes.csv")
    assert len(rows) == 48
    for row in rows:
        entries = int(row["N"])
        contradicting = contradicting_number(entries, row["p0"], at_most=row["claim"] == "at_most")
        assert contradicting == int(row["W0"])
        needed = visits_needed(entries, contradicting, int(row["errors_allowed"]))
        assert ("impossible" if needed is None else str(needed)) == row["n"]


def test_bounds_equal_the_reference(reference: Path) -> None:
    rows = _rows(reference / "inspection_sampling" / "upper_bounds.csv")
    assert len(rows) == 52
    for row in rows:
        assert most_wrong_entries(int(row["N"]), int(row["n"]), int(row["wrong_found"])) == int(row["W_upper95"])


@given(st.integers(2, 60), st.data())
def test_sizes_are_the_smallest_that_keep_the_risk(entries: int, data: st.DataObject) -> None:
    contradicting = data.draw(st.integers(1, entries))
    allowed = data.draw(st.integers(0, 2))
    needed = visits_needed(entries, contradicting, allowed)
    if needed is None:
        assert allowed >= contradicting
        return
    assert _chance(entries, contradicting, needed, allowed) <= Fraction(1, 20)
    assert needed == 0 or _chance(entries, contradicting, needed - 1, allowed) > Fraction(1, 20)


@given(st.integers(1, 40), st.data())
def test_bounds_hold_what_the_findings_do_not_rule_out(entries: int, data: st.DataObject) -> None:
    visits = data.draw(st.integers(0, entries))
    found = data.draw(st.integers(0, visits))
    possible = range(found, entries - visits + found + 1)
    not_too_many = [w for w in possible if _chance(entries, w, visits, found) > Fraction(1, 20)]
    before = {w: _chance(entries, w, visits, found - 1) if found else Fraction(0) for w in possible}
    not_too_few = [w for w in possible if 1 - before[w] > Fraction(1, 20)]
    assert most_wrong_entries(entries, visits, found) == max(not_too_many)
    assert least_wrong_entries(entries, visits, found) == min(not_too_few)


@pytest.mark.parametrize(("visits", "wrong"), [(3, 4), (11, 0), (5, -1)])
def test_findings_that_cannot_be_are_refused(visits: int, wrong: int) -> None:
    with pytest.raises(WorkbenchError, match="list of 10"):
        most_wrong_entries(10, visits, wrong)


@pytest.mark.parametrize("share", [-0.1, 1.2, "2"])
def test_a_share_outside_0_to_1_is_refused(share: float | str) -> None:
    with pytest.raises(WorkbenchError, match="share of wrong entries"):
        contradicting_number(10, share)


def test_an_empty_list_is_refused() -> None:
    with pytest.raises(WorkbenchError, match="at least one entry"):
        contradicting_number(0, 0.02)
