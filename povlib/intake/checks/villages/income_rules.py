"""What cannot be in the contracts, receipts and uses of village income (村财).

Responsible for months that cannot be read, receipts entered twice, money shared out to nobody. Not responsible for what
is only asked about (``params/rules/villages_2016.yaml``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from povlib.calendar import months_named
from povlib.intake.checks.villages.told_files import Record
from povlib.intake.checks.villages.told_rows import Finding, VillageFacts, key_of

_CONTENT = ("contract", "day", "part", "fen")


def income_findings(facts: VillageFacts) -> Iterator[Finding]:
    """Yield what cannot be in the sheets of village income."""
    for row in facts.rows("income_contracts"):
        if not months_named(row.told.get("due_months")):
            yield row.finding("due_months", "months_unread", row.told.get("due_months"))
    yield from _received_twice(facts)
    for row in facts.rows("income_uses"):
        if row.told.get("kind") == "households" and row.told.get("hh") is None:
            yield row.finding("hh", "use_needs_household")


def _received_twice(facts: VillageFacts) -> Iterator[Finding]:
    """Yield receipts recorded with other contents, or under another number with the same contents.

    A dividend that is booked twice would hide that the next one is overdue.
    """
    contracts = {row.told["contract"] for row in facts.rows("income_receipts")}
    known = facts.known_among("income_receipts", "contract", contracts)
    numbers: dict[tuple[Any, ...], object] = {_content(row): row["receipt"] for row in known.values()}
    for row in facts.rows("income_receipts"):
        before, content = known.get(key_of("income_receipts", row.told)), _content(row.told)
        if before is not None:
            if _content(before) != content:
                yield row.finding("receipt", "receipt_again", row.told["receipt"])
            continue
        if (other := numbers.setdefault(content, row.told["receipt"])) != row.told["receipt"]:
            yield row.finding("receipt", "receipt_doubled", row.told["receipt"], other)


def _content(row: Record) -> tuple[Any, ...]:
    return tuple(int(row[n]) if n in ("day", "fen") and row.get(n) is not None else row.get(n) for n in _CONTENT)
