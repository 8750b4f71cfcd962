"""Citizens' identity numbers: is this one, and if not, why not.

Responsible for length, characters, date of birth and check character of GB 11643-1999 (ISO 7064
MOD 11-2) and of disability-card numbers (the same 18 characters and 2 or 4 more). Never pads or
repairs. The area part is where a person was first registered: no area is refused.
"""

from __future__ import annotations

import datetime as dt
import re

from povlib.intake.values.cell import Outcome, fold, note_of_change, unusable_cell

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
LENGTHS = (18, 20, 22)
_EARLIEST = 1880


def check_character(first17: str) -> str:
    """Return the check character of the first 17 digits (GB 11643-1999).

    Examples
    --------
    >>> check_character("11010519491231002"), check_character("44052418800101001")
    ('X', '4')
    """
    return CHECKS[sum(w * int(d) for w, d in zip(WEIGHTS, first17, strict=True)) % 11]


def read_id_number(text: str, kind: str, today: dt.date) -> Outcome:
    """Read an identity number.

    Parameters
    ----------
    text, kind : str
        The cell as received.
    today : date
        A date of birth after it is refused.

    Examples
    --------
    >>> read_id_number("11010519491231002x", "s", dt.date(2016, 5, 1)).note
    'full_width'
    >>> read_id_number("110105194912310021", "s", dt.date(2016, 5, 1)).fault
    'id_checksum'
    """
    if (unusable := unusable_cell(kind)) is not None:
        return unusable
    raw = fold(text)
    kept = raw.upper()
    if not kept:
        return Outcome(fault="id_empty")
    if kind != "s" or re.fullmatch(r"\d+(?:\.\d+)?E\+?\d+", kept):
        return Outcome(fault="id_number")
    if len(kept) not in LENGTHS:
        return Outcome(fault="id_length", shown=str(len(kept)))
    if not re.fullmatch(r"\d{17}[\dX](?:\d{2}(?:[A-Z\d]\d)?)?", kept, re.ASCII):
        return Outcome(fault="id_form")
    born = birth_in_number(kept)
    if born is None:
        return Outcome(fault="id_birth")
    if born > today:
        return Outcome(fault="id_future")
    if check_character(kept[:17]) != kept[17]:
        return Outcome(fault="id_checksum")
    return Outcome(kept, note=note_of_change(text, kept))


def birth_in_number(number: str) -> dt.date | None:
    """Return the date of birth in an identity number, None when there is no such day."""
    year, month, day = int(number[6:10]), int(number[10:12]), int(number[12:14])
    try:
        return dt.date(year, month, day) if year >= _EARLIEST else None
    except ValueError:
        return None


def is_male(number: str) -> bool:
    """Whether the 17th digit is odd."""
    return int(number[16]) % 2 == 1
