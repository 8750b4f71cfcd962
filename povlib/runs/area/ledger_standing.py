"""What a run begins from, told by the ledger without its months: for offices too large to be read whole.

Responsible for head, newest month and size. Not responsible for rows (`povlib.ledger.read_state`).
"""

from __future__ import annotations

from dataclasses import dataclass

from povlib import ledger
from povlib.calendar import Month
from povlib.ledger.state import head_at, last_month
from povlib.places import Office


@dataclass(frozen=True)
class LedgerStanding:
    """Where the ledger of an office stands at its last data batch.

    Attributes
    ----------
    batch : int
    head : Head
    synthetic : bool
    last_month : Month or None
    households : int
        On the ledger, registered or not.
    """

    batch: int
    head: ledger.Head
    synthetic: bool
    last_month: Month | None
    households: int

    @property
    def digest(self) -> str:
        """What identifies the rows: the head of the chain. Two ledgers of equal rows loaded on two days differ."""
        return self.head.hash


def ledger_standing(office: Office) -> LedgerStanding | None:
    """Return where an office's ledger stands; None when there is no ledger yet."""
    if not office.has_ledger:
        return None
    with ledger.open(office.ledger_place) as book:
        batch = book.data_head()
        month = last_month(book, batch)
        # not those of the newest month: while villages are late, a county would pass for a township
        count = 0 if month is None else len(ledger.read_frame(book, "households", batch))
        return LedgerStanding(batch, head_at(book, batch), book.synthetic, month, count)
