"""What the paper of a plan by parts says of earlier projections: which townships, and ranges where there are any."""

from __future__ import annotations

from typing import Any

import pytest

from povlib.report.area.facts import SampledRecord
from povlib.report.area.sampled_record import sampled_record


def _said(townships: tuple[str, ...], of_townships: int, untested: int = 0, **ends: Any) -> str:
    given = {"low": None, "high": None, "served": None, "served_low": None, "served_high": None, **ends}
    record = SampledRecord(townships, of_townships, 30, 0.9, untested=untested, **given)
    [paragraph] = sampled_record(record, "en").blocks
    said: str = paragraph.prose.text
    return said


def test_townships_that_had_nothing_to_test_are_counted_and_not_named() -> None:
    said = _said(("A", "B"), 9, untested=2, low=0.5, high=1.3)
    assert "Of 9 townships 4 were drawn by lot" in said
    assert "in 2 of them: A" in said
    assert "The other 2 had nothing to test" in said
    assert "in 2 of 3 townships: A" in (every := _said(("A", "B"), 3, untested=1))
    assert "lot" not in every
    assert "nothing to test" not in _said(("A", "B"), 9)
    assert "in all 2 townships" in _said(("A", "B"), 2)


@pytest.mark.parametrize(
    ("ends", "told"),
    [
        ({}, False),
        ({"low": 0.9, "high": 0.9}, False),
        ({"low": 0.5, "high": 1.3}, True),
        ({"served": 0.8, "served_low": 0.5, "served_high": 1.1}, True),
    ],
)
def test_ranges_are_spoken_of_where_there_are_any(ends: dict[str, float], told: bool) -> None:
    said = _said(("A",), 9, **ends)
    assert ("The ranges hold" in said) == ("95 % range" in said) == told
