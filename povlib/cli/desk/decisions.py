"""Words about decisions by hand: decide-plan, decisions, wish.

Responsible for what a planner types and what is printed of it. Not responsible for any check (`povlib.runs.decisions`)
or for the record (`povlib.ledger`).
"""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from povlib.cli.terminal import print_table
from povlib.cli.word import HOUSEHOLD, OFFICER, REASON, Word, argument, chosen_place, switch
from povlib.cli.words_meant import chosen_run, day_meant, measure_key, require_recorded
from povlib.errors import Fault, LedgerError
from povlib.words import text

if TYPE_CHECKING:
    import pandas as pd

    from povlib.runs import Place, Run

# cells that are wrong printed for one file; the receipt holds all of them
_FLAGS_SHOWN = 20


def decide_plan(options: argparse.Namespace) -> int:
    """Take workbooks of decisions, or decide about one household, or take a decision back."""
    place = chosen_place(options)
    _refuse_unclear_words(options)
    if options.take_back:
        from povlib.runs.decisions.recording import take_back

        require_recorded(place, [options.take_back], "household")
        batch = take_back(place, options.take_back, options.officer, options.reason)
        print("✓ " + text("Recorded as batch {batch}; what was there before stays in the history.", batch=batch))
        return 0
    if options.household:
        return _decide_one(options, place)
    return _take_files(options, place)


def _refuse_unclear_words(options: argparse.Namespace) -> None:
    """Refuse words that say nothing, or two things at once."""
    ways = [bool(options.files), bool(options.household), bool(options.take_back)]
    verdicts = [options.approve, options.refuse, options.change is not None]
    faults = []
    if sum(ways) != 1:
        faults.append(Fault("name a workbook, or a household, or a decision to take back",
                            allowed="FILE … | --household HOUSEHOLD | --take-back HOUSEHOLD"))  # fmt: skip
    if options.household and sum(verdicts) != 1:
        faults.append(Fault("say one thing of the household", allowed="--approve | --refuse | --change PACKAGE"))
    if any(verdicts) and not options.household:
        faults.append(Fault("name the household that is decided about", allowed="--household HOUSEHOLD"))
    if (options.take_back or options.refuse or options.change is not None) and not options.reason.strip():
        faults.append(Fault("a refusal, a change and a decision taken back need a reason", remedy="add --reason WHY"))
    if options.officer in ("", "-"):
        faults.append(Fault("a decision stands under a name", remedy="add --officer NAME"))
    if faults:
        raise LedgerError(faults)


def _decide_one(options: argparse.Namespace, place: Place) -> int:
    require_recorded(place, [options.household], "household")
    run = chosen_run(options, place)
    from povlib.runs.decisions.recording import Decision, record_decisions

    verdict = "approved" if options.approve else "refused" if options.refuse else "by_hand"
    package = _package_meant(run, options.household, options.change) if verdict == "by_hand" else ""
    decision = Decision(options.household, verdict, package, options.by or options.officer, options.reason)
    batch = record_decisions(run, [decision], options.officer)
    if not batch.rows.get("household_decision"):
        print(text("This is on record already; nothing was added."))
    else:
        print("✓ " + text("Recorded as batch {batch}; what was there before stays in the history.", batch=batch.id))
    options.then = f"plan {run.info.scenario}"
    return 0


def _package_meant(run: Run, hh: str, words: str) -> str:
    """Return the contents of a package named as in the workbook, or a rule as ``plan --pin`` takes it."""
    from povlib.runs.decisions.choices import PackageLookup
    from povlib.runs.decisions.offering_runs import offering_run_of_each
    from povlib.runs.decisions.package_rules import checked_rule

    offering = offering_run_of_each(run, [hh]).get(hh)
    named = PackageLookup(offering).contents_named(hh, words) if offering is not None else None
    return named or checked_rule(words, run.catalogue)


def _take_files(options: argparse.Namespace, place: Place) -> int:
    from povlib.intake.verdict import printable_file_name
    from povlib.runs.decisions.returned_workbook import take_decisions

    refused = 0
    for file in options.files:
        verdict = take_decisions(place, file, options.officer)
        name = printable_file_name(Path(verdict.file).name)
        if verdict.already:
            print("✓ " + text("{file}: these decisions were recorded before, as batch {batch}: nothing added.",
                              file=name, batch=verdict.batch))  # fmt: skip
            continue
        if verdict.batch is not None:
            print("✓ " + text("{file}: {n} decisions recorded as batch {batch}.", file=name, n=verdict.loaded,
                              batch=verdict.batch))  # fmt: skip
            continue
        refused += 1
        print("✗ " + text("{file}: refused, and nothing of it was recorded.", file=name), file=sys.stderr)
        wrong = [flag for flag in verdict.flags if flag.refuses != "note"]
        for flag in wrong[:_FLAGS_SHOWN]:
            print(f"  {f'{flag.sheet}!{flag.cell}'.strip('!')}  {flag.message()}".rstrip(), file=sys.stderr)
        if len(wrong) > _FLAGS_SHOWN:
            print("  " + text("... and {n} more", n=len(wrong) - _FLAGS_SHOWN), file=sys.stderr)
    print("  " + text("Receipts: {folder}", folder=str(place.office.receipts)))
    if refused:
        options.then = "decide-plan FILE --officer {officer}"
    return 1 if refused else 0


def decisions(options: argparse.Namespace) -> int:
    """Print decisions in force and what households wait for an answer to."""
    place = chosen_place(options)
    from povlib import ledger
    from povlib.runs import open_book

    with open_book(place, create=False) as book:
        found = ledger.open_wishes(book) if options.open else ledger.household_decisions(book)
        waiting = len(ledger.open_wishes(book))
    if found.empty:
        print(text("Nothing is on record."))
    else:
        print_table(_as_printed(found, place))
    if waiting and not options.open:
        print("! " + text("{n} words of households wait for an answer.", n=waiting))
    if waiting:
        options.then = (
            "wish HOUSEHOLD --grant MEASURE --reason WHY --officer OFFICER" if options.open else "decisions --open"
        )
    return 0


def _as_printed(found: pd.DataFrame, place: Place) -> pd.DataFrame:
    """Return decisions as a table to read."""
    import pandas as pd

    from povlib.runs.decisions.wording import decision_words

    said = decision_words(found, place)
    return pd.DataFrame(
        {
            text("household"): found["hh"],
            text("decision"): said,
            text("by whom"): found["decided_by"],
            text("reason for it"): found["reason"],
            text("answer given"): found["reply"],
            text("recorded"): found["recorded_at"].str[:10],
            text("batch"): found["batch"],
        }
    )


def wish(options: argparse.Namespace) -> int:
    """Record what a household wishes or refuses, or answer it."""
    place = chosen_place(options)
    said = {"wish": options.want, "refusal": options.refuse}
    answers = {"granted": options.grant, "declined": options.decline}
    ways = [*said.values(), *answers.values()]
    if sum(way is not None for way in ways) + options.take_back != 1:
        ways_said = "--want | --refuse | --grant | --decline | --take-back"
        raise LedgerError("say one thing of the household", allowed=ways_said)
    require_recorded(place, [options.household], "household")
    day = day_meant(options.day) if options.day else date.today()
    from povlib.runs.decisions import recording
    from povlib.runs.voice.household_voice import take_word_back

    if options.take_back:
        subject = _subject(place, options.measure)
        number = take_word_back(place, options.household, subject, options.officer, options.reason, day)
    elif given := next(((name, word) for name, word in answers.items() if word is not None), None):
        answer, word = given
        number = recording.answer_wish(
            place, options.household, _subject(place, word), answer, options.reason, options.officer, day
        ).id
    else:
        verdict, word = next((name, word) for name, word in said.items() if word is not None)
        batch, _ = recording.record_wish(
            place, options.household, verdict, _subject(place, word), options.reason, options.officer, options.by, day
        )
        number = batch.id
    print("✓ " + text("Recorded as batch {batch}; what was there before stays in the history.", batch=number))
    return 0


def _subject(place: Place, word: str | None) -> str:
    """Return the measure a household speaks of; empty for all of them."""
    return measure_key(place, word) if word else ""


_BY = argument("--by", "who decided, or spoke for the household (default: the officer)", "NAME", default="")
_RUN = argument("--run", "the run that is decided on (default: latest)", "RUN", default="latest")
_WHY = argument("--reason", "why, as it will stand in the ledger and on the paper", "REASON", default="")

WORDS = (
    Word(
        "decide-plan",
        "record what was decided by hand about a plan: a workbook that came back, or one household",
        decide_plan,
        (
            argument("files", "workbooks of decisions that came back from the meeting", "FILE", nargs="*"),
            argument("--household", "decide about this household", "HOUSEHOLD", default=""),
            switch("--approve", "it gets what is proposed"),
            switch("--refuse", "it gets nothing new"),
            argument("--change", "it gets this package instead: its name as in the workbook, or MEASURE+MEASURE",
                     "PACKAGE", default=None),
            argument("--take-back", "take back the decision about this household", "HOUSEHOLD", default=""),
            _BY, _WHY, OFFICER, _RUN,
        ),
        then="plan base",
    ),
    Word(
        "decisions",
        "what was decided by hand and is in force, and what households wait for an answer to",
        decisions,
        (switch("--open", "only what households asked for and nobody answered yet"),),
        then="plan base",
    ),
    Word(
        "wish",
        "record what a household wishes or refuses, or answer it",
        wish,
        (
            HOUSEHOLD,
            argument("--want", "it asks for this measure", "MEASURE", default=None),
            argument("--refuse", "it does not want this measure; alone: no new help at all", "MEASURE", nargs="?",
                     const="", default=None),
            argument("--grant", "answer: granted, and the next plan gives it", "MEASURE", default=None),
            argument("--decline", "answer: declined", "MEASURE", default=None),
            switch("--take-back", "the household takes back what it said of --measure"),
            argument("--measure", "the measure it takes its word back of", "MEASURE", default=""),
            argument("--day", "the day on which it was said or answered (default: today)", example="2016-05-10",
                     default=""),
            _BY, REASON, OFFICER,
        ),
        then="decisions --open",
    ),
)  # fmt: skip
