"""The workbook 扶贫台账动态管理表: the one description of its sheets.

Responsible for saying which sheets and columns a village workbook has; the simulator and
``povlib forms`` write it and the reader reads it. Not responsible for reading, checking or
converting values.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml


@dataclass(frozen=True)
class Field:
    """One column: its `key`, Chinese `header`, `kind` of value and the bounds in its own `unit`."""

    key: str
    header: str
    kind: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    codes: str = ""
    required: bool = False
    transfer: str = ""

    @property
    def title(self) -> str:
        """The header as printed, with its unit."""
        return f"{self.header}（{self.unit}）" if self.unit else self.header


@dataclass(frozen=True)
class Sheet:
    """One sheet: its Chinese `name`, the fields that make a row unique, and all fields in order."""

    key: str
    name: str
    unique: tuple[str, ...]
    fields: tuple[Field, ...]

    def field(self, key: str) -> Field:
        """Return a field by key.

        Raises
        ------
        KeyError
            If the sheet has no such field.
        """
        return {field.key: field for field in self.fields}[key]


@dataclass(frozen=True)
class Form:
    """The workbook: `title`, the row that holds the headers (1-based) and the sheets in order."""

    title: str
    header_row: int
    sheets: tuple[Sheet, ...]

    def sheet(self, key: str) -> Sheet:
        """Return a sheet by key.

        Raises
        ------
        KeyError
            If the form has no such sheet.
        """
        return {sheet.key: sheet for sheet in self.sheets}[key]


@cache
def form() -> Form:
    """Return the form of the village workbook.

    Examples
    --------
    >>> form().sheet("income").field("wage").title
    '工资性收入（元）'
    """
    raw = yaml.safe_load(Path(__file__).with_name("form.yaml").read_text(encoding="utf-8"))
    sheets = tuple(
        Sheet(key, sheet["name"], tuple(sheet["key"]), tuple(Field(k, **f) for k, f in sheet["fields"].items()))
        for key, sheet in raw["sheets"].items()
    )
    return Form(raw["title"], raw["header_row"], sheets)
