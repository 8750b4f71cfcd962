"""Words about what the ledger holds: history, promises, close.

Responsible for showing it in the language in use. Not responsible for loading (`povlib.cli.village_workbooks`).
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from povlib.calendar import Month
from povlib.cli.terminal import print_deposit, print_table
from povlib.cli.word import HOUSEHOLD, MONTH, OFFICER, Word, argument, chosen_place, switch
from povlib.cli.words_meant import require_recorded
from povlib.money import format_yuan
from povlib.words import language, text

if TYPE_CHECKING:
    import pandas as pd

    from povlib.runs import Place


def history(options: argparse.Namespace) -> int:
    """Print everything recorded about one household, with ``--page`` write it as a page; 1 when nothing is recorded."""
    place = chosen_place(options)
    require_recorded(place, [options.household], "household")
    import pandas as pd

    from povlib import ledger
    from povlib.report.pages.ledger_wording import item_name, value_words
    from povlib.runs.office.office_place import open_book

    with open_book(place) as book:
        entries = ledger.history(book, options.household)
    if entries.empty:
        options.then = "load"
        print(text("Nothing is recorded about household {hh}.", hh=options.household))
        return 1
    if options.page:
        from povlib.runs import write_history

        for path in write_history(place, options.household):
            print("  → " + str(path))
        options.then = "correct households hh={household} --set KEY=VALUE --officer OFFICER --reason REASON"
        return 0
    table = pd.DataFrame(
        {
            text("month"): [_month_text(when) for when in entries["when"]],
            text("item"): [item_name(what) for what in entries["what"]],
            text("of"): entries["key"].replace(_transfer_names(place)),
            text("before"): [value_words(*pair) for pair in zip(entries["what"], entries["before"], strict=True)],
            text("after"): [value_words(*pair) for pair in zip(entries["what"], entries["after"], strict=True)],
            text("reason"): entries["reason"],
            text("source"): entries["source"],
            text("officer"): entries["officer"],
            text("recorded"): entries["recorded_at"].astype("str").str[:10],
        }
    )
    print_table(table)
    return 0


def _transfer_names(place: Place) -> dict[str, str]:
    """Return what people call each transfer, by its key, in the language in use."""
    from povlib import params

    kinds = params.load(place.office.params).income.values()
    return {kind.key: kind.names.show() for kind in kinds}


def _month_text(when: Any) -> str:
    """Return the month of an ordinal as ``2024-05``, or nothing where it is missing."""
    import pandas as pd

    return "" if pd.isna(when) else str(Month.from_ordinal(int(when)))


def promises(options: argparse.Namespace) -> int:
    """Print what was promised, what came true, why it did not, and what that says of the next projection."""
    import pandas as pd

    from povlib import params
    from povlib.runs import promise_record

    place = chosen_place(options)
    book = promise_record(place)
    print(book.record.sentence())
    rows = book.record.by_origin
    if not len(rows):
        options.then = "approve latest --officer OFFICER"
        return 0
    table = {
        text("run"): rows["run"],
        text("due"): [_month_text(due) for due in rows["due"]],
        text("households promised"): rows["households"],
        text("could be assessed"): rows["assessed"],
        text("expected to exit"): rows["expected"].map("{:.1f}".format),
        text("exited"): rows["observed"].map("{:.0f}".format),
        text("ratio"): rows["ratio"].map("{:.2f}".format),
        text("95 % range"): _ratio_ranges(rows),
    }
    print_table(pd.DataFrame(table))
    if left := int(rows["households"].sum() - book.by_year["households"].sum()):
        print(text("{n} of them could not be projected when the promises were made; below they are left out.", n=left))
    measures = {key: m.names.show() for key, m in params.load(place.office.params).measures.items()}
    names = {**measures, "": text("nothing new")}
    _print_record(text("By year"), book.by_year, "year")
    _print_record(text("By village"), book.by_village, "village")
    _print_record(text("By measure promised"), book.by_measure.assign(
        measure=book.by_measure["measure"].map(lambda key: names.get(key, key))), "measure")  # fmt: skip
    _print_wrong_promises(book.wrong, book.by_chance)
    if (moved := book.correction) is not None:
        print(
            text(
                "For the next projection: by outcomes up to {month} the log-odds of a chance would be moved by "
                "{intercept} and stretched by {slope} (right: 0 and 1).",
                month=_month_text(moved.known_by),
                intercept=f"{moved.fit.intercept:+.2f}",
                slope=f"{moved.fit.slope:.2f}",
            )
        )
    return 0


def _ratio_ranges(rows: pd.DataFrame) -> list[str]:
    """Return the 95 % range of exits observed to exits expected of each row as text, a dash where it is not known."""
    pairs = zip(rows["ratio_low"], rows["ratio_high"], strict=True)
    # NaN, which alone differs from itself, stands where nothing could be assessed
    return ["—" if low != low else f"{low:.2f}–{high:.2f}" for low, high in pairs]


def _print_record(title: str, rows: pd.DataFrame, by: str) -> None:
    """Print the record of promises by one grouping, the column `by` under `title`; nothing when it has no rows."""
    import pandas as pd

    if rows.empty:
        return
    table = {
        title: rows[by].astype("str"),
        text("households promised"): rows["households"],
        text("could be assessed"): rows["assessed"],
        text("expected to exit"): rows["expected"].map("{:.1f}".format),
        text("exited"): rows["observed"].map("{:.0f}".format),
        text("ratio"): ["—" if ratio != ratio else f"{ratio:.2f}" for ratio in rows["ratio"]],
        text("95 % range"): _ratio_ranges(rows),
    }
    print()
    print_table(pd.DataFrame(table))


def _print_wrong_promises(rows: pd.DataFrame, by_chance: float) -> None:
    """Print how many promises went wrong by what the ledger shows, how many chance explains, and each of them."""
    import pandas as pd

    from povlib.report.kinds.evaluation import cause_words, side_words

    if rows.empty:
        return
    words, sides = cause_words(language()), side_words(language())
    worded = rows.assign(side=rows["outcome"].eq(1.0).map(sides), why=rows["cause"].map(words))
    counts = (
        worded.groupby(["side", "why"], as_index=False).size().sort_values(["side", "size"], ascending=[True, False])
    )
    titles = {"side": text("went wrong"), "why": text("what the ledger shows"), "size": text("households")}
    print()
    print_table(counts.rename(columns=titles))
    print(
        text(
            "{n} promises went the other way; if every chance promised had been right, about {expected} would have.",
            n=len(rows),
            expected=f"{by_chance:.0f}",
        )
    )
    print()
    listed = {
        text("household"): worded["hh"],
        text("village"): worded["village"],
        text("due"): [_month_text(due) for due in worded["horizon"]],
        text("chance promised"): worded["p"].map("{:.2f}".format),
        text("went wrong"): worded["side"],
        text("what the ledger shows"): worded["why"],
    }
    print_table(pd.DataFrame(listed))


def close(options: argparse.Namespace) -> int:
    """Freeze a month, score every promise due in it, print both and write the month's deposit for safe keeping."""
    from povlib.runs import close_month

    month = Month.parse(options.month)
    place = chosen_place(options)
    closed_before = _closing_sentence(place, month)
    scored = close_month(place, month, options.officer, options.reason)
    if closed_before:
        print(text("{month} was closed before; it stays as it was frozen then.", month=month.label()))
    print(_closing_sentence(place, month))
    _print_frozen_month(place, month)
    if scored:
        print(text("{n} promises due in {month} were scored.", n=scored, month=month.label()))
    else:
        print(text("Nothing was promised for {month}.", month=month.label()))
        options.then = "plan base"
    print_deposit(place, "closing", str(month))
    return 0


def _closing_sentence(place: Place, month: Month) -> str:
    """Return who closed a month, when and why; "" when nobody did."""
    from povlib import ledger
    from povlib.runs.office.office_place import open_book

    with open_book(place) as book:
        closed = ledger.closings(book)
    own = closed.loc[closed["month"] == month.ordinal]
    if own.empty:
        return ""
    row = own.iloc[-1]
    said = text("Closed by {officer} on {day}.", officer=str(row["officer"]) or "-", day=str(row["recorded_at"])[:10])
    # what was never given is missing in a frame
    reason = "" if row["reason"] != row["reason"] or row["reason"] is None else str(row["reason"])
    return f"{said} " + (text("Reason: {reason}", reason=reason) if reason else text("No reason was recorded."))


_COUNTS = {
    "households": "households", "reported": "received", "missing": "missing", "late": "late",
    "changes": "register changes", "houses_done": "houses finished", "placed": "posts held",
}  # fmt: skip
_MONEY = {"income_fen": "income", "transfers_fen": "transfers", "cost_fen": "costs", "support_fen": "help given"}


def _print_frozen_month(place: Place, month: Month) -> None:
    """Print a frozen month by village (reports, changes, money), or that nothing was frozen since nothing came."""
    import pandas as pd

    from povlib import ledger
    from povlib.runs.office.office_place import open_book

    with open_book(place) as book:
        now, before = ledger.summarise(book, month), ledger.summarise(book, month + -1)
    if not now.closed:
        print(text("Nothing was reported for {month}: it was not frozen.", month=month.label()))
        return
    print("✓ " + text("{month} is frozen as of batch {batch}.", month=month.label(), batch=now.as_of))
    then = before.villages.set_index("village").reindex(now.villages["village"]).fillna(0)
    columns: dict[str, Any] = {text("village"): now.villages["village"]}
    for name, title in _COUNTS.items():
        columns[text(title)] = now.villages[name]
    for name, title in _MONEY.items():
        columns[text(title)] = [format_yuan(int(amount)) for amount in now.villages[name]]
    change = now.villages["income_fen"].to_numpy() - then["income_fen"].to_numpy()
    columns[text("income against the month before")] = [format_yuan(int(amount)) for amount in change]
    print_table(pd.DataFrame(columns))


_WHY = argument("--reason", "why, as it will stand in the ledger", "REASON", default="")

WORDS = (
    Word(
        "history",
        "everything recorded about one household",
        history,
        (HOUSEHOLD, switch("--page", "write a page (HTML and PDF) into the office's desk folder")),
        then="history {household} --page",
    ),
    Word("close", "close a month: score the promises that fall due", close, (MONTH, OFFICER, _WHY), then="promises"),
    Word("promises", "what was promised and what came true", promises, then="plan base"),
)
