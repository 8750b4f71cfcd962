"""What the ledger knows goes out in every field of the form, and what comes back unchanged changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from povlib import intake, ledger
from povlib.calendar import Month
from povlib.intake.checks.check import check_files
from povlib.intake.form import form

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


@pytest.fixture
def sent(book: ledger.Ledger, workbooks: list[Path], villages: list[dict[str, str]], tmp_path: Path) -> list[Path]:
    """The forms of the month after, pre-filled with names opened."""
    intake.load(book, workbooks, villages=villages)
    state = ledger.read_state(book)
    told = ledger.unmask(book, None, _KINDS, "forms", ledger.BatchInfo(officer="W", role="desk"))
    month = Month.from_ordinal(state.last_month.ordinal + 1)  # type: ignore[union-attr]
    names = [village["name"] for village in villages]
    return intake.write_forms(state, month, names, tmp_path / "forms", identities=told)


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
    for table in ("household", "member", "support", "housing"):
        both = told[table].index.intersection(shown[table].index)
        assert len(both) > 1, table
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
    for name in ("households", "members", "marks", "support", "projects", "project_items", "placements", "posts"):
        pd.testing.assert_frame_equal(getattr(before, name), getattr(after, name), obj=name)
    kept = ["entity", "entity_id", "field", "value"]
    had, has = (set(frame[kept].itertuples(index=False, name=None)) for frame in (before.answers, after.answers))
    assert had == has
