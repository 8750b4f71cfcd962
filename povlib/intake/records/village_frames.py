"""Rows about work, co-ops, contracts and helpers into the frames that the ledger appends.

Responsible for the sheets that are rows of one table each (`MAIN_TABLES`), in the villages' workbooks and in the
township's. A row that came back with its key alone says nothing. Not responsible for what may stand in them
(`checks.village_checks`).
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from povlib.intake.records.house_frames import day_number
from povlib.intake.records.typed_sheet import TypedSheet
from povlib.intake.village_sheets import MAIN_TABLES
from povlib.ledger.storage.table_schema import BY_FRAME


def village_frames(sheets: Mapping[str, TypedSheet]) -> dict[str, pd.DataFrame]:
    """Return the frames of the sheets about work, co-ops, contracts and helpers, by table of the ledger.

    Parameters
    ----------
    sheets : mapping
        Typed rows by kind of sheet.
    """
    made: dict[str, pd.DataFrame] = {}
    for key, table in MAIN_TABLES.items():
        if key not in sheets:
            continue
        made[table] = _rows_of_table(sheets[key], table)
        if key == "post":
            posts = _rows_of_table(sheets[key], "posts")
            made["posts"] = _that_say_something(posts.assign(post=made[table]["post"]), "posts")
        made[table] = _that_say_something(made[table], table)
    return made


def _rows_of_table(sheet: TypedSheet, table: str) -> pd.DataFrame:
    """Return what belongs in a table; days as ``yyyymmdd`` where the table keeps days."""
    frame = sheet.columns(table)
    for field in sheet.fields:
        if field.place[0] == table and field.kind == "date":
            days = [day_number(when) for when in sheet.rows[f"{field.key}_when"]]
            frame[field.place[1]] = pd.Series(days, index=frame.index, dtype="Int64")
    return frame


def _that_say_something(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """Leave out rows that hold their key and household alone, where the table needs nothing else."""
    spec = BY_FRAME[table]
    told = [str(name) for name in frame if name not in (*spec.key, "hh")]
    needs_more = any(spec.by_name[name].required for name in told)
    kept = frame if needs_more or not told else frame[frame[told].notna().any(axis=1)]
    return kept.reset_index(drop=True)
