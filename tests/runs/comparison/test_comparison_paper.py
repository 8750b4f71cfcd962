"""The comparison as files: whole, in both languages, and the runs it speaks of are kept from being removed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import openpyxl
import pytest

from povlib import runs
from povlib.errors import RunError
from povlib.places import Office
from povlib.runs.comparison.carried_plan import ComparedRun
from povlib.runs.comparison.comparison_paper import compared_runs, comparison_folder, comparison_page, write_comparison

pytestmark = pytest.mark.whole_run  # plans the township several times


@pytest.mark.slow
def test_paper_and_workbook_hold_every_changed_household(
    compared: Mapping[str, ComparedRun], monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    base, less = compared["base"].run, compared["less"].run
    monkeypatch.setitem(vars(less), "info", replace(less.info, run_id="feedfeedfeed"))
    monkeypatch.setattr(Office, "papers", property(lambda office: tmp_path))
    facts, written = write_comparison([base, less], "en")
    names = {path.name for path in written}
    assert names == {f"comparison.en.{end}" for end in ("html", "pdf", "docx", "xlsx", "numbers.json", "runs.json")}
    assert {path.parent for path in written} == {comparison_folder([base, less])}
    listed = json.loads((comparison_folder([base, less]) / "comparison.en.runs.json").read_text(encoding="utf-8"))
    assert listed["runs"] == [base.info.run_id, "feedfeedfeed"]
    book = openpyxl.load_workbook(comparison_folder([base, less]) / "comparison.en.xlsx")
    cells = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
    assert set(facts.changed["hh"]) <= cells


def test_one_run_twice_is_no_comparison(compared: Mapping[str, ComparedRun]) -> None:
    base = compared["base"].run
    with pytest.raises(RunError, match="two runs or more"):
        write_comparison([base, base])


def test_the_notebook_shows_what_there_is(compared: Mapping[str, ComparedRun]) -> None:
    base = compared["base"].run
    assert compared_runs(base) == [base]
    page = comparison_page(base, "", "zh")
    assert "plan more_money" in page["regret"].words
    assert runs.comparison_page is comparison_page
