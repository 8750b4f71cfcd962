"""Words about the plan's houses: sites (what opening a place brings) and months (which houses by when, by which crew).

Responsible for turning words into calls and answers into words. Not responsible for the figures
(`povlib.runs.questions.house_capacity`).
"""

from __future__ import annotations

import argparse
from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

from povlib.cli.housing import HOUSES
from povlib.cli.terminal import print_table
from povlib.cli.word import Word, argument, chosen_place
from povlib.cli.words_meant import chosen_run
from povlib.words import language, text

if TYPE_CHECKING:
    import pandas as pd

_RUN = argument(
    "run", "id of a run or its beginning, a scenario (its newest run), latest or approved", "RUN", nargs="?",
    default="latest",
)  # fmt: skip


def sites(options: argparse.Namespace) -> int:
    """Print every place that must be opened first: cost, grant, who lives there, what it brings, when it pays."""
    made = chosen_run(options, chosen_place(options))
    from povlib.money import FEN_PER_YUAN
    from povlib.runs.questions.house_capacity import openings

    found = openings(made)
    if found.empty:
        print(text("No place has to be opened first: nothing is filled in under facility in sites.yaml or coops.yaml."))
        options.then = "params check"
        return 0
    for row in found.to_dict("records"):
        opened = bool(row["opened"])
        print(text("{name}: opened by the plan", name=row["name"]) if opened
              else text("{name}: not opened by the plan", name=row["name"]))  # fmt: skip
        yuan = {name: f"{row[name] // FEN_PER_YUAN:,}" for name in ("cost_fen", "grant_fen", "opening_fen")}
        print("  " + text("opening {cost} yuan, of which a grant pays {grant} and funds {due}", cost=yuan["cost_fen"],
                          grant=yuan["grant_fen"], due=yuan["opening_fen"]))  # fmt: skip
        counts = {name: row[name] for name in ("places", "households", "least", "others")}
        counted = "places {places}, taken {households}; asks for {least} at least; {others} others come anyway"
        print("  " + text(counted, **counts))
        if opened and row["who"]:
            print("  " + text("who: {households}", households="、".join(row["who"])))
        print("  " + _worth_in_words(row))
        print("  " + _break_even_in_words(row))
    return 0


def _worth_in_words(row: Mapping[Hashable, Any]) -> str:
    """Return what an opening brings, with what is certain of it."""
    brings, low, high = (float(str(row[name])) for name in ("brings", "low", "high"))
    if brings != brings:
        return text("no plan keeps every rule with it the other way round")
    said = {"brings": f"{brings:+.2f}", "low": f"{low:+.2f}", "high": f"{high:+.2f}"}
    if row["opened"]:
        return text("brings {brings} persons against the best plan without it (surely {low} to {high})", **said)
    return text("opened, it would bring {brings} persons (surely {low} to {high})", **said)


def _break_even_in_words(row: Mapping[Hashable, Any]) -> str:
    """Return from how many places on an opening pays at the posted prices."""
    even = row["breaks_even"]
    if even is None or even != even or str(even) == "<NA>":
        return text("at the posted prices it pays with no number of households")
    return text("at the posted prices it pays from {n} households on", n=even)


def months(options: argparse.Namespace) -> int:
    """Print which houses the plan builds by when, what it asks of the crews, and with --crew what one more would do."""
    made = chosen_run(options, chosen_place(options))
    from povlib.calendar import Month
    from povlib.runs.facts.houses.house_openings import crew_weeks, house_months
    from povlib.runs.questions.house_capacity import try_crew

    lang = language()
    planned = house_months(made)
    names = {key: measure.names.show(lang) for key, measure in made.catalogue.measures.items()}
    places = {key: site.names.show(lang) for key, site in made.catalogue.sites.items()}
    if planned.empty:
        print(text("The plan makes no house safe."))
    else:
        columns: dict[str, pd.Series] = {
            text("household"): planned["hh"],
            text("village"): planned["village"],
            text("measure"): planned["measure"].map(names),
            text("site"): planned["site"].map(places).fillna(""),
            text("begins"): planned["start"].map(lambda m: str(Month.from_ordinal(int(m)))),
            text("done by"): planned["done"].map(lambda m: str(Month.from_ordinal(int(m)))),
            text("weeks"): planned["weeks"],
        }
        _print_columns(columns)
    weeks = crew_weeks(made)
    if len(weeks):
        _print_columns(
            {
                text("crew"): weeks["name"],
                text("month"): weeks["month"].map(lambda m: str(Month.from_ordinal(int(m)))),
                text("weeks there are"): weeks["weeks"],
                text("used"): weeks["used"],
                text("one week more (points)"): weeks["points"].map("{:.2f}".format),
            }
        )
    if options.crew is not None:
        more = try_crew(made, options.crew)
        gained = more.plan.value - made.plan.value
        print(text("one crew more: {gain} persons (surely {low} to {high}), {n} houses instead of {before}",
                   gain=f"{gained:+.2f}", low=f"{more.plan.value - made.plan.price_bound:+.2f}",
                   high=f"{more.plan.price_bound - made.plan.value:+.2f}", n=len(house_months(more)),
                   before=len(planned)))  # fmt: skip
    options.then = f"approve {made.info.run_id} --officer NAME"
    return 0


def _print_columns(columns: dict[str, pd.Series]) -> None:
    import pandas as pd

    print_table(pd.DataFrame(columns))


WORDS = (
    Word(
        "sites",
        "places that must be opened first: cost, grant, who lives there, what opening brings",
        sites,
        (_RUN,),
        group=HOUSES,
        then="houses months",
    ),
    Word(
        "months",
        "which houses the plan builds by when, weeks of the crews; what one crew more would bring",
        months,
        (
            _RUN,
            argument(
                "--crew",
                "try one crew more of this key (none given: the first)",
                "CREW",
                nargs="?",
                const="",
                default=None,
            ),
        ),
        group=HOUSES,
        then="approve RUN --officer NAME",
    ),
)
