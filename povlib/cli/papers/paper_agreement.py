"""The word that reads written papers back: do they say the same.

Responsible for printing what was compared and what does not agree. Not responsible for comparing
(`povlib.report.agreement`).
"""

from __future__ import annotations

import argparse
import sys

from povlib.cli.terminal import progress_bar
from povlib.cli.word import RUN, Word, chosen_place
from povlib.cli.words_meant import chosen_run
from povlib.words import text

_FAULTS_SHOWN = 20
"""Faults printed one by one: what does not agree mostly has one cause, and a screen holds about as many."""


def check_papers(options: argparse.Namespace) -> int:
    """Read a run's papers back and compare each number across kinds, languages and formats; 1 when two differ."""
    made = chosen_run(options, chosen_place(options))
    from povlib.report.agreement import paper_agreement
    from povlib.runs import papers_folder

    with progress_bar(1) as bar:
        found = paper_agreement(papers_folder(made), bar, run_id=made.info.run_id)
    if not found.papers:
        print(text("no papers of run {run} are written", run=made.info.run_id))
        options.then = f"report {made.info.run_id}"
        return 1
    print(
        text(
            "{files} files of {papers} papers read back: {numbers} numbers, {shared} of them in more than one paper or "
            "language",
            files=found.files,
            papers=found.papers,
            numbers=found.numbers,
            shared=found.shared,
        )
    )
    for fault in found.faults[:_FAULTS_SHOWN]:
        print("✗ " + fault.show(), file=sys.stderr)
    if len(found.faults) > _FAULTS_SHOWN:
        print(text("... and {n} more", n=len(found.faults) - _FAULTS_SHOWN), file=sys.stderr)
    if found.faults:
        options.then = f"report {made.info.run_id}"
        return 1
    print("✓ " + text("every number that stands in two places is the same in both"))
    return 0


WORDS = (
    Word(
        "check-papers",
        "read a run's papers back and compare every number across papers, languages and formats",
        check_papers,
        (RUN,),
        then="verify {run}",
    ),
)
