"""Words about places: new, forms, sample."""

from __future__ import annotations

import argparse
from pathlib import Path

from povlib import intake, ledger, params
from povlib.calendar import Month
from povlib.cli.planning import place_of
from povlib.places import DATA
from povlib.runs.offices import new_office, open_book
from povlib.words import text


def new(options: argparse.Namespace) -> int:
    """Make an office's own place."""
    place = new_office(options.name)
    empty = params.load(place.office.params).empty()
    print(
        "✓ "
        + text("{folder} is ready: an inbox, your parameters, nothing of the sample.", folder=str(place.office.folder))
    )
    print("  " + text("{n} local values in params/ are still empty; `plan` lists them.", n=len(empty)))
    return 0


def forms(options: argparse.Namespace) -> int:
    """Write the village workbooks of a month, pre-filled from the ledger unless --blank."""
    place = place_of(options)
    month = Month.parse(options.month)
    catalogue = params.load(place.office.params)
    state = None
    if not options.blank and place.office.ledger.exists():
        with open_book(place) as book:
            state = ledger.read_state(book)
    folder = place.office.folder / "forms" / str(month)
    written = intake.write_forms(state, month, [village.name for village in catalogue.villages.values()], folder)
    print("✓ " + text("{n} workbooks written to {folder}", n=len(written), folder=str(folder)))
    return 0


def sample(options: argparse.Namespace) -> int:
    """Make a synthetic township of any size: workbooks with --workbooks, else tables as Parquet files."""
    from povlib import sample as practice

    township = practice.simulate(households=options.households, seed=options.seed)
    folder = Path(options.out) if options.out else DATA / "sample"
    if options.workbooks or not options.out:
        written = practice.write_workbooks(township, folder / "workbooks")
        practice.write_truth(township, folder / "truth")
        print("✓ " + text("{n} synthetic workbooks written to {folder}", n=len(written), folder=str(folder)))
        return 0
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in practice.ledger_rows(township).items():
        frame.to_parquet(folder / f"{name}.parquet", index=False)
    print(
        "✓ "
        + text("A synthetic township of {n} households written to {folder}", n=options.households, folder=str(folder))
    )
    return 0
