"""Words about cross-village inspection: inspect list, announce, draw, check.

Responsible for turning words into calls of `povlib.runs.inspections` and answers into words.
"""

from __future__ import annotations

import argparse
from datetime import date
from typing import TYPE_CHECKING

from povlib.cli.terminal import print_paths, print_table
from povlib.cli.word import NAMED_OFFICER, Group, Word, argument, chosen_place
from povlib.cli.words_meant import day_meant
from povlib.errors import LedgerError
from povlib.words import text

if TYPE_CHECKING:
    from povlib.housing.inspection.public_draw import RoundInputs
    from povlib.runs.inspections.rounds import DrawnRound

INSPECT = Group("inspect", "cross-village inspection: who inspects where by lot, forms, findings, the list")


def keep_list(options: argparse.Namespace) -> int:
    """Draw up a list of targets from the housing works on record."""
    day = day_meant(options.day)
    place = chosen_place(options)
    from povlib.runs.inspections import list_changes

    n = list_changes.keep_list(place, options.list, day, options.officer)
    print("✓ " + text("List {name}: {n} households stand on it.", name=options.list, n=n))
    return 0


def announce(options: argparse.Namespace) -> int:
    """Write down a round before its public number is out."""
    try:
        day = date.fromisoformat(options.day)  # it may lie ahead, and in a real office must
    except ValueError:
        raise LedgerError("{value} is no date", allowed="2016-06-02", value=repr(options.day)) from None
    place = chosen_place(options)
    from povlib.runs.inspections.rounds import announce_round, round_folder

    inputs = announce_round(place, options.round, options.list, options.source, day, options.officer)
    told = {"name": inputs.round, "list": inputs.list, "n": len(inputs.houses), "villages": len(inputs.villages)}
    print("✓ " + text("Round {name} of the list {list} is written down: {n} houses in {villages} villages.", **told))
    print(text("The number will come from: {source}", source=inputs.source))
    print(text("Publish this code now; it fixes everything but the number:"))
    print("  " + inputs.digest)
    _print_size(inputs)
    print_paths([round_folder(place, inputs.round) / "inputs.json"])
    if day <= date.today():
        print(
            "! " + text("The number of {day} may be known already: an office of real people is refused this.", day=day)
        )
    return 0


def draw(options: argparse.Namespace) -> int:
    """Draw who inspects where by the number that came out."""
    place = chosen_place(options)
    from povlib.runs.inspections.rounds import draw_announced

    _print_drawn(draw_announced(place, options.round, options.number, options.officer))
    return 0


def check(options: argparse.Namespace) -> int:
    """Draw a round again from its inputs and number, and compare it with the ledger."""
    place = chosen_place(options)
    from povlib.runs.inspections.rounds import drawn_round

    found = drawn_round(place, options.round)
    _print_drawn(found)
    print("✓ " + text("Drawn again: the same visits and the same order as on record."))
    return 0


def _print_drawn(found: DrawnRound) -> None:
    inputs, drawn = found.inputs, found.draw
    pairs = drawn.visits[["village", "by_village"]].itertuples(index=False)
    ways = [inputs.km[by][village] for village, by in pairs]
    listed = drawn.order["village"].value_counts()
    shown = {
        text("village"): drawn.visits["village"],
        text("checked by"): drawn.visits["by_village"],
        text("km one way"): [f"{km:g}" for km in ways],
        text("houses on the list"): listed.reindex(drawn.visits["village"]).to_numpy(),
        text("to visit first"): drawn.visits["houses"],
    }
    import pandas as pd

    print_table(pd.DataFrame(shown))
    print(
        text("{km} km one way in all; no pair had a chance above {cap}.", km=f"{sum(ways):.1f}", cap=f"{inputs.cap:g}")
    )
    _print_size(inputs)
    print(text("How to draw it again: seed = SHA-256 of the code of the inputs, a line break and the number."))
    print("  " + text("inputs {digest}", digest=inputs.digest))
    print("  " + text("source {source}; number {number}", source=inputs.source, number=found.row["seed"]))
    print("  " + text("seed {seed}", seed=drawn.seed))
    print("  " + text("houses stand in the order of the SHA-256 of seed:household; the draw has the code {digest}",
                      digest=drawn.digest))  # fmt: skip


def _print_size(inputs: RoundInputs) -> None:
    """Print how many visits are planned and whether they can confirm the claim."""
    from povlib.housing.inspection.sequential_confirmation import visits_to_confirm

    print(text("The claim: fewer than {share} of {n} entries are wrong, that is fewer than {most}. Without a wrong one "
               "{visits} visits confirm it at a risk of {risk}, whenever one looks.", share=f"{100 * inputs.share:g}%",
               n=len(inputs.houses), most=inputs.contradicting, visits=inputs.visits_that_confirm,
               risk=f"{100 * inputs.risk:g}%"))  # fmt: skip
    short = inputs.visits_that_confirm - inputs.planned_visits
    if short > 0:
        print("! " + text("{planned} visits are planned: they cannot confirm it. {n} more are needed.",
                          planned=inputs.planned_visits, n=short))  # fmt: skip
    elif inputs.visits_that_confirm == len(inputs.houses):
        print("! " + text("The list is too short for fewer: only a visit to every house settles it."))
    more = visits_to_confirm(len(inputs.houses), inputs.contradicting, inputs.risk, wrong=1)
    if more:
        print(text("With one wrong one found early {visits} visits confirm it.", visits=more))
    else:
        print(text("One wrong one ends that: the whole list is then visited."))


ROUND = argument("round", "name of the round", example="2016-06")
_LIST = argument("list", "name of the list", example="有其屋-2016")
_DAY = argument("--day", "the day it was taken", example="2016-05-20", required=True)

WORDS = (
    Word(
        "list",
        "draw up a list of targets from the housing works on record",
        keep_list,
        (_LIST, _DAY, NAMED_OFFICER),
        group=INSPECT,
        then="inspect announce ROUND {list} --source SOURCE --day DAY --officer OFFICER",
    ),
    Word(
        "announce",
        "write down a round and the source of its public number, before the number is out",
        announce,
        (
            ROUND,
            _LIST,
            argument(
                "--source", "where the number will come from, such as a lottery and its issue", "SOURCE", required=True
            ),
            argument("--day", "day on which the number comes out", example="2016-06-02", required=True),
            NAMED_OFFICER,
        ),
        group=INSPECT,
        then="inspect draw {round} --number 03081521 --officer OFFICER",
    ),
    Word(
        "draw",
        "draw who inspects where, by the public number",
        draw,
        (ROUND, argument("--number", "the number as published", example="03081521", required=True), NAMED_OFFICER),
        group=INSPECT,
        then="inspect check {round}",
    ),
    Word("check", "draw a round again and compare it with the ledger", check, (ROUND,), group=INSPECT,
         then="inspect forms {round}"),
)  # fmt: skip
