"""The workbooks 扶贫台账动态管理表 (villages) and 乡镇产业就业台账 (township): the one description of their sheets.

Responsible for saying which sheets and columns a workbook has and where in the ledger each answer is found;
the simulator and ``povlib forms`` write it and the reader reads it. A field without a destination does not load, so
that nothing is asked and then lost. Not responsible for reading, checking or converting values.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from povlib.errors import Fault, IntakeError
from povlib.plain_yaml import plain_values

ANSWERS, HISTORY, CHECKED_ONLY = "answers", "history", "checked only"
"""Destinations that are no column: an answer of its own, a line of the household's history, kept nowhere."""
SEALED_COLUMNS = "identity.columns"


@dataclass(frozen=True)
class Field:
    """One column: its `key`, Chinese `header`, `kind` of value, bounds in its own `unit`, and its `destination`.

    Forms sent out before it was `added` are read without it; a day that lies `ahead` is no mistake; amounts of a `wide`
    column may differ by any factor.
    """

    key: str
    header: str
    kind: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    codes: str = ""
    required: bool = False
    destination: str = ""
    added: bool = False
    ahead: bool = False
    wide: bool = False

    @property
    def place(self) -> tuple[str, str]:
        """Table of the ledger and column (kind of identity or transfer) where the answer is found.

        Examples
        --------
        >>> form().sheet("income").field("pension").place, form().sheet("household").field("group").place
        (('transfers', 'pension'), ('answers', ''))
        """
        table, _, column = self.destination.partition(".")
        return (table, column) if not self.destination.startswith(CHECKED_ONLY) else (CHECKED_ONLY, "")

    @property
    def transfer(self) -> str:
        """Kind of transfer that the column holds, "" for any other column."""
        table, column = self.place
        return column if table == "transfers" else ""

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
    return form_of(Path(__file__).with_name("form.yaml").read_text(encoding="utf-8"))


@cache
def township_form() -> Form:
    """Return the form of the township's workbook 乡镇产业就业台账: co-ops, enterprises, contracts, posts, helpers.

    Examples
    --------
    >>> [sheet.name for sheet in township_form().sheets][:4]
    ['企业', '企业产值', '企业扶持', '专业合作社']
    """
    return form_of(Path(__file__).with_name("form_of_township.yaml").read_text(encoding="utf-8"))


def every_sheet() -> dict[str, Sheet]:
    """Return the sheets of both workbooks by key, the villages' first.

    Examples
    --------
    >>> every_sheet()["coop"].name, every_sheet()["household"].name
    ('专业合作社', '户信息')
    """
    return {sheet.key: sheet for sheet in (*form().sheets, *township_form().sheets)}


def form_of(description: str) -> Form:
    """Return the form of a description, the text of a ``form.yaml``.

    Raises
    ------
    IntakeError
        Naming every field without a destination.
    """
    raw = plain_values(description)
    sheets = tuple(
        Sheet(key, sheet["name"], tuple(sheet["key"]), tuple(Field(k, **f) for k, f in sheet["fields"].items()))
        for key, sheet in raw["sheets"].items()
    )
    faults = [
        Fault(
            "the field {field} has no destination: what is asked would be lost",
            f"form.yaml: {sheet.key}",
            "households.coop, transfers.pension, identity.phone, answers, checked only: ...",
            values={"field": field.key},
        )
        for sheet in sheets
        for field in sheet.fields
        if not field.destination
    ]
    if faults:
        raise IntakeError(faults)
    return Form(raw["title"], raw["header_row"], sheets)
