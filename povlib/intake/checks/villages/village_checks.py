"""Refusing and flagging what cannot be in the sheets about work, co-ops, contracts and helpers.

Responsible for what every such row needs, for names that somebody must have entered first, and for the order in which
the rules look. Not responsible for single cells (`povlib.intake.sheets.columns`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pandas as pd

from povlib.calendar import Month
from povlib.intake.checks.audit import read_rule_packs, run_rules_of_pack
from povlib.intake.checks.villages.audited_facts import village_facts
from povlib.intake.checks.villages.contract_rules import contract_findings
from povlib.intake.checks.villages.coop_rules import coop_findings
from povlib.intake.checks.villages.income_rules import income_findings
from povlib.intake.checks.villages.relief_rules import relief_findings
from povlib.intake.checks.villages.told_files import OtherFiles
from povlib.intake.checks.villages.told_rows import Finding, HeldLedger, ToldRow, VillageFacts, sheet_of
from povlib.intake.checks.villages.work_rules import work_findings
from povlib.intake.rules import RULES
from povlib.intake.sheets.file_check import FileCheck
from povlib.intake.verdict import Flag, cap_flags
from povlib.intake.village_sheets import MAIN_TABLES
from povlib.ledger.storage.table_schema import BY_FRAME

_OWNERS = (
    ("enterprise_outputs", "enterprise", "enterprises"),
    ("enterprise_help", "enterprise", "enterprises"),
    ("coop_stakes", "coop", "coops"),
    ("coop_entries", "coop", "coops"),
    ("bases", "coop", "coops"),
    ("contract_shares", "contract", "sale_contracts"),
    ("contract_schedules", "contract", "sale_contracts"),
    ("deliveries", "contract", "sale_contracts"),
    ("income_receipts", "contract", "income_contracts"),
    ("shifts", "base", "bases"),
    ("helper_kin", "helper", "helpers"),
    ("helper_assignments", "helper", "helpers"),
)
"""Columns that name a row of another table: the table, the column and its owner."""
# a choice: nothing that an office of today enters lies before 1950 or after 2100
_FIRST, _LAST = Month(1950, 1), Month(2100, 12)


def check_villages(
    check: FileCheck,
    ledger: Callable[[str], pd.DataFrame] | None,
    beside: OtherFiles | None = None,
    held: HeldLedger | None = None,
) -> None:
    """Add what is wrong with the sheets about work, co-ops and contracts, and refuse the rows that cannot hold.

    Parameters
    ----------
    check : FileCheck
        A checked file.
    ledger : callable or None
        Returns a frame of the ledger by name; None where no ledger is there to ask: then nothing is refused for being
        unknown to it.
    beside : OtherFiles, optional
        What the files that come in with this one tell of co-ops, bases and helpers: it is known.
    held : HeldLedger, optional
        The same ledger where somebody holds its rows ready over many files.
    """
    if not any(sheet.layout.table in MAIN_TABLES for sheet in check.sheets):
        return
    facts = VillageFacts(check, ledger, beside or OtherFiles(), held)
    tables = [MAIN_TABLES[s.layout.table] for s in check.sheets if s.layout.table in MAIN_TABLES]
    for table in dict.fromkeys(tables):
        _keep(_needs(facts, table))
    if ledger is not None:
        for rules in (_unregistered, _ownerless):
            _keep(rules(facts))
    for rules in (_order_of_months, coop_findings, contract_findings, income_findings, relief_findings, work_findings):
        _keep(rules(facts))
    # an entry of which a line was refused for another reason is refused whole
    _keep(coop_findings(facts))
    audited = village_facts(facts)
    for pack in read_rule_packs(check.rules):
        run_rules_of_pack(check, pack, audited)


def _keep(findings: Iterable[Finding]) -> None:
    """Flag what was found, once a row, and refuse the rows of rules that cost them."""
    flags: dict[tuple[int, str], list[Flag]] = {}
    found = list(findings)
    for each in found:
        sheet, flag = each.row.sheet, each.flag()
        said = {(old.cell, old.rule) for old in sheet.flags} | {(f.cell, f.rule) for f in flags.get(
            (id(sheet), flag.rule), [])}  # fmt: skip
        if (flag.cell, flag.rule) not in said:
            flags.setdefault((id(sheet), flag.rule), []).append(flag)
        if RULES[each.rule].level == "reject_rows":
            sheet.refused[each.row.at] = True
    sheets = {id(each.row.sheet): each.row.sheet for each in found}
    for (of, _), listed in flags.items():
        sheets[of].flags.extend(cap_flags(listed))


def _needs(facts: VillageFacts, table: str) -> Iterator[Finding]:
    """Yield rows that lack a value without which the ledger takes none, and months of no century of ours."""
    spec = BY_FRAME[table]
    for row in facts.rows(table):
        for column in spec.columns:
            value = row.told.get(column.name)
            if value is None and column.required:
                yield row.finding(column.name, "row_needs")
            elif column.kind == "month" and value is not None and not _FIRST.ordinal <= int(value) <= _LAST.ordinal:
                yield row.finding(column.name, "month_absurd", Month.from_ordinal(int(value)))


def _unregistered(facts: VillageFacts) -> Iterator[Finding]:
    homes = facts.homes
    for table in dict.fromkeys(MAIN_TABLES.values()):
        for row in facts.rows(table):
            hh = row.told.get("hh")
            if hh is not None and str(hh) not in homes:
                yield row.finding("hh", "household_unknown", hh)


def _ownerless(facts: VillageFacts) -> Iterator[Finding]:
    """Yield rows that name something nobody has entered: a co-op, a base, a helper; and ends that stand alone."""
    for table, column, owner in _OWNERS:
        rows = list(facts.rows(table))
        names = {name for row in rows if (name := row.told.get(column)) is not None}
        # what the ledger holds is read only for a file that speaks of it
        known = {key[0] for key in facts.among(owner, BY_FRAME[owner].key[0], names)} if names else set()
        for row in rows:
            if (name := row.told.get(column)) is not None and name not in known:
                yield row.finding(column, "owner_unknown", name, sheet_of(owner))
    ends = list(facts.rows("placement_ends"))
    held, placed = (facts.known("placements"), _placed_by_file(facts)) if ends else ({}, set())
    for row in ends:
        key = tuple(row.told.get(name) for name in ("post", "person", "from_month"))
        if key not in held and key not in placed:
            # 家庭成员 tells the post held now: one that ended before the first workbook is told by its end alone
            yield row.finding("post", "end_alone", row.told["post"])


def _placed_by_file(facts: VillageFacts) -> set[tuple[object, ...]]:
    """Return post, person and month of what the file's sheets of members say is held now."""
    placed: set[tuple[object, ...]] = set()
    for sheet in facts.check.sheets:
        if sheet.layout.table == "member" and {"post", "person", "post_from"} <= set(sheet.frame):
            told = sheet.frame.loc[~sheet.refused, ["post", "person", "post_from"]].itertuples(index=False, name=None)
            placed.update((post, person, since.ordinal) for post, person, since in told if since is not None)
    return placed


_ORDER = (
    ("coop_stakes", "from_month", "to_month"),
    ("loans", "from_month", "due_month"),
    ("sale_contracts", "from_month", "to_month"),
    ("income_contracts", "from_month", "to_month"),
    ("placement_ends", "from_month", "end_month"),
    ("helper_assignments", "from_month", "to_month"),
)


def _order_of_months(facts: VillageFacts) -> Iterator[Finding]:
    for table, first, last in _ORDER:
        for row in facts.rows(table):
            yield from _ends_before(row, first, last)


def _ends_before(row: ToldRow, first: str, last: str) -> Iterator[Finding]:
    start, end = row.told.get(first), row.told.get(last)
    if start is not None and end is not None and end < start:
        yield row.finding(last, "month_before", Month.from_ordinal(int(end)), Month.from_ordinal(int(start)))
