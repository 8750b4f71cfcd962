"""What the ledger knows goes out in every field of the form, and what comes back unchanged changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from povlib import intake, ledger
from povlib.calendar import Month
from povlib.intake.checks.check import check_files
from povlib.intake.form import form
from povlib.intake.outgoing.form_rows import form_rows

_KINDS = ("account", "helper", "id_number", "name", "phone")
#: what a village finds out anew each month: asked, with last month's beside it
ASKED_ANEW = {field.key for field in form().sheet("income").fields}
#: sealed and not opened for forms
SEALED = {"remark"}


@pytest.fixture
def workbooks(workbooks: list[Path]) -> list[Path]:
    """Three villages: every field is told in them."""
    return workbooks[:3]


@pytest.fixture
def villages(villages: list[dict[str, str]]) -> list[dict[str, str]]:
    """Their villages."""
    return villages[:3]


def _planned(state: ledger.State, month: Month) -> pd.DataFrame:
    """Return an approved plan: two measures of one household, one for each of two others, one of two funds."""
    hh = sorted(state.households["hh"])[:3]
    return pd.DataFrame({"hh": [hh[0], *hh], "measure": ["training", "cleaner_post", "training", "housing_repair"],
                         "from_month": month.ordinal, "fen": [80_000, 350_050, 80_000, 800_000],
                         "fund": ["帮扶单位资金、财政专项扶贫资金", "县级配套", "", "住房资金"]})  # fmt: skip


@pytest.fixture
def sent(book: ledger.Ledger, workbooks: list[Path], villages: list[dict[str, str]], tmp_path: Path) -> list[Path]:
    """The forms of the month after, pre-filled with names opened."""
    intake.load(book, workbooks, villages=villages)
    state = ledger.read_state(book)
    told = ledger.unmask(book, None, _KINDS, "forms", ledger.BatchInfo(officer="W", role="desk"))
    month = Month.from_ordinal(state.last_month.ordinal + 1)  # type: ignore[union-attr]
    names = [village["name"] for village in villages]
    return intake.write_forms(state, month, names, tmp_path / "forms", identities=told, planned=_planned(state, month))


def _cells(files: list[Path], villages: list[dict[str, str]]) -> dict[str, pd.DataFrame]:
    """Return the checked rows of all files by sheet, indexed by their key."""
    found: dict[str, list[pd.DataFrame]] = {}
    keys: dict[str, tuple[str, ...]] = {}
    for check in check_files(files, villages):
        for sheet in check.sheets:
            found.setdefault(sheet.layout.table, []).append(sheet.frame)
            keys[sheet.layout.table] = sheet.layout.unique
    return {table: pd.concat(frames).set_index(list(keys[table])) for table, frames in found.items()}


def _as_text(value: Any) -> str:
    if value is None or (not isinstance(value, (list, tuple, str)) and pd.isna(value)):
        return ""
    return "、".join(sorted(str(value).split("、")))


def test_every_field_that_was_told_is_in_the_form_that_goes_out(
    sent: list[Path], workbooks: list[Path], villages: list[dict[str, str]]
) -> None:
    told, shown = _cells(workbooks, villages), _cells(sent, villages)
    lost = []
    numbers = shown["support"].index.get_level_values(0).astype("str")
    assert sum(numbers.str.startswith("计划-")) == 4, "what is approved goes out as planned"
    for table in ("household", "member", "support", "housing", "dwelling", "bill", "credit", "site"):
        both = told[table].index.intersection(shown[table].index)
        assert len(both) > (table not in ("credit", "site")), table
        for field in form().sheet(table).fields:
            if field.key in ASKED_ANEW | SEALED or field.key not in told[table] or field.key not in shown[table]:
                continue
            before = told[table].loc[both, field.key].map(_as_text)
            after = shown[table].loc[both, field.key].map(_as_text)
            if differ := int(((before != "") & (before != after)).sum()):
                at = before.index[(before != "") & (before != after)][0]
                lost.append((table, field.key, differ, before[at], after[at]))
    assert lost == []


def test_a_form_that_comes_back_unchanged_changes_nothing_of_what_was_known(
    book: ledger.Ledger, sent: list[Path], villages: list[dict[str, str]]
) -> None:
    before = ledger.read_state(book)
    verdicts = intake.load(book, sent, villages=villages)
    assert {verdict.verdict for verdict in verdicts} <= {"accept", "accept_with_notes"}
    after = ledger.read_state(book)
    for name in (
        "households",
        "members",
        "marks",
        "support",
        "projects",
        "project_items",
        "placements",
        "posts",
        "dwellings",
        "bill_items",
        "project_schedules",
        "progress",
        "material_credits",
        "building_sites",
    ):
        pd.testing.assert_frame_equal(getattr(before, name), getattr(after, name), obj=name)
    kept = ["entity", "entity_id", "field", "value"]
    had, has = (set(frame[kept].itertuples(index=False, name=None)) for frame in (before.answers, after.answers))
    assert had == has


@pytest.mark.thorough
def test_a_planned_measure_that_began_or_was_changed_is_recorded(
    book: ledger.Ledger, sent: list[Path], villages: list[dict[str, str]]
) -> None:
    before = ledger.read_state(book)
    month = Month.from_ordinal(before.last_month.ordinal + 1)  # type: ignore[union-attr]
    workbook = openpyxl.load_workbook(sent[0])
    sheet = next(s for s in workbook if any(str(c.value).startswith("计划-") for row in s.rows for c in row))
    heads = [c for row in sheet.iter_rows(max_row=6) for c in row if c.value]
    rows = [row[0].row for row in sheet.iter_rows() if any(str(cell.value).startswith("计划-") for cell in row)]
    for row, (head, value) in zip(rows, [("实施状态", "进行中"), ("金额", 123.45)], strict=False):
        column = next(c.column for c in heads if str(c.value).strip(" *").startswith(head))
        sheet.cell(row, column).value = value
    workbook.save(sent[0])
    intake.load(book, sent, villages=villages)
    state = ledger.read_state(book)
    new = state.support[~state.support["id"].isin(before.support["id"])]
    assert sorted(new["status"]) == ["计划", "进行中"]
    assert (new["from_month"] == month.ordinal).all()
    assert 12345 in new["fen"].tolist()
    # what is told now goes out once, not a second time as planned
    shown = form_rows(state, month + 1, None, _planned(before, month))["support"]
    assert shown["support"].is_unique
    assert shown["support"].str.startswith("计划-").sum() == 4
