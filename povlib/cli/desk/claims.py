"""claims: begin the file of what the office's own bulletins claim; check it and judge each claim by the ledger.

Responsible for printing. Not responsible for the file or the verdicts (`povlib.runs.questions.own_claims`).
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from povlib.cli.terminal import print_paths
from povlib.cli.word import Group, Word, chosen_place
from povlib.words import language, text

if TYPE_CHECKING:
    from povlib.report.pages.bulletin_page import JudgedClaims

_MARKS = {"agrees": "✓", "differs": "✗", "several readings": "?", "not recorded": "–"}


def new(options: argparse.Namespace) -> int:
    """Write the commented file for the office's claims."""
    from povlib.runs.questions.own_claims import begin_claims

    print_paths([begin_claims(chosen_place(options))])
    print(text("It lists every figure that may be claimed. As long as no claim is written in it, no paper shows any."))
    return 0


def check(options: argparse.Namespace) -> int:
    """Check the claims and print the verdict of each."""
    from povlib.runs.questions.own_claims import check_claims

    found = check_claims(chosen_place(options))
    if found.document is None:
        print(text("No claims of this office have been entered, so no paper shows any."))
        if found.begun:
            print(text("Write them into params/claims.yaml, which says how."))
        else:
            options.then = "claims new"
        return 0
    if found.shipped:
        print(text("SYNTHETIC: the claims of the practice township are those of the shipped bulletin."))
    for fault in found.warnings:
        print("! " + fault.show())
    print(text("{document}: {n} claims, all well formed.", document=found.document.title.show(language()),
               n=len(found.document.claims)))  # fmt: skip
    if found.judged is None or found.state is None or found.state.last_month is None:
        print(text("The ledger holds no month yet, so nothing is counted."))
        options.then = "load"
        return 0
    print(text("Counted from the ledger as of {month}:", month=found.state.last_month.label()))
    _print_verdicts(found.judged)
    return 0


def _print_verdicts(judged: JudgedClaims) -> None:
    from povlib.report.pages.bulletin_page import amounts_in_words

    lang, rows = language(), judged.claims
    rows = rows.assign(
        stated_words=amounts_in_words(rows, "stated", lang), counted_words=amounts_in_words(rows, "counted", lang)
    )
    remarks = dict(tuple(judged.remarks.groupby("id")))
    for claim, numbers in rows.groupby("id", sort=False):
        first = numbers.iloc[0]
        verdict = str(first["verdict"])
        print(f"{_MARKS[verdict]} {claim}  {first['quote']}  " + text("({words})", words=text(verdict)))
        for row in numbers.itertuples():
            said = text("stated {stated}, counted {counted}", stated=row.stated_words, counted=row.counted_words)
            print("    " + " · ".join(part for part in (said, str(row.reading)) if part))
        if claim in remarks and verdict != "agrees":
            for remark in remarks[claim]["remark"]:
                print("    " + remark)


CLAIMS = Group("claims", "what the office's own bulletins claim, and what the ledger says to it")

WORDS = (
    Word(
        "new",
        "begin the file of claims: commented, with every figure that may be claimed",
        new,
        group=CLAIMS,
        then="claims check",
    ),
    Word(
        "check",
        "every fault of the claims; then the verdict of each by the ledger",
        check,
        group=CLAIMS,
        then="report latest",
    ),
)
