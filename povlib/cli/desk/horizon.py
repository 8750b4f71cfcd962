"""horizon: the plan over several years: who is served when, who waits and why, money as it arrives, exits by year.

Responsible for printing. Not responsible for the plan (`povlib.runs.horizon`).
"""

from __future__ import annotations

import argparse
import math
from typing import TYPE_CHECKING

from povlib.cli.terminal import print_table, progress_bar
from povlib.cli.word import RUN, Group, Word, argument, chosen_place
from povlib.words import language, language_column, text

if TYPE_CHECKING:
    import pandas as pd

    from povlib.runs import Run
    from povlib.runs.horizon.horizon_run import StoredHorizon

#: households that wait, printed without --all
_SHOWN = 12


def plan(options: argparse.Namespace) -> int:
    """Make the plan over several years of a run, and print it."""
    from povlib.runs.horizon.horizon_run import horizon_plan
    from povlib.runs.run_folders import find_run

    run = find_run(options.run, chosen_place(options))
    with progress_bar(4) as bar:
        found = horizon_plan(run, progress=lambda stage, share: bar(text("plan over several years"), share))
    _print_plan(run, found)
    return 0 if found.facts["proved"] else 1


def show(options: argparse.Namespace) -> int:
    """Print who is served when and who waits, with the reason."""
    from povlib.errors import RunError
    from povlib.runs.horizon.horizon_run import stored_horizon
    from povlib.runs.run_folders import find_run

    run = find_run(options.run, chosen_place(options))
    found = stored_horizon(run)
    if found is None:
        raise RunError(
            "this run has no plan over several years yet",
            remedy="make it first: python3 workbench.py horizon plan {run} --office {office}",
            run=run.info.run_id,
            office=run.office.name,
        )
    _print_plan(run, found)
    _print_villages(found)
    _print_waiting(run, found, everybody=options.all)
    return 0


def _print_plan(run: Run, found: StoredHorizon) -> None:
    from povlib.runs.horizon.horizon_words import account_table, certificate_sentence, path_table, period_table

    print(certificate_sentence(found))
    for said in _notes(run, found):
        print("! " + said)
    for table in (period_table(found), path_table(found), account_table(found, run.catalogue)):
        print_table(table)


def _notes(run: Run, found: StoredHorizon) -> list[str]:
    from povlib.runs.horizon.horizon_run import is_current

    notes = []
    if not is_current(run, found):
        notes.append(text("parameters or commitments have changed since this plan was made: plan again"))
    if not found.facts["announced"]:
        notes.append(
            text("no arrivals of money are entered (horizon.yaml): each fund has the amount of its year in the first "
                 "period, and later periods have none of their own")
        )  # fmt: skip
    if found.facts["open_amounts"]:
        opened = ", ".join(found.facts["open_amounts"])
        notes.append(text("announced without an amount, counted as nothing: {names}", names=opened))
    if found.facts["committed"]:
        n = found.facts["committed"]
        notes.append(text("{n} households have committed help: it stays in the first period", n=n))
    return [*notes, *found.facts["faults"]]


def _print_villages(found: StoredHorizon) -> None:
    from povlib.runs.horizon.horizon_words import village_table

    print_table(village_table(found))


def _print_waiting(run: Run, found: StoredHorizon, *, everybody: bool) -> None:
    import pandas as pd

    from povlib.runs.horizon.horizon_words import reason_words

    rows = found.households[found.households["period"] != 0]
    shown = rows if everybody else rows[rows["period"] > 0].head(_SHOWN)
    label = language_column("label", language())
    months = found.periods.set_index("period")["first"]
    print_table(
        pd.DataFrame(
            {
                text("household"): shown["hh"],
                text("village"): shown["village"],
                text("served from"): [_month(months, int(t)) for t in shown["period"]],
                text("with"): shown[label],
                text("why not in the first period"): [reason_words(str(reason)) for reason in shown["reason"]],
                text("points now"): shown["points_now"].round(1),
                text("price now"): shown["price_now"].round(1),
                text("points then"): shown["points_then"].round(1),
                text("price then"): shown["price_then"].round(1),
            }
        )
    )
    if len(shown) < len(rows):
        print(text("{n} more wait or get nothing new; all of them: --all", n=len(rows) - len(shown)))


def _month(months: pd.Series, period: int) -> str:
    from povlib.calendar import Month

    return str(Month.from_ordinal(int(months[period]))) if period >= 0 else text("not within the horizon")


def replan(options: argparse.Namespace) -> int:
    """Make the plan again from what is known now, moving as few households as can be, and print what is moved."""
    import pandas as pd

    from povlib.runs.horizon.horizon_again import plan_again
    from povlib.runs.horizon.horizon_words import deviation_words, move_words
    from povlib.runs.run_folders import find_run

    place = chosen_place(options)
    run, before = find_run(options.run, place), find_run(options.since, place)
    with progress_bar(4) as bar:
        made = plan_again(run, before, progress=lambda stage, share: bar(text("plan over several years"), share))
    stored = made.stored
    _print_plan(run, stored)
    print(
        text(
            "{kept} households stay as they were planned, {moved} are moved.",
            kept=made.kept,
            moved=len(stored.moves),
        )
    )
    moves = stored.moves
    label = language_column("label", language())
    if len(moves):
        print_table(
            pd.DataFrame(
                {
                    text("household"): moves["hh"],
                    text("before"): moves[f"{label}_before"],
                    text("now"): moves[f"{label}_now"],
                    text("why"): [move_words(str(reason)) for reason in moves["reason"]],
                    text("gain (points)"): [_points(float(gain)) for gain in moves["gain"]],
                }
            )
        )
    deviation = stored.deviation
    print_table(
        pd.DataFrame(
            {
                text("deviation from plan"): [deviation_words(str(kind)) for kind in deviation["kind"]],
                text("households"): deviation["households"],
                text("exits (persons of the objective)"): deviation["persons"].round(2),
            }
        )
    )
    return 0 if stored.facts["proved"] else 1


def _points(persons: float) -> str:
    """Return a gain in points; a dash where the earlier help is gone or finds no room at all."""
    return f"{persons * 1000:.1f}" if math.isfinite(persons) else "—"


def futures(options: argparse.Namespace) -> int:
    """Compare the plan that takes later money as announced with the one that knows it is uncertain."""
    import pandas as pd

    from povlib.runs.horizon.futures_of_money import compare_futures
    from povlib.runs.run_folders import find_run

    run = find_run(options.run, chosen_place(options))
    with progress_bar(4) as bar:
        made = compare_futures(run, progress=lambda stage, share: bar(text("futures of the money"), share))
    rows = made.futures
    print_table(
        pd.DataFrame(
            {
                text("future of the money"): rows[language_column("name", language())],
                text("probability"): rows["probability"],
                text("taken as announced"): rows["naive"].round(2),
                text("knowing"): rows["knowing"].round(2),
                text("no plan above"): rows["bound"].round(2),
            }
        )
    )
    said = text(
        "Not knowing costs {cost} persons of the objective on average (at least {sure}); {n} households are decided "
        "otherwise.",
        cost=f"{made.cost:.2f}", sure=f"{made.sure_cost:.2f}", n=made.decided_otherwise,
    )  # fmt: skip
    print(said)
    worlds = made.worlds
    print_table(
        pd.DataFrame(
            {
                text("plan"): [text("taken as announced"), text("knowing")],
                text("exits at the end"): worlds["mean"].round(1),
                text("90 % of {n} futures", n=made.simulated): [
                    f"{low:.0f}–{high:.0f}" for low, high in zip(worlds["low"], worlds["high"], strict=True)
                ],
            }
        )
    )
    return 0


HORIZON = Group("horizon", "the plan over several years: who is served when, who waits and why")

WORDS = (
    Word(
        "plan",
        "plan all periods of horizon.yaml at once, with one certificate",
        plan,
        (RUN,),
        group=HORIZON,
        then="horizon show {run}",
    ),
    Word(
        "show",
        "who is served when, by village and year; who waits and why",
        show,
        (RUN, argument("--all", "every household that waits or gets nothing", action="store_true")),
        group=HORIZON,
        then="horizon futures {run}",
    ),
    Word(
        "replan",
        "plan again from a later run, moving as few households as can be; what is moved and what it brings",
        replan,
        (RUN, argument("--since", "the run whose plan over several years is in force", "RUN", required=True)),
        group=HORIZON,
        then="horizon show {run}",
    ),
    Word(
        "futures",
        "what it costs to take later money as announced: both plans on the same futures",
        futures,
        (RUN,),
        group=HORIZON,
        then="horizon show {run}",
    ),
)
