from __future__ import annotations

import json

import pandas as pd
import pytest

from povlib.errors import ReportError
from povlib.report import Column, Headline, Number, Paragraph, Prose, Report, Section, Table, numbers_json


def _table(**changes: object) -> Table:
    frame = pd.DataFrame({"name": ["a", "a", "b"], "n": [1, 2, 3], "x": [0.5, None, 1.0]})
    columns = (Column("name", "Name"), Column("n", "N", "count", total=True), Column("x", "X", "persons", total=True))
    values: dict[str, object] = {"key": "t", "title": "T", "columns": columns, "frame": frame, "row_key": "name"}
    return Table(**(values | changes))  # type: ignore[arg-type]


def test_rows_of_the_same_name_keep_their_own_numbers() -> None:
    found = {n.key: n.plain() for n in _table().numbers()}
    assert found["t[a].n"] == 1
    assert found["t[a#2].n"] == 2
    assert found["t.total.n"] == 6


def test_a_sum_with_an_unknown_part_is_unknown() -> None:
    assert _table().total_cells("en") == ["Total", "6", "—"]


def test_a_total_can_be_given_where_it_is_no_sum() -> None:
    assert _table(totals={"x": 9.0}).total_cells("en")[2] == "9.0"


def test_one_row_has_no_total_and_no_row_is_said() -> None:
    assert _table(frame=pd.DataFrame({"name": ["a"], "n": [1], "x": [0.5]})).total_cells("en") == []
    assert _table(frame=pd.DataFrame({"name": [], "n": [], "x": []})).cells("en") == []


def test_a_column_that_is_not_there_is_refused_with_all_others() -> None:
    with pytest.raises(ReportError) as refused:
        _table(columns=(Column("no", "No"), Column("nor", "Nor"), Column("n", "N", "leagues")))
    assert len(refused.value.faults) == 3


def test_one_key_has_one_value() -> None:
    first, second = Number("k", 1.0, "persons"), Number("k", 2.0, "persons")
    with pytest.raises(ReportError, match="k"):
        Report("T", "en", notes=(Prose("", (first, second)),))
    assert len(Report("T", "en", notes=(Prose("", (first, first)),)).numbers) == 1


def test_four_headlines_or_none() -> None:
    heads = tuple(Headline("h", Number(f"k{i}", i)) for i in range(4))
    assert len(Report("T", "en", headlines=heads).numbers) == 4
    with pytest.raises(ReportError):
        Report("T", "en", headlines=heads[:3])


def test_two_sections_of_one_key_and_a_strange_language_are_refused() -> None:
    section = Section("a", "A", (Paragraph(Prose("x")),))
    with pytest.raises(ReportError):
        Report("T", "en", sections=(section, section))
    with pytest.raises(ReportError):
        Report("T", "fr")


def test_numbers_json_lists_what_is_printed(paper: Report) -> None:
    listed = json.loads(numbers_json(paper))["numbers"]
    assert listed["headline.additional"] == {
        "value": 171.26,
        "unit": "person",
        "shown": "171人",
        "printed": {"171人": 3},
        "in_cells": 0,
        "is": "sum of size x (p - p0) over the plan",
    }
    assert listed["headline.money"]["value"] == 141_234_500
    assert listed["headline.money"]["unit"] == "fen"
    assert listed["villages.total.money_fen"]["value"] == 141_234_500
    assert listed["households[99990001].points"]["value"] == 1492.1
    # ends of a range are numbers of their own, wherever they are written
    assert listed["baselines[actual].low"]["shown"] == "+30.1"
    assert all(entry["is"] for entry in listed.values() if entry["unit"] != "text")
