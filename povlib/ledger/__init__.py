"""What do we know? The append-only record of households, money and promises.

Responsible for storing what arrives, once and for ever, and for reading it as it was known at any
batch. Not responsible for reading workbooks (`intake`) or for any judgement on what is read.
"""

from typing import TYPE_CHECKING

from povlib.names_on_demand import import_on_demand

if TYPE_CHECKING:
    from povlib.ledger.batch import Batch, BatchInfo, Head
    from povlib.ledger.batch_clocks import clock_faults
    from povlib.ledger.book import Ledger
    from povlib.ledger.book import open_ledger as open
    from povlib.ledger.broken_tail import SetAside, aside_records, set_aside
    from povlib.ledger.corrections import correct, correct_all, retract
    from povlib.ledger.deposits import (
        Deposit,
        deposit_of,
        faults_against,
        faults_against_head,
        read_deposit,
        short_code,
    )
    from povlib.ledger.history import history
    from povlib.ledger.household_decisions import (
        binding_decisions,
        household_decisions,
        last_decision_batch,
        open_wishes,
        record_household_decisions,
        take_back_decisions,
    )
    from povlib.ledger.money.fund_balances import Reconciliation, balances, reconcile
    from povlib.ledger.money.fund_movements import (
        Movement,
        appropriate,
        carry_over,
        commit,
        kept_commitments,
        open_commitments,
        pay,
        release,
        reverse,
    )
    from povlib.ledger.money.plan_approvals import approved_digests, plan_decisions, standing_decisions, withdraw_plan
    from povlib.ledger.money.promise_book import promises, record_promises, score_promises, unsettled
    from povlib.ledger.month_closing import MonthSummary, changes, close_month, closings, summarise
    from povlib.ledger.people.duplicate_persons import decide, duplicates
    from povlib.ledger.people.name_access import Erasure, erase, names_in, unmask
    from povlib.ledger.photos.photo_store import PhotoStore, StoredPhoto, StoredPhotos, Sweep, stored_photos
    from povlib.ledger.self_audit import CheckReport, check
    from povlib.ledger.state import State, batch_at, batches, read_frame, read_state
    from povlib.ledger.storage.backups import backup, copy, restore
    from povlib.ledger.storage.quarantine import hashes_set_aside
    from povlib.ledger.storage.server_store import make_roles

__all__ = [
    "Batch",
    "BatchInfo",
    "CheckReport",
    "Deposit",
    "Erasure",
    "Head",
    "Ledger",
    "MonthSummary",
    "Movement",
    "PhotoStore",
    "Reconciliation",
    "SetAside",
    "State",
    "StoredPhoto",
    "StoredPhotos",
    "Sweep",
    "appropriate",
    "approved_digests",
    "aside_records",
    "backup",
    "balances",
    "batch_at",
    "batches",
    "binding_decisions",
    "carry_over",
    "changes",
    "check",
    "clock_faults",
    "close_month",
    "closings",
    "commit",
    "copy",
    "correct",
    "correct_all",
    "decide",
    "deposit_of",
    "duplicates",
    "erase",
    "faults_against",
    "faults_against_head",
    "hashes_set_aside",
    "history",
    "household_decisions",
    "kept_commitments",
    "last_decision_batch",
    "make_roles",
    "names_in",
    "open",
    "open_commitments",
    "open_wishes",
    "pay",
    "plan_decisions",
    "promises",
    "read_deposit",
    "read_frame",
    "read_state",
    "reconcile",
    "record_household_decisions",
    "record_promises",
    "release",
    "restore",
    "retract",
    "reverse",
    "score_promises",
    "set_aside",
    "short_code",
    "standing_decisions",
    "stored_photos",
    "summarise",
    "take_back_decisions",
    "unmask",
    "unsettled",
    "withdraw_plan",
]

import_on_demand(__name__)
