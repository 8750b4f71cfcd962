"""What cannot be in contracts of sale, their deliveries, job fairs and products.

Responsible for deliveries outside a contract's months, delivered twice or under two numbers, and for counts beside
each other. Not responsible for co-ops (`coop_rules`) or people (`work_rules`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from povlib.calendar import Month
from povlib.intake.checks.villages.told_files import Record
from povlib.intake.checks.villages.told_rows import Finding, VillageFacts, key_of

_CONTENT = ("hh", "day", "quantity", "fen", "mortality")


def contract_findings(facts: VillageFacts) -> Iterator[Finding]:
    """Yield what cannot be in the sheets of contracts, deliveries, fairs and products."""
    yield from _outside_contract(facts)
    yield from _delivered_twice(facts)
    for row in facts.rows("job_fairs"):
        offered, taken = row.told.get("offered"), row.told.get("taken")
        if taken is not None and (offered is None or taken > offered):
            yield row.finding("taken", "fair_more_taken", taken, offered or 0)
    for row in facts.rows("village_products"):
        output, sold = row.told.get("output"), row.told.get("sold")
        if output is not None and sold is not None and sold > output:
            yield row.finding("sold", "sold_more", f"{sold:g}", f"{output:g}")


def _outside_contract(facts: VillageFacts) -> Iterator[Finding]:
    names = {row.told["contract"] for table in ("deliveries", "contract_schedules") for row in facts.rows(table)}
    contracts = {key[0]: row for key, row in facts.among("sale_contracts", "contract", names).items()}
    for table, column in (("deliveries", "day"), ("contract_schedules", "month")):
        for row in facts.rows(table):
            contract, when = contracts.get(row.told["contract"]), row.told.get(column)
            if contract is None or when is None or contract.get("from_month") is None:
                continue
            month = when if column == "month" else Month.from_yyyymm(int(when) // 100).ordinal
            first, last = int(contract["from_month"]), int(contract["to_month"])
            if not first <= month <= last:
                said = f"{Month.from_ordinal(first)}–{Month.from_ordinal(last)}"
                yield row.finding(column, "delivery_outside", Month.from_ordinal(int(month)), said)


def _delivered_twice(facts: VillageFacts) -> Iterator[Finding]:
    """Yield deliveries that are recorded with other contents, or that another number holds with the same contents.

    A delivery of the ledger is corrected by hand, with a reason: a second file that gives its number to something else
    is a mistake in one of the two.
    """
    known = facts.known_among("deliveries", "contract", {row.told["contract"] for row in facts.rows("deliveries")})
    numbers: dict[tuple[Any, ...], object] = {_content(row): row["delivery"] for row in known.values()}
    for row in facts.rows("deliveries"):
        before, content = known.get(key_of("deliveries", row.told)), _content(row.told)
        if before is not None:
            if _content(before) != content:
                yield row.finding("delivery", "delivery_again", row.told["delivery"])
            continue
        if (other := numbers.setdefault(content, row.told["delivery"])) != row.told["delivery"]:
            yield row.finding("delivery", "delivery_doubled", row.told["delivery"], other)


def _content(row: Record) -> tuple[Any, ...]:
    numbers = (None if row.get(n) is None else row[n] if n == "hh" else float(row[n]) for n in _CONTENT)
    return (row.get("contract"), *numbers)
