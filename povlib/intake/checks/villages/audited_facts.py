"""The facts that audit rules speak of in the sheets of co-ops, stakes, loans, contracts and help to enterprises.

Responsible for deriving them from the rows of a file beside those of the ledger. Not responsible for the rules
(``params/rules/villages_2016.yaml``) or for running them (`povlib.intake.checks.audit`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from povlib.calendar import days_due, months_named
from povlib.intake.checks.villages.told_files import Record
from povlib.intake.checks.villages.told_rows import ToldRow, VillageFacts
from povlib.intake.sheets.checked_sheet import ROW_COLUMN
from povlib.money import FEN_PER_YUAN

_MICROLOAN_MONTHS = 36
"""A loan to a household runs three years at most (扶贫小额信贷)."""


def village_facts(facts: VillageFacts) -> dict[str, pd.DataFrame]:
    """Return the facts by sheet, each row with ``_of`` (sheet), ``_at`` (its row there) and ``_row``.

    Returns
    -------
    dict of DataFrame
        coop : status, dividends_yuan (paid to households), months are those of the sheet.
        stake : stake_coops and loan_coops (co-ops that hold this household's stake of that number, or a stake paid
        from that loan), stakes_of_loan_over (1 where the stakes paid from the loan exceed it).
        loan : pooled (1: lent to a household and used by a co-op or enterprise), amount_yuan, months,
        overdue and status as the sheet says.
        contract : capacity_short (1: shares name capacities, and these sum to less than the contract), shares_over
        (1: the shares sum to more), schedule_over (1: the planned months sum to more).
        enterprise_help : posts_promised, posts_opened, status, amount_yuan.
        income_contract : related (1, 0 or empty), relation, footing, over_due (1: more was received of it than falls
        due from its beginning to its end, deposits apart).
        medical_bill : treatment, amount_yuan, insured_yuan.
        disaster_loss : kind, item, amount_yuan, housing_grade (of the household, as the ledger knows it).
    """
    made = {
        "coop": _coops(facts),
        "stake": _stakes(facts),
        "loan": [_loan(row) for row in facts.rows("loans")],
        "contract": _contracts(facts),
        "income_contract": _income_contracts(facts),
        "medical_bill": [
            _place(facts, row) | _amount(row) | {"insured_yuan": row.told["insured_fen"] / FEN_PER_YUAN}
            for row in facts.rows("medical_bills")
        ],
        "disaster_loss": _losses(facts),
        "enterprise_help": [_place(facts, row) | _amount(row) for row in facts.rows("enterprise_help")],
    }
    places = {id(sheet): (of, sheet.frame[ROW_COLUMN].tolist()) for of, sheet in enumerate(facts.check.sheets)}
    return {name: pd.DataFrame([_placed(places, each) for each in rows]) for name, rows in made.items()}


def _place(facts: VillageFacts, row: ToldRow) -> dict[str, Any]:
    return {"_told": row, **row.told}


def _placed(places: Mapping[int, tuple[int, list[Any]]], row: dict[str, Any]) -> dict[str, Any]:
    """Return a row of facts with its place: `places` has the number of each sheet and the lines of its rows."""
    told = row["_told"]
    of, lines = places[id(told.sheet)]
    placed = {name: value for name, value in row.items() if name != "_told"}
    return placed | {"_of": of, "_at": told.at, "_row": int(lines[told.at])}


def _amount(row: ToldRow) -> dict[str, Any]:
    fen = row.told.get("fen")
    return {"amount_yuan": None if fen is None else fen / FEN_PER_YUAN}


def _coops(facts: VillageFacts) -> list[dict[str, Any]]:
    """Return each co-op with the dividends that its entries paid."""
    paid: dict[Any, int] = defaultdict(int)
    names = {row.told["coop"] for row in facts.rows("coops")}
    for line in facts.among("coop_entries", "coop", names).values() if names else ():
        if line.get("account") == "dividends":
            paid[line["coop"]] += int(line["fen"] or 0)
    return [
        {"_told": row, **row.told, "dividends_yuan": abs(paid[row.told["coop"]]) / FEN_PER_YUAN}
        for row in facts.rows("coops")
    ]


def _stakes(facts: VillageFacts) -> list[dict[str, Any]]:
    """Return each stake with the co-ops that hold the same one, or one paid from the same loan."""
    if not facts.speaks_of("coop_stakes"):
        return []
    told = [row.told for row in facts.rows("coop_stakes")]
    loans = {loan for each in told if (loan := each.get("loan"))}
    of_stake, of_loan = defaultdict(set), defaultdict(set)
    paid: dict[Any, int] = defaultdict(int)
    for each in facts.among("coop_stakes", "stake", {each["stake"] for each in told}).values():
        if each.get("to_month") is None:
            of_stake[each["stake"], each["hh"]].add(each["coop"])
    for each in facts.among("coop_stakes", "loan", loans).values():
        if each.get("to_month") is None:
            of_loan[each["loan"]].add(each["coop"])
            paid[each["loan"]] += int(each["fen"] or 0)
    lent = {key[0]: int(loan["fen"] or 0) for key, loan in facts.among("loans", "loan", loans).items()}
    return [
        {
            "_told": row,
            **row.told,
            "stake_coops": len(of_stake[row.told["stake"], row.told["hh"]]),
            "loan_coops": len(of_loan[row.told.get("loan")]) if row.told.get("loan") else 0,
            "stakes_of_loan_over": int(paid[row.told.get("loan")] > lent.get(row.told.get("loan"), float("inf"))),
        }
        for row in facts.rows("coop_stakes")
    ]


def _loan(row: ToldRow) -> dict[str, Any]:
    told = row.told
    pooled = told.get("borrower_kind") == "household" and bool(told.get("used_by"))
    months = told["due_month"] - told["from_month"] + 1
    return {
        "_told": row, **told, **_amount(row), "pooled": int(pooled), "months": months,
        "over_three_years": int(months > _MICROLOAN_MONTHS + 1),
    }  # fmt: skip


def _contracts(facts: VillageFacts) -> list[dict[str, Any]]:
    if not facts.speaks_of("sale_contracts"):
        return []
    names = {row.told["contract"] for row in facts.rows("sale_contracts")}
    shares, plans = (_by_contract(facts, table, names) for table in ("contract_shares", "contract_schedules"))
    made = []
    for row in facts.rows("sale_contracts"):
        name, quantity = row.told["contract"], float(row.told["quantity"])
        capacity, share = (_total(shares[name], column) for column in ("capacity", "quantity"))
        planned = _total(plans[name], "quantity")
        # a schedule covers the contract's months: one of two years plans two years of its quantity
        years = max(1, -(-(row.told["to_month"] - row.told["from_month"] + 1) // 12))
        made.append(
            {
                "_told": row, **row.told,
                "capacity_short": int(capacity is not None and capacity < quantity),
                "shares_over": int(share is not None and share > quantity),
                "schedule_over": int(planned is not None and planned > quantity * years),
            }
        )  # fmt: skip
    return made


def _by_contract(facts: VillageFacts, table: str, names: set[Any]) -> dict[Any, list[Record]]:
    """Return the rows of some contracts in a table, by contract."""
    found: dict[Any, list[Record]] = defaultdict(list)
    for row in facts.among(table, "contract", names).values():
        found[row["contract"]].append(row)
    return found


def _total(rows: Iterable[Record], column: str) -> float | None:
    """Return the sum of a column over some rows; None where none says it."""
    told = [float(row[column]) for row in rows if row.get(column) is not None]
    return sum(told) if told else None


def _income_contracts(facts: VillageFacts) -> list[dict[str, Any]]:
    """Return each contract of village income with whether more came in than its whole term holds."""
    if not facts.speaks_of("income_contracts"):
        return []
    received: dict[Any, int] = defaultdict(int)
    names = {row.told["contract"] for row in facts.rows("income_contracts")}
    for each in facts.among("income_receipts", "contract", names).values():
        if each["part"] == "due":
            received[each["contract"]] += int(each["fen"] or 0)
    made = []
    for row in facts.rows("income_contracts"):
        told, day = row.told, row.told.get("due_day")
        months = months_named(told["due_months"]) or ()
        term = days_due(told["from_month"], told["to_month"], months, None if day is None else int(day))
        over = told["footing"] == "fixed" and received[told["contract"]] > len(term) * int(told["fen"])
        made.append({"_told": row, **told, **_amount(row), "over_due": int(over)})
    return made


def _losses(facts: VillageFacts) -> list[dict[str, Any]]:
    """Return each loss with the grade of the household's house."""
    if not facts.speaks_of("disaster_losses"):
        return []
    grades = facts.column_of_ledger("households", "hh", "housing_grade")
    return [
        _place(facts, row) | _amount(row) | {"housing_grade": grades.get(str(row.told["hh"])) or None}
        for row in facts.rows("disaster_losses")
    ]
