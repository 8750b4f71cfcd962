"""Rules between rows: identical rows, keys that repeat, identity numbers in two households.

Responsible for holding rows until someone decides, never for merging them. Works on checked rows.
Not responsible for rules of the register's content (`audit`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from povlib.intake.sheets.checked_sheet import ROW_COLUMN, SHEET_COLUMN, UNKNOWN_PREFIX, CheckedSheet
from povlib.intake.verdict import Flag, cap_flags, mask_value

HouseholdPairs = frozenset[frozenset[str]]
_ID_FIELDS = {"household_brief": "head_id", "member": "id_number"}


def refuse_repeats(sheets: Sequence[CheckedSheet]) -> None:
    """Drop identical rows and hold rows that give one key different contents, across sheets of a table."""
    for table in dict.fromkeys(sheet.layout.table for sheet in sheets):
        _refuse_repeats_of_table([sheet for sheet in sheets if sheet.layout.table == table])


def _refuse_repeats_of_table(sheets: list[CheckedSheet]) -> None:
    """Drop and flag identical rows of one table, and hold rows that give one key different contents."""
    unique = [key for key in sheets[0].layout.unique if all(key in sheet.frame for sheet in sheets)]
    if not unique:
        return
    keys = [name for sheet in sheets for name in _keys_of_rows(sheet, unique)]
    times = Counter(keys)
    repeated = np.array([name is not None and times[name] > 1 for name in keys], dtype=bool)
    if not repeated.any():
        return
    parts = [sheet.frame.assign(_at=np.arange(len(sheet.frame)), _of=i) for i, sheet in enumerate(sheets)]
    rows = pd.concat(parts, ignore_index=True)
    rows["_key"] = keys
    rows = rows[repeated]
    rows = rows.assign(_content=_row_contents(rows))
    again = rows.duplicated(["_key", "_content"], keep="first")
    kept = rows[~again]
    differ = kept[kept.duplicated("_key", keep=False)]
    _note_identical_rows(sheets, rows[again], kept, unique[0])
    _hold_conflicting_rows(sheets, differ, unique[0])
    for index, sheet in enumerate(sheets):
        keep = np.ones(len(sheet.frame), dtype=bool)
        keep[rows.loc[again & (rows["_of"] == index), "_at"].to_numpy(dtype=int)] = False
        if not keep.all():
            sheet.frame, sheet.refused = sheet.frame[keep].reset_index(drop=True), sheet.refused[keep]


def _keys_of_rows(sheet: CheckedSheet, unique: Sequence[str]) -> list[str | None]:
    """Return the key of each row as one text; None where a part of it is not known."""
    words = [[None if value is None else str(value) for value in sheet.frame[key].tolist()] for key in unique]
    return [None if None in part else "\t".join(map(str, part)) for part in zip(*words, strict=True)]


def _row_contents(rows: pd.DataFrame) -> list[str]:
    """Return what each row says, so that rows that say the same are equal."""
    names = [name for name in rows.columns if name not in (ROW_COLUMN, SHEET_COLUMN, "_at", "_of", "_key")]
    columns = [["" if v is None or v != v else str(v) for v in rows[name]] for name in names]
    return ["\x1f".join(values) for values in zip(*columns, strict=True)]


def _note_identical_rows(sheets: list[CheckedSheet], again: pd.DataFrame, kept: pd.DataFrame, key: str) -> None:
    """Flag, in their sheets, rows that repeat an earlier one word for word."""
    first = kept.drop_duplicates("_key").set_index("_key")[ROW_COLUMN]
    flags: dict[int, list[Flag]] = {}
    for of, place, name in zip(again["_of"], again[ROW_COLUMN], again["_key"], strict=True):
        sheet = sheets[int(of)]
        values = {"row": int(first[name]) + 1}
        flags.setdefault(int(of), []).append(Flag(sheet.name, sheet.cell(int(place), key), "identical_row", values))
    for of, found in flags.items():
        sheets[of].flags.extend(cap_flags(found))


def _hold_conflicting_rows(sheets: list[CheckedSheet], differ: pd.DataFrame, key: str) -> None:
    """Refuse and flag, in their sheets, rows that give one key different contents."""
    where = {name: _row_numbers_in_words(group) for name, group in differ.groupby("_key", sort=False)[ROW_COLUMN]}
    flags: dict[int, list[Flag]] = {}
    for of, at, place, name, value in zip(*(differ[c] for c in ("_of", "_at", ROW_COLUMN, "_key", key)), strict=True):
        sheet = sheets[int(of)]
        sheet.refused[int(at)] = True
        details = {"field": sheet.layout.canonical[key], "got": mask_value(str(value)), "value": where[name]}
        flags.setdefault(int(of), []).append(Flag(sheet.name, sheet.cell(int(place), key), "same_key", details))
    for of, found in flags.items():
        sheets[of].flags.extend(cap_flags(found))


def _row_numbers_in_words(rows: pd.Series) -> str:
    said = [str(int(row) + 1) for row in rows.iloc[:20]]
    return "、".join(said) + ("…" if len(rows) > 20 else "")


def hold_shared_identities(
    sheets: Sequence[CheckedSheet], held: Mapping[str, str] | None = None, decided: HouseholdPairs = frozenset()
) -> None:
    """Hold every household that shares an identity number with another.

    Parameters
    ----------
    sheets : sequence of CheckedSheet
        All sheets of the file.
    held : mapping, optional
        Identity numbers of this file that the ledger holds in another household -> that household.
    decided : set of pairs
        Households that someone has decided to be different all the same.
    """
    for sheet in sheets:
        column = _ID_FIELDS.get(sheet.layout.table)
        if column is None or column not in sheet.places:
            continue
        rows = sheet.frame[[column, "hh", ROW_COLUMN]].assign(_at=np.arange(len(sheet.frame)))
        rows = rows[rows[column].notna() & rows["hh"].notna()]
        rows = rows.assign(_id=rows[column].astype(str).str[:18])
        if held is None:
            shared = rows[rows.groupby("_id")["hh"].transform("nunique") > 1]
            for _, group in shared.groupby("_id", sort=False):
                _hold_pair(
                    sheet, group, column, "same_id", _row_numbers_in_words(group[ROW_COLUMN]), set(group["hh"]), decided
                )
        for number, other in (held or {}).items():
            group = rows[(rows["_id"] == number[:18]) & (rows["hh"] != other)]
            _hold_pair(sheet, group, column, "same_id_ledger", other, {*group["hh"], other}, decided)


def _hold_pair(
    sheet: CheckedSheet,
    group: pd.DataFrame,
    column: str,
    rule: str,
    value: str,
    homes: set[str],
    decided: HouseholdPairs,
) -> None:
    """Hold the rows of one shared number unless every pair of its households was decided to differ."""
    pairs = {frozenset(pair) for pair in combinations(sorted(homes), 2)}
    if pairs <= decided:
        return
    sheet.pairs.extend(sorted(tuple(sorted(pair)) for pair in pairs - decided))
    for at, place in zip(group["_at"], group[ROW_COLUMN], strict=True):
        sheet.refused[int(at)] = True
        details = {"field": sheet.layout.canonical[column], "value": value}
        sheet.flags.append(Flag(sheet.name, sheet.cell(int(place), column), rule, details))


def unknown_columns(frame: pd.DataFrame) -> list[str]:
    """Return the names of received columns that no field knows."""
    return [name for name in frame.columns if str(name).startswith(UNKNOWN_PREFIX)]
