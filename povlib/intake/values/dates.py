"""Dates and months as people write them: read only when one meaning is possible.

Responsible for turning a cell into a day, a month or a year with the precision it was given.
5/10/16 may mean three days and 2016.1 two months: both are refused. Not responsible for asking
whether a date is plausible in its row.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace

from povlib.intake.values.cell import Outcome, fold, is_missing_mark, note_of_change, unusable_cell

_YEAR_FIRST = re.compile(r"(\d{4})([-/.年])(\d{1,2})(?:[-/.月](\d{1,2})日?|月)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_YEAR_ALONE = re.compile(r"(\d{4})年()()")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})")
_SHORT = re.compile(r"\d{1,2}[-/.年]\d{1,2}[-/.月]\d{1,2}日?")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T][\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?")
_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_MONTHS = dict(jan=1, feb=2, mar=3, apr=4, may=5, jun=6, jul=7, aug=8, sep=9, oct=10, nov=11, dec=12)
_NAMED = re.compile(r"(?:(\d{1,2})[-./]?)?([a-z]{3,9})[-./]?(?:(\d{1,2}),)?[-./]?(\d{4})")
_NAMED_YEAR_FIRST = re.compile(r"(\d{4})[-./]?([a-z]{3,9})[-./]?(\d{1,2})?")
_WEEKDAY = re.compile(r"\(?(?:星期|周)[一二三四五六日天]\)?$")
# A plain number between them is a day number of a spreadsheet, 1919 to 2119; years were read before.
_SERIALS = (7_000, 80_000)


@dataclass(frozen=True)
class PartialDate:
    """A date with the precision it was given: `month` and `day` are 0 when not said."""

    year: int
    month: int = 0
    day: int = 0

    @property
    def ordinal(self) -> int:
        """Month as ``12 * year + month - 1``."""
        return 12 * self.year + self.month - 1

    def __str__(self) -> str:
        return (
            f"{self.year:04d}" + (f"-{self.month:02d}" if self.month else "") + (f"-{self.day:02d}" if self.day else "")
        )


def read_date(text: str, kind: str, base_1904: bool = False, plain_numbers: bool = True) -> Outcome:
    """Read a date.

    Parameters
    ----------
    text, kind : str
        The cell as received; real date cells arrive as ISO text of kind ``d``.
    base_1904 : bool
        The workbook counts its days from 1904.
    plain_numbers : bool
        Whether a bare day number has one meaning (in a text file it has two).

    Examples
    --------
    >>> str(read_date("2016年5月10日", "s").value), str(read_date("2016.5", "s").value), read_date("5/10/16", "s").fault
    ('2016-05-10', '2016-05', 'ambiguous_date')
    """
    if (unusable := unusable_cell(kind)) is not None:
        return unusable
    kept = fold(text if kind != "d" else text.split(" ")[0])
    if not kept:
        return Outcome()
    if is_missing_mark(kept):
        return Outcome(note="missing_mark")
    if kind in "bt":
        return Outcome(fault="bad_date")
    if kind == "d":
        return _read_iso(kept)
    if kind == "n" or re.fullmatch(r"\d{4,5}(?:\.\d+)?", kept):
        return _read_number(kept, kind, base_1904, plain_numbers)
    return _read_written_date(text, kept)


def _read_iso(kept: str) -> Outcome:
    """Return the date of a cell stored as a date; a fault for days before 1 March 1900."""
    found = _ISO.fullmatch(kept)
    # Spreadsheets count a 29 February 1900 that never was: day numbers up to 60 are a day off or no day at all.
    if found and kept < "1900-03-01":
        return Outcome(fault="early_date")
    return _dated_outcome(int(found[1]), int(found[2]), int(found[3]), "") if found else Outcome(fault="bad_date")


def _read_number(kept: str, kind: str, base_1904: bool, plain_numbers: bool) -> Outcome:
    """Return the date of a number: year, year.month, yyyymm(dd), or a serial day where plain numbers allow it."""
    if re.fullmatch(r"(?:19|20)\d\d", kept):
        return _dated_outcome(int(kept), 0, 0, "")
    pointed = re.fullmatch(r"((?:19|20)\d\d)\.(\d{1,2})", kept)
    if pointed:
        return _read_year_point_month(int(pointed[1]), pointed[2])
    if re.fullmatch(r"(?:19|20)\d{4}(?:\d\d)?", kept):
        found = _COMPACT.fullmatch(kept)
        return _dated_outcome(int(kept[:4]), int(kept[4:6]), int(found[3] or 0) if found else 0, "")
    whole = re.fullmatch(r"(\d{4,5})(?:\.\d+)?", kept)
    if not whole or not _SERIALS[0] <= int(whole[1]) <= _SERIALS[1]:
        return Outcome(fault="bad_date")
    if not plain_numbers:
        return Outcome(fault="ambiguous_date")
    start = dt.date(1904, 1, 1) if base_1904 else dt.date(1899, 12, 30)
    day = start + dt.timedelta(days=int(whole[1]))
    return Outcome(PartialDate(day.year, day.month, day.day), note="date_serial", shown=day.isoformat())


def _read_written_date(text: str, kept: str) -> Outcome:
    """Return the date of a written text, with a note where it was not in the plain form; or a fault."""
    plain = _chinese_numbers(kept)
    note = "date_text" if plain != kept else note_of_change(text, kept) and "date_text"
    if matched := _YEAR_FIRST.fullmatch(plain):
        return _read_year_first(matched, note)
    if timed := _ISO.fullmatch(plain.replace("T", " ")):
        return _dated_outcome(int(timed[1]), int(timed[2]), int(timed[3]), note)
    if timed := re.fullmatch(r"(\d{4}[-/]\d{1,2}[-/]\d{1,2})\d{2}:\d{2}(?::\d{2})?", plain):
        return _read_written_date(timed[1], timed[1])
    if _WEEKDAY.search(plain):
        return replace(_read_written_date(text, _WEEKDAY.sub("", plain)), note="date_text")
    if named := _read_named_month(plain.casefold()):
        return named
    if matched := _COMPACT.fullmatch(plain) or _YEAR_ALONE.fullmatch(plain):
        return _dated_outcome(int(matched[1]), int(matched[2] or 0), int(matched[3] or 0), "date_text")
    if matched := _YEAR_LAST.fullmatch(plain):
        return _read_year_last(int(matched[1]), int(matched[3]), int(matched[4]))
    return Outcome(fault="ambiguous_date" if _SHORT.fullmatch(plain) else "bad_date")


def _read_year_first(matched: re.Match[str], note: str) -> Outcome:
    """Read 2016-05-10 and 2016年5月; a point before the month alone is ``_read_year_point_month``'s."""
    if matched[2] == "." and not matched[4]:
        return _read_year_point_month(int(matched[1]), matched[3])
    as_written = re.fullmatch(r"\d{4}-\d{2}(?:-\d{2})?", matched[0])
    changed = note or ("" if as_written else "date_text")
    return _dated_outcome(int(matched[1]), int(matched[3]), int(matched[4] or 0), changed)


def _read_named_month(text: str) -> Outcome | None:
    """Read 10-May-2016, May 10, 2016 or 2016-May-10: the name of the month leaves one meaning."""
    if matched := _NAMED.fullmatch(text):
        day, name, year = matched[1] or matched[3], matched[2], matched[4]
    elif matched := _NAMED_YEAR_FIRST.fullmatch(text):
        year, name, day = matched[1], matched[2], matched[3]
    else:
        return None
    month = _MONTHS.get(name[:3], 0)
    full = dt.date(2000, month or 1, 1).strftime("%B").casefold()
    if not month or not full.startswith(name.removesuffix("t") if name == "sept" else name):
        return None
    return _dated_outcome(int(year), month, int(day or 0), "date_text")


def _read_year_point_month(year: int, digits: str) -> Outcome:
    """Read ``2016.5``; ``2016.1`` may be January or October with its zero lost."""
    if digits == "1":
        return Outcome(fault="ambiguous_date")
    return _dated_outcome(year, int(digits), 0, "date_text")


def _read_year_last(first: int, second: int, year: int) -> Outcome:
    if first <= 12 and second <= 12 and first != second:
        return Outcome(fault="ambiguous_date")
    month, day = (second, first) if first > 12 else (first, second)
    return _dated_outcome(year, month, day, "date_text")


def _dated_outcome(year: int, month: int, day: int, note: str) -> Outcome:
    try:
        dt.date(year, month or 1, day or 1)
    except ValueError:
        return Outcome(fault="bad_date")
    if not 1850 <= year <= 2200 or (day and not month):
        return Outcome(fault="bad_date")
    date = PartialDate(year, month, day)
    return Outcome(date, note=note, shown=str(date))


def _chinese_numbers(text: str) -> str:
    """Turn 二〇一六年五月十日 into figures; other texts stay."""
    if not re.fullmatch("[〇零○一二三四五六七八九十年月日]+", text):
        return text
    plain = re.sub("([一二三]?)十([一二三四五六七八九]?)", lambda f: _tens_in_figures(f[1], f[2]), text)
    return plain.translate(_DIGITS)


def _tens_in_figures(tens: str, ones: str) -> str:
    return (tens.translate(_DIGITS) or "1") + (ones.translate(_DIGITS) or "0")
