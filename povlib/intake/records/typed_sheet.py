"""The rows of one kind of sheet, typed, with the fields that say where each of them goes.

Responsible for what both the register's rows (`ledger_rows`) and those of houses (`house_frames`) ask of a sheet.
Not responsible for reading cells (`povlib.intake.sheets.columns`).
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from povlib.intake.form import Field

NEEDED = {"marks": ("mark_month",), "placements": ("post", "post_from"), "project_items": ("item",),
          "progress": ("week",)}  # fmt: skip
"""Fields without which a row of these tables cannot be made: they are part of its key."""


class TypedSheet:
    """All rows of one kind of sheet in a file, typed, with the fields that say where they go."""

    def __init__(self, table: str, rows: pd.DataFrame, fields: Sequence[Field]) -> None:
        self.table, self.rows = table, rows
        self.fields = [field for field in fields if field.key in rows]

    def columns(self, table: str) -> pd.DataFrame:
        """Return what belongs in a table of the ledger, under the names of its columns."""
        told = {field.place[1]: self.rows[field.key] for field in self.fields if field.place[0] == table}
        return pd.DataFrame(told, index=self.rows.index)

    def complete(self, table: str) -> pd.Series:
        """Return which rows say everything without which the table takes no row."""
        rows, needed = self.rows, NEEDED[table]
        if not set(needed) <= set(rows):
            return pd.Series(False, index=rows.index)
        known = rows[list(needed)].notna().all(axis=1)
        if table == "progress":  # a weekly report is told by its day
            known &= rows["week_when"].map(lambda when: when is not None and bool(when.day)).astype(bool)
        return known

    def told(self, field: Field) -> pd.Series:
        """Return the values of a field as text; missing where not known."""
        values = self.rows.get(f"{field.key}_when", self.rows[field.key])
        if isinstance(values.dtype, pd.StringDtype):
            return values
        # truth values, numbers and days alike: missing ones are unequal to themselves, or None
        told = [None if value is None or value is pd.NA or value != value else str(value) for value in values.tolist()]
        return pd.Series(told, index=values.index, dtype="str")
