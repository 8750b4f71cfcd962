"""Flat exports: household columns repeated on every row of a person.

Responsible for lifting those columns (``household.<field>`` in a mapping) into household rows, and
for naming cells where rows of one household disagree. Not responsible for converting them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib.intake.form import form
from povlib.intake.sheets.checked_sheet import RAW_COLUMN, ROW_COLUMN, SHEET_COLUMN, CheckedSheet
from povlib.intake.sheets.layouts import Layout
from povlib.intake.verdict import Flag, mask_value

HOUSEHOLD_PREFIX = "household."


def household_rows_of_export(sheet: CheckedSheet) -> CheckedSheet | None:
    """Return the household rows that a sheet of persons repeats, or None when it has none.

    Each value is the first one told in the household; a row that says otherwise is flagged, and the
    value is then not known.
    """
    lifted = [column for column in sheet.layout.columns if column.key.startswith(HOUSEHOLD_PREFIX)]
    if not lifted or "hh" not in sheet.places:
        return None
    names = {column.key: column.key.removeprefix(HOUSEHOLD_PREFIX) for column in lifted}
    rows = sheet.frame[["hh", *names, ROW_COLUMN, SHEET_COLUMN]].rename(columns=names)
    rows = rows[rows["hh"].notna()]
    first = rows.groupby("hh", sort=False)[[*names.values()]].first()
    for key, name in names.items():
        _refuse_differing(sheet, rows, first, key, name)
    frame = rows.drop_duplicates("hh")[["hh", ROW_COLUMN, SHEET_COLUMN]].reset_index(drop=True)
    for name in names.values():
        told = first[name].reindex(frame["hh"]).to_numpy(dtype=object)
        frame[name] = pd.Series([None if v is None or v != v else v for v in told], dtype=object)
    frame[RAW_COLUMN] = ""
    places = {"hh": sheet.places["hh"]} | {names[k]: at for k, at in sheet.places.items() if k in names}
    return CheckedSheet(
        _household_layout(sheet.layout, names), sheet.name, places, frame, np.zeros(len(frame), dtype=bool)
    )


def _refuse_differing(sheet: CheckedSheet, rows: pd.DataFrame, first: pd.DataFrame, key: str, name: str) -> None:
    told = rows[rows[name].notna()]
    expected = told["hh"].map(first[name])
    differ = told[np.array([str(a) != str(b) for a, b in zip(told[name], expected, strict=True)], dtype=bool)]
    for hh, row, value in zip(differ["hh"], differ[ROW_COLUMN], differ[name], strict=True):
        details = {
            "field": sheet.layout.canonical[key],
            "got": mask_value(str(value)),
            "value": mask_value(str(first.loc[hh, name])),
        }
        sheet.flags.append(Flag(sheet.name, sheet.cell(int(row), key), "household_differs", details))
        first.loc[hh, name] = None


def _household_layout(layout: Layout, names: dict[str, str]) -> Layout:
    from dataclasses import replace

    hh = replace(layout.field("hh"), destination=form().sheet("household").field("hh").destination)
    columns = (hh, *(replace(c, key=names[c.key]) for c in layout.columns if c.key in names))
    canonical = {names.get(k, k): v for k, v in layout.canonical.items() if k in names or k == "hh"}
    return replace(layout, table="household", unique=("hh",), columns=columns, canonical=canonical)
