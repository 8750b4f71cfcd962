"""Rules between rows: identical rows, keys that repeat, identity numbers in two households.

Responsible for holding rows until someone decides, never for merging them. Works on checked rows.
Not responsible for rules of the register's content (`audit`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from povlib.intake.sheet import KEPT, ROW, SHEET, Checked
from povlib.intake.verdict import Flag, masked

_ID_FIELDS = {"household_brief": "head_id", "member": "id_number"}


def refuse_repeats(sheets: Sequence[Checked]) -> None:
    """Drop identical rows and hold rows that give one key different contents, across sheets of a table."""
    for table in dict.fromkeys(sheet.layout.table for sheet in sheets):
        _repeats([sheet for sheet in sheets if sheet.layout.table == table])


def _repeats(sheets: list[Checked]) -> None:
    unique = [key for key in sheets[0].layout.unique if all(key in sheet.frame for sheet in sheets)]
    if not unique:
        return
    rows = pd.concat(
        [sheet.frame.assign(_at=np.arange(len(sheet.frame)), _of=i) for i, sheet in enumerate(sheets)], ignore_index=True
    )
    parts = [[None if value is None else str(value) for value in rows[key]] for key in unique]
    rows["_key"] = [None if None in part else "\t".join(map(str, part)) for part in zip(*parts, strict=True)]
    known = rows[rows["_key"].notna()]
    doubled = known[known.duplicated("_key", keep=False)]
    drop: list[tuple[int, int]] = []
    for _, group in doubled.groupby("_key", sort=False):
        _settle(sheets, group, unique[0], drop)
    for index, sheet in enumerate(sheets):
        gone = np.array([at for of, at in drop if of == index], dtype=int)
        if gone.size:
            keep = np.ones(len(sheet.frame), dtype=bool)
            keep[gone] = False
            sheet.frame, sheet.refused = sheet.frame[keep].reset_index(drop=True), sheet.refused[keep]


def _settle(sheets: list[Checked], group: pd.DataFrame, key: str, drop: list[tuple[int, int]]) -> None:
    """Drop what says the same again; when different contents remain, hold them all."""
    content = group.drop(columns=[ROW, SHEET, "_at", "_of", "_key"]).map(lambda v: "" if v is None or v != v else str(v))
    again = content.duplicated(keep="first")
    kept = group[~again]
    for at, of, place in zip(group.loc[again, "_at"], group.loc[again, "_of"], group.loc[again, ROW], strict=True):
        drop.append((int(of), int(at)))
        sheet = sheets[int(of)]
        values = {"row": int(kept[ROW].iloc[0]) + 1}
        sheet.flags.append(Flag(sheet.name, sheet.cell(int(place), key), "identical_row", values))
    if len(kept) < 2:
        return
    where = "、".join(str(int(row) + 1) for row in kept[ROW])
    for at, of, place, value in zip(kept["_at"], kept["_of"], kept[ROW], kept[key], strict=True):
        sheet = sheets[int(of)]
        sheet.refused[int(at)] = True
        details = {"field": sheet.layout.canonical[key], "got": masked(str(value)), "value": where}
        sheet.flags.append(Flag(sheet.name, sheet.cell(int(place), key), "same_key", details))


def hold_shared_identities(sheets: Sequence[Checked], held: Mapping[str, str] | None = None) -> None:
    """Hold every household that shares an identity number with another.

    Parameters
    ----------
    sheets : sequence of Checked
        All sheets of the file.
    held : mapping, optional
        Identity numbers of this file that the ledger holds in another household -> that household.
    """
    for sheet in sheets:
        column = _ID_FIELDS.get(sheet.layout.table)
        if column is None or column not in sheet.places:
            continue
        rows = sheet.frame[[column, "hh", ROW]].assign(_at=np.arange(len(sheet.frame)))
        rows = rows[rows[column].notna() & rows["hh"].notna()]
        rows = rows.assign(_id=rows[column].astype(str).str[:18])
        shared = rows[rows.groupby("_id")["hh"].transform("nunique") > 1]
        for _, group in shared.groupby("_id", sort=False):
            where = "、".join(str(int(row) + 1) for row in group[ROW])
            _hold(sheet, group, column, "same_id", where)
        for number, other in (held or {}).items():
            group = rows[(rows["_id"] == number[:18]) & (rows["hh"] != other)]
            _hold(sheet, group, column, "same_id_ledger", other)


def _hold(sheet: Checked, group: pd.DataFrame, column: str, rule: str, value: str) -> None:
    for at, place in zip(group["_at"], group[ROW], strict=True):
        sheet.refused[int(at)] = True
        details = {"field": sheet.layout.canonical[column], "value": value}
        sheet.flags.append(Flag(sheet.name, sheet.cell(int(place), column), rule, details))


def kept_columns(frame: pd.DataFrame) -> list[str]:
    """Return the names of received columns that no field knows."""
    return [name for name in frame.columns if str(name).startswith(KEPT)]
