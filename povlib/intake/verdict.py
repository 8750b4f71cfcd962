"""What intake says about a file: flags, notes and the verdict they add up to.

Responsible for the answer of `check` and `load` and its JSON form, with every value masked.
Not responsible for finding faults or for writing receipts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from povlib.intake.rules import LEVELS, RULES, VERDICTS

# A receipt of a whole county stays readable and small (some MB): what goes beyond is counted, never dropped in silence.
NOTES_SHOWN = 5000
SAME_SHOWN = 2000  # equal findings of one column before the rest becomes one flag with a count


@dataclass(frozen=True)
class Flag:
    """One finding: where (`sheet`, `cell`), the `rule` and the `values` of its message.

    Examples
    --------
    >>> Flag("户信息", "C5", "empty", {"field": "村"}).message("en")
    '村 is empty'
    """

    sheet: str
    cell: str
    rule: str
    values: dict[str, Any] = field(default_factory=dict)
    level: str = ""

    @property
    def refuses(self) -> str:
        """How much it refuses: one of `rules.LEVELS`."""
        return self.level or RULES[self.rule].level

    def message(self, lang: str | None = None) -> str:
        """Return the finding in words."""
        return RULES[self.rule].show(lang, **self.values)

    def as_json(self) -> dict[str, Any]:
        """Return the flag as it stands in a receipt; a note is marked as such."""
        row: dict[str, Any] = {"sheet": self.sheet, "cell": self.cell, "rule": self.rule, "message": self.message()}
        row["level"] = self.refuses
        if self.refuses == "note":
            row["note"] = True
        return row


@dataclass
class FileVerdict:
    """The verdict on one file.

    Attributes
    ----------
    file : str
        Name of the file as it was given.
    verdict : str
        One of ``accept accept_with_notes reject_cells reject_rows reject_file``.
    loaded : int
        Households that load (or would load).
    flags : list of Flag
        Every finding with its cell; notes are among them.
    notes : list of str
        What was normalised or left aside, in words.
    rows : dict of str to DataFrame
        Checked rows by ledger table; empty when the file is refused.
    sha256 : str
        Digest of the file.
    batch : int or None
        Batch of the ledger the file was loaded as.
    already : bool
        The file was loaded before.
    found : FileCheck
        What was found in the file, for its receipt.
    """

    file: str
    verdict: str = "accept"
    loaded: int = 0
    flags: list[Flag] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    rows: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False)
    sha256: str = ""
    batch: int | None = None
    already: bool = False
    found: Any = field(default=None, repr=False, compare=False)

    @property
    def refuses(self) -> bool:
        """Whether something new in the file is refused: the whole of it, rows or cells."""
        return self.verdict.startswith("reject") and not self.already

    def as_json(self) -> dict[str, Any]:
        """Return the verdict as ``povlib intake check --json`` prints it."""
        ordered = sorted(self.flags, key=_reading_order)
        notes = [flag for flag in ordered if flag.refuses == "note"][:NOTES_SHOWN]
        faults = [flag for flag in ordered if flag.refuses != "note"]
        return {
            "file": printable_file_name(self.file),
            "verdict": self.verdict,
            "loaded": self.loaded,
            "flags": [flag.as_json() for flag in [*faults, *notes]],
            "notes": self.notes,
        }


def _reading_order(flag: Flag) -> tuple[str, int, int, str]:
    """Return the sort key of a flag: sheet, row, column, rule; flags of a whole sheet come first."""
    found = re.match(r"(line |[A-Z]{1,3})(\d+)", flag.cell)
    if not found:
        return flag.sheet, -1, 0, flag.rule
    letters = found[1] if found[1] != "line " else ""
    return flag.sheet, int(found[2]), sum(26**i * (ord(c) - 64) for i, c in enumerate(reversed(letters))), flag.rule


def cap_flags(flags: list[Flag]) -> list[Flag]:
    """Return flags of one kind; beyond `SAME_SHOWN` the rest is one flag that counts them.

    Examples
    --------
    >>> len(cap_flags([Flag("", f"A{n}", "empty") for n in range(9000)]))
    2001
    """
    if len(flags) <= SAME_SHOWN:
        return flags
    rest = flags[SAME_SHOWN:]
    span = f"{rest[0].cell}:{rest[-1].cell}"
    said = {"got": str(len(rest)), "value": rest[0].message()}
    return [*flags[:SAME_SHOWN], Flag(rest[0].sheet, span, "and_more", said, rest[0].refuses)]


def printable_file_name(file: str) -> str:
    """Return the name of a file as it can be written: bytes that are no text become a mark."""
    return file.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def heaviest_verdict(flags: Iterable[Flag]) -> str:
    """Return the heaviest verdict that the flags call for.

    Examples
    --------
    >>> heaviest_verdict([]), heaviest_verdict([Flag("", "C2", "unknown_code"), Flag("", "A2", "key_empty")])
    ('accept', 'reject_rows')
    """
    heaviest = max((LEVELS.index(flag.refuses) for flag in flags), default=-1)
    return VERDICTS[heaviest + 1]


def mask_value(value: str, kind: str = "") -> str:
    """Return a value as it may stand in a receipt: identity values and long digit runs masked.

    Examples
    --------
    >>> mask_value("11010519491231002X"), mask_value("王小明", "identity"), mask_value("3146")
    ('****************2X', '王**', '3146')
    """
    value = str(value)
    if kind == "identity":
        return value[:1] + "**" if value else ""
    if kind in ("phone", "account", "id_number"):
        return _mask_with_stars(value)
    shown = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in value[:60])
    shown += "…" if len(value) > 60 else ""
    return re.sub(r"\d{11,}[\dXx]*", lambda found: _mask_with_stars(found[0]), shown)


def _mask_with_stars(value: str) -> str:
    return "*" * max(len(value) - 2, 0) + (value[-2:] if len(value) > 5 else "*" * min(len(value), 2))
