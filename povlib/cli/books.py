"""Words about what the ledger holds: ledger check and head, history, promises, close.

Responsible for showing it in the language in use. Not responsible for loading (`povlib.cli.ledgers`).
"""

from __future__ import annotations

import argparse
import re
import sys
from typing import Any

import pandas as pd

from povlib import ledger, params
from povlib.calendar import Month
from povlib.cli.planning import place_of
from povlib.money import format_yuan
from povlib.runs.offices import Place, open_book
from povlib.words import glossary, language, term, text


def check_or_head(options: argparse.Namespace) -> int:
    """Check the ledger, or print its head."""
    with open_book(place_of(options)) as book:
        if options.action == "head":
            print(book.head())
            return 0
        report = ledger.check(book)
    for fault in report.faults:
        print("✗ " + fault.show(), file=sys.stderr)
    if report.ok:
        print("✓ " + text("The ledger agrees with itself; its head is {head}.", head=str(report.head)))
    return 0 if report.ok else 1


_ITEMS = {
    "wage": "wages",
    "business": "receipts of the business",
    "cost": "costs of the business",
    "one_off": "one-off receipts",
    "fen": "transfer received",
    "flag": "how it was recorded",
    "from_month": "from month",
    "to_month": "to month",
    "birth": "month of birth",
    "other_causes": "other causes",
    "medical_insurance": "medical insurance",
    "helper_assigned": "has a helper",
    "identified_month": "registered since",
    "exit_year": "year of exit",
    "work_months": "months of work",
    "hh": "household",
}


def history(options: argparse.Namespace) -> int:
    """Print everything recorded about one household."""
    place = place_of(options)
    with open_book(place) as book:
        found = ledger.history(book, options.household)
    if found.empty:
        print(text("Nothing is recorded about household {hh}.", hh=options.household))
        return 1
    shown = pd.DataFrame(
        {
            text("month"): [_month(when) for when in found["when"]],
            text("item"): [_item(what) for what in found["what"]],
            text("of"): found["key"].replace(_transfers(place)),
            text("before"): [_value(*pair) for pair in zip(found["what"], found["before"], strict=True)],
            text("after"): [_value(*pair) for pair in zip(found["what"], found["after"], strict=True)],
            text("reason"): found["reason"],
            text("source"): found["source"],
            text("officer"): found["officer"],
            text("recorded"): found["recorded_at"].astype("str").str[:10],
        }
    )
    _print_table(shown)
    return 0


def _transfers(place: Place) -> dict[str, str]:
    """Return the names of the transfers by key."""
    kinds = params.load(place.office.params).income.values()
    return {kind.key: getattr(kind.names, language()) for kind in kinds}


def _month(when: Any) -> str:
    return "" if pd.isna(when) else str(Month.from_ordinal(int(when)))


def _item(what: str) -> str:
    """Return the name of a recorded field: from the glossary where it stands there."""
    name = re.sub(r"_fen$", "", str(what).rpartition(".")[2])
    return text(_ITEMS[name]) if name in _ITEMS else term(name) if name in glossary() else text(name)


def _value(what: str, value: Any) -> str:
    if pd.isna(value) or value == "":
        return ""
    return format_yuan(int(value)) if str(what).endswith("fen") and str(value).lstrip("-").isdigit() else str(value)


def promises(options: argparse.Namespace) -> int:
    """Print what was promised and what came true."""
    from povlib import review

    with open_book(place_of(options)) as book:
        record = review.record(book)
    print(record.sentence())
    rows = record.by_origin
    if len(rows):
        ranges = [f"{low:.2f}–{high:.2f}" for low, high in zip(rows["ratio_low"], rows["ratio_high"], strict=True)]
        shown = {
            text("run"): rows["run"],
            text("due"): [_month(due) for due in rows["due"]],
            text("households promised"): rows["households"],
            text("could be assessed"): rows["assessed"],
            text("expected to exit"): rows["expected"].map("{:.1f}".format),
            text("exited"): rows["observed"].map("{:.0f}".format),
            text("ratio"): rows["ratio"].map("{:.2f}".format),
            text("90 % range"): ranges,
        }
        _print_table(pd.DataFrame(shown))
    return 0


def close(options: argparse.Namespace) -> int:
    """Close a month: score every promise that falls due."""
    from povlib.runs import close_month

    month = Month.parse(options.month)
    scored = close_month(place_of(options), month, options.officer)
    if scored:
        print(text("{n} promises due in {month} were scored.", n=scored, month=month.label()))
    else:
        print(text("Nothing was promised for {month}.", month=month.label()))
    return 0


def _print_table(frame: pd.DataFrame) -> None:
    with pd.option_context("display.unicode.east_asian_width", True):
        print(frame.to_string(index=False, na_rep="", max_colwidth=40))
