"""A form that came back filled in: its sheet found by its headers, its cells by row and key, its days read.

Responsible for what every such form has in common: what it says it belongs to, which rows were filled in, and the
cells that cannot be taken (formulas, struck-out cells, something personal, no day). Not responsible for what the words
of one form mean (`.voice.form_in`, `.inspections.forms_in`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from povlib.errors import Fault, PrivacyError
from povlib.intake.files.grid import Grid
from povlib.intake.files.reader_process import ReceivedFile
from povlib.intake.values.cell import trim
from povlib.intake.verdict import Flag, mask_value
from povlib.params.tables import fold_text
from povlib.report.privacy.personal_data import check_texts
from povlib.words import languages, text

_MOST_ABOVE = 30  # rows above the headers in which they are looked for: forms have up to nine; a clerk may add some
_DAY = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00(?::00)?)?|(\d{4})(\d{2})(\d{2})(?:[ T]00:00(?::00)?)?"
)


@dataclass(frozen=True)
class ReturnedForm:
    """The sheet of a form.

    Attributes
    ----------
    grid : Grid
        Its cells.
    head : int
        Row of the headers, from 0.
    columns : dict
        Column by key of the form.
    belongs : dict
        What the form says it belongs to, by key.
    filled_in : sequence of str
        Keys of the columns that a village fills in.
    """

    grid: Grid
    head: int
    columns: dict[str, int]
    belongs: dict[str, str]
    filled_in: tuple[str, ...]

    def text(self, row: int, key: str) -> str:
        """Return what stands in a cell, trimmed; empty where there is nothing or no such column."""
        at = self.columns.get(key)
        return "" if at is None or self.grid.kinds[at, row] == " " else trim(str(self.grid.texts[at, row]))

    def cell(self, row: int, key: str) -> str:
        """Return where a cell is, as a spreadsheet names it."""
        return f"{self.grid.name}!{self.grid.cell(row, self.columns.get(key, 0))}"

    @property
    def rows(self) -> Iterator[int]:
        """Rows in which something was filled in."""
        for row in range(self.head + 1, self.grid.height):
            if any(self.text(row, key) for key in self.filled_in):
                yield row


def form_among(
    grids: Iterable[Grid],
    columns: Mapping[str, str],
    belongs: Mapping[str, str],
    needed: Collection[str],
    filled_in: tuple[str, ...],
) -> ReturnedForm | None:
    """Return the first sheet that has the headers of a form, in any language; None if no sheet has.

    Parameters
    ----------
    columns, belongs : mapping
        Message ids of the headers, and of the labels above them, by key.
    needed : collection of str
        Keys of the columns without which a sheet is not this form.
    filled_in : tuple of str
        Keys of the columns that a village fills in.
    """
    headers = {fold_text(text(label, lang)): key for key, label in columns.items() for lang in languages()}
    labels = {fold_text(text(label, lang)): key for key, label in belongs.items() for lang in languages()}
    for grid in grids:
        said: dict[str, str] = {}
        for row in range(min(grid.height, _MOST_ABOVE)):
            cells = [trim(str(grid.texts[at, row])) for at in range(grid.width)]
            found: dict[str, int] = {}
            for at, cell in enumerate(cells):
                if (key := headers.get(fold_text(cell))) is not None:
                    found.setdefault(key, at)
            if set(needed) <= set(found):
                return ReturnedForm(grid, row, found, said, filled_in)
            if cells and (label := labels.get(fold_text(cells[0]))) is not None:
                said.setdefault(label, next((cell for cell in cells[1:] if cell), ""))
    return None


def file_faults(received: ReceivedFile) -> list[Fault]:
    """Return what refuses a file as a whole, whatever form it is."""
    flags = (Flag(f.sheet, f.cell, f.rule, dict(f.values)) for f in received.findings)
    return [
        Fault("{said}", f"{flag.sheet}!{flag.cell}".strip("!"), values={"said": flag.message()})
        for flag in flags
        if flag.refuses == "reject_file"
    ]


def unreadable_cells(form: ReturnedForm, row: int, printed: Iterable[str]) -> Iterator[Fault]:
    """Yield formulas and struck-out cells of what was filled in, and personal data in texts that are printed."""
    for key in ("hh", *form.filled_in):
        column = form.columns.get(key)
        if column is None:
            continue
        kind = str(form.grid.kinds[column, row])
        if (row, column) in form.grid.formulas or kind in ("f", "x", "e"):
            yield Fault("a formula; write the words themselves", form.cell(row, key))
        elif kind == "k" or (row in form.grid.struck_rows and kind != " "):
            yield Fault("the cell is struck out; clear it, or take the strike-through off", form.cell(row, key))
    for key in printed:
        try:
            check_texts([form.text(row, key)], where="")
        except PrivacyError as error:
            yield Fault("the text holds something personal, and it is printed ({got})", form.cell(row, key),
                        values={"got": error.faults[0].show()})  # fmt: skip


def day_of_cell(form: ReturnedForm, row: int, key: str = "day") -> tuple[dt.date | None, list[Fault]]:
    """Return the day that a cell says, or what is wrong with it: no day of the calendar, or one in the future."""
    words, cell = form.text(row, key), form.cell(row, key)
    day = written_day(words)
    if day is None:
        return None, [Fault("{value} is no date", cell, "2016-06-15", values={"value": mask_value(words) or "-"})]
    if day > dt.date.today():
        return None, [Fault("{value} lies in the future", cell, values={"value": day.isoformat()})]
    return day, []


def written_day(words: str) -> dt.date | None:
    """Return the day that words name, None if none.

    Examples
    --------
    >>> [str(written_day(words)) for words in ("2016-6-15", "2016年6月15日", "20160615", "2016-06-15 00:00")]
    ['2016-06-15', '2016-06-15', '2016-06-15', '2016-06-15']
    >>> written_day("2016-02-30") is written_day("2016615") is None
    True
    """
    found = _DAY.fullmatch(words)
    try:
        return dt.date(*(int(part) for part in found.groups() if part is not None)) if found else None
    except ValueError:
        return None
