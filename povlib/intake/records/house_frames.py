"""Rows about houses into the frames that the ledger appends: works, bills, weeks, photos, dwellings, credit, sites.

Responsible for the sheets of the form that speak of houses. What a row leaves blank takes nothing back where other rows
of the file say it. Not responsible for what may stand in them (`checks.house_checks`), nor for the photos themselves
(`checks.photo_check`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from povlib.intake.records.typed_sheet import TypedSheet

PHOTO_FIELDS = {"photo_before": "before", "photo_during": "during", "photo_after": "after"}
"""Fields of sheet 工程进度 that name photos, with the phase each stands for."""
_WHOLE = {"dwelling": "dwellings", "bill": "bill_items", "credit": "material_credits", "site": "building_sites"}
_SCHEDULE_DAYS = ("start_day", "planned_done_day", "done_day")
_NO_KEY = {"dwellings": ["hh"]}
Frames = dict[str, pd.DataFrame]


def house_frames(sheets: Mapping[str, TypedSheet], photos: Mapping[str, Any]) -> Frames:
    """Return the frames of the sheets about houses, by ledger table.

    Parameters
    ----------
    sheets : mapping
        Typed rows by kind of sheet.
    photos : mapping
        Photos that were stored (`StoredPhoto`), by the name a cell gives; one that is not among them has no row.
    """
    made: Frames = {table: sheets[key].columns(table) for key, table in _WHOLE.items() if key in sheets}
    for table, key in _NO_KEY.items():
        if table in made:  # a row that went out and came back blank says nothing
            made[table] = made[table][made[table].drop(columns=key).notna().any(axis=1)]
    weeks = []
    if "progress" in sheets:
        weeks.append(_week_rows(sheets["progress"]))
        made["house_photos"] = _photo_rows(sheets["progress"], photos)
    if "housing" in sheets:
        works = sheets["housing"]
        weeks.append(_week_rows(works))
        items = works.columns("project_items").assign(project=works.rows["project"])[works.complete("project_items")]
        made["projects"] = works.columns("projects").drop_duplicates("project", ignore_index=True)
        made["project_items"] = items.drop_duplicates(["project", "item"], ignore_index=True) if len(items) else items
        made["project_schedules"] = _schedule_rows(works)
    if weeks := [frame for frame in weeks if len(frame)]:
        # `first` takes, for each day of each of the works, what the sheet of weeks says before what that of works says
        made["progress"] = pd.concat(weeks).groupby(["project", "week"], as_index=False, sort=False).first()
    return {name: frame.reset_index(drop=True) for name, frame in made.items()}


def _week_rows(sheet: TypedSheet) -> pd.DataFrame:
    """Return the weekly reports of a sheet; a row that only brings photos reports nothing."""
    told = sheet.complete("progress")
    frame = sheet.columns("progress")[told].assign(project=sheet.rows["project"][told])
    if frame.empty:
        return frame
    frame["week"] = sheet.rows["week_when"][told].map(day_number).astype("int64")
    frame["pct"] = frame["pct"].astype("float64") if "pct" in frame else float("nan")
    if sheet.table == "housing":
        return frame
    return frame[frame["pct"].notna() | (frame["text"].notna() if "text" in frame else False)]


def _photo_rows(sheet: TypedSheet, photos: Mapping[str, Any]) -> pd.DataFrame:
    """Return one row a photo that was stored, under the phase that its column names."""
    rows = []
    for key, phase in PHOTO_FIELDS.items():
        cells = sheet.rows[key] if key in sheet.rows else pd.Series(dtype="str")
        for project, when, cell in zip(sheet.rows["project"], sheet.rows["week_when"], cells, strict=False):
            for name in names_of_photos(cell):
                if (photo := photos.get(name)) is not None:
                    rows.append((project, phase, photo.photo.digest, day_number(when), photo.shown_name,
                                 photo.photo.perceptual_hash))  # fmt: skip
    columns = ["project", "phase", "sha256", "week", "file", "perceptual_hash"]
    frame = pd.DataFrame(rows, columns=columns).astype({"week": "Int64"})
    return frame.drop_duplicates(["project", "phase", "sha256"], ignore_index=True)


def names_of_photos(cell: Any) -> list[str]:
    """Return the file names in a cell, several joined by 、.

    Examples
    --------
    >>> names_of_photos("a.jpg、b.png"), names_of_photos(None)
    (['a.jpg', 'b.png'], [])
    """
    return [name.strip() for name in cell.split("、") if name.strip()] if isinstance(cell, str) else []


def _schedule_rows(sheet: TypedSheet) -> pd.DataFrame:
    frame = sheet.columns("project_schedules")
    if frame.empty or not len(frame.columns):
        return pd.DataFrame()
    for name in _SCHEDULE_DAYS:
        days = sheet.rows.get(f"{name}_when", pd.Series(None, frame.index, dtype=object))
        frame[name] = pd.Series([day_number(when) for when in days], index=frame.index, dtype="Int64")
    known = frame.notna().any(axis=1)
    return frame.assign(project=sheet.rows["project"])[known].drop_duplicates("project")


def day_number(when: Any) -> int | None:
    """Return a day as the ledger keeps it, ``yyyymmdd``; None without a day."""
    return int(when.year * 10_000 + when.month * 100 + when.day) if when is not None and when.day else None
