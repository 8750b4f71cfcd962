"""What we know: the frames of a State, as of a batch or a date.

Responsible for reading a State, whose content digest depends on nothing but what is known.
Not responsible for the SQL of as-of reads (`reading`) or for events (`register`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa

from povlib.calendar import Month
from povlib.errors import LedgerError
from povlib.ledger.batch import Head
from povlib.ledger.book import Ledger
from povlib.ledger.frame_conversion import arrow_rows, frame_of
from povlib.ledger.people.household_register import register_rows
from povlib.ledger.rows_as_known import known_frame, known_rows, months_of
from povlib.ledger.storage.hash_chain import RowDigest
from povlib.ledger.storage.table_schema import ADDED_LATER, BATCH, BY_FRAME, Spec
from povlib.ledger.storage.village_tables import VILLAGE_SPECS
from povlib.ledger.village_parts import VillagePart
from povlib.vocabulary.register import exited_status, registered_statuses

# Key order of each frame; a frame is sorted by these columns.
FRAMES: dict[str, tuple[str, ...]] = {
    "households": ("hh",),
    "members": ("hh", "person"),
    "observations": ("hh", "month"),
    "transfers": ("hh", "month", "kind"),
    "support": ("id",),
    "marks": ("hh", "month", "kind", "route", "person"),
    "projects": ("project",),
    "project_items": ("project", "item"),
    "progress": ("project", "week"),
    "posts": ("post",),
    "placements": ("post", "person", "from_month"),
    "inspections": ("id",),
    "village_income": ("village", "month", "source"),
    "claims": ("document", "key"),
    "answers": ("entity", "entity_id", "field"),
    "dwellings": ("hh",),
    "bill_items": ("project", "stage", "item"),
    "project_schedules": ("project",),
    "house_photos": ("project", "phase", "sha256"),
    "material_credits": ("id",),
    "building_sites": ("site",),
    "inspection_rounds": ("round",),
    "inspection_visits": ("round", "village"),
    "inspection_findings": ("round", "hh"),
    "list_entries": ("list", "hh"),
    "objections": ("id",),
    **{spec.frame: spec.key for spec in VILLAGE_SPECS},
}


@dataclass(frozen=True)
class State:
    """Everything known as of one batch, as frames; see ``docs/tables.md`` for the columns.

    Attributes
    ----------
    batch : int
        The last batch read.
    head : Head
        That batch and its hash.
    digest : str
        SHA-256 of the content of every data frame: equal content, equal digest, whatever the clock,
        the officers, the salts and the number of batches.
    synthetic : bool
        Whether this is the practice township.
    last_month : Month or None
        Newest month with an observation.
    """

    batch: int
    head: Head
    digest: str
    synthetic: bool
    last_month: Month | None
    households: pd.DataFrame
    members: pd.DataFrame
    observations: pd.DataFrame
    transfers: pd.DataFrame
    support: pd.DataFrame
    marks: pd.DataFrame
    projects: pd.DataFrame
    project_items: pd.DataFrame
    progress: pd.DataFrame
    posts: pd.DataFrame
    placements: pd.DataFrame
    inspections: pd.DataFrame
    village_income: pd.DataFrame
    claims: pd.DataFrame
    answers: pd.DataFrame
    dwellings: pd.DataFrame
    bill_items: pd.DataFrame
    project_schedules: pd.DataFrame
    house_photos: pd.DataFrame
    material_credits: pd.DataFrame
    building_sites: pd.DataFrame
    inspection_rounds: pd.DataFrame
    inspection_visits: pd.DataFrame
    inspection_findings: pd.DataFrame
    list_entries: pd.DataFrame
    objections: pd.DataFrame
    enterprises: pd.DataFrame
    enterprise_outputs: pd.DataFrame
    enterprise_help: pd.DataFrame
    coops: pd.DataFrame
    coop_stakes: pd.DataFrame
    loans: pd.DataFrame
    coop_entries: pd.DataFrame
    bases: pd.DataFrame
    village_practices: pd.DataFrame
    village_products: pd.DataFrame
    sale_contracts: pd.DataFrame
    contract_shares: pd.DataFrame
    contract_schedules: pd.DataFrame
    deliveries: pd.DataFrame
    job_fairs: pd.DataFrame
    village_services: pd.DataFrame
    post_terms: pd.DataFrame
    workers: pd.DataFrame
    placement_ends: pd.DataFrame
    shifts: pd.DataFrame
    helpers: pd.DataFrame
    helper_kin: pd.DataFrame
    helper_assignments: pd.DataFrame
    relief_payments: pd.DataFrame
    medical_bills: pd.DataFrame
    disaster_losses: pd.DataFrame
    income_contracts: pd.DataFrame
    income_receipts: pd.DataFrame
    income_uses: pd.DataFrame
    promises: pd.DataFrame
    promise_scores: pd.DataFrame
    batches: pd.DataFrame

    @property
    def poor(self) -> pd.DataFrame:
        """Households registered poor now: 未脱贫 or 预脱贫 or returned."""
        return self.households.loc[self.households["status"].isin(registered_statuses())]

    @property
    def exited(self) -> pd.DataFrame:
        """Households that left the register: 已脱贫, whether or not the year was recorded."""
        return self.households.loc[self.households["status"].eq(exited_status()).fillna(False)]

    @property
    def unlisted(self) -> pd.DataFrame:
        """Households whose status is blank or unknown: neither on the register nor exited; with both they are all."""
        known = (*registered_statuses(), exited_status())
        return self.households.loc[~self.households["status"].isin(known)]


def batch_at(book: Ledger, when: int | str | date | Month | None) -> int:
    """Return the last batch known at `when`.

    Parameters
    ----------
    when : int, date, ISO date text, Month or None
        A batch; a day (through its end); a month (through its end); None = the head.

    Raises
    ------
    LedgerError
        If there is no such batch.

    Notes
    -----
    Clocks jump, batches do not: a day takes every batch up to the last one whose own clock says that day or
    before. So a batch in the middle that a wrong clock dated years ahead is not skipped, nor what came after it;
    `povlib.ledger.clock_faults` names such batches, and the State says by its head what was taken.
    """
    head = book.head().batch
    if when is None:
        return head
    if isinstance(when, (int, np.integer)):
        if not 0 <= when <= head:
            raise LedgerError("there is no batch {batch}", allowed="0 to {head}", batch=when, head=head)
        return int(when)
    limit = str(when)
    rows = book.store.rows("select id, recorded_at from batch order by id desc")
    return next((int(number) for number, recorded in rows if str(recorded)[: len(limit)] <= limit), 0)


def read_state(
    book: Ledger,
    as_of: int | str | date | Month | None = None,
    *,
    months: tuple[Month, Month] | None = None,
    villages: Collection[str] | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> State:
    """Return the State as of a batch, a day or a month: of everything, or of some villages.

    Parameters
    ----------
    book : Ledger
        An open ledger.
    as_of : int, date, text, Month or None
        See `batch_at`; None = everything known.
    months : (Month, Month), optional
        Read only these months of observations and transfers, so that a province fits in memory.
    villages : collection of str, optional
        Read only what belongs to these villages, and what belongs to none (`povlib.ledger.village_parts`): the parts
        of a partition of the villages together hold the whole State, and the common rows each. `digest` and
        `last_month` are then the part's, `batch`, `head` and `batches` the ledger's.
    progress : callable, optional
        Called with (table, share done).

    Examples
    --------
    >>> import tempfile, povlib.ledger as ledger
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with ledger.open(folder + "/l.sqlite", create=True, seed=1) as book:
    ...         state = ledger.read_state(book)
    >>> state.batch, len(state.households), state.synthetic
    (0, 0, True)
    """
    number = batch_at(book, as_of)
    part = None if villages is None else VillagePart(book.store, number, villages)
    rows: dict[str, pa.Table] = {}
    for at, (name, order) in enumerate(FRAMES.items()):
        if progress:
            progress(name, at / len(FRAMES))
        rows[name] = _known_sorted(book, BY_FRAME[name], order, number, months, part)
    frames = {name: frame_of(table, BY_FRAME[name].columns) for name, table in rows.items()}
    frames["members"] = _on_card(frames["members"])
    sizes = frames["members"].groupby("hh").size()
    frames["households"]["size"] = frames["households"]["hh"].map(sizes).fillna(0).astype("int64")
    seen = frames["observations"]["month"]
    return State(
        batch=number,
        head=head_at(book, number),
        digest=content_digest(rows),
        synthetic=book.synthetic,
        last_month=Month.from_ordinal(int(seen.max())) if len(seen) else None,
        promises=_known_by_key(book, "promises", number, part),
        promise_scores=_known_by_key(book, "promise_scores", number, part),
        batches=batches(book, number),
        **frames,
    )


def read_frame(
    book: Ledger,
    name: str,
    as_of: int | str | date | Month | None = None,
    *,
    months: tuple[Month, Month] | None = None,
    villages: Collection[str] | None = None,
) -> pd.DataFrame:
    """Return one frame of a State: for a panel too large to read whole, month by month or villages by villages.

    Parameters
    ----------
    name : str
        Name of a frame, such as ``observations``.
    as_of, months, villages : optional
        As in `read_state`.

    Raises
    ------
    LedgerError
        If there is no such frame.

    Examples
    --------
    >>> import tempfile, povlib.ledger as ledger
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with ledger.open(folder + "/l.sqlite", create=True, seed=1) as book:
    ...         len(read_frame(book, "observations", months=(Month(2016, 1), Month(2016, 1))))
    0
    """
    if name not in FRAMES:
        raise LedgerError("the ledger has no table {name}", allowed="{names}", name=name, names=", ".join(FRAMES))
    spec = BY_FRAME[name]
    number = batch_at(book, as_of)
    part = None if villages is None else VillagePart(book.store, number, villages)
    frame = frame_of(_known_sorted(book, spec, FRAMES[name], number, months, part), spec.columns)
    return _on_card(frame) if name == "members" else frame


def last_month(book: Ledger, number: int) -> Month | None:
    """Return the newest month with an observation as of a batch, found from the newest back; None without any."""
    spec = BY_FRAME["observations"]
    for at in reversed(months_of(book.store, spec.table)):
        month = Month.from_yyyymm(at)
        if known_rows(book.store, spec, number, (month, month)).num_rows:
            return month
    return None


def _known_sorted(
    book: Ledger,
    spec: Spec,
    order: tuple[str, ...],
    number: int,
    months: tuple[Month, Month] | None,
    part: VillagePart | None = None,
) -> pa.Table:
    """Return the rows of one table as known at a batch, all or the part's, sorted by `order`."""
    if part is not None:
        table = part.known_rows(spec, months).select([c.name for c in spec.columns])
    elif spec.shape == "register":
        table = arrow_rows(register_rows(book.store, spec, number), spec.columns)
    else:
        table = known_rows(book.store, spec, number, months).select([c.name for c in spec.columns])
    return table.sort_by([(key, "ascending") for key in order])


def _on_card(members: pd.DataFrame) -> pd.DataFrame:
    return members.loc[members["on_card"]].drop(columns="on_card").reset_index(drop=True)


def _known_by_key(book: Ledger, name: str, number: int, part: VillagePart | None) -> pd.DataFrame:
    """Return the rows of a table that is no data, with their batches, in the order of their key."""
    spec = BY_FRAME[name]
    if part is None:
        return known_frame(book.store, spec, number)
    return frame_of(part.known_rows(spec).sort_by([(key, "ascending") for key in spec.key]), spec.stored)


def content_digest(rows: dict[str, pa.Table]) -> str:
    """Return the digest of stored rows in the order of their key: content alone.

    A table that was added later counts only where it holds rows, so that months closed before it keep their digest.
    """
    whole = hashlib.sha256()
    for name in sorted(rows):
        if BY_FRAME[name].table in ADDED_LATER and not rows[name].num_rows:
            continue
        digest = RowDigest("", BY_FRAME[name].columns)
        digest.update(rows[name])
        whole.update(f"{name}:{digest.hexdigest()};".encode())
    return whole.hexdigest()


def batches(book: Ledger, as_of: int | None = None) -> pd.DataFrame:
    """Return the batches up to `as_of`: id, recorded_at, kind, officer, role, source, month, reason, rows, hashes."""
    query = f"select {book.store.selected(BATCH)} from batch where id <= ? order by id"
    number = book.head().batch if as_of is None else as_of
    table: pa.Table = book.store.table(query, BATCH, (number,))
    return frame_of(table, BATCH)


def head_at(book: Ledger, number: int) -> Head:
    """Return the head as it was when batch `number` was the last."""
    found = book.store.rows("select id, hash from batch where id = ?", (number,))
    return Head(int(found[0][0]), str(found[0][1])) if found else Head(0, book.meta["genesis"])
