"""What do we know? The append-only record of households, money and promises.

Responsible for storing what arrives, once and for ever, and for reading it as it was known at any
batch. Not responsible for reading workbooks (`intake`) or for any judgement on what is read.
"""

from povlib.ledger.audit import CheckReport, check
from povlib.ledger.batch import Batch, BatchInfo, Head
from povlib.ledger.book import Ledger
from povlib.ledger.book import open_ledger as open
from povlib.ledger.corrections import correct, retract
from povlib.ledger.history import history
from povlib.ledger.promises import promises, record_promises, score_promises
from povlib.ledger.state import State, batch_at, batches, read_state

__all__ = [
    "Batch",
    "BatchInfo",
    "CheckReport",
    "Head",
    "Ledger",
    "State",
    "batch_at",
    "batches",
    "check",
    "correct",
    "history",
    "open",
    "promises",
    "read_state",
    "record_promises",
    "retract",
    "score_promises",
]
