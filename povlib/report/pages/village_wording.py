"""How rows about co-ops, contracts, work and helpers are called in the history of a household.

Responsible for names of items and for the lists of their codes. Not responsible for writing values
(`povlib.report.pages.ledger_wording`).
"""

from __future__ import annotations

VILLAGE_ITEMS = {
    "coop_stake.kind": "kind of stake",
    "coop_stake.fen": "stake in the co-op",
    "coop_stake.from_month": "stake since",
    "coop_stake.to_month": "stake until",
    "coop_stake.loan": "loan behind the stake",
    "coop_stake.floor_fen": "dividend guaranteed a year",
    "loan.borrower_kind": "kind of borrower",
    "loan.borrower": "borrower",
    "loan.used_by": "used by",
    "loan.fen": "sum lent",
    "loan.from_month": "lent in",
    "loan.due_month": "due in",
    "loan.rate_percent": "rate of interest in %",
    "loan.lender": "lender",
    "loan.repaid_fen": "loan repaid",
    "loan.status": "state of the loan",
    "coop_entry.month": "month of the entry",
    "coop_entry.account": "account of the co-op",
    "coop_entry.fen": "amount booked",
    "coop_entry.memo": "memo of the entry",
    "contract_share.quantity": "quantity promised a year",
    "contract_share.capacity": "quantity the household can raise a year",
    "contract_share.months": "months of delivery",
    "delivery.day": "day of the delivery",
    "delivery.quantity": "quantity delivered",
    "delivery.fen": "paid for the delivery",
    "delivery.mortality": "share that died",
    "worker.skill": "skill",
    "worker.caring": "cares for somebody at home",
    "worker.wish": "wish for work",
    "worker.wish_place": "wished place of work",
    "worker.available": "can start now",
    "worker.from_month": "can start from",
    "worker.most_km": "farthest way to work in km",
    "placement_end.end_month": "post ended in",
    "placement_end.reason": "why the post ended",
    "shift.days": "days of herding",
    "helper_kin.relation": "kin of the helper",
    "helper_assignment.from_month": "helped since",
    "helper_assignment.to_month": "helped until",
    "relief_payment.measure": "relief paid",
    "relief_payment.for_month": "relief for the month",
    "relief_payment.day": "day of the payment",
    "relief_payment.fen": "amount of relief",
    "income_use.village": "village that shares out its income",
    "income_use.day": "shared out on",
    "income_use.kind": "use of village income",
    "income_use.fen": "share of the village income",
    "income_use.rule": "shared out by the rule",
    "income_use.plan": "entered in the plan",
    "income_use.memo": "memo of the sharing out",
}
"""Message ids by ``table.column``."""

VILLAGE_SUBJECTS = {
    "coop_stake": "stake in a co-op",
    "loan": "loan",
    "coop_entry": "book of the co-op",
    "contract_share": "share of a contract",
    "delivery": "delivery",
    "worker": "ability and wish to work",
    "placement_end": "end of a post",
    "shift": "turn of herding",
    "helper_kin": "kin of a helper",
    "helper_assignment": "helper of the household",
    "relief_payment": "payment of relief",
    "income_use": "share of village income",
}
"""Message ids by table."""

VILLAGE_LISTS = {
    "coop_stake.kind": "stake_kind",
    "loan.borrower_kind": "loan_borrower",
    "loan.status": "loan_status",
    "coop_entry.account": "coop_account",
    "worker.wish_place": "workplace",
    "income_use.kind": "income_use",
    "placement_end.reason": "end_reason",
    "relief_payment.measure": "measure",
}
"""Lists of ``data/tables`` by ``table.column``, where the column has another name."""
