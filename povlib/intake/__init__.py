"""How village workbooks get into the ledger: forms out, workbooks in, checked rows, receipts.

Responsible for everything between a received file and a batch of the ledger. Not responsible for the
ledger's own rules (`povlib.ledger`) or for what the rows mean for a household (`povlib.poverty`).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from povlib.intake.forms import write_forms
    from povlib.intake.loading import load
    from povlib.intake.receipts import write_receipt
    from povlib.intake.review import decide, review_queue
    from povlib.intake.sent import record_sent
    from povlib.intake.service import check
    from povlib.intake.verdict import FileVerdict, Flag

_HOMES = {
    "FileVerdict": "verdict",
    "Flag": "verdict",
    "check": "service",
    "decide": "review",
    "load": "loading",
    "record_sent": "sent",
    "review_queue": "review",
    "write_forms": "forms",
    "write_receipt": "receipts",
}
__all__ = [
    "FileVerdict",
    "Flag",
    "check",
    "decide",
    "load",
    "record_sent",
    "review_queue",
    "write_forms",
    "write_receipt",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: the child that reads files starts without pandas."""
    if name in _HOMES:
        return getattr(import_module(f"povlib.intake.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
