"""A word about performance evaluation: performance.

Responsible for printing the indicators and the rows behind one. Not responsible for counting
(`povlib.runs.performance`).
"""

from __future__ import annotations

import argparse
from datetime import date

from povlib.cli.terminal import print_paths, print_table
from povlib.cli.word import Word, argument, chosen_place, switch
from povlib.errors import LedgerError, unknown_word_fault
from povlib.words import language, text


def performance(options: argparse.Namespace) -> int:
    """Print the indicators of a year, or with --rows the rows that one of them is counted from."""
    place = chosen_place(options)
    if options.year is not None and not 2000 <= options.year <= date.today().year:
        raise LedgerError("{value} is no year that can be evaluated", allowed="2000–{last}", value=options.year,
                          last=date.today().year)  # fmt: skip
    import pandas as pd

    from povlib.report.performance.paper import GROUP_WORDS, rows_as_read, written_value
    from povlib.runs.performance.evaluation import performance_facts

    lang = language()
    facts = performance_facts(place, options.year, lang)
    if options.rows:
        row = next((one for one in facts.indicators if options.rows in (one.key, one.name)), None)
        if row is None:
            keys = [one.key for one in facts.indicators]
            raise LedgerError([unknown_word_fault("there is no indicator {value}", options.rows, keys, "")])
        print(f"{row.name}: {written_value(row, lang)}")
        print_table(rows_as_read(row, lang)) if len(row.rows) else print(text("Nothing is on record."))
        options.then = row.command
        return 0
    print_table(
        pd.DataFrame(
            {
                text("key"): [one.key for one in facts.indicators],
                text("group"): [text(GROUP_WORDS[one.group]) for one in facts.indicators],
                text("indicator"): [one.name for one in facts.indicators],
                text("counted value"): [written_value(one, lang) for one in facts.indicators],
                text("rows behind it"): [len(one.rows) for one in facts.indicators],
            }
        )
    )
    if facts.total is None:
        print("! " + text("No total and no grade: points are not entered in performance.yaml, or a figure is not "
                          "recorded."))  # fmt: skip
    else:
        print(text("Total: {total:.1f} of 100, grade {grade}", total=facts.total, grade=facts.grade))
    if options.page:
        from povlib.runs.performance.office_paper import write_office_paper

        print_paths(write_office_paper(place, facts, lang))
    options.then = f"performance --rows {facts.indicators[0].key}"
    return 0


WORDS = (
    Word(
        "performance",
        "performance evaluation: indicators of a year, each from its rows in the ledger",
        performance,
        (
            argument("--year", "the year (default: that of the newest month of data)", example="2016", type=int,
                     default=None),
            argument("--rows", "the rows that this indicator is counted from", example="execution", default=""),
            switch("--page", "write it as a paper with a sheet of rows for each indicator"),
        ),
        then="performance --rows execution",
    ),
)  # fmt: skip
