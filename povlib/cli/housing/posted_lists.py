"""Words about posted lists and the right to object: inspect post, object, answer, objections.

Responsible for turning words into calls and answers into words. Not responsible for who stands on a list.
"""

from __future__ import annotations

import argparse
from datetime import date

from povlib.cli.housing.inspection import INSPECT
from povlib.cli.terminal import print_paths, print_table
from povlib.cli.word import HOUSEHOLD, NAMED_OFFICER, Word, argument, chosen_place
from povlib.cli.words_meant import day_meant
from povlib.words import language, text

_STATES = {"open": "open", "overdue": "overdue", "answered": "answered", "answered_late": "answered too late"}


def post(options: argparse.Namespace) -> int:
    """Write the posted list of targets."""
    place = chosen_place(options)
    from povlib.runs.inspections.posted_list import post_list

    written, left_out = post_list(place, options.list, options.officer, language())
    print_paths(written)
    if left_out:
        print("! " + text("{n} households asked not to be published and are left out.", n=left_out))
    return 0


def object_to(options: argparse.Namespace) -> int:
    """Record an objection to a list."""
    day = day_meant(options.day)
    place = chosen_place(options)
    from povlib.runs.inspections.objections import record_objection
    from povlib.runs.inspections.rounds import inspection_rules

    days = inspection_rules(place).answer_days
    number, due = record_objection(place, options.list, options.household, options.subject, day, options.officer, days)
    print("✓ " + text("Objection {id} is on record; it is answered by {due}.", id=number, due=due.isoformat()))
    options.then = f"inspect answer {number} --answer ANSWER --day DAY --officer {options.officer}"
    return 0


def answer(options: argparse.Namespace) -> int:
    """Record the answer to an objection."""
    day = day_meant(options.day)
    place = chosen_place(options)
    from povlib.runs.inspections.objections import answer_objection

    in_time = answer_objection(place, options.objection, options.answer, day, options.officer)
    print("✓ " + text("Objection {id} is answered.", id=options.objection))
    if not in_time:
        print("! " + text("It was answered after the day it was due."))
    return 0


def objections(options: argparse.Namespace) -> int:
    """Print every objection with its deadline."""
    day = day_meant(options.day) if options.day else date.today()
    place = chosen_place(options)
    from povlib.runs.inspections.objections import objection_standing

    found = objection_standing(place, day)
    if found.empty:
        print(text("Nothing is on record."))
        return 0
    import pandas as pd

    shown = {text("number"): found["id"], text("household"): found["hh"], text("objection"): found["subject"],
             text("day"): found["day"], text("answer due"): found["due_day"],
             text("state"): [text(_STATES[state]) for state in found["state"]]}  # fmt: skip
    print_table(pd.DataFrame(shown))
    waiting = found.loc[found["state"].isin(["open", "overdue"]), "id"]
    if len(waiting):
        options.then = f"inspect answer {waiting.iloc[0]} --answer ANSWER --day DAY --officer OFFICER"
    return 0


_LIST = argument("list", "name of the list", example="有其屋-2016")

WORDS = (
    Word(
        "post",
        "write the posted list of housing targets; opening names is logged",
        post,
        (_LIST, NAMED_OFFICER),
        group=INSPECT,
        then="inspect objections",
    ),
    Word(
        "object",
        "record an objection to a list, with its day",
        object_to,
        (
            _LIST,
            HOUSEHOLD,
            argument("--subject", "what is objected, without personal data", "TEXT", required=True),
            argument("--day", "the day on which it was said", example="2016-06-22", required=True),
            NAMED_OFFICER,
        ),
        group=INSPECT,
        then="inspect objections",
    ),
    Word(
        "answer",
        "record the answer to an objection",
        answer,
        (
            argument("objection", "number of the objection", example="有其屋-2016-S01-0001-1"),
            argument("--answer", "what was answered, without personal data", "TEXT", required=True),
            argument("--day", "the day of the answer", example="2016-06-28", required=True),
            NAMED_OFFICER,
        ),
        group=INSPECT,
        then="inspect objections",
    ),
    Word(
        "objections",
        "objections with their deadline; open ones first",
        objections,
        (argument("--day", "as of which day (default: today)", example="2016-06-30", default=""),),
        group=INSPECT,
        then="inspect answer NUMBER --answer ANSWER --day DAY --officer OFFICER",
    ),
)
