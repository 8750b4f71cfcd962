"""Words about money: appropriate, commit, pay, release, reverse, carry over, balances, reconcile.

Responsible for turning words, a run's plan or a file into movements, and for showing where the money
stands. Not responsible for double entry or its guards (`povlib.ledger.funds`).
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
from pathlib import Path
from typing import Any

import pandas as pd

from povlib import ledger, params
from povlib.cli.planning import place_of
from povlib.cli.tables import print_table
from povlib.errors import Fault, LedgerError
from povlib.money import fen, format_yuan
from povlib.runs import find_run, plan_movements
from povlib.runs.office.office_place import Place, open_book
from povlib.words import language, text

_COLUMNS = ("id", "hh", "measure", "fund", "amount")


def appropriate(options: argparse.Namespace) -> int:
    """Record money given to the office."""
    place = place_of(options)
    _known_fund(place, options.fund)
    with open_book(place) as book:
        given = ledger.Movement(options.id, options.fund, options.year, fen(options.amount), _day(options, book))
        return _say(ledger.appropriate(book, [given], _info(options)), 1)


def commit(options: argparse.Namespace) -> int:
    """Commit the money of an approved run; families that already have this aid are shown."""
    place = place_of(options)
    run = find_run(options.run, place)
    with open_book(place) as book:
        moves = plan_movements(run, _day(options, book))
        batch, flagged = ledger.commit(book, moves, _info(options))
    _flag(flagged)
    return _say(batch, len(moves))


def _flag(flagged: pd.DataFrame) -> None:
    if flagged.empty:
        return
    print("! " + text("{n} times a family already has this aid; someone must look:", n=len(flagged)))
    shown = flagged.rename(columns={"hh": text("household"), "measure": text("measure"), "where": text("where")})
    print_table(shown)


def pay(options: argparse.Namespace) -> int:
    """Pay what was committed."""
    return _drawn(options, "pay")


def release(options: argparse.Namespace) -> int:
    """Give back what will not be paid."""
    return _drawn(options, "release")


def _drawn(options: argparse.Namespace, verb: str) -> int:
    place = place_of(options)
    run = find_run(options.run, place)
    with open_book(place) as book:
        rows = _rows(options)
        villages = ledger.read_frame(book, "households").set_index("hh")["village"]
        day = _day(options, book)
        moves = [_movement(row, run.info.run_id, run.settings.help_from.year, villages, day) for row in rows]
        batch = (ledger.pay if verb == "pay" else ledger.release)(book, moves, _info(options))
    return _say(batch, len(moves))


def _movement(row: dict[str, str], run: str, year: int, villages: pd.Series, day: str) -> ledger.Movement:
    hh = row["hh"]
    return ledger.Movement(
        row["id"], row["fund"], year, fen(row["amount"]), row.get("date") or day,
        run=run, hh=hh, village=str(villages.get(hh, "")), measure=row["measure"],
    )  # fmt: skip


def _rows(options: argparse.Namespace) -> list[dict[str, str]]:
    """Return the movements asked for: of a file, or the one on the command line."""
    given = {"id": options.id, "hh": options.household, "measure": options.measure, "fund": options.fund,
             "amount": options.amount}  # fmt: skip
    if options.file:
        return _read(Path(options.file))
    if absent := [name for name, value in given.items() if not value]:
        raise LedgerError("the movement does not say its {names}", remedy="or give --file", names=", ".join(absent))
    return [{name: str(value) for name, value in given.items()}]


def _read(path: Path) -> list[dict[str, str]]:
    from povlib.ledger.balances import decode_text

    try:
        rows = [row for row in csv.reader(io.StringIO(decode_text(path), newline=""), strict=True) if any(row)]
    except csv.Error as error:
        raise LedgerError("the file is no CSV: {said}", where=path.name, said=str(error)) from error
    header = [name.strip() for name in rows[0]] if rows else []
    faults = [Fault("the column {name} is missing", path.name, values={"name": n}) for n in _COLUMNS if n not in header]
    faults += [
        Fault("the line has {n} cells, the header {m}", f"{path.name}, line {line}",
              values={"n": len(row), "m": len(header)})
        for line, row in enumerate(rows[1:], 2) if len(row) != len(header)
    ]  # fmt: skip
    if faults or len(rows) < 2:
        raise LedgerError(faults or [Fault("the file holds no movement", path.name)])
    return [dict(zip(header, (cell.strip() for cell in row), strict=True)) for row in rows[1:]]


def reverse(options: argparse.Namespace) -> int:
    """Reverse movements."""
    with open_book(place_of(options)) as book:
        batch = ledger.reverse(book, options.ids, _day(options, book), _info(options, options.reason))
    return _say(batch, len(set(options.ids)))


def carry_over(options: argparse.Namespace) -> int:
    """Carry what is left of a fund's year over to the next."""
    place = place_of(options)
    _known_fund(place, options.fund)
    with open_book(place) as book:
        batch = ledger.carry_over(book, options.fund, options.year, _day(options, book), _info(options))
    return _say(batch, 1)


def balances(options: argparse.Namespace) -> int:
    """Print where the money stands."""
    place = place_of(options)
    with open_book(place) as book:
        found = ledger.balances(book, options.by or ("fund", "year"))
    if found.empty:
        print(text("No money has moved yet."))
        return 0
    print_table(_shown(found, place))
    return 0


_HEADERS = {
    "fund": "fund", "year": "year", "measure": "measure", "village": "village", "hh": "household", "run": "run",
    "granted_fen": "granted", "available_fen": "available", "committed_fen": "committed, not yet paid",
    "paid_fen": "paid", "execution_rate": "execution rate", "carry_over_rate": "not yet executed",
}  # fmt: skip


def _shown(found: pd.DataFrame, place: Place) -> pd.DataFrame:
    names = _names(place)
    told: dict[str, Any] = {}
    for name in found.columns:
        values = found[name]
        if name in ("fund", "measure"):
            values = values.map(lambda key: names.get(key, key))
        elif name.endswith("_fen"):
            values = values.map(lambda amount: format_yuan(int(amount), places=2))
        elif name.endswith("_rate"):
            values = values.map(lambda share: "" if pd.isna(share) else f"{share:.1%}")
        told[text(_HEADERS[name])] = values
    return pd.DataFrame(told)


def _names(place: Place) -> dict[str, str]:
    """Return the names of funds and measures by key."""
    catalogue = params.load(place.office.params)
    names = {key: record.names for key, record in catalogue.funds.items()}
    names |= {key: record.names for key, record in catalogue.measures.items()}
    return {key: str(getattr(both, language())) for key, both in names.items()}


def _known_fund(place: Place, fund: str) -> None:
    known = params.load(place.office.params).funds
    if fund not in known:
        raise LedgerError("there is no fund {key}", where="funds.yaml", allowed=", ".join(known), key=fund)


def reconcile(options: argparse.Namespace) -> int:
    """Compare payments with a bank statement: 0 when both say the same, else 1."""
    with open_book(place_of(options)) as book:
        found = ledger.reconcile(
            book, options.file, reference=options.reference, amount=options.amount, fund=options.fund
        )
    print("✓ " + text("{n} payments agree with the bank.", n=len(found.matched)))
    for words, frame in (
        ("{n} stand in the bank statement alone:", found.bank_only),
        ("{n} stand in the ledger alone:", found.ledger_only),
        ("{n} are of another amount:", found.differing),
    ):
        if frame.empty:
            continue
        print("✗ " + text(words, n=len(frame)))
        told: dict[str, Any] = {text("number"): frame["reference"]}
        for name, title in (("bank_fen", "bank"), ("ledger_fen", "ledger")):
            if name in frame:
                told[text(title)] = [format_yuan(int(amount), places=2) for amount in frame[name]]
        print_table(pd.DataFrame(told))
    return 0 if found.ok else 1


def _day(options: argparse.Namespace, book: ledger.Ledger) -> str:
    return str(options.date or book.now()[:10])


def _info(options: argparse.Namespace, reason: str = "") -> ledger.BatchInfo:
    return ledger.BatchInfo(officer=options.officer, role="allocate", reason=reason)


def _say(batch: ledger.Batch, n: int) -> int:
    if batch.added:
        print("✓ " + text("{n} movements recorded in batch {batch}.", n=n, batch=batch.id))
    else:
        print(text("These movements are on record already (batch {batch}); nothing was added.", batch=batch.id))
    sys.stdout.flush()
    return 0
