"""incomes: what contracts of villages brought, what is overdue, accounts, partners, the year ahead, who has a part.

Responsible for printing. Not responsible for the answers (`povlib.runs.facts.villages.income_question`).
"""

from __future__ import annotations

import argparse
import shlex
from datetime import date
from typing import TYPE_CHECKING

from povlib.cli.terminal import print_paths, print_table
from povlib.cli.word import Word, argument, chosen_place, switch
from povlib.errors import DataError
from povlib.money import format_yuan
from povlib.words import language, text

if TYPE_CHECKING:
    import pandas as pd

    from povlib.report.model.paper import Block


def incomes(options: argparse.Namespace) -> int:
    """Print village income with the contracts behind it; share a part of it out, or write the paper."""
    place = chosen_place(options)
    day, known, paid = (_day(value, name) for value, name in (
        (options.day, "--day"), (options.known, "--known"), (options.on, "--on")))  # fmt: skip
    if paid and not options.share:
        raise DataError("the day of a sharing out goes with --share", where="--on")
    from povlib.report.villages.contract_income import account_blocks, due_blocks, forecast_blocks, partner_blocks
    from povlib.report.villages.income_section import totals_blocks
    from povlib.runs.facts.villages import income_question as question

    asked = question.read_income_question(place, day, known)
    if options.share:
        rule = asked.rule(options.share)
        plan = question.shares_by_rule(asked, rule)
        if plan.empty:
            print(text("Nothing is left to share out by this rule: {rule}", rule=rule.names.show(language())))
            return 0
        _print_shares(plan)
        print_paths([written := question.write_sharing_sheet(place, asked, rule, plan, paid)])
        print(text("Look through the sheet, then load it: it enters who has how much, by which rule, in which plan."))
        options.then = f"load {shlex.quote(str(written))}"
        return 0
    lang, facts = language(), asked.facts
    _print_blocks(totals_blocks(facts, lang))
    if (behind := facts.contracts) is None:
        print("! " + text("No contract is recorded: enter them in the sheet 村财合同 of the township's form."))
        options.then = "forms MONTH"
    else:
        for part in (due_blocks, account_blocks, partner_blocks, forecast_blocks):
            _print_blocks(part(behind, lang))
    if options.page:
        print_paths(question.write_income_paper(place, facts))
        options.then = "incomes"
    return 0


def _print_blocks(blocks: tuple[Block, ...]) -> None:
    """Print the sentences and tables of the paper as they stand there."""
    import pandas as pd

    from povlib.report.model.numbers import shown
    from povlib.report.model.paper import Note, Paragraph, Table

    for block in blocks:
        if isinstance(block, Paragraph):
            print(block.prose.text)
        elif isinstance(block, Note):
            print("! " + block.prose.text)
        elif isinstance(block, Table):
            print(f"\n{block.title}")
            if block.frame.empty:
                print(block.empty)
                continue
            cells = {}
            for column in block.columns:
                values = block.frame[column.key].tolist()
                cells[column.title] = [
                    "" if pd.isna(value) else shown(value, column.kind, language()) if column.kind != "text" else value
                    for value in values
                ]
            print_table(pd.DataFrame(cells))


def _print_shares(plan: pd.DataFrame) -> None:
    import pandas as pd

    print_table(
        pd.DataFrame(
            {
                text("village"): plan["village"],
                text("household"): plan["hh"],
                text("yuan"): [format_yuan(int(fen), places=2) for fen in plan["fen"]],
            }
        )
    )
    whole = format_yuan(int(plan["fen"].sum()), places=2)
    print(text("{n} households share {yuan}.", n=len(plan), yuan=whole))


def _day(value: str | None, option: str) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise DataError("{value} is no day", where=option, allowed="2016-04-30", value=value) from None


WORDS = (
    Word(
        "incomes",
        "village income: contracts, what is overdue by the day, accounts, partners, the year ahead, shares",
        incomes,
        (
            argument("--day", "count up to this day (none given: the end of the newest month)", example="2016-04-30"),
            argument("--known", "as the ledger knew it on this day", example="2016-05-20"),
            argument("--share", "what each household is to have by this rule, as a sheet to load", "RULE"),
            argument("--on", "day of the sharing out", example="2016-05-10"),
            switch("--page", "write a paper (HTML, PDF and Excel) into the office's papers"),
        ),
        then="incomes --page",
    ),
)
"""Words of this module."""
