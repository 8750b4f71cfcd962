"""One cell, one meaning: conversions against values worked out by hand and against the standards' own examples."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.intake.files.text_table import read_text_table
from povlib.intake.values import cell
from povlib.intake.values.amounts import read_amount, slipped_amounts
from povlib.intake.values.dates import read_date
from povlib.intake.values.identity_number import check_character, read_id_number
from povlib.intake.verdict import mask_value

TODAY = dt.date(2016, 5, 31)


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_the_examples_printed_with_the_standard_are_valid(number: str) -> None:
    assert read_id_number(number, "s", TODAY).value == number


@settings(max_examples=200, deadline=None)
@given(st.dates(dt.date(1900, 1, 1), TODAY), st.integers(0, 999), st.integers(100000, 999999), st.data())
def test_any_one_wrong_digit_and_any_swap_is_found(born: dt.date, serial: int, area: int, data: st.DataObject) -> None:
    first = f"{area}{born:%Y%m%d}{serial:03d}"
    good = first + check_character(first)
    assert read_id_number(good, "s", TODAY).value == good
    at = data.draw(st.integers(0, 16))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != good[at]]))
    assert read_id_number(good[:at] + digit + good[at + 1 :], "s", TODAY).fault
    if at < 16 and good[at] != good[at + 1]:
        assert read_id_number(good[:at] + good[at + 1] + good[at] + good[at + 2 :], "s", TODAY).fault


def test_nothing_is_padded_or_repaired() -> None:
    for text in ("1101051949123100", "110105194912310", "11010519491231002", "11010519491231002X0"):
        assert read_id_number(text, "s", TODAY).value is None


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("2016.5", "s", "2016-05"),
        ("2016.10", "s", "2016-10"),
        ("2016年5月", "s", "2016-05"),
        ("2016年05月10日", "s", "2016-05-10"),
        ("二〇一六年五月十日", "s", "2016-05-10"),
        ("二〇一六年十二月二十一日", "s", "2016-12-21"),
        ("20160510", "s", "2016-05-10"),
        ("201605", "n", "2016-05"),
        ("2016", "n", "2016"),
        ("13/5/2016", "s", "2016-05-13"),
        ("5/13/2016", "s", "2016-05-13"),
        ("5/5/2016", "s", "2016-05-05"),
        ("2016-05-10 00:00:00", "d", "2016-05-10"),
        ("2016/5/10 08:30", "s", "2016-05-10"),
        ("２０１６．５", "s", "2016-05"),
        ("42500", "n", "2016-05-10"),
        ("42500.5", "n", "2016-05-10"),
        ("42461", "s", "2016-04-01"),
    ],
)
def test_dates_with_one_meaning(text: str, kind: str, expected: str) -> None:
    assert str(read_date(text, kind).value) == expected


@pytest.mark.parametrize(
    ("text", "kind", "rule"),
    [
        ("2016.1", "s", "ambiguous_date"),
        ("2016.1", "n", "ambiguous_date"),
        ("5/10/2016", "s", "ambiguous_date"),
        ("5/10/16", "s", "ambiguous_date"),
        ("16.5.10", "s", "ambiguous_date"),
        ("2016-02-30", "s", "bad_date"),
        ("2015-02-29", "s", "bad_date"),
        ("2016-13", "s", "bad_date"),
        ("上个月", "s", "bad_date"),
        ("5月", "s", "bad_date"),
        ("TRUE", "b", "bad_date"),
        ("999999", "n", "bad_date"),
        ("-1", "n", "bad_date"),
    ],
)
def test_dates_that_are_refused(text: str, kind: str, rule: str) -> None:
    found = read_date(text, kind)
    assert (found.value, found.fault) == (None, rule)


@settings(max_examples=200, deadline=None)
@given(st.dates(dt.date(1910, 1, 1), dt.date(2100, 1, 1)))
def test_day_numbers_of_both_bases_and_every_plain_writing_agree(day: dt.date) -> None:
    serial = (day - dt.date(1899, 12, 30)).days
    late = (day - dt.date(1904, 1, 1)).days
    writings = [
        f"{day:%Y-%m-%d}",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
    ]
    assert {str(read_date(text, "s").value) for text in writings} == {day.isoformat()}
    if serial >= 7000:
        assert str(read_date(str(serial), "n").value) == day.isoformat()
    if late >= 7000:
        assert str(read_date(str(late), "n", base_1904=True).value) == day.isoformat()


@pytest.mark.parametrize(
    ("text", "kind", "unit", "fen"),
    [
        ("3146", "s", "元", 314600),
        ("3,146.50", "s", "元", 314650),
        ("￥3146元整", "s", "元", 314600),
        ("0.3146万元", "s", "元", 314600),
        ("0.3146", "n", "万元", 314600),
        ("3146元", "s", "万元", 314600),
        ("３１４６", "s", "元", 314600),
        ("5角", "s", "元", 50),
        ("3333.3333333333335", "n", "元", 333333),
        ("0.30000000000000004", "n", "元", 30),
        ("-5", "n", "元", -500),
        ("0", "n", "元", 0),
    ],
)
def test_amounts(text: str, kind: str, unit: str, fen: int) -> None:
    assert read_amount(text, kind, unit, -100, 10_000).value == fen


@pytest.mark.parametrize(
    "text", ["约3000", "3000多", "3000-4000", "三千", "1E5", "12,34", "3000?", "NA", "１２，３４", "3.1.4"]
)
def test_amounts_that_are_refused(text: str) -> None:
    found = read_amount(text, "s", "元", 0, 1e9)
    assert found.value is None
    assert found.fault in ("suspect_amount", "not_number")


@pytest.mark.parametrize("text", ["", "-", "—", "——", "/", "－", " \u3000"])
def test_dash_and_blank_are_missing_never_zero(text: str) -> None:
    found = read_amount(text, "s", "元", 0, 100)
    assert (found.value, found.fault) == (None, "")


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10**9))
def test_every_amount_written_out_comes_back_to_the_fen(fen: int) -> None:
    said = Decimal(fen) / 100
    for text in (f"{said}", f"{said:,}", f"{said}元", f"{said / 10000}万元"):
        assert read_amount(text, "s", "元", 0, 1e8).value == fen


def test_slips_need_company_and_distance() -> None:
    column = np.array([280000, 295200, 31.0, 310000, np.nan, 0.0])
    assert slipped_amounts(column).tolist() == [False, False, True, False, False, False]
    assert not slipped_amounts(np.array([280000.0, 31.0])).any()
    assert not slipped_amounts(np.array([100.0, 3000.0, 250000.0, 40000.0])).any()


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40), st.sampled_from("sndbtfex "))
def test_no_cell_is_ever_too_strange(text: str, kind: str) -> None:
    for read in (
        cell.read_key,
        cell.read_free_text,
        cell.read_name,
        cell.read_phone,
        cell.read_account,
        lambda t, k: read_id_number(t, k, TODAY),
        lambda t, k: read_date(t, k),
        lambda t, k: read_amount(t, k, "元", 0, 100),
        lambda t, k: cell.read_number(t, k, 0, 9, "人", True),
    ):
        found = read(text, kind)
        assert found.value is None or not found.fault


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_stop_the_text_reader(data: bytes) -> None:
    table = read_text_table(data)
    if "undecodable_file" in {finding.rule for finding in table.findings}:
        return
    assert table.rows.count(None) == sum(finding.cell.startswith("line") for finding in table.findings)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.text('甲乙丙a1,"\n ', max_size=6), min_size=3, max_size=3), min_size=1, max_size=8))
def test_text_written_by_a_spreadsheet_is_read_as_written(rows: list[list[str]]) -> None:
    import csv
    import io

    held = io.StringIO()
    csv.writer(held, quoting=csv.QUOTE_ALL).writerows([["甲", "乙", "丙"], *rows])
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        got = [row for row in read_text_table(held.getvalue().encode(encoding)).rows if row]
        while rows and not any(cell.strip() for cell in rows[-1]):
            rows = rows[:-1]
        kept = got[: len(rows) + 1]
        assert [[c.replace("\n", "\n") for c in row] for row in kept] == [["甲", "乙", "丙"], *rows]


@settings(max_examples=100, deadline=None)
@given(st.text("0123456789", min_size=17, max_size=17))
def test_masks_leave_at_most_two_digits(digits: str) -> None:
    for kind in ("id_number", "phone", "account", "", "text"):
        shown = mask_value(digits + "X", kind)
        assert sum(c.isdigit() for c in shown) <= 2
    assert mask_value("欧阳测试", "identity") == "欧**"
