"""Fund movements in double entry: appropriation, commitment, payment, reversal.

Responsible for writing movements that sum to zero, once each, and never before a plan is approved.
Not responsible for who should get what (`allocation`), nor for balances or the bank's statement
(`.fund_balances`).

A fund of a year has four accounts: ``granted`` (what was given to the office, negative), ``available``,
``committed`` and ``paid``. Money moves granted -> available -> committed -> paid. The id of a
movement is its idempotency key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date as Date

import pandas as pd

from povlib.errors import Fault, LedgerError
from povlib.ledger.batch import Batch, BatchInfo
from povlib.ledger.batch_writing import write_batch
from povlib.ledger.book import Ledger
from povlib.ledger.rows_as_known import known_frame
from povlib.ledger.storage.table_schema import BY_FRAME

ACCOUNTS = ("granted", "available", "committed", "paid")
_STEP = {"appropriation": ("granted", "available"), "commitment": ("available", "committed"),
         "payment": ("committed", "paid"), "release": ("committed", "available")}  # fmt: skip


Held = tuple[pd.DataFrame, pd.DataFrame]
# a choice: money is spent within a few years of its own; further apart, a year was mistyped
_YEARS_APART = 5


@dataclass(frozen=True)
class Movement:
    """One fund movement.

    Parameters
    ----------
    id : str
        Idempotency key: the same id with the same content is recorded once.
    fund : str
        Key of the fund in ``params/funds.yaml``.
    year : int
        Year of the money.
    fen : int
        Amount, positive.
    date : str
        ISO date of the movement.
    run, hh, village, measure : str
        For commitments and payments: the approved run, and what for.
    """

    id: str
    fund: str
    year: int
    fen: int
    date: str
    run: str = ""
    hh: str = ""
    village: str = ""
    measure: str = ""
    memo: str = ""

    @property
    def purpose(self) -> tuple[str, str, str, str, int]:
        """What a commitment is for: payments draw on the same."""
        return self.run, self.hh, self.measure, self.fund, self.year


def appropriate(book: Ledger, movements: Iterable[Movement], info: BatchInfo) -> Batch:
    """Record money given to the office: granted -> available."""
    return _record_movements(book, "appropriation", list(movements), info, lambda fresh, held: [])


def commit(book: Ledger, movements: Iterable[Movement], info: BatchInfo) -> tuple[Batch, pd.DataFrame]:
    """Commit money of an approved plan (available -> committed); return the batch and families with this aid already.

    Returns
    -------
    Batch, DataFrame
        The batch, and families that already have this aid (hh, measure, where: ``support`` or the
        run that committed it): flagged for a person to decide, not refused.

    Raises
    ------
    LedgerError
        If the run is not approved or a fund has too little left; nothing is committed then.
    """
    moves = list(movements)
    # before anything is written: afterwards these very movements would be found too
    flagged = _held_already(book, moves)
    return _record_movements(
        book, "commitment", moves, info, lambda fresh, held: _unapproved_faults(book, fresh)
    ), flagged


def pay(book: Ledger, movements: Iterable[Movement], info: BatchInfo) -> Batch:
    """Pay what was committed: committed -> paid.

    Raises
    ------
    LedgerError
        If there is no commitment for it, too little of it is left, or its plan is not approved.
    """

    def faults(fresh: list[Movement], held: tuple[pd.DataFrame, pd.DataFrame]) -> list[Fault]:
        return [*_unapproved_faults(book, fresh), *_uncommitted_faults(held, fresh)]

    return _record_movements(book, "payment", list(movements), info, faults)


def release(book: Ledger, movements: Iterable[Movement], info: BatchInfo) -> Batch:
    """Give back the part of a commitment that will not be paid: committed -> available."""
    return _record_movements(
        book, "release", list(movements), info, lambda fresh, held: _uncommitted_faults(held, fresh)
    )


def reverse(book: Ledger, ids: Iterable[str], date: str, info: BatchInfo) -> Batch:
    """Reverse movements: each posting again with the other sign. The reason is required.

    Raises
    ------
    LedgerError
        If a movement is not on record, was reversed already, or its money has moved on.
    """
    wanted = sorted(set(ids))

    def make() -> dict[str, pd.DataFrame]:
        txns, postings = movements_of(book)
        known = txns.set_index("id")
        faults = [Fault("there is no movement {id}", values={"id": i}) for i in wanted if i not in known.index]
        done = set(txns["reverses"].dropna())
        faults += [Fault("movement {id} was reversed already", values={"id": i}) for i in wanted if i in done]
        faults += [Fault("a reversal is not reversed: record the movement again", values={})
                   for i in wanted if i in known.index and known.loc[i, "kind"] == "reversal"]  # fmt: skip
        if faults:
            raise LedgerError(faults)
        back = known.loc[wanted].reset_index().assign(kind="reversal", date=date, reverses=wanted)
        # an id that follows from the other's: reversing twice at once can be written once only
        back["id"] = [f"{i}/reversal" for i in wanted]
        lines = postings[postings["txn"].isin(wanted)].assign(fen=lambda p: -p["fen"])
        lines["txn"] += "/reversal"
        _refuse_overdrawn(postings, lines, txns, back)
        return {"txns": back.drop(columns="batch"), "postings": lines.drop(columns="batch")}

    return write_batch(book, replace(info, kind="funds", role="correct"), make)


def carry_over(book: Ledger, fund: str, year: int, date: str, info: BatchInfo) -> Batch:
    """Carry what is still available of a fund's year over to the next year."""

    def make() -> dict[str, pd.DataFrame]:
        _, postings = movements_of(book)
        # only what is available: committed money keeps the year it was committed in
        left = int(postings.loc[postings["account"] == account_id(fund, year, "available"), "fen"].sum())
        if left <= 0:
            raise LedgerError("fund {fund} has nothing left of {year}", fund=fund, year=year)
        key = f"carry-over/{fund}/{year}"
        lines = [
            (key, account_id(fund, year, "available"), -left),
            (key, account_id(fund, year + 1, "available"), left),
        ]
        txn = {"id": [key], "date": [date], "kind": ["carry_over"], "fund": [fund]}
        return {
            "accounts": _new_accounts(book, {(fund, year), (fund, year + 1)}),
            "txns": pd.DataFrame(txn),
            "postings": pd.DataFrame(lines, columns=["txn", "account", "fen"]),
        }

    return write_batch(book, replace(info, kind="funds"), make)


def account_id(fund: str, year: int, kind: str) -> str:
    """Return the id of an account."""
    return f"{fund}/{year}/{kind}"


def movements_of(book: Ledger, as_of: int | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return all movements and their postings."""
    number = book.head().batch if as_of is None else as_of
    return known_frame(book.store, BY_FRAME["txns"], number), known_frame(book.store, BY_FRAME["postings"], number)


def _record_movements(
    book: Ledger,
    kind: str,
    moves: list[Movement],
    info: BatchInfo,
    checks: Callable[[list[Movement], Held], list[Fault]],
) -> Batch:
    """Check movements against those recorded and write the new ones as a batch; the former batch if all are there."""
    faults = list(_move_faults(moves))
    if faults:
        raise LedgerError(faults)
    recorded: list[Batch] = []

    def make() -> dict[str, pd.DataFrame]:
        # read again inside the lock: two clerks who pay the same bill at once must see each other's movement
        txns, postings = movements_of(book)
        fresh = _new_movements(kind, moves, txns, postings)
        if faults := checks(fresh, (txns, postings)):
            raise LedgerError(faults)
        new, lines = _transaction_rows(kind, fresh), _posting_rows(kind, fresh)
        _refuse_overdrawn(postings, lines, txns, new)
        return {"accounts": _new_accounts(book, {(m.fund, m.year) for m in fresh}), "txns": new, "postings": lines}

    # asked outside the write lock first: a file sent twice need not wait for a writer to be told so
    if moves and (found := _all_recorded(book, kind, moves)):
        return found
    recorded.append(write_batch(book, replace(info, kind="funds"), make))
    return recorded[0]


def _all_recorded(book: Ledger, kind: str, moves: list[Movement]) -> Batch | None:
    """Return the batch of movements that are all on record: sent twice, they add nothing."""
    if not book.store.rows("select 1 from txn where id = ?", (moves[0].id,)):
        return None
    txns, postings = movements_of(book)
    if _new_movements(kind, moves, txns, postings):
        return None
    number = int(txns.loc[txns["id"] == moves[0].id, "batch"].iloc[0])
    found = book.store.rows("select id, hash from batch where id = ?", (number,))[0]
    return Batch(int(found[0]), str(found[1]), added=False)


def _move_faults(moves: list[Movement]) -> Iterable[Fault]:
    """Yield movements whose amount, id or date is not usable."""
    seen: set[str] = set()
    for move in moves:
        if not isinstance(move.fen, int) or move.fen <= 0:
            yield Fault("an amount is a whole number of fen above 0", move.id)
        if move.id in seen or not move.id:
            yield Fault("a movement needs an id of its own", move.id)
        seen.add(move.id)
        try:
            day = Date.fromisoformat(move.date)
        except ValueError:
            yield Fault("{value} is no date", move.id, "2016-05-10", values={"value": repr(move.date)})
            continue
        if day > Date.today():
            yield Fault("{value} lies in the future", move.id, values={"value": move.date})
        if abs(day.year - move.year) > _YEARS_APART:
            said = {"year": move.year, "value": move.date}
            yield Fault("money of {year} does not move on {value}: look at the year", move.id, values=said)


def _new_movements(kind: str, moves: list[Movement], txns: pd.DataFrame, postings: pd.DataFrame) -> list[Movement]:
    """Leave out movements that are on record; refuse an id that stands for another movement."""
    ids = [move.id for move in moves]
    known = txns[txns["id"].isin(ids)].set_index("id")
    held = set(known.index)
    own = (postings["fen"] > 0) & postings["txn"].isin(ids)
    gains = postings.loc[own, ["txn", "account", "fen"]]
    moved = {str(txn): (name, fen) for txn, name, fen in gains.itertuples(index=False)}
    fresh, faults = [], []
    for move in moves:
        if move.id not in held:
            fresh.append(move)
            continue
        row = known.loc[move.id].fillna("")
        # the date and memo may differ: a clerk who repeats a payment next day means the same payment
        same = (row["kind"], row["fund"], row["run"], row["hh"], row["measure"]) == (
            *(kind, move.fund, move.run, move.hh, move.measure),
        )
        target = account_id(move.fund, move.year, _STEP[kind][1])
        if not same or moved[move.id] != (target, move.fen):
            faults.append(Fault("the id {id} stands for another movement", values={"id": move.id}))
    if faults:
        raise LedgerError(faults)
    return fresh


def _unapproved_faults(book: Ledger, moves: list[Movement]) -> list[Fault]:
    """Return one fault per plan that movements belong to and nobody approved."""
    approvals = known_frame(book.store, BY_FRAME["approvals"], book.head().batch)
    approved = set(approvals.loc[approvals["decision"] == "approved", "run"])
    runs = sorted({move.run for move in moves} - approved)
    return [Fault("the plan {run} is not approved: no money moves", values={"run": run or "-"}) for run in runs]


def _uncommitted_faults(held: Held, moves: list[Movement]) -> list[Fault]:
    """Return faults of movements that draw more than is left of their commitment."""
    txns, postings = held
    left = _left_of_commitments(txns[txns["run"].isin({move.run for move in moves})], postings)
    faults = []
    for move in moves:
        rest = left.get(move.purpose, 0)
        if move.fen > rest:
            said = {"left": rest, "wanted": move.fen}
            faults.append(Fault("only {left} fen are committed for this, {wanted} are wanted", move.id, values=said))
        # lowered as we go: two movements of one file must not both draw on the same rest
        left[move.purpose] = rest - move.fen
    return faults


def open_commitments(book: Ledger, as_of: int | None = None) -> dict[tuple[str, str, str, str, int], int]:
    """Return what is committed and neither paid nor released, in fen, by (run, hh, measure, fund, year)."""
    return _left_of_commitments(*movements_of(book, as_of))


def kept_commitments(book: Ledger, as_of: int | None = None) -> dict[tuple[str, str, str, str, int], int]:
    """Return what was committed and not given back, paid or not, in fen, by (run, hh, measure, fund, year)."""
    txns, postings = movements_of(book, as_of)
    return _left_of_commitments(txns[txns["kind"].isin(["commitment", "release"])], postings)


def _left_of_commitments(txns: pd.DataFrame, postings: pd.DataFrame) -> dict[tuple[str, str, str, str, int], int]:
    """Return what is left of each commitment in fen, by (run, hh, measure, fund, year)."""
    # the year stands in the account's id: a movement has none of its own
    years = {name: int(name.split("/")[-2]) for name in postings["account"].unique() if name.endswith("/committed")}
    lines = postings[postings["account"].isin(list(years))].merge(txns, left_on="txn", right_on="id")
    lines["year"] = lines["account"].map(years).astype("int64")
    keys = ["run", "hh", "measure", "fund", "year"]
    lines[keys[:3]] = lines[keys[:3]].fillna("")
    sums = lines.groupby(keys, as_index=False)["fen"].sum()
    return {(*row[:4], int(row[4])): int(row[5]) for row in sums.itertuples(index=False, name=None)}


def _held_already(book: Ledger, moves: list[Movement]) -> pd.DataFrame:
    """Return households that already have the measure, and ``where``: ``support`` or the run that committed it."""
    wanted = pd.DataFrame(
        [(m.hh, m.measure, m.run) for m in moves if m.hh], columns=["hh", "measure", "run"], dtype="str"
    )
    support = known_frame(book.store, BY_FRAME["support"], book.head().batch)[["hh", "measure"]]
    txns, _ = movements_of(book)
    undone = set(txns["reverses"].dropna())
    before = txns.loc[(txns["kind"] == "commitment") & ~txns["id"].isin(undone), ["hh", "measure", "run"]]
    given = wanted.merge(support.drop_duplicates().assign(where="support"), on=["hh", "measure"])
    twice = wanted.merge(before.drop_duplicates().rename(columns={"run": "where"}), on=["hh", "measure"])
    twice = twice.loc[twice["where"] != twice["run"]]
    found = pd.concat([given, twice])[["hh", "measure", "where"]].drop_duplicates()
    return found.sort_values(["hh", "measure", "where"], ignore_index=True)


def _transaction_rows(kind: str, moves: list[Movement]) -> pd.DataFrame:
    names = ["id", "date", "kind", "fund", "run", "hh", "village", "measure", "memo"]
    rows = [(m.id, m.date, kind, m.fund, m.run, m.hh, m.village, m.measure, m.memo) for m in moves]
    return pd.DataFrame(rows, columns=names, dtype="str")


def _posting_rows(kind: str, moves: list[Movement]) -> pd.DataFrame:
    """Return two postings per movement: from the account it leaves, to the account it enters."""
    source, target = _STEP[kind]
    rows = []
    for move in moves:
        rows.append((move.id, account_id(move.fund, move.year, source), -move.fen))
        rows.append((move.id, account_id(move.fund, move.year, target), move.fen))
    return pd.DataFrame(rows, columns=["txn", "account", "fen"])


def _new_accounts(book: Ledger, wanted: set[tuple[str, int]]) -> pd.DataFrame:
    """Return rows of the accounts that these funds and years need and the ledger lacks."""
    held = {name for (name,) in book.store.rows("select id from account")}
    rows = [(account_id(f, y, kind), kind, f, y) for f, y in sorted(wanted) for kind in ACCOUNTS]
    rows = [row for row in rows if row[0] not in held]
    return pd.DataFrame(rows, columns=["id", "kind", "fund", "year"])


def _refuse_overdrawn(postings: pd.DataFrame, lines: pd.DataFrame, txns: pd.DataFrame, new: pd.DataFrame) -> None:
    """Refuse movements that would leave an account, or a commitment, below zero."""
    after = pd.concat([postings, lines]).groupby("account")["fen"].sum()
    # `granted` is what others gave and is negative by design; the rest of the accounts hold money
    short = after[(after < 0) & ~after.index.str.endswith("/granted")]
    faults = [
        Fault("{fen} fen are missing on {account}", values={"fen": -int(fen), "account": str(name)})
        for name, fen in short.items()
    ]
    same_run = txns[txns["run"].fillna("").isin(set(new["run"].fillna("")))]
    both = pd.concat([same_run, new])[["id", "run", "hh", "measure"]].fillna("")
    drawn = pd.concat([postings, lines])
    purposes = [name for name in drawn["account"].unique() if name.endswith(("/committed", "/paid"))]
    drawn = drawn[drawn["account"].isin(purposes)].merge(both, left_on="txn", right_on="id")
    # by purpose as well: an account may stay above zero while one family's commitment is drawn twice
    sums = drawn.groupby(["run", "hh", "measure", "account"])["fen"].sum()
    if not faults and (sums < 0).any():
        faults.append(Fault("money of a movement has moved on: reverse the later movement first", values={}))
    if faults:
        raise LedgerError(faults)
