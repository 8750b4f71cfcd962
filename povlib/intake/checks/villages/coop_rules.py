"""What cannot be in the books of co-ops, in loans and in the help given to enterprises.

Responsible for months in their order, entries that sum to zero, stakes and those who left, counts beside each other.
Not responsible for contracts (`contract_rules`) or people (`work_rules`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from povlib.calendar import Month
from povlib.intake.checks.villages.told_rows import Finding, VillageFacts
from povlib.money import yuan

_OF_MEMBERS = ("stakes", "dividends")


def coop_findings(facts: VillageFacts) -> Iterator[Finding]:
    """Yield what cannot be in the sheets of co-ops, loans and enterprises."""
    yield from _counts(facts)
    yield from _before_founding(facts)
    yield from _repaid(facts)
    yield from _unbalanced(facts)
    yield from _after_leaving(facts)


def _counts(facts: VillageFacts) -> Iterator[Finding]:
    """Yield parts that are larger than their whole."""
    for table, part, whole in (("coops", "poor_members", "members"), ("enterprise_outputs", "poor_workers", "workers")):
        for row in facts.rows(table):
            of, all_of = row.told.get(part), row.told.get(whole)
            if of is not None and all_of is not None and of > all_of:
                yield row.finding(part, "part_of_more", of, all_of)


def _before_founding(facts: VillageFacts) -> Iterator[Finding]:
    names = {row.told["coop"] for table in ("coop_stakes", "coop_entries") for row in facts.rows(table)}
    founded = {key[0]: row.get("founded_month") for key, row in facts.among("coops", "coop", names).items()}
    for table, column in (("coop_stakes", "from_month"), ("coop_entries", "month")):
        for row in facts.rows(table):
            since, month = founded.get(row.told["coop"]), row.told.get(column)
            if since is not None and month is not None and month < since:
                yield row.finding(column, "before_founding", Month.from_ordinal(month), Month.from_ordinal(int(since)))
    for row in facts.rows("coops"):
        since, month = row.told.get("founded_month"), row.told.get("registered_month")
        if since is not None and month is not None and month < since:
            said = Month.from_ordinal(month), Month.from_ordinal(since)
            yield row.finding("registered_month", "before_founding", *said)


def _repaid(facts: VillageFacts) -> Iterator[Finding]:
    for row in facts.rows("loans"):
        lent, repaid = row.told.get("fen"), row.told.get("repaid_fen")
        if lent is not None and repaid is not None and repaid > lent:
            yield row.finding("repaid_fen", "part_of_more", yuan(int(repaid)), yuan(int(lent)))


def _unbalanced(facts: VillageFacts) -> Iterator[Finding]:
    """Yield the lines of entries that do not sum to zero, lines that the ledger holds already counted in."""
    if not facts.speaks_of("coop_entries"):
        return
    sums: dict[tuple[object, object], int] = defaultdict(int)
    for row in facts.among("coop_entries", "coop", _coops_of_entries(facts)).values():
        sums[row["coop"], row["entry"]] += int(row["fen"] or 0)
    for told in facts.rows("coop_entries"):
        rest = sums[told.told["coop"], told.told["entry"]]
        if rest:
            yield told.finding("fen", "entry_unbalanced", told.told["entry"], yuan(rest))


def _after_leaving(facts: VillageFacts) -> Iterator[Finding]:
    """Yield what is booked for a household, as a member, after its last stake ended; the month of leaving counts."""
    if not facts.speaks_of("coop_entries"):
        return
    until: dict[tuple[object, object], float] = {}
    for row in facts.among("coop_stakes", "coop", _coops_of_entries(facts)).values():
        key, end = (row["coop"], row["hh"]), row.get("to_month")
        until[key] = max(until.get(key, 0), float("inf") if end is None else float(end))
    for told in facts.rows("coop_entries"):
        values = told.told
        last, month = until.get((values["coop"], values.get("hh"))), values.get("month")
        if last is not None and month is not None and values.get("account") in _OF_MEMBERS and month > last:
            left = Month.from_ordinal(int(last))
            yield told.finding("month", "after_leaving", Month.from_ordinal(month), left)


def _coops_of_entries(facts: VillageFacts) -> set[object]:
    return {row.told["coop"] for row in facts.rows("coop_entries")}
