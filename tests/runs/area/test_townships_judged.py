"""The townships of a back-test by lot that had anything to test, and what they say together."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from povlib.review.cluster_ratio import ratio_over_clusters
from povlib.runs.area.township_record import record_of_rows

COLUMNS = ["township", "origins", "households", "expected", "observed", "served", "served_expected", "served_observed"]


def _rows(*rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS)


EMPTY = (0, 0, 0.0, 0.0, 0, 0.0, 0.0)


def test_a_township_without_a_household_to_test_is_counted_and_says_nothing() -> None:
    rows = _rows(("B", *EMPTY), ("A", 2, 9, 10.0, 8.0, 4, 5.0, 4.0), ("C", 2, 9, 10.0, 12.0, 0, 0.0, 0.0))
    made = record_of_rows(rows, ("A", "B", "C"), 20)
    assert made is not None
    assert (made.townships, made.untested, made.of_townships, made.households) == (("A", "C"), 1, 20, 18)
    assert made.everybody == ratio_over_clusters([8.0, 12.0], [10.0, 10.0], 19)
    # one township alone had anybody who was helped: no range, and none of nought width
    assert made.served.ratio == pytest.approx(0.8)
    assert math.isnan(made.served.low)


def test_of_all_townships_nothing_is_left_to_the_lot() -> None:
    made = record_of_rows(_rows(("A", 2, 9, 10.0, 8.0, 4, 5.0, 4.0), ("B", *EMPTY)), ("A", "B"), 2)
    assert made is not None
    assert (made.everybody.se, made.served.se, made.untested) == (0.0, 0.0, 1)


def test_nowhere_anything_to_test_is_no_record() -> None:
    assert record_of_rows(_rows(("A", *EMPTY)), ("A",), 5) is None
