"""Do the clocks of the batches agree with the order in which they were recorded?

Responsible for naming the batches whose clock says otherwise, in all of a ledger or just after one was written. Not
responsible for what a day takes (`.state.batch_at`): batches are ordered by their number, whatever clocks say.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Protocol

from povlib.errors import Fault
from povlib.ledger.storage.connections import Store


class _Book(Protocol):
    store: Store


def clock_faults(book: _Book, since: int = 1) -> list[Fault]:
    """Return the batches whose clock says another order than they were recorded in, or a time that has not come.

    Nothing is wrong with what such a batch holds, but a day does not tell what was known on it.

    Parameters
    ----------
    book : Ledger
        An open ledger.
    since : int
        The first batch to judge; it is compared with the one before it.

    Examples
    --------
    >>> import tempfile, povlib.ledger as ledger
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with ledger.open(folder + "/l.sqlite", create=True, seed=1) as book:
    ...         clock_faults(book)
    []
    """
    found = book.store.rows("select id, recorded_at from batch where id >= ? order by id", (since - 1,))
    rows = [(int(n), datetime.fromisoformat(str(at))) for n, at in found]
    what = "batch {batch} is dated {said}, a time before batch {other} ({then}): a day takes both or neither"
    faults = [
        Fault(what, values={"batch": n, "said": f"{at:%Y-%m-%d %H:%M}", "other": m, "then": f"{before:%Y-%m-%d %H:%M}"})
        for (m, before), (n, at) in pairwise(rows)
        if at < before
    ]
    # a day ahead may be another zone's; the practice clock stands still in the past
    late = datetime.now(UTC) + timedelta(days=1)
    ahead = "batch {batch} is dated {said}, which has not come: look at this computer's clock"
    return faults + [
        Fault(ahead, values={"batch": n, "said": f"{at:%Y-%m-%d %H:%M}"}) for n, at in rows if at > late and n >= since
    ]
