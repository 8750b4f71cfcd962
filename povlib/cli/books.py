"""Words about what the ledger holds: ledger check and head, history, promises, close.

Responsible for showing it in the language in use. Not responsible for loading (`povlib.cli.ledgers`).
"""

from __future__ import annotations

import argparse
from typing import Any

import pandas as pd

from povlib import ledger, params
from povlib.calendar import Month
from povlib.cli.planning import place_of
from povlib.cli.tables import print_table
from povlib.money import format_yuan
from povlib.report.history_words import item_name, value_words
from povlib.runs.offices import Place, open_book
from povlib.words import language, text


def history(options: argparse.Namespace) -> int:
    """Print everything recorded about one household."""
    place = place_of(options)
    with open_book(place) as book:
        found = ledger.history(book, options.household)
    if found.empty:
        print(text("Nothing is recorded about household {hh}.", hh=options.household))
        return 1
    if options.page:
        from povlib.runs import write_history

        for path in write_history(place, options.household):
            print("  → " + str(path))
        return 0
    shown = pd.DataFrame(
        {
            text("month"): [_month(when) for when in found["when"]],
            text("item"): [item_name(what) for what in found["what"]],
            text("of"): found["key"].replace(_transfers(place)),
            text("before"): [value_words(*pair) for pair in zip(found["what"], found["before"], strict=True)],
            text("after"): [value_words(*pair) for pair in zip(found["what"], found["after"], strict=True)],
            text("reason"): found["reason"],
            text("source"): found["source"],
            text("officer"): found["officer"],
            text("recorded"): found["recorded_at"].astype("str").str[:10],
        }
    )
    print_table(shown)
    return 0


def _transfers(place: Place) -> dict[str, str]:
    """Return the names of the transfers by key."""
    kinds = params.load(place.office.params).income.values()
    return {kind.key: getattr(kind.names, language()) for kind in kinds}


def _month(when: Any) -> str:
    return "" if pd.isna(when) else str(Month.from_ordinal(int(when)))


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
        print_table(pd.DataFrame(shown))
    return 0


def close(options: argparse.Namespace) -> int:
    """Close a month: score every promise that falls due."""
    from povlib.runs import close_month

    month = Month.parse(options.month)
    place = place_of(options)
    scored = close_month(place, month, options.officer)
    _print_month(place, month)
    if scored:
        print(text("{n} promises due in {month} were scored.", n=scored, month=month.label()))
    else:
        print(text("Nothing was promised for {month}.", month=month.label()))
    return 0


_COUNTS = {
    "households": "households", "reported": "received", "missing": "missing", "late": "late",
    "changes": "register changes", "houses_done": "houses finished", "placed": "posts held",
}  # fmt: skip
_MONEY = {"income_fen": "income", "transfers_fen": "transfers", "cost_fen": "costs", "support_fen": "help given"}


def _print_month(place: Place, month: Month) -> None:
    """Print a frozen month by village beside the month before: what came, what is missing, what changed."""
    with open_book(place) as book:
        now, before = ledger.summarise(book, month), ledger.summarise(book, month + -1)
    if not now.closed:
        print(text("Nothing was reported for {month}: it was not frozen.", month=month.label()))
        return
    print("✓ " + text("{month} is frozen as of batch {batch}.", month=month.label(), batch=now.as_of))
    then = before.villages.set_index("village").reindex(now.villages["village"]).fillna(0)
    shown: dict[str, Any] = {text("village"): now.villages["village"]}
    for name, title in _COUNTS.items():
        shown[text(title)] = now.villages[name]
    for name, title in _MONEY.items():
        shown[text(title)] = [format_yuan(int(amount)) for amount in now.villages[name]]
    change = now.villages["income_fen"].to_numpy() - then["income_fen"].to_numpy()
    shown[text("income against the month before")] = [format_yuan(int(amount)) for amount in change]
    print_table(pd.DataFrame(shown))
