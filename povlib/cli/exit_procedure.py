"""Words about the exit procedure: step, procedure.

Responsible for recording a step that was taken and for showing who stands where. Not responsible for the rule
or the steps (`povlib.poverty`, ``procedure.yaml``).
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from povlib.cli.terminal import print_table
from povlib.cli.word import NAMED_OFFICER, Word, argument, chosen_place, switch
from povlib.cli.words_meant import day_meant, require_recorded
from povlib.errors import DataError, unknown_word_fault
from povlib.words import text

if TYPE_CHECKING:
    from povlib.runs import Place


def step(options: argparse.Namespace) -> int:
    """Record that a step was taken on a day for some households."""
    day = day_meant(options.day)
    place = chosen_place(options)
    _require_step(place, options.step)
    require_recorded(place, options.households, "household")
    from povlib.runs import record_step

    batch = record_step(place, options.step, day, options.households, options.officer)
    print("✓ " + text("Recorded as batch {batch}; what was there before stays in the history.", batch=batch))
    return 0


def _require_step(place: Place, word: str) -> None:
    """Refuse a step that is none of the procedure's, with the nearest."""
    from povlib import params

    rules = params.load_procedure(place.office.params)
    if rules.step(word) is None:
        listed = [step.names.show() for step in rules.steps]
        known = [name for step in rules.steps for name in step.names.spellings()]
        raise DataError([unknown_word_fault("there is no step {value}", word, known, "procedure.yaml", listed)])


def procedure(options: argparse.Namespace) -> int:
    """Print persons by village and state, what is out of order, and with --all every household."""
    import pandas as pd

    from povlib.poverty.households.exit_procedure import standing_by_village
    from povlib.runs import procedure_of

    rules, frame = procedure_of(chosen_place(options))
    names = {str(s.key): f"{s.symbol} {s.names.show()}" for s in rules.states}
    table = standing_by_village(frame, rules)
    shown = {text("village"): table["village"]} | {name: table[f"{key}_persons"] for key, name in names.items()}
    print(text("Persons by state"))
    print_table(pd.DataFrame(shown))
    if not int((frame["steps"] > 0).sum()):
        print(text("No step of the exit procedure is recorded yet."))
    rows = frame if options.all else frame[frame["remark"] != ""]
    if len(rows):
        steps = {s.key: s.names.show() for s in rules.steps}
        listed = {
            text("household"): rows["hh"],
            text("village"): rows["village"],
            text("state"): rows["state"].map(names),
            text("last step"): rows["last_step"].map(steps).fillna(text("not recorded")),
            text("next step"): rows["next_step"].map(steps).fillna(""),
            text("posting ends"): rows["posting_ends"].dt.strftime("%Y-%m-%d").fillna(""),
        }
        print_table(pd.DataFrame(listed))
        for hh, remark in rows.loc[rows["remark"] != "", ["hh", "remark"]].to_numpy().tolist():
            print(f"  {hh}: {remark}")  # whole, since a table would cut it short
    return 0


WORDS = (
    Word(
        "step",
        "record that a step of the exit procedure was taken for some households",
        step,
        (
            argument("step", "name of the step, as in procedure.yaml", "STEP"),
            argument("day", "the day it was taken", example="2016-11-20"),
            argument("households", "household keys", "HOUSEHOLD", nargs="+"),
            NAMED_OFFICER,
        ),
        then="procedure",
    ),
    Word(
        "procedure",
        "where households stand in the exit procedure",
        procedure,
        (switch("--all", "list every household"),),
        then="posting MONTH --officer OFFICER",
    ),
)
