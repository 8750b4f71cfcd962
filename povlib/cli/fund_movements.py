"""Words about money: appropriate, commit, pay, release, reverse, carry over, balances, reconcile.

Responsible for turning words, a run's plan or a file into movements, and for showing where the money
stands. Not responsible for double entry or its guards (`povlib.ledger.money.fund_movements`).
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from povlib.cli.fund_balances import balances, reconcile
from povlib.cli.terminal import print_table
from povlib.cli.word import NAMED_OFFICER, REASON, RUN, Group, Word, argument, chosen_place, switch
from povlib.cli.words_meant import chosen_run, day_meant, fund_key, measure_key, require_recorded
from povlib.errors import Fault, LedgerError
from povlib.money import FEN_PER_YUAN, format_yuan, typed_fen
from povlib.vocabulary.resource_keys import FACILITY_PREFIX
from povlib.words import text

if TYPE_CHECKING:
    import pandas as pd

    from povlib import ledger
    from povlib.runs import Place

# a choice: a year may bring a few times what was planned; a unit mistaken for another brings thousands
_TIMES_ITS_FUND = 10
_FILE_COLUMNS = ("id", "hh", "measure", "fund", "amount")


def appropriate(options: argparse.Namespace) -> int:
    """Record money given to the office."""
    from povlib import ledger
    from povlib.runs.office.office_place import open_book

    place = chosen_place(options)
    fund, amount = fund_key(place, options.fund), typed_fen(options.amount)
    if not options.sure:
        _require_plausible(place, fund, amount)
    with open_book(place) as book:
        movement = ledger.Movement(options.id, fund, options.year, amount, _movement_day(options, book))
        return _print_batch(ledger.appropriate(book, [movement], _batch_info(options)), 1)


def _require_plausible(place: Place, fund: str, amount: int) -> None:
    """Refuse an amount far above what the office's parameters give the fund: a unit mistaken for another."""
    from povlib import params

    given = params.load(place.office.params).funds[fund].amount_yuan
    limit = None if given is None else _TIMES_ITS_FUND * int(given * FEN_PER_YUAN)
    if limit is not None and amount > limit:
        raise LedgerError(
            "{got} is far above what funds.yaml gives this fund ({value})",
            where=fund,
            remedy="when it was asked about and is right, add --sure",
            got=format_yuan(amount, places=2),
            value=format_yuan(limit // _TIMES_ITS_FUND, places=2),
        )


def commit(options: argparse.Namespace) -> int:
    """Commit the money of an approved run; families that already have this aid are shown."""
    place = chosen_place(options)
    run = chosen_run(options, place)
    from povlib import ledger
    from povlib.runs import plan_movements
    from povlib.runs.office.office_place import open_book
    from povlib.runs.verification import require_as_approved

    # the ledger refuses a run that is not approved: no commitment without a decision
    with open_book(place) as book:
        require_as_approved(book, run)
        moves = plan_movements(book, run, _movement_day(options, book))
        batch, flagged = ledger.commit(book, moves, _batch_info(options))
    _print_families_with_aid(flagged)
    return _print_batch(batch, len(moves))


def _print_families_with_aid(flagged: pd.DataFrame) -> None:
    if flagged.empty:
        return
    print("! " + text("{n} times a family already has this aid; someone must look:", n=len(flagged)))
    shown = flagged.rename(columns={"hh": text("household"), "measure": text("measure"), "where": text("where")})
    print_table(shown)


def pay(options: argparse.Namespace) -> int:
    """Pay what was committed."""
    return _draw_on_commitments(options, "pay")


def release(options: argparse.Namespace) -> int:
    """Give back what will not be paid: what is named, or all that is left of a run."""
    return _release_all(options) if options.all else _draw_on_commitments(options, "release")


def _release_all(options: argparse.Namespace) -> int:
    """Give back all that is committed for a run and not paid: a plan no longer in force holds other plans' money."""
    place = chosen_place(options)
    run = chosen_run(options, place)
    from povlib import ledger
    from povlib.runs.office.office_place import open_book
    from povlib.runs.office.plan_movements import movements_back

    with open_book(place) as book:
        moves = movements_back(book, run, _movement_day(options, book))
        if not moves:
            print(text("Nothing is committed for run {run} that was not paid or given back.", run=run.info.run_id))
            return 0
        return _print_batch(ledger.release(book, moves, _batch_info(options)), len(moves))


def _draw_on_commitments(options: argparse.Namespace, verb: str) -> int:
    place = chosen_place(options)
    # every word before anything is opened
    rows = _named_rows(place, _movement_rows(options))
    run = chosen_run(options, place)
    from povlib import ledger
    from povlib.runs.office.head_deposits import deposit_head
    from povlib.runs.office.office_place import open_book
    from povlib.runs.verification import require_as_approved

    with open_book(place) as book:
        require_as_approved(book, run)
        villages = ledger.read_frame(book, "households").set_index("hh")["village"]
        day = _movement_day(options, book)
        moves = [_movement(row, run.info.run_id, run.settings.help_from.year, villages, day) for row in rows]
        batch = (ledger.pay if verb == "pay" else ledger.release)(book, moves, _batch_info(options))
        if verb == "pay":
            deposit_head(place, book, "payment", run.info.run_id, options.officer)
    return _print_batch(batch, len(moves))


def _movement(row: dict[str, str], run: str, year: int, villages: pd.Series, day: str) -> ledger.Movement:
    from povlib import ledger

    hh = row["hh"]
    return ledger.Movement(
        row["id"], row["fund"], year, typed_fen(row["amount"]), row.get("date") or day,
        run=run, hh=hh, village=str(villages.get(hh, "")), measure=row["measure"],
    )  # fmt: skip


def _movement_rows(options: argparse.Namespace) -> list[dict[str, str]]:
    """Return the movements asked for: of a file, or the one on the command line."""
    typed = {"id": options.id, "hh": options.household, "measure": options.measure, "fund": options.fund,
             "amount": options.amount}  # fmt: skip
    if options.file:
        return _read_movement_file(Path(options.file))
    if absent := [name for name, value in typed.items() if not value]:
        raise LedgerError("the movement does not say its {names}", remedy="or give --file", names=", ".join(absent))
    return [{name: str(value) for name, value in typed.items()}]


def _named_rows(place: Place, rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return rows with the keys of their funds and measures; refuse words that name nothing on record."""
    # The opening of a place that many share stands in the plan's payments under its own key: it is no household's.
    openings = [row["hh"].startswith(FACILITY_PREFIX) for row in rows]
    require_recorded(
        place, dict.fromkeys(row["hh"] for row, opens in zip(rows, openings, strict=True) if not opens), "household"
    )
    return [
        {**row, "fund": fund_key(place, row["fund"]),
         **({"hh": "", "measure": row["hh"]} if opens else {"measure": measure_key(place, row["measure"])})}
        for row, opens in zip(rows, openings, strict=True)
    ]  # fmt: skip


def _read_movement_file(path: Path) -> list[dict[str, str]]:
    from povlib.ledger.money.fund_balances import decode_text

    try:
        rows = [row for row in csv.reader(io.StringIO(decode_text(path), newline=""), strict=True) if any(row)]
    except csv.Error as error:
        raise LedgerError("the file is no CSV: {said}", where=path.name, said=str(error)) from error
    header = [name.strip() for name in rows[0]] if rows else []
    faults = [
        Fault("the column {name} is missing", path.name, values={"name": n}) for n in _FILE_COLUMNS if n not in header
    ]
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
    from povlib import ledger
    from povlib.runs.office.office_place import open_book

    place = chosen_place(options)
    require_recorded(place, options.ids, "movement")
    with open_book(place) as book:
        batch = ledger.reverse(book, options.ids, _movement_day(options, book), _batch_info(options, options.reason))
    return _print_batch(batch, len(set(options.ids)))


def carry_over(options: argparse.Namespace) -> int:
    """Carry what is left of a fund's year over to the next."""
    from povlib import ledger
    from povlib.runs.office.office_place import open_book

    place = chosen_place(options)
    fund = fund_key(place, options.fund)
    with open_book(place) as book:
        batch = ledger.carry_over(book, fund, options.year, _movement_day(options, book), _batch_info(options))
    return _print_batch(batch, 1)


def _movement_day(options: argparse.Namespace, book: ledger.Ledger) -> str:
    return day_meant(options.date).isoformat() if options.date else book.now()[:10]


def _batch_info(options: argparse.Namespace, reason: str = "") -> ledger.BatchInfo:
    from povlib import ledger

    return ledger.BatchInfo(officer=options.officer, role="allocate", reason=reason)


def _print_batch(batch: ledger.Batch, n: int) -> int:
    if batch.added:
        print("✓ " + text("{n} movements recorded in batch {batch}.", n=n, batch=batch.id))
    else:
        print(text("These movements are on record already (batch {batch}); nothing was added.", batch=batch.id))
    sys.stdout.flush()
    return 0


FUND = Group("fund", "money: appropriate, commit, pay, reverse, balances, reconcile")
_DATE = argument("--date", "day of the movement", example="2016-05-10", default=None)
_RECORDED = (_DATE, NAMED_OFFICER)
_FUND_YEAR = (
    argument("fund", "a fund of funds.yaml, by key or name", "FUND"),
    argument("year", "year of the money", "YEAR", type=int),
)
_DOCUMENT = "number of the document: counted once"
_DRAWN = (
    *_RECORDED,
    RUN,
    argument("household", "", "HOUSEHOLD", nargs="?"),
    argument("measure", "", "MEASURE", nargs="?"),
    argument("fund", "", "FUND", nargs="?"),
    argument("amount", "amount such as 160000, 160,000 or 16万元", "YUAN", nargs="?"),
    argument("--id", _DOCUMENT, "NUMBER", default=None),
    argument("--file", "CSV with the columns id, hh, measure, fund, amount and perhaps date", "FILE", default=None),
)

WORDS = (
    Word(
        "appropriate",
        "record money given to the office",
        appropriate,
        (
            *_RECORDED,
            *_FUND_YEAR,
            argument("amount", "amount such as 160000, 160,000 or 16万元", "YUAN"),
            argument("--id", _DOCUMENT, "NUMBER", required=True),
            switch("--sure", "an amount far from what is known was asked about and is right"),
        ),
        FUND,
        then="fund balances",
    ),
    Word(
        "carry-over",
        "carry what is left of a year over to the next",
        carry_over,
        (*_RECORDED, *_FUND_YEAR),
        FUND,
        then="fund balances",
    ),
    Word(
        "commit",
        "commit the money of an approved run",
        commit,
        (*_RECORDED, RUN),
        FUND,
        then="fund pay {run} HOUSEHOLD MEASURE FUND YUAN --id NUMBER --officer OFFICER",
    ),
    Word("pay", "pay what was committed", pay, _DRAWN, FUND, then="fund balances"),
    Word(
        "release",
        "give back what will not be paid",
        release,
        (*_DRAWN, switch("--all", "all that is left of the run's commitments")),
        FUND,
        then="fund balances",
    ),
    Word(
        "reverse",
        "reverse movements; each stays on record",
        reverse,
        (*_RECORDED, argument("ids", "numbers of the movements", "NUMBER", nargs="+"), REASON),
        FUND,
        then="fund balances",
    ),
    Word(
        "balances",
        "where the money stands: granted, committed, paid, execution rate",
        balances,
        (
            argument(
                "--by",
                "counted by (default: fund and year)",
                action="append",
                choices=["fund", "year", "measure", "village", "hh", "run"],
            ),
        ),
        FUND,
        then="fund reconcile FILE",
    ),
    Word(
        "reconcile",
        "compare payments with a bank statement (CSV)",
        reconcile,
        (
            argument("file", "bank statement: UTF-8 or GB18030", "FILE"),
            argument("--reference", "column with the number of the payment", "COLUMN", default="reference"),
            argument("--amount", "column with the amount in yuan", "COLUMN", default="amount"),
            argument("--fund", "only payments of this fund", "FUND", default=None),
        ),
        FUND,
        then="fund balances",
    ),
)
