"""helpers: who stands by which household, how even the loads are, what stays vacant and why.

Responsible for printing. Not responsible for the plan (`povlib.villages.helpers`).
"""

from __future__ import annotations

import argparse
import shlex

from povlib.cli.terminal import print_paths, print_table
from povlib.cli.word import Word, chosen_place
from povlib.words import language, text


def helpers(options: argparse.Namespace) -> int:
    """Print and write the plan of helpers: 0 when every household has one, else 1."""
    place = chosen_place(options)
    import pandas as pd

    from povlib.report.villages.helper_paper import plan_sentences
    from povlib.runs.facts.villages.helper_lists import read_helper_facts, write_helper_list

    facts = read_helper_facts(place)
    plan = facts.plan
    loads = plan.loads
    print_table(
        pd.DataFrame(
            {
                text("helper"): loads["helper"],
                text("can take"): loads["capacity"],
                text("today"): loads["today"],
                text("planned"): loads["households"],
            }
        )
    )
    for sentence in plan_sentences(plan, language()):
        print(sentence.text)
    for row in facts.away.to_dict("records"):
        print("! " + text("{helper} does not serve any more and still stands by {n} households: they get another.",
                          helper=row["helper"], n=row["households"]))  # fmt: skip
    if facts.without_ways:
        print("! " + text("No kilometres are entered in inspection.yaml: any other village counts as equally far."))
    for row in plan.vacant.to_dict("records"):
        print("✗ " + text("{hh} ({village}) has no helper: {own} of the own village, {kin} kin, {full} full.",
                          hh=row["hh"], village=row["village"], own=row["own_village"], kin=row["kin"],
                          full=row["full"]))  # fmt: skip
    paths = write_helper_list(place, facts)
    print_paths(paths)
    print(
        text("Agree on it with those concerned, change in {file} what was agreed otherwise, and load it: the receipt "
             "says what was taken.", file=paths[-1].name)
    )  # fmt: skip
    options.then = f"load {shlex.quote(str(paths[-1]))}"
    return 0 if plan.vacant.empty else 1


WORDS = (
    Word(
        "helpers",
        "who stands by which household: even loads, short ways, never kin nor the own village; a list to fill in",
        helpers,
        then="load",
    ),
)
"""Words of this module."""
