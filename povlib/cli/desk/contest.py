"""contest: villages side by side on one result, with what luck leaves open.

Responsible for printing. Not responsible for the comparison (`povlib.review.contest`).
"""

from __future__ import annotations

import argparse

from povlib.cli.terminal import print_table
from povlib.cli.word import Word, argument, chosen_place
from povlib.words import text

RESULTS = ("exits", "houses", "records")


def contest(options: argparse.Namespace) -> int:
    """Print rates, possible ranks and the two short lists, and the sentence that may be read aloud."""
    import pandas as pd

    from povlib import ledger
    from povlib.report.model.numbers import shown
    from povlib.report.pages.contest_section import contest_sentences
    from povlib.runs.facts.contest import contest_result, result_name
    from povlib.runs.office.office_place import open_book

    with open_book(chosen_place(options), create=False) as book:
        state = ledger.read_state(book)
    found = contest_result(state, options.result).compared(options.few, options.level)
    rows = found.table.sort_values(["rank", "village"])
    print(result_name(options.result))
    print_table(
        pd.DataFrame(
            {
                text("village"): rows["village"],
                text("households"): rows["households"],
                text("reached"): rows["observed"],
                text("to be expected of its households"): [shown(v, "decimal1") for v in rows["expected"]],
                text("adjusted rate"): [shown(v, "share") for v in rows["rate"]],
                text("by luck alone, 95 % of villages"): [
                    f"{shown(low, 'share')}–{shown(high, 'share')}"
                    for low, high in zip(rows["low"], rows["high"], strict=True)
                ],
                text("place in the order"): rows["rank"],
                text("possible ranks"): [
                    f"{first}–{last}" for first, last in zip(rows["first"], rows["last"], strict=True)
                ],
            }
        )
    )
    for sentence in contest_sentences(found):
        print(sentence)
    return 0


WORDS = (
    Word(
        "contest",
        "compare villages on one result: adjusted for their households, with the ranks that luck leaves possible",
        contest,
        (
            argument(
                "result",
                "exits (marked for exit), houses (finished), or records (every month of the year)",
                "RESULT",
                choices=RESULTS,
            ),
            argument("--few", "how many places count as the best and the last", "N", type=int, default=3),
            argument("--level", "how often the sets shall hold, between 0.5 and 1", "SHARE", type=float, default=0.95),
        ),
        then="report latest",
    ),
)
