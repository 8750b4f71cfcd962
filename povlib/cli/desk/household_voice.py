"""Words about the household's voice: voice post, form, load, say, appeal, answer, list.

Responsible for what an officer types and what is printed of it. Not responsible for any check (`povlib.runs.voice`) or
for the record (`povlib.ledger.voice`).
"""

from __future__ import annotations

import argparse
from datetime import date
from typing import TYPE_CHECKING

from povlib.cli.terminal import print_paths, print_refused_form, print_table
from povlib.cli.word import NAMED_OFFICER, Group, Word, argument, chosen_place, switch
from povlib.cli.words_meant import chosen_run, day_meant, require_recorded
from povlib.errors import LedgerError
from povlib.words import language, text

if TYPE_CHECKING:
    import pandas as pd

VOICE = Group("voice", "the household's voice: post a plan, take down what households say, answer it")


def post(options: argparse.Namespace) -> int:
    """Write the list of a plan for the notice boards and record from when it hangs, or that it came down."""
    run = chosen_run(options, chosen_place(options))
    from povlib.runs.voice.posted_plan import post_plan, take_plan_down

    if options.taken_down:
        take_plan_down(run, day_meant(options.taken_down), options.officer, options.reason)
        print("✓ " + text("The list of run {run} came down on {day}.", run=run.info.run_id, day=options.taken_down))
        options.then = f"voice post {run.info.run_id} --officer {options.officer}"
        return 0
    day = day_meant(options.day) if options.day else None
    posted = post_plan(run, options.officer, language(), day)
    words = (
        text("The list of run {run} hangs from {day}; the plan may be approved from {first}.", run=run.info.run_id,
             day=posted.day.isoformat(), first=posted.approval_from.isoformat())
        if posted.added
        else text("The list of run {run} hangs since {day}; nothing was added. The plan may be approved from {first}.",
                  run=run.info.run_id, day=posted.day.isoformat(), first=posted.approval_from.isoformat())
    )  # fmt: skip
    print("✓ " + words)
    print_paths(posted.files)
    if posted.left_out:
        print("! " + text("{n} households asked not to be published and are left out.", n=posted.left_out))
    options.then = (
        f"approve {run.info.run_id} --officer OFFICER"
        if posted.approval_from <= date.today()
        else f"voice form {run.info.run_id}"
    )
    return 0


def form(options: argparse.Namespace) -> int:
    """Write the form on which villages write down what households say of a plan, of a plan by parts one a township."""
    place = chosen_place(options)
    run = chosen_run(options, place)
    from povlib.runs.voice.form_in import write_forms

    print_paths(write_forms(run, place.office.folder / "posting" / f"plan-{run.info.run_id}", language()))
    return 0


def load(options: argparse.Namespace) -> int:
    """Take forms that came back: each whole or not at all."""
    place = chosen_place(options)
    from povlib.runs.voice.form_in import take_form

    refused = 0
    for file in options.files:
        verdict = take_form(place, file, options.officer)
        if verdict.faults:
            refused += 1
            print_refused_form(verdict.file, verdict.faults)
        elif verdict.added:
            print("✓ " + text("{file}: {n} words of households, batch {batch}.", file=verdict.file, n=verdict.loaded,
                              batch=verdict.batch))  # fmt: skip
        else:
            print("✓ " + text("{file}: this was recorded before, as batch {batch}: nothing added.", file=verdict.file,
                              batch=verdict.batch))  # fmt: skip
    if refused:
        options.then = "voice load FILE --officer {officer}"
    return 1 if refused else 0


def say(options: argparse.Namespace) -> int:
    """Take down that a household consents or objects to a posted plan."""
    if options.consent == (options.object is not None):
        raise LedgerError("say one thing of the household", allowed="--consent | --object WORDS")
    place = chosen_place(options)
    if options.household:
        require_recorded(place, [options.household], "household")
    day = day_meant(options.day) if options.day else date.today()
    run = chosen_run(options, place).info.run_id
    from povlib.runs.voice.household_voice import Said, posted_run, record_said

    posted_run(place, run, day)
    said = Said(options.household, "consent" if options.consent else "objection",
                text("consents") if options.consent else options.object, day, said_by=options.by)  # fmt: skip
    batch, numbers = record_said(place, [said], options.officer, run=run)
    _print_recorded(batch.id, numbers[0])
    if options.object is not None:
        options.then = f"voice answer {numbers[0]} --reject --answer ANSWER --officer OFFICER"
    return 0


def appeal(options: argparse.Namespace) -> int:
    """Take down that a household does not accept an answer."""
    place = chosen_place(options)
    day = day_meant(options.day) if options.day else date.today()
    from povlib.errors import unknown_word_fault
    from povlib.runs.voice.household_voice import Said, record_said, voice_standing

    listed = voice_standing(place, date.today())
    own = listed[listed["id"] == options.number]
    if own.empty:
        raise LedgerError([unknown_word_fault("nothing on record has the number {value}", options.number,
                                              listed["id"], "")])  # fmt: skip
    word = own.iloc[0]
    said = Said(str(word["hh"]), "appeal", options.words, day, about=options.number, said_by=options.by)
    batch, numbers = record_said(place, [said], options.officer, run=str(word["run"]))
    _print_recorded(batch.id, numbers[0])
    options.then = f"voice answer {numbers[0]} --reject --answer ANSWER --officer OFFICER"
    return 0


def _print_recorded(batch: int, number: str) -> None:
    print("✓ " + text("On record as {number}, batch {batch}.", number=number, batch=batch))


def answer(options: argparse.Namespace) -> int:
    """Record the answer to an objection, an appeal or a wish."""
    ways = {"upheld": options.uphold, "rejected": options.reject, "granted": options.grant,
            "declined": options.decline, "taken_back": options.taken_back}  # fmt: skip
    if sum(ways.values()) != 1:
        raise LedgerError("say one thing of the household's word",
                          allowed="--uphold | --reject | --grant | --decline | --taken-back")  # fmt: skip
    place = chosen_place(options)
    day = day_meant(options.day) if options.day else date.today()
    from povlib.runs.voice.household_voice import answer_said

    outcome = next(name for name, said in ways.items() if said)
    _, in_time = answer_said(place, options.number, outcome, options.answer, day, options.officer)
    print("✓ " + text("{number} is answered.", number=options.number))
    if not in_time:
        print("! " + text("It was answered after the day it was due."))
    if options.uphold:
        print("! " + text("The plan it is about cannot be approved: change it, plan again and post it anew."))
        options.then = "decide-plan --household HOUSEHOLD --change PACKAGE --reason REASON --officer OFFICER"
    return 0


def list_words(options: argparse.Namespace) -> int:
    """Print what households said, with deadlines and answers, and the counts; --page writes the paper."""
    place = chosen_place(options)
    today = day_meant(options.day) if options.day else date.today()
    from povlib.runs.voice.answers import voice_facts, write_answers_paper

    facts = voice_facts(place, language(), today)
    rows = facts.words[facts.words["state"].isin(["open", "overdue"])] if options.open else facts.words
    if rows.empty:
        print(text("Nothing is on record."))
    else:
        print_table(_as_printed(rows))
    if len(facts.words):
        _print_counts(facts.counts)
    if options.page:
        print_paths(write_answers_paper(place, facts, language()))
    waiting = facts.words[facts.words["state"].isin(["open", "overdue"])]
    if len(waiting):
        number = waiting["id"].iloc[0]
        options.then = (
            f"voice answer {number} --decline --answer ANSWER --officer OFFICER"
            if waiting["kind"].iloc[0] == "wish"
            else f"voice answer {number} --reject --answer ANSWER --officer OFFICER"
        )
    return 0


def _as_printed(rows: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    from povlib.report.pages.ledger_wording import written_day
    from povlib.report.voice.answers_paper import KIND_WORDS, STATE_WORDS

    return pd.DataFrame(
        {
            text("number"): rows["id"],
            text("what was said"): [text(KIND_WORDS[kind]) for kind in rows["kind"]],
            text("in the household's words"): rows["words"],
            text("day"): [written_day(str(day)) for day in rows["day"]],
            text("answer due"): ["" if pd.isna(day) else written_day(str(day)) for day in rows["due_day"]],
            text("state"): [text(STATE_WORDS[state]) for state in rows["state"]],
            text("answer given"): rows["answer"],
        }
    )


def _print_counts(counts: pd.DataFrame) -> None:
    from povlib.report.voice.answers_paper import KIND_WORDS

    for row in counts[counts["said"] > 0].itertuples(index=False):
        if row.kind in ("consent", "refusal"):
            print("  " + text("{kind}: {said} on record", kind=text(KIND_WORDS[str(row.kind)]), said=row.said))
            continue
        words = "{kind}: {said} on record, {in_time} answered in time, {late} too late, {open} open, {overdue} overdue"
        told = {name: getattr(row, name) for name in ("said", "in_time", "late", "open", "overdue")}
        print("  " + text(words, kind=text(KIND_WORDS[str(row.kind)]), **told))


_RUN = argument("run", "id of a run or its beginning, a scenario (its newest run), latest or approved", "RUN",
                nargs="?", default="latest")  # fmt: skip
_OF_RUN = argument("--run", "the run that is spoken of (default: latest)", "RUN", default="latest")
_NUMBER = argument("number", "its number in voice list", example="S01-0001-1")
_SAID_DAY = argument("--day", "the day on which it was said (default: today)", example="2016-05-10", default="")
_BY = argument("--by", "who spoke for the household (default: itself)", "NAME", default="")

WORDS = (
    Word(
        "post",
        "hang the list of a plan at the notice boards: a plan is approved after its days",
        post,
        (
            _RUN,
            argument("--day", "the day from which it hangs (default: today)", example="2016-05-01", default=""),
            argument("--taken-down", "the day on which the list came down", example="2016-05-04", default=""),
            argument("--reason", "why it came down", "REASON", default=""),
            NAMED_OFFICER,
        ),
        group=VOICE,
        then="voice form latest",
    ),
    Word("form", "write the form on which villages write down what households say", form, (_RUN,), group=VOICE,
         then="voice load FILE --officer OFFICER"),
    Word(
        "load",
        "take forms of what households say: checked and recorded whole, or refused with every fault",
        load,
        (argument("files", "forms that came back", "FILE", nargs="+"), NAMED_OFFICER),
        group=VOICE,
        then="voice list",
    ),
    Word(
        "say",
        "take down that a household consents or objects to a posted plan",
        say,
        (
            argument("household", "household key; left out: somebody outside the register", "HOUSEHOLD", nargs="?",
                     default=""),
            switch("--consent", "it consents"),
            argument("--object", "it objects, in its own words without personal data", "WORDS", default=None),
            _SAID_DAY, _BY, _OF_RUN, NAMED_OFFICER,
        ),
        group=VOICE,
        then="voice list",
    ),
    Word(
        "appeal",
        "take down that a household does not accept an answer",
        appeal,
        (
            _NUMBER,
            argument("--words", "in its own words, without personal data", "WORDS", required=True),
            _SAID_DAY, _BY, NAMED_OFFICER,
        ),
        group=VOICE,
        then="voice list",
    ),
    Word(
        "answer",
        "record the answer to an objection, an appeal or a wish",
        answer,
        (
            _NUMBER,
            switch("--uphold", "the household is right: the plan is changed"),
            switch("--reject", "the plan stands"),
            switch("--grant", "a wish is granted, and the next plan gives it"),
            switch("--decline", "a wish is declined"),
            switch("--taken-back", "the household takes it back"),
            argument("--answer", "the answer as the household hears it, without personal data", "ANSWER",
                     required=True),
            argument("--day", "the day of the answer (default: today)", example="2016-05-12", default=""),
            NAMED_OFFICER,
        ),
        group=VOICE,
        then="voice list",
    ),
    Word(
        "list",
        "what households said, with deadlines, answers, counts and delays; open ones first",
        list_words,
        (
            switch("--open", "only what waits for an answer"),
            switch("--page", "write the paper: every answer beside the household's words"),
            argument("--day", "as of which day (default: today)", example="2016-05-30", default=""),
        ),
        group=VOICE,
        then="voice post latest --officer OFFICER",
    ),
)  # fmt: skip
