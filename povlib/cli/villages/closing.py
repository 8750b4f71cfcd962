"""closing: an employer, a co-op, a buyer or a contract that closes: who is hit, what it costs, the plan after it.

Responsible for printing. Not responsible for the figures (`povlib.runs.questions.closing_questions`).
"""

from __future__ import annotations

import argparse

from povlib.cli.terminal import print_table
from povlib.cli.word import Word, argument, chosen_place
from povlib.cli.words_meant import chosen_run
from povlib.words import text

_WAYS = {"post": "post", "stake": "stake", "share": "share of a contract"}


def closing(options: argparse.Namespace) -> int:
    """Print who hangs on a source, then what its closing costs with the plan as it is and planned anew."""
    import pandas as pd

    from povlib.calendar import Month

    month = Month.parse(options.month) if options.month else None
    made = chosen_run(options, chosen_place(options))
    from povlib.money import FEN_PER_YUAN
    from povlib.runs.questions import closing_questions as questions

    asked = questions.closing(made, options.source, month)
    rows = asked.households
    print(text("{source} closes from {month}: {n} households with {persons} members hang on it, {marked} of them "
               "marked for exit", source=asked.source, month=asked.month, n=rows["hh"].nunique(),
               persons=int(rows.drop_duplicates("hh")["members"].sum()),
               marked=int(rows.loc[rows["marked"].astype(bool), "hh"].nunique())))  # fmt: skip
    for contract in asked.contracts:
        print("  " + text("the contract {contract} ends", contract=contract))
    if asked.posts or asked.places:
        print("  " + text("not offered any more: {posts} free posts; places at {places}", posts=asked.posts,
                          places="、".join(asked.places) or "—"))  # fmt: skip
    cost = questions.closing_cost(asked)
    if len(rows):
        chances = cost.households.set_index("hh")
        print_table(
            pd.DataFrame(
                {
                    text("household"): rows["hh"],
                    text("village"): rows["village"],
                    text("members"): rows["members"],
                    text("through"): rows["through"].map(lambda way: text(_WAYS[str(way)])),
                    text("of what"): rows["name"],
                    text("stake (yuan)"): (rows["stake_fen"] // FEN_PER_YUAN).map("{:,}".format),
                    text("owes (yuan)"): (rows["owed_fen"] // FEN_PER_YUAN).map("{:,}".format),
                    **{
                        text(title): rows["hh"].map(chances[name]).map(lambda p: "—" if pd.isna(p) else f"{p:.2f}")
                        for name, title in (
                            ("before", "chance now"), ("kept", "plan kept"), ("after", "planned anew")
                        )
                    },
                }
            )
        )  # fmt: skip
    print(text("expected exits: {before} with the plan as it is; {kept} if it closes and the plan is kept ({lost}); "
               "{after} planned anew ({regained} made good)",
               before=f"{cost.before:.1f}", kept=f"{cost.kept:.1f}", lost=f"{cost.kept - cost.before:+.1f}",
               after=f"{cost.after:.1f}", regained=f"{cost.after - cost.kept:+.1f}"))  # fmt: skip
    print(text("new money: {before} yuan now, {after} planned anew; {changed} households are treated otherwise, and "
               "help planned for {undone} is not offered any more",
               before=f"{cost.money_before_fen // FEN_PER_YUAN:,}", after=f"{cost.money_after_fen // FEN_PER_YUAN:,}",
               changed=len(cost.changed), undone=cost.undone))  # fmt: skip
    options.then = f"plan {made.info.scenario} --set {asked.change}"
    return 0


WORDS = (
    Word(
        "closing",
        "an employer, co-op, buyer or contract closes: who is hit, what it costs, the plan after it",
        closing,
        (
            argument("source", "its name or a part of it (none given: the one on which most hang)", "SOURCE", nargs="?",
                     default=""),
            argument("run", "id of a run or its beginning, a scenario (its newest run), latest or approved", "RUN",
                     nargs="?", default="latest"),
            argument("--from", "first month without it (default: the first month of help)", "MONTH", dest="month",
                     default=""),
        ),
        then="plan base --set settings.closures.SOURCE=MONTH",
    ),
)  # fmt: skip
"""Words of this module."""
