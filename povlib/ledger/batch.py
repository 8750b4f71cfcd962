"""A batch: who recorded what, from which file, when and why.

Responsible for the values that describe a batch and the head of the chain. Not responsible for
writing them (`book`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from povlib.calendar import Month
from povlib.errors import Fault

KINDS = ("data", "promise", "score", "approval", "funds", "close", "decision", "access", "erasure", "aside")
ROLES = ("submit", "load", "correct", "allocate", "approve", "inspect", "audit", "desk")


@dataclass(frozen=True)
class BatchInfo:
    """What is said about a batch.

    Parameters
    ----------
    kind : str
        One of `KINDS`; only ``data`` batches hold what is known about households.
    officer, role : str
        Who, and in which of the `ROLES`.
    source_name : str
        File name as received: data, never trusted, no personal data.
    source_sha256, rules_sha256 : str
        Digest of the source and of the rules (aliases included) it was read by. A pair that was
        loaded before adds nothing.
    reason : str
        Why; required for a correction.
    recorded_at : str
        ISO 8601 with offset; empty = the ledger's clock.
    month : Month, optional
        Month the source is about; changes of the register count from it.

    Examples
    --------
    >>> BatchInfo("data", officer="desk", source_name="farm.xlsx").role
    'load'
    """

    kind: str = "data"
    officer: str = ""
    role: str = "load"
    source_name: str = ""
    source_sha256: str = ""
    rules_sha256: str = ""
    reason: str = ""
    recorded_at: str = ""
    month: Month | None = None

    def faults(self) -> Iterator[Fault]:
        """Yield what is wrong with this description."""
        for name, allowed in (("kind", KINDS), ("role", ROLES)):
            value = getattr(self, name)
            if value not in allowed:
                yield Fault("{value} is not known", f"batch.{name}", "{allowed}", "", _fault_values(value, allowed))
        for name in ("source_sha256", "rules_sha256"):
            value = getattr(self, name)
            if value and not re.fullmatch(r"[0-9a-f]{64}", value):
                yield Fault("a digest has 64 hexadecimal digits", f"batch.{name}")
        if self.role == "correct" and not self.reason.strip():
            yield Fault("a correction needs a reason", "batch.reason")
        if self.recorded_at and not _is_instant(self.recorded_at):
            yield Fault(
                "{value} is no instant",
                "batch.recorded_at",
                "ISO 8601 with offset",
                "",
                _fault_values(self.recorded_at),
            )


def _fault_values(value: str, allowed: tuple[str, ...] = ()) -> dict[str, str]:
    return {"value": repr(value), "allowed": ", ".join(allowed)}


def _is_instant(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


@dataclass(frozen=True)
class Head:
    """The last batch and its hash: printed on every paper. Batch 0 is an empty ledger."""

    batch: int
    hash: str

    def __str__(self) -> str:
        return f"{self.batch}:{hash_in_short(self.hash)}"


def hash_in_short(digest: str) -> str:
    """Return the 16 first characters of a hash, as papers and forms show it: in two groups where 15 numerals follow.

    One hash in 840 begins with 15 numerals in a row, a letter before or behind them at most, and one of those in 30
    looks like the number of a bank card or an old identity number: the gate before every paper refused the papers of
    such a ledger, and no officer could have mended it.

    Examples
    --------
    >>> hash_in_short("68d6375155251124" + 48 * "0"), hash_in_short("6816375155251124" + 48 * "a")
    ('68d6375155251124', '68163751-55251124')
    """
    first = digest[:16]
    return f"{first[:8]}-{first[8:]}" if first[:15].isdigit() or first[1:].isdigit() else first


@dataclass(frozen=True)
class Batch:
    """What became of an append.

    `added` is False when the same source was loaded before under the same rules: `id` is that batch.
    `rows` and `unchanged` count by table what was written and what the ledger knew already.
    """

    id: int
    hash: str
    added: bool
    rows: dict[str, int] = field(default_factory=dict)
    unchanged: dict[str, int] = field(default_factory=dict)
