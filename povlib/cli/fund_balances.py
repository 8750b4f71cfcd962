"""Where the money stands, and whether the bank says the same: the answers of `fund balances` and `fund reconcile`.

Not responsible for moving money (`fund_movements`) or for the sums (`povlib.ledger.money`).
"""

from __future__ import annotations

import argparse
from datetime import date
from typing import TYPE_CHECKING, Any

from povlib.cli.terminal import print_table
from povlib.cli.word import chosen_place
from povlib.cli.words_meant import fund_key
from povlib.money import format_yuan
from povlib.words import language, text

if TYPE_CHECKING:
    import pandas as pd

    from povlib.runs import Place


def balances(options: argparse.Namespace) -> int:
    """Print where the money stands."""
    from povlib import ledger
    from povlib.runs.office.office_place import open_book

    place = chosen_place(options)
    with open_book(place) as book:
        balance = ledger.balances(book, options.by or ("fund", "year"))
    if balance.empty:
        print(text("No money has moved yet."))
        options.then = f"fund appropriate FUND {date.today().year} YUAN --id NUMBER --officer OFFICER"
        return 0
    print_table(_balance_table(balance, place))
    return 0


_HEADERS = {
    "fund": "fund", "year": "year", "measure": "measure", "village": "village", "hh": "household", "run": "run",
    "granted_fen": "granted", "available_fen": "available", "committed_fen": "committed, not yet paid",
    "paid_fen": "paid", "execution_rate": "execution rate", "carry_over_rate": "not yet executed",
}  # fmt: skip


def _balance_table(balance: pd.DataFrame, place: Place) -> pd.DataFrame:
    import pandas as pd

    names = _fund_and_measure_names(place)
    columns: dict[str, Any] = {}
    for name in balance.columns:
        values = balance[name]
        if name in ("fund", "measure"):
            values = values.map(lambda key: names.get(key, key))
        elif name.endswith("_fen"):
            values = values.map(lambda amount: format_yuan(int(amount), places=2))
        elif name.endswith("_rate"):
            values = values.map(lambda share: "" if pd.isna(share) else f"{share:.1%}")
        columns[text(_HEADERS[name])] = values
    return pd.DataFrame(columns)


def _fund_and_measure_names(place: Place) -> dict[str, str]:
    """Return the names of funds and measures by key."""
    from povlib import params

    catalogue = params.load(place.office.params)
    names = {key: record.names for key, record in catalogue.funds.items()}
    names |= {key: record.names for key, record in catalogue.measures.items()}
    return {key: str(getattr(both, language())) for key, both in names.items()}


def reconcile(options: argparse.Namespace) -> int:
    """Compare payments with a bank statement: 0 when both say the same, else 1."""
    place = chosen_place(options)
    fund = fund_key(place, options.fund) if options.fund else None
    import pandas as pd

    from povlib import ledger
    from povlib.runs.office.office_place import open_book

    with open_book(place) as book:
        agreement = ledger.reconcile(book, options.file, reference=options.reference, amount=options.amount, fund=fund)
    print("✓ " + text("{n} payments agree with the bank.", n=len(agreement.matched)))
    for words, frame in (
        ("{n} stand in the bank statement alone:", agreement.bank_only),
        ("{n} stand in the ledger alone:", agreement.ledger_only),
        ("{n} are of another amount:", agreement.differing),
    ):
        if frame.empty:
            continue
        print("✗ " + text(words, n=len(frame)))
        columns: dict[str, Any] = {text("number"): frame["reference"]}
        for name, title in (("bank_fen", "bank"), ("ledger_fen", "ledger")):
            if name in frame:
                columns[text(title)] = [format_yuan(int(amount), places=2) for amount in frame[name]]
        print_table(pd.DataFrame(columns))
    if not agreement.ok:
        options.then = "fund reverse NUMBER --reason REASON --officer OFFICER"
    return 0 if agreement.ok else 1
