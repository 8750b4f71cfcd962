"""household-plan: from cause, needs, labour and wish to the plan of one household, with every reason.

Responsible for printing. Not responsible for the reasoning (`povlib.runs.facts.villages.household_plans`).
"""

from __future__ import annotations

import argparse

from povlib.cli.terminal import print_paths
from povlib.cli.word import HOUSEHOLD, Word, argument, chosen_place, switch
from povlib.cli.words_meant import chosen_run, require_recorded
from povlib.words import language, text


def household_plan(options: argparse.Namespace) -> int:
    """Print the reasoning about one household; with ``--page`` write it as a page."""
    place = chosen_place(options)
    require_recorded(place, [options.household], "household")
    run = chosen_run(options, place)
    from povlib.runs.facts.villages import household_plans

    if options.page:
        print_paths(household_plans.write_household_plan(run, options.household))
        print(text("This page holds facts of one family: it stays in the office, never among the papers."))
        return 0
    plan = household_plans.household_plan(run, options.household)
    for label, value in plan.facts:
        print(text("{label}: {value}", label=label, value=value))
    print()
    print(text("First list:"))
    lines = plan.measures.to_dict("records")
    listed = [line for line in lines if line["is_listed"]]
    for line in listed:
        print(f"  • {line['name']}: {line['listed']}")
        print(f"    {_joined(line)}")
    if not listed:
        print("  " + text("nothing: no rule of causes.yaml holds for it"))
    print(text("Other measures:"))
    for line in lines:
        if not line["is_listed"]:
            print(f"  · {line['name']}: {_joined(line)}")
    print()
    print(text("Plan: {plan}", plan=plan.plan or text("nothing planned", language())))
    print(plan.reason)
    if plan.pencil:
        print(text("In points: {line}", line=plan.pencil))
    return 0


def _joined(line: dict[object, object]) -> str:
    return text("; ").join(str(line[name]) for name in ("law", "plan") if line[name])


WORDS = (
    Word(
        "household-plan",
        "one household's reasoning: cause, needs, wish, first list, every measure and why or why not, the plan",
        household_plan,
        (
            HOUSEHOLD,
            argument("--run", "id of a run or its beginning, a scenario (its newest run), latest or approved", "RUN",
                     default="latest"),
            switch("--page", "write a page (HTML and PDF) into the office's desk folder"),
        ),
        then="household-plan {household} --page",
    ),
)  # fmt: skip
"""Words of this module."""
