"""What tells two runs apart: data, parameters, decisions and program, and what follows from each.

Responsible for printing what `povlib.runs.comparison.run_difference` found. Not responsible for finding it.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from povlib.cli.desk.run_list import RUNS, changes_in_words
from povlib.cli.terminal import print_table, progress_bar
from povlib.cli.word import Word, argument, chosen_place, switch
from povlib.cli.words_meant import require_runs
from povlib.words import language, text

if TYPE_CHECKING:
    import pandas as pd

    from povlib.runs import Run
    from povlib.runs.comparison.run_difference import RunDifference

# households that `runs diff` prints: a choice, the page that is written lists more
_HOUSEHOLDS_SHOWN = 12


def diff_runs(options: argparse.Namespace) -> int:
    """Print which of data, parameters, decisions and program tell two runs apart, and what follows from each."""
    place = chosen_place(options)
    names = require_runs([options.first, options.other], place)
    from povlib.runs import find_run

    first, other = (find_run(name, place) for name in (names[0], names[-1]))
    print(f"A {_named(first)}\nB {_named(other)}")
    if len(names) == 1:
        print(text("This is one and the same run."))
        options.then = "runs list"
        return 0
    from povlib.runs.comparison.run_difference import run_difference

    with progress_bar(1) as bar:
        bar(text("what tells them apart"), 0.0)
        found = run_difference(first, other, reckon=options.reckon)
    _print_what_differs(found)
    _print_what_follows(found, options)
    _print_changed(found.changed, first, other)
    options.then = f"runs compare {names[0]} {names[1]}"
    return 0


def _named(run: Run) -> str:
    return f"{run.info.title(language())} {changes_in_words(run)}".strip() + f" · {run.info.run_id}"


_CAUSES = {"data": "data", "parameters": "parameters", "decisions": "decisions by hand", "program": "program"}


def _print_what_differs(found: RunDifference) -> None:
    """Print data, parameters, decisions and program, each with what differs in it."""
    import pandas as pd

    for cause, name in _CAUSES.items():
        print(f"{text(name)}: {text('different') if cause in found.causes else text('the same')}")
        if cause == "data" and len(found.batches):
            titles = {"batch": "batch", "kind": "kind", "source": "source", "officer": "officer", "reason": "reason"}
            rows = found.batches.assign(source=found.batches["source"].map(_printable))
            print_table(pd.DataFrame({text(title): rows[column] for column, title in titles.items()}))
        if cause == "parameters" and len(found.changed_values):
            titles = {"key": "key", "first": "A", "first_layer": "A set by", "other": "B", "other_layer": "B set by"}
            print_table(pd.DataFrame({text(title): found.changed_values[column] for column, title in titles.items()}))
        if cause == "program":
            for row in found.solvers.itertuples(index=False):
                print(f"  {row.name} {row.first} → {row.other}")


def _printable(name: object) -> str:
    """Return the name of a file that came in as it may be printed."""
    from povlib.intake.verdict import printable_file_name

    return printable_file_name(str(name)) if name else ""


def _print_what_follows(found: RunDifference, options: argparse.Namespace) -> None:
    """Print the change of the numbers, its two parts, and what of it each cause makes up where that is known."""
    print(text("Additional exits: {change} persons, new money: {money}", change=_signed(found.estimated + found.chosen),
               money=_money_change(found.money_estimated_fen + found.money_chosen_fen)))  # fmt: skip
    print("  " + text("with A's plan kept, counted as B counts: {change} persons, {money}",
                      change=_signed(found.estimated), money=_money_change(found.money_estimated_fen)))  # fmt: skip
    print("  " + text("because B chooses otherwise: {change} persons, {money}", change=_signed(found.chosen),
                      money=_money_change(found.money_chosen_fen)))  # fmt: skip
    if found.infeasible:
        print("! " + text("A's plan cannot be carried out under B's rules as it stands."))
    causes = [text(_CAUSES[cause]) for cause in found.causes]
    if not causes:
        print(text("Nothing that a run rests on differs."))
    elif len(causes) == 1:
        print(text("All of it follows from: {cause}.", cause=causes[0]))
    elif found.by_parameters is not None and found.by_data is not None:
        message = "{parameters} persons follow from the parameters (A's data, B's parameters), {rest} from: {causes}."
        others = text(", ").join(text(_CAUSES[cause]) for cause in found.causes if cause != "parameters")
        print(text(message, parameters=_signed(found.by_parameters), rest=_signed(found.by_data), causes=others))
    else:
        print(text("What follows from each of {causes} cannot be told apart from these two runs alone.",
                   causes=text(", ").join(causes)))  # fmt: skip
        if found.data and found.parameters and not options.reckon:
            print("  " + text("With --reckon A's data are planned with B's parameters, in memory, if one program made "
                              "both."))  # fmt: skip


def _signed(persons: float) -> str:
    from povlib.report.model.numbers import shown

    return shown(persons, "persons", signed=True)


def _money_change(fen: int) -> str:
    from povlib.report.model.numbers import shown

    return shown(fen, "yuan", unit="yuan", signed=True)


def _print_changed(changed: pd.DataFrame, first: Run, other: Run) -> None:
    """Print how many households get something else and why, then some of them."""
    import pandas as pd

    from povlib.report.comparison.changed_household_wording import reason_names, reason_sentence
    from povlib.runs.comparison.plan_comparison import worded_changes

    print(text("{n} households get something else.", n=len(changed)))
    if changed.empty:
        return
    names = reason_names(language())
    counts = changed.groupby("reason", sort=False).size().sort_values(ascending=False, kind="stable")
    titles = (text("why"), text("households"))
    print_table(pd.DataFrame({titles[0]: [names[reason] for reason in counts.index], titles[1]: counts.to_numpy()}))
    worded = worded_changes(changed, first, other, language())
    for row in worded[worded["listed"]].head(_HOUSEHOLDS_SHOWN).to_dict("records"):
        print(f"  {row['hh']}: {row['before']} → {row['after']}. {reason_sentence(row, language())}")
    if len(changed) > _HOUSEHOLDS_SHOWN:
        print("  " + text("... and {n} more", n=len(changed) - _HOUSEHOLDS_SHOWN))


WORDS = (
    Word(
        "diff",
        "what tells two runs apart, and what follows from it",
        diff_runs,
        (
            argument("first", "a run, as for runs show", "RUN"),
            argument("other", "the run that is held against it", "RUN"),
            switch("--reckon", "plan the first's data with the other's parameters, to tell the two apart"),
        ),
        RUNS,
        then="runs compare {first} {other}",
    ),
)
