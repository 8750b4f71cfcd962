"""relief: what the law owes each household each month against what was paid, and the year's budget.

Responsible for printing. Not responsible for the figures (`povlib.runs.facts.relief`).
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any, cast

from povlib.cli.terminal import print_table
from povlib.cli.word import Word, chosen_place
from povlib.money import yuan
from povlib.words import language, text

if TYPE_CHECKING:
    import pandas as pd


def relief(options: argparse.Namespace) -> int:
    """Print due and paid by measure, every finding with its rule, the budget, and who is over the line by transfers."""
    import pandas as pd

    from povlib import ledger, params, scenarios
    from povlib.errors import RunError
    from povlib.report.pages.relief_section import FINDINGS, finding_name, relief_sentences
    from povlib.runs.facts.relief import relief_facts
    from povlib.runs.office.office_place import open_book

    place = chosen_place(options)
    with open_book(place, create=False) as book:
        state = ledger.read_state(book)
    if state.last_month is None:
        raise RunError(
            "the ledger holds no month yet",
            remedy="put village workbooks into the inbox, then: python3 workbench.py load",
        )
    own = place.office.params
    resolved = scenarios.resolve(scenarios.load("base", own / "scenarios"), params.load(own))
    facts = relief_facts(cast(Any, state), resolved.catalogue, resolved.settings, state.last_month, language())
    for sentence in relief_sentences(facts, language()):
        print("· " + sentence.text)
    for row in facts.unreckoned.itertuples(index=False):
        print("  " + text("enter them in {where}", where=f"params/support.yaml: {row.key}.entitlement.aid"))
    if len(facts.measures):
        rows = facts.measures
        money = {"due_fen": text("due (yuan)"), "paid_fen": text("paid out (yuan)")}
        print()
        print_table(
            pd.DataFrame(
                {
                    text("measure"): rows["name"],
                    text("households"): rows["households"],
                    **{title: [yuan(fen, places=0) for fen in rows[key]] for key, title in money.items()},
                    **{finding_name(kind): rows[kind] for kind in FINDINGS},
                }
            )
        )
    _print_findings(facts.findings)
    print()
    print_table(
        facts.standing.drop(columns="key").set_axis(
            [
                text("income"),
                text("registered (households)"),
                text("registered (persons)"),
                text("exited earlier (households)"),
                text("exited earlier (persons)"),
            ],
            axis=1,
        )
    )
    if len(facts.findings):
        options.then = f"history {facts.findings['hh'].iloc[0]}"
    return 0


def _print_findings(rows: pd.DataFrame) -> None:
    """Print every finding by household: its months and their amount together; below, how often each rule."""
    import pandas as pd

    from povlib.calendar import Month

    if rows.empty:
        return
    by = rows.groupby(["kind", "hh", "name", "rule"], sort=False, as_index=False).agg(
        finding=("finding", "first"), village=("village", "first"), first=("month", "min"), last=("month", "max"),
        months=("month", "size"), fen=("fen", "sum"),
    )  # fmt: skip
    first, last = ([str(Month.from_ordinal(int(month))) for month in by[end]] for end in ("first", "last"))
    print()
    print_table(
        pd.DataFrame(
            {
                text("finding"): by["finding"],
                text("household"): by["hh"],
                text("village"): by["village"],
                text("measure"): by["name"],
                text("month"): [a if a == b else f"{a}–{b}" for a, b in zip(first, last, strict=True)],
                text("payments"): by["months"],
                text("amount (yuan)"): [yuan(int(fen), places=0) for fen in by["fen"]],
            }
        )
    )
    # a rule is longer than a column of the terminal is wide: each is told once, below the table
    for (name, rule), part in rows.groupby(["finding", "rule"], sort=False):
        print("  " + text("{finding}, {n} payments: {why}", finding=name, n=len(part), why=rule))


WORDS = (
    Word(
        "relief",
        "what the law owes each household each month, what was paid, and what does not agree",
        relief,
        then="plan base",
    ),
)
