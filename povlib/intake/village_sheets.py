"""Which sheets are about work, co-ops, products, contracts and helpers, and the table of the ledger behind each.

Responsible for names alone, so that a mistyped word is answered without loading what reads files. Not responsible for
rows (`records.village_frames`, `outgoing.village_rows`) or for what may stand in them (`checks.village_checks`).
"""

from __future__ import annotations

from povlib.intake.form import every_sheet

MAIN_TABLES = {
    "product": "village_products", "village_income": "village_income", "practice": "village_practices",
    "worker": "workers", "post_end": "placement_ends", "shift": "shifts",
    "assignment": "helper_assignments",
    "enterprise": "enterprises", "output": "enterprise_outputs", "enterprise_help": "enterprise_help", "coop": "coops",
    "stake": "coop_stakes", "loan": "loans", "coop_entry": "coop_entries", "base": "bases",
    "contract": "sale_contracts", "share": "contract_shares", "schedule": "contract_schedules",
    "delivery": "deliveries", "fair": "job_fairs", "service": "village_services", "post": "post_terms",
    "helper": "helpers", "kin": "helper_kin",
    "income_contract": "income_contracts", "income_receipt": "income_receipts", "income_use": "income_uses",
    "relief": "relief_payments", "medical_bill": "medical_bills", "disaster_loss": "disaster_losses",
}  # fmt: skip
"""The table of the ledger by sheet; sheet ``post`` also tells ``posts``."""

ROW_NAMES = {
    key: " ".join(every_sheet()[key].unique)
    for key in MAIN_TABLES
    if any(field.key == "hh" for field in every_sheet()[key].fields)
}
"""By sheet with a household: the fields that tell one of its rows from another."""
