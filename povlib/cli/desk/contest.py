"""contest: villages side by side on one result, with what luck leaves open.

Responsible for printing. Not responsible for the comparison (`povlib.review.contest`).
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from povlib.cli.terminal import print_table
from povlib.cli.word import Word, argument, chosen_place
from povlib.words import text

if TYPE_CHECKING:
    import pandas as pd

    from povlib.review.contest.village_contest import VillageContest

RESULTS = ("exits", "houses", "records")


def contest(options: argparse.Namespace) -> int:
    """Print rates, possible ranks and the two short lists, and the sentence that may be read aloud."""
    import pandas as pd

    from povlib import ledger
    from povlib.report.model.numbers import shown
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
    for sentence in _sentences(found):
        print(sentence)
    return 0


def _sentences(found: VillageContest) -> tuple[str, ...]:
    """Return what may be read aloud: who is told from whom, and that the others are not."""
    if not found.told_apart:
        return (
            text(
                "The {n} villages cannot be told apart: with households like theirs, luck alone makes such differences."
                " There is no reason to praise or to blame any of them.",
                n=len(found.table),
            ),
        )
    villages = found.table["village"]
    perhaps_best, perhaps_last = villages.isin(found.best), villages.isin(found.last)
    return (
        _first_few(found.few, villages[perhaps_best], villages[~perhaps_best]),
        _last_few(found.few, villages[perhaps_last], villages[~perhaps_last]),
    )


def _first_few(few: int, perhaps: pd.Series, surely_not: pd.Series) -> str:
    if surely_not.empty:
        return text("The best {few} cannot be told: each village may be one of them.", few=few)
    if len(surely_not) < len(perhaps):
        return text("Not among the best {few}: {names}; each of the others may be.", few=few, names=_listed(surely_not))
    return text("The best {few} are among: {names}.", few=few, names=_listed(perhaps))


def _last_few(few: int, perhaps: pd.Series, surely_not: pd.Series) -> str:
    if surely_not.empty:
        return text("The last {few} cannot be told: each village may be one of them.", few=few)
    if len(surely_not) < len(perhaps):
        return text("Not among the last {few}: {names}; each of the others may be.", few=few, names=_listed(surely_not))
    return text("The last {few} are among: {names}.", few=few, names=_listed(perhaps))


def _listed(names: pd.Series) -> str:
    return text(", ").join(names)


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
