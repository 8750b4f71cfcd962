from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.calendar import Month
from povlib.errors import ReportError
from povlib.report import Number, Prose, Range, say, shown


@pytest.mark.parametrize(
    ("value", "kind", "unit", "zh", "en"),
    [
        (1056, "count", "person", "1,056人", "1,056 persons"),
        (1, "count", "household", "1户", "1 household"),
        (171.26, "persons", "person", "171.3人", "171.3 persons"),
        (-0.04, "persons", "", "0.0", "0.0"),
        (0.3871, "share", "", "38.7%", "38.7%"),
        (-0.0001, "share", "", "0.0%", "0.0%"),
        (141_234_500, "wan", "", "141.23万元", "1,412,345 yuan"),
        (141_234_567, "yuan2", "yuan", "1,412,345.67元", "1,412,345.67 yuan"),
        (24196, "month", "", "2016年5月", "2016-05"),
        (0.0712, "percentage_points", "", "7.1个百分点", "7.1 percentage points"),
        (35.1234, "points", "point", "35.12点", "35.12 points"),
        (0.00012345, "points", "", "0.0001234", "0.0001234"),
        (0, "points", "", "0", "0"),
        (True, "yes", "", "是", "yes"),
        (None, "persons", "person", "—", "—"),
        (float("nan"), "yuan", "yuan", "—", "—"),
        (pd.NA, "count", "", "—", "—"),
    ],
)
def test_every_kind_reads_in_both_languages(value: object, kind: str, unit: str, zh: str, en: str) -> None:
    assert shown(value, kind, "zh", unit=unit) == zh
    assert shown(value, kind, "en", unit=unit) == en


def test_a_change_carries_its_sign_and_zero_has_none() -> None:
    assert [shown(v, "persons", "en", signed=True) for v in (3.25, -3.25, 0.0, 0.01, -0.01)] == [
        "+3.2",
        "−3.2",
        "0.0",
        "0.0",
        "0.0",
    ]


@given(st.integers(-(10**15), 10**15))
@settings(max_examples=60)
def test_money_is_written_exactly(fen: int) -> None:
    written = shown(fen, "yuan2", "en").replace(",", "").replace("−", "-")
    assert Decimal(written) * 100 == fen


@given(st.floats(1e-6, 1e6))
@settings(max_examples=80)
def test_points_keep_four_digits_and_no_exponent(value: float) -> None:
    written = shown(value, "points", "en").replace(",", "")
    assert "e" not in written
    assert math.isclose(float(written), value, rel_tol=6e-4)


def test_a_sentence_keeps_the_numbers_it_prints() -> None:
    low, high = Number("low", 1.0, "persons", "person"), Number("high", 2.0, "persons", "person")
    inner = say("{n} are poor.", "en", n=Number("poor", 7, "count", "household"))
    whole = say("{inner} Between {range} by {month}.", "en", inner=inner, range=Range(low, high), month=Month(2016, 12))
    assert whole.text == "7 households are poor. Between 1.0–2.0 persons by 2016-12."
    assert [n.key for n in whole.numbers] == ["poor", "low", "high"]


def test_a_number_without_a_key_is_refused_in_a_sentence() -> None:
    with pytest.raises(ReportError) as refused:
        say("{n} of {m}", "en", n=3, m=np.float64(2.0))
    assert len(refused.value.faults) == 2


def test_sentences_join_with_a_space_only_where_the_script_has_one() -> None:
    assert (Prose("One.") + Prose("Two.")).text == "One. Two."
    assert (Prose("一。") + Prose("二。")).text == "一。二。"
    assert (Prose("") + Prose("Two.")).text == "Two."


def test_an_unknown_way_of_writing_is_refused() -> None:
    with pytest.raises(ReportError):
        shown(1, "furlongs", "en")
    with pytest.raises(ReportError):
        shown(1, "count", "en", unit="furlong")


def test_an_unknown_end_makes_the_range_unknown() -> None:
    assert Range(Number("a", None, "persons"), Number("b", 1.0, "persons")).show("en") == "—"


def test_wan_is_written_once_in_a_range() -> None:
    assert Range(Number("a", 100_000_000, "wan"), Number("b", 150_000_000, "wan")).show("zh") == "100.00–150.00万元"
