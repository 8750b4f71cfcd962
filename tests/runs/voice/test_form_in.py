"""The form of what households say, out and in: whole or not at all, each wrong cell by name, nothing personal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from povlib import ledger, runs
from povlib.report.writers.voice_form import COLUMNS
from povlib.runs.voice.form_in import take_form, write_forms
from povlib.runs.voice.household_voice import voice_standing
from povlib.words import text

pytestmark = pytest.mark.whole_run
Copied = Callable[[], runs.Run]


def test_a_form_goes_out_and_comes_back_whole_or_not_at_all(copied: Copied, tmp_path: Path) -> None:
    import openpyxl

    run = copied()
    place = runs.sample_office()
    (path,) = write_forms(run, tmp_path, "zh")
    workbook = openpyxl.load_workbook(path)
    sheet = workbook.worksheets[0]
    head = next(row for row in range(1, 20) if sheet.cell(row, 1).value == text(COLUMNS["hh"], "zh"))
    at = {key: column for column, key in enumerate(COLUMNS, start=1)}
    first, second = (str(sheet.cell(head + n, 1).value) for n in (1, 2))

    def fill(line: int, **cells: str) -> None:
        for key, value in cells.items():
            sheet.cell(line, at[key], value)

    end = head + len(run.plan.chosen) + 1
    fill(head + 1, kind=text("consent", "zh"), day="2016-05-05")
    fill(head + 2, kind=text("refusal", "zh"), measure="产业扶持补助", words="年纪大了", day="2016年5月5日")
    fill(end, kind=text("objection", "zh"), words="我家也困难", day="2016-05-06")  # of nobody on the register
    fill(end + 1, hh="S99-0001", kind="吃饭", measure="城堡", words="电话13912345678", day="2099-01-01")
    workbook.save(path)
    refused = take_form(place, path, "desk")
    said = " ".join(fault.show("en") for fault in refused.faults)
    for part in ("S99-0001", "none of what may be said", "there is no measure", "personal", "future"):
        assert part in said
    assert "13912345678" not in said
    assert voice_standing(place, date(2016, 6, 1)).empty
    for column in range(1, len(COLUMNS) + 1):
        sheet.cell(end + 1, column).value = None
    workbook.save(path)
    taken = take_form(place, path, "desk")
    assert (taken.loaded, taken.added, taken.faults) == (3, True, [])
    assert not take_form(place, path, "desk").added  # the same file again
    standing = voice_standing(place, date(2016, 6, 1)).set_index("id")
    assert standing["kind"].to_dict() == {
        f"{first}-1": "consent", f"{second}-1": "refusal", "village-1": "objection"
    }  # fmt: skip
    assert standing.loc[f"{second}-1", "subject"] == "industry_grant"
    with runs.open_book(place, create=False) as book:
        assert ledger.binding_decisions(ledger.household_decisions(book), run.settings.help_from)["hh"].tolist() == [
            second
        ]
