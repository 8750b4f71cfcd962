"""Sliders and fields: what is typed is read as people write it, or refused; what lies between stops becomes one."""

from __future__ import annotations

import pytest

from povlib.desk.panel.control_rows import ControlRow, read_value
from povlib.runs.live.live_controls import Control

FUND = Control("funds.a.amount_yuan", "fund", "fund a", "300000", ("0", "200000", "300000", "400000"), {})
POST = Control("posts.p.slots", "post", "post p", "2", ("0", "1", "2", "3"), {})
SHARE = Control("settings.s", "share", "share", "0.2", ("0", "0.2", "0.5"), {})


@pytest.mark.parametrize(
    ("control", "typed", "value"),
    [
        (FUND, "34万元", "340000"),
        (FUND, "340,000", "340000"),
        (FUND, "1234.56", "1234.56"),
        (FUND, "-1", None),
        (FUND, "nan", None),
        (FUND, "1e999", None),
        (FUND, "", None),
        (POST, "3", "3"),
        (POST, "2.5", None),
        (POST, "many", None),
        (SHARE, "25%", "0.25"),
        (SHARE, "25", "0.25"),
        (SHARE, "0.25", "0.25"),
        (SHARE, "101%", None),
        (SHARE, "-5%", None),
    ],
)
def test_a_typed_value_is_read_as_people_write_it_or_refused(control: Control, typed: str, value: str | None) -> None:
    assert read_value(control, typed) == value


def test_a_value_between_stops_is_shown_on_the_slider_and_a_wrong_one_changes_nothing() -> None:
    moved: list[str] = []
    wrong: list[str] = []
    row = ControlRow(FUND, "en", lambda _, value: moved.append(value), lambda _, typed: wrong.append(typed))
    row.field.value = "34万元"
    assert moved == ["340000"]
    assert row.slider.value == "340000"
    assert "340000" in [stop for _, stop in row.slider.options]
    row.field.value = "a lot"
    assert wrong == ["a lot"]
    assert (row.value, row.field.value) == ("340000", "340,000")
    row.slider.value = "400000"
    assert moved == ["340000", "400000"]
    row.put("300000")
    assert moved == ["340000", "400000"]
    assert row.slider.value == "300000"
