"""What cannot be in the sheets of medical bills and of losses by disasters.

Responsible for rows entered twice, and for insurance that paid more than the bill. Not responsible for what is only
asked about (``params/rules/villages_2016.yaml``) or for what the law owes (`povlib.support.relief`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from povlib.intake.checks.villages.told_files import Record
from povlib.intake.checks.villages.told_rows import Finding, VillageFacts, key_of
from povlib.money import yuan

_BILL = ("hh", "person", "day", "treatment", "fen", "insured_fen")
_LOSS = ("hh", "day", "kind", "item", "fen")
_WHOLE = ("day", "fen", "insured_fen")


def relief_findings(facts: VillageFacts) -> Iterator[Finding]:
    """Yield what cannot be in the sheets of medical bills and of losses."""
    yield from _entered_twice(facts, "medical_bills", "bill", _BILL)
    yield from _entered_twice(facts, "disaster_losses", "loss", _LOSS)
    for row in facts.rows("medical_bills"):
        paid, cost = row.told["insured_fen"], row.told["fen"]
        if paid > cost:
            yield row.finding("insured_fen", "insured_over_bill", yuan(int(paid)), yuan(int(cost)))


def _entered_twice(facts: VillageFacts, table: str, number: str, columns: tuple[str, ...]) -> Iterator[Finding]:
    """Yield rows recorded with other contents, or under another number with the same contents.

    A bill or a loss that is booked twice would owe its household the aid twice.
    """
    if not facts.speaks_of(table):
        return
    # whoever has a bill or a loss twice has it in one household; its number may be another household's
    known, households = facts.known(table), {row.told["hh"] for row in facts.rows(table)}
    of_households = facts.known_among(table, "hh", households)
    numbers: dict[tuple[Any, ...], object] = {_content(row, columns): row[number] for row in of_households.values()}
    for row in facts.rows(table):
        before, content = known.get(key_of(table, row.told)), _content(row.told, columns)
        if before is not None:
            if _content(before, columns) != content:
                yield row.finding(number, f"{number}_again", row.told[number])
            continue
        if (other := numbers.setdefault(content, row.told[number])) != row.told[number]:
            yield row.finding(number, f"{number}_doubled", row.told[number], other)


def _content(row: Record, columns: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(int(row[n]) if n in _WHOLE and row.get(n) is not None else row.get(n) for n in columns)
