"""openings: workshops and bases that the plan may open, what each brings, when it pays and who works there.

Responsible for printing. Not responsible for the figures (`povlib.runs.questions.opening_questions`).
"""

from __future__ import annotations

import argparse
from collections.abc import Hashable, Mapping
from typing import Any

from povlib.cli.word import Word, argument, chosen_place
from povlib.cli.words_meant import chosen_run
from povlib.words import text


def openings(options: argparse.Namespace) -> int:
    """Print everything that may be opened, with what opening it brings."""
    made = chosen_run(options, chosen_place(options))
    from povlib.runs.questions.opening_questions import plan_openings

    found = plan_openings(made)
    if found.empty:
        print(text("Nothing may be opened: no workshop and no base with an opening cost is entered."))
        options.then = "params check"
        return 0
    for row in found.to_dict("records"):
        _print_opening(row)
    options.then = f"approve {made.info.run_id} --officer NAME"
    return 0


def _print_opening(row: Mapping[Hashable, Any]) -> None:
    """Print one opening: what the plan does, its cost, its posts, what it brings, and why."""
    if not row["opened"]:
        print(text("{name}: not opened by the plan", name=row["name"]))
    elif row["month"]:
        print(text("{name}: opened by the plan from {month} on", name=row["name"], month=row["month"]))
    else:
        print(text("{name}: opened by the plan", name=row["name"]))
    print("  " + text("opening {cost} yuan, of which a grant pays {grant} and funds {due}",
                      cost=_yuan(row["opening_fen"] + row["grant_fen"]), grant=_yuan(row["grant_fen"]),
                      due=_yuan(row["opening_fen"])))  # fmt: skip
    if row["months"]:
        print("  " + text("may open in {months}", months=row["months"]))
    print("  " + text("{seats} posts and places, taken {taken}; asks for {least} at least", seats=row["seats"],
                      taken=row["taken"], least=row["least"]))  # fmt: skip
    if row["who"]:
        print("  " + text("who: {households}", households="、".join(row["who"])))
    if row["brings"] == row["brings"]:
        said = {name: f"{row[name]:+.2f}" for name in ("brings", "low", "high")}
        print("  " + (
            text("brings {brings} persons against the best plan without it (surely {low} to {high})", **said)
            if row["opened"]
            else text("opened, it would bring {brings} persons (surely {low} to {high})", **said)
        ))  # fmt: skip
    print("  " + _break_even(row))
    print("  " + row["reason"])


def _break_even(row: Mapping[Hashable, Any]) -> str:
    """Return the cost from which on an opening no longer pays, and from how many taken it does."""
    parts = []
    if str(row["worth_fen"]) != "<NA>":
        parts.append(
            text("at the posted prices it would pay up to a cost of {worth} yuan", worth=_yuan(row["worth_fen"]))
        )
    if str(row["breaks_even"]) == "<NA>":
        parts.append(text("at the posted prices it pays with no number of households"))
    else:
        parts.append(text("at the posted prices it pays from {n} households on", n=row["breaks_even"]))
    return text("; ").join(parts)


def _yuan(fen: int) -> str:
    from povlib.money import FEN_PER_YUAN

    return f"{int(fen) // FEN_PER_YUAN:,}"


WORDS = (
    Word(
        "openings",
        "workshops and bases that may be opened: what each brings, its cost, when it pays, who works there",
        openings,
        (
            argument(
                "run", "id of a run or its beginning, a scenario (its newest run), latest or approved", "RUN",
                nargs="?", default="latest",
            ),
        ),
        then="report latest",
    ),
)  # fmt: skip
