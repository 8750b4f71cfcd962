"""What went out, kept, and what came back, beside it.

Responsible for a copy of every form that went out, with its digest and the head of the ledger it was
filled from, and for naming what a village changed, left out or added. Not responsible for judging it: a
change of a known value is news like any other, and is noted.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from povlib.calendar import Month
from povlib.errors import IntakeError
from povlib.intake.files.reader_process import digest_of_file
from povlib.intake.outgoing.forms import TOWNSHIP
from povlib.intake.sheets.checked_sheet import CheckedSheet
from povlib.intake.sheets.file_check import FileCheck
from povlib.intake.verdict import Flag, cap_flags, mask_value
from povlib.money import yuan

KEPT = ".sent"
_RECORD = "sent.json"
_KINDS = ("identity", "id_number", "phone", "account")
_SHOWN = 20  # keys named in one note; their number is said in full


def record_sent(folder: str | Path, *, head: str = "", officer: str = "") -> Path:
    """Keep a copy of the forms of a folder as they go out; return the record.

    Parameters
    ----------
    folder : path
        Of `write_forms`.
    head, officer : str
        Head of the ledger they were filled from ("" for blank forms), and who sent them.
    """
    kept = Path(folder) / KEPT
    kept.mkdir()
    digests = {}
    for path in sorted(Path(folder).glob("*.xlsx")):
        shutil.copyfile(path, kept / path.name)
        digests[path.name] = digest_of_file(path)
    record = kept / _RECORD
    told = {"head": head, "officer": officer, "sha256": digests}
    record.write_text(json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return record


def sent_form(forms: Path, month: Month, village: str) -> Path | None:
    """Return the form that went to a village (or `TOWNSHIP`) for a month, as it went out; None when none did.

    Raises
    ------
    IntakeError
        If the kept copy was changed since.
    """
    kept = forms / str(month) / KEPT
    path = kept / f"{village}_{month}.xlsx"
    try:
        digests = json.loads((kept / _RECORD).read_text(encoding="utf-8"))["sha256"]
    except (OSError, ValueError, KeyError):
        return None
    if path.name not in digests:
        return None
    if digest_of_file(path) != digests[path.name]:
        raise IntakeError("the copy of the form that went out was changed or removed", where=str(path))
    return path


def compare_with_sent(came_back: FileCheck, forms: Path, read: Callable[[Path], FileCheck]) -> None:
    """Add to a checked file what differs from the form that went out, as notes.

    Parameters
    ----------
    forms : Path
        Folder with one folder a month.
    read : callable
        Checks a file as `came_back` was checked.
    """
    if came_back.month is None or came_back.refused:
        return
    of = [*sorted(_villages_in_file(came_back)), *([TOWNSHIP] if came_back.of_township else [])]
    sent = [path for name in of if (path := sent_form(forms, came_back.month, name))]
    mine = [before for before in map(read, sent) if _is_answered(before, came_back)]
    for sheet in came_back.sheets:
        before = [old for form in mine for old in form.sheets if old.layout.table == sheet.layout.table]
        if before:
            sheet.flags.extend(_differences(before, sheet))


def _villages_in_file(file_check: FileCheck) -> set[str]:
    return {
        str(v) for s in file_check.sheets if s.layout.table == "household" and "village" in s.frame
        for v in s.frame["village"].dropna()
    }  # fmt: skip


def _is_answered(before: FileCheck, came_back: FileCheck) -> bool:
    """Tell whether a file answers a form: a household that names another village does not bring in that form."""
    if before.of_township:
        return came_back.of_township
    asked = _households_in_file(before)
    # Half of the households asked about or more: one household of another village makes no answer to its form.
    return bool(asked) and 2 * len(asked & _households_in_file(came_back)) >= len(asked)


def _households_in_file(check: FileCheck) -> set[str]:
    return {str(hh) for s in check.sheets if s.layout.table == "household" for hh in s.frame["hh"].dropna()}


def _differences(before: list[CheckedSheet], now: CheckedSheet) -> Iterator[Flag]:
    keys = [key for key in now.layout.unique if key in now.frame and all(key in s.frame for s in before)]
    old, new = _indexed_by_row_key(pd.concat([s.frame for s in before]), keys), _indexed_by_row_key(now.frame, keys)
    yield from _rows_only_in_first(now.name, "form_row_missing", old.index, new.index)
    yield from _rows_only_in_first(now.name, "form_row_new", new.index, old.index)
    both = old.index.intersection(new.index, sort=False)
    old, new = old.loc[both], new.loc[both]
    for column in now.layout.columns:
        if column.key in keys or column.key not in old or column.key not in new:
            continue
        yield from cap_flags(list(_changed_cells(now, column.key, column.header, column.kind, old, new)))


def _rows_only_in_first(sheet: str, rule: str, first: pd.Index, second: pd.Index) -> Iterator[Flag]:
    """Name the rows that one of two forms has and the other has not."""
    names = [key for key in first if key not in second]
    if names:
        said = "、".join(map(mask_value, names[:_SHOWN])) + ("…" if len(names) > _SHOWN else "")
        yield Flag(sheet, "", rule, {"got": f"{len(names)}（{said}）"})


def _changed_cells(
    now: CheckedSheet, key: str, header: str, kind: str, old: pd.DataFrame, new: pd.DataFrame
) -> Iterator[Flag]:  # fmt: skip
    went, came = old[key].astype(object), new[key].astype(object)
    for row, sent, back in zip(new["_row"], went, came, strict=True):
        if _is_empty(sent) or _is_same(sent, back):
            continue
        hidden = kind if kind in _KINDS else ""
        values = {
            "field": header,
            "got": mask_value(_value_in_words(sent, kind), hidden),
            "value": mask_value(_value_in_words(back, kind), hidden),
        }
        rule = "form_emptied" if _is_empty(back) else "form_changed"
        yield Flag(now.name, now.cell(int(row), key), rule, values)


def _indexed_by_row_key(frame: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Index rows by their key as one text; of rows that repeat one the first counts."""
    known = frame.dropna(subset=keys)
    index = pd.Index(["/".join(map(str, row)) for row in known[keys].itertuples(index=False)], dtype="str")
    return known.set_index(index)[~index.duplicated()]


def _is_empty(value: Any) -> bool:
    return value is None or (not isinstance(value, (list, tuple)) and bool(pd.isna(value)))


def _is_same(sent: Any, back: Any) -> bool:
    return not _is_empty(back) and bool(sent == back)


def _value_in_words(value: Any, kind: str) -> str:
    if _is_empty(value):
        return ""
    if kind == "money":
        return yuan(int(value))
    return "、".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
