"""One cell's text into one value, or a rule that refuses it: keys, texts, codes, numbers.

Responsible for the declared conversions of a single received cell (its text and the kind it had).
Never pads, repairs or guesses. Not responsible for dates (`dates`), identity numbers and amounts
(`identity_number`, `amounts`) or for whole columns (`columns`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
SPACE = " \t\r\n\v\f\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_EDGE = re.compile(f"^[{SPACE}]+|[{SPACE}]+$")
_GAP = re.compile(f"[{SPACE}]+")
_LOST = re.compile(r"\d(?:\.\d+)?[Ee]\+\d+")
_TEXT_MARK = re.compile(r"""\s*(?:['＇]([^'＇]+)|=\s*"([^"]*)"\s*)""")
_MISSING = frozenset("-－—–―/／\\") | {"--", "——", "---"}


@dataclass(frozen=True)
class Outcome:
    """What became of a cell: a `value` (None = not known), the `fault` that refuses it, the `note` of a change.

    `shown` is the value in words for the message.
    """

    value: Any = None
    fault: str = ""
    note: str = ""
    shown: str = ""


BLANK = Outcome()
_FORMULAS = {
    "f": "formula_empty",
    "e": "formula_error",
    "x": "formula_external",
    "k": "struck_out",
    "z": "number_hidden",
}


def unusable_cell(kind: str) -> Outcome | None:
    """Return the fault of a cell whose kind says that it has no usable value; None for all other kinds."""
    rule = _FORMULAS.get(kind)
    return Outcome(fault=rule) if rule else None


def trim(text: str) -> str:
    r"""Remove invisible characters and surrounding spaces of any kind; nothing inside changes.

    Examples
    --------
    >>> trim("\u3000张\u200b三\u00a0")
    '张三'
    """
    return _EDGE.sub("", INVISIBLE.sub("", text))


@lru_cache(maxsize=100_000)
def fold(text: str) -> str:
    """Return a text as codes and numbers are compared: NFKC without spaces.

    Examples
    --------
    >>> fold(" ００ ７")
    '007'
    """
    return _GAP.sub("", unicodedata.normalize("NFKC", trim(text)))


def without_text_mark(text: str) -> str:
    """Return a text without what only kept it text: an apostrophe before it, or ``="..."`` around it.

    Examples
    --------
    >>> without_text_mark("'0007"), without_text_mark('="H001"'), without_text_mark("=1+1")
    ('0007', 'H001', '=1+1')
    """
    marked = _TEXT_MARK.fullmatch(text) if "'" in text or "＇" in text or "=" in text else None
    return (marked[1] or marked[2] or "") if marked else text


def note_of_change(text: str, kept: str) -> str:
    """Return the note that a change of characters deserves; plain surrounding blanks deserve none."""
    if kept == text.strip(" "):
        return ""
    return "cleaned" if kept == trim(text) else "full_width"


def is_missing_mark(text: str) -> bool:
    """Whether a text is a dash or stroke that stands for "not known"."""
    return fold(text) in _MISSING


def read_key(text: str, kind: str) -> Outcome:
    """Read a key; it keeps its shape, and a number that may have lost digits is refused.

    Examples
    --------
    >>> read_key("0007", "s").value, read_key("5.001011990010113e+17", "n").fault, read_key("1E5", "s").value
    ('0007', 'key_number', '1E5')
    """
    if (unusable := unusable_cell(kind)) is not None:
        return unusable
    kept = fold(text)
    if not kept:
        return Outcome(fault="key_empty")
    if kind == "n" and not re.fullmatch(r"\d{1,15}", kept):
        return Outcome(fault="key_number")
    if kind in "bdt" or not kept.isprintable() or len(kept) > 40 or is_missing_mark(text):
        return Outcome(fault="key_bad")
    if _LOST.fullmatch(kept):
        return Outcome(fault="key_number")
    return Outcome(kept, note=note_of_change(text, kept), shown=kept)


def read_free_text(text: str, kind: str) -> Outcome:
    """Read a free text: stored as it is, whatever it looks like.

    Examples
    --------
    >>> read_free_text("=1+1", "s").value, read_free_text("NA", "s").value
    ('=1+1', 'NA')
    """
    if (unusable := unusable_cell(kind)) is not None:
        return unusable
    if "\ufffd" in text:
        return Outcome(fault="bad_text", shown="\ufffd")
    return Outcome(text) if text.strip() else BLANK


def read_name(text: str, kind: str) -> Outcome:
    """Read a person's name: trimmed, never NFKC, so that rare characters stay."""
    if (unusable := unusable_cell(kind)) is not None:
        return unusable
    kept = trim(text)
    if "\ufffd" in kept:
        return Outcome(fault="bad_text", shown="\ufffd")
    if kind in "nbdt" and kept:
        return Outcome(fault="name_number")
    odd = kept[:1] in tuple("=+-@＝＋－＠") or any(unicodedata.category(character) == "Cc" for character in kept)
    return Outcome(kept, note="odd_name" if odd else note_of_change(text, kept)) if kept else BLANK


_CADRE = re.compile(r"[^\W\d_]{1,20}[-－–—][^\s@=+]{0,12}\d{1,4}")


def read_cadre_key(text: str, kind: str) -> Outcome:
    """Read the key of a cadre: village, hyphen, post and number; a name of a person is refused.

    Examples
    --------
    >>> read_cadre_key("乐北-干部2", "s").value, read_cadre_key("王小明", "s").fault
    ('乐北-干部2', 'not_cadre_key')
    """
    if (unusable := unusable_cell(kind)) is not None:
        return unusable
    kept = fold(text)
    if not kept or is_missing_mark(text):
        return BLANK
    if not _CADRE.fullmatch(kept):
        return Outcome(fault="not_cadre_key")
    return Outcome(kept, note=note_of_change(text, kept))


def parse_decimal(text: str) -> Decimal | None:
    """Return an exact decimal number, or None; thousands separators must stand where they belong.

    Examples
    --------
    >>> parse_decimal("1,234.50"), parse_decimal("12,34"), parse_decimal("1E5")
    (Decimal('1234.50'), None, None)
    """
    if not re.fullmatch(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d*)?", text, re.ASCII):
        return None
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None


def read_number(text: str, kind: str, low: float | None, high: float | None, unit: str, whole: bool) -> Outcome:
    """Read a count or a measure; its unit may follow, words such as 约 may not.

    Examples
    --------
    >>> read_number("4人", "s", 1, 30, "人", True).value, read_number("3.5", "n", 1, 30, "人", True).fault
    (4, 'whole_number')
    """
    if (unusable := unusable_cell(kind)) is not None:
        return unusable
    kept = fold(text)
    if not kept:
        return BLANK
    if kept in _MISSING:
        return Outcome(note="missing_mark")
    bare = kept.removesuffix(unit) if unit else kept
    amount = exact_decimal(bare) if kind == "n" else parse_decimal(bare) if kind == "s" else None
    if amount is None:
        return Outcome(fault="not_number")
    if whole and amount != amount.to_integral_value():
        return Outcome(fault="whole_number")
    if outside_bounds(amount, low, high):
        return Outcome(fault="bound")
    value = int(amount) if whole else float(amount)
    note = "number_text" if kind == "s" and kept != bare else note_of_change(text, kept)
    return Outcome(value, note=note, shown=str(value))


def outside_bounds(amount: Decimal, low: float | None, high: float | None) -> bool:
    """Whether an exact number lies outside its field's bounds, None being no bound."""
    return (low is not None and amount < Decimal(str(low))) or (high is not None and amount > Decimal(str(high)))


def exact_decimal(text: str) -> Decimal | None:
    """Return the decimal a stored number shows, to 15 digits as spreadsheets keep them; None for no number."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    if not amount.is_finite():
        return None
    return amount if len(amount.as_tuple().digits) <= 15 else Decimal(f"{float(amount):.15g}")


def read_phone(text: str, kind: str) -> Outcome:
    """Read a telephone number: 7 to 12 digits, a mobile number has 11."""
    if (unusable := unusable_cell(kind)) is not None:
        return unusable
    kept = re.sub(r"[-() ]", "", fold(text))
    if not kept or fold(text) in _MISSING:
        return BLANK
    if not re.fullmatch(r"(?:\+?86)?(?:1\d{10}|0\d{9,11}|\d{7,8})", kept):
        return Outcome(fault="bad_phone")
    return Outcome(kept, note=note_of_change(text, kept) and "cleaned")


def read_account(text: str, kind: str) -> Outcome:
    """Read an account number: a stored number of more than 15 digits has lost some."""
    if (unusable := unusable_cell(kind)) is not None:
        return unusable
    kept = fold(text).replace("-", "")
    if not kept:
        return BLANK
    if not re.fullmatch(r"\d{8,30}", kept):
        return Outcome(fault="bad_account")
    return Outcome(kept, note=note_of_change(text, kept) and "cleaned")
