"""Words about what an inspection found: inspect forms, load, report, adjust.

Responsible for turning words into calls of `povlib.runs.inspections` and answers into words.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from povlib.cli.housing.inspection import INSPECT, ROUND
from povlib.cli.terminal import FAULTS_SHOWN, print_paths, print_refused_form, print_table
from povlib.cli.word import NAMED_OFFICER, Word, argument, chosen_place
from povlib.cli.words_meant import day_meant
from povlib.words import language, text

if TYPE_CHECKING:
    from povlib.runs.inspections.standing import InspectionStanding


def forms(options: argparse.Namespace) -> int:
    """Write the forms of a drawn round, one workbook a village."""
    place = chosen_place(options)
    from povlib.runs.inspections.forms_out import write_forms
    from povlib.runs.inspections.rounds import drawn_round

    print_paths(write_forms(place, drawn_round(place, options.round), language()))
    return 0


def load(options: argparse.Namespace) -> int:
    """Take forms that came back: each whole or not at all."""
    place = chosen_place(options)
    from povlib.runs.inspections.forms_in import take_form

    refused, rounds = 0, set()
    for file in options.files:
        verdict = take_form(place, file, options.officer)
        if verdict.faults:
            refused += 1
            print_refused_form(verdict.file, verdict.faults)
            continue
        rounds.add(verdict.round)
        print("✓ " + text("{file}: {n} findings in {village}, batch {batch}.", file=verdict.file, n=verdict.loaded,
                          village=verdict.village, batch=verdict.batch))  # fmt: skip
        for note in verdict.notes[:FAULTS_SHOWN]:
            print("  ! " + note.show())
    print("  " + text("Receipts: {folder}", folder=str(place.office.receipts)))
    options.then = f"inspect report {min(rounds)}" if rounds else "inspect load FILE --officer {officer}"
    return 1 if refused else 0


def report(options: argparse.Namespace) -> int:
    """Print the decision of a round, village by village, and what it implies."""
    place = chosen_place(options)
    from povlib.runs.inspections.standing import inspection_standing

    found = inspection_standing(place, options.round)
    _print_decision(found)
    _print_villages(found)
    _print_bounds(found)
    wrong = found.findings["finding"].ne("ok").any()
    if found.standing.decision == "go_on":
        options.then = "inspect load FILE --officer OFFICER"
    elif not wrong:
        options.then = f"inspect post {found.drawn.inputs.list} --officer OFFICER"
    return 0


def _print_decision(found: InspectionStanding) -> None:
    s, inputs = found.standing, found.drawn.inputs
    words = {
        "confirmed": "Confirmed: fewer than {most} of {n} are wrong; the evidence sufficed after visit {at}.",
        "go_on": "Go on: {still} more visits confirm it if all are right.",
        "full_check": "Full check: visit every house of the list.",
    }[s.decision]
    print(text(words, most=s.contradicting, n=s.entries, at=s.confirmed_at, still=s.still))
    print(text("{counted} visits in the drawn order, {wrong} wrong; p = {p} against a risk of {risk}.",
               counted=s.counted, wrong=s.wrong, p=f"{s.p:.4f}", risk=f"{100 * inputs.risk:g}%"))  # fmt: skip
    beside = {None: "not all visited yet", True: "confirmed", False: "not confirmed"}[s.fixed]
    print(
        text("The plan fixed beforehand ({planned} visits, none wrong): {said}.", planned=s.planned, said=text(beside))
    )
    print(text("Wrong on the whole list: {least} to {most} of {n}.", least=s.least, most=s.most, n=s.entries))


def _print_villages(found: InspectionStanding) -> None:
    import pandas as pd

    v = found.standing.villages
    shown = {
        text("village"): v["village"],
        text("listed"): v["listed"],
        text("visited in order"): v["visited"],
        text("wrong"): v["wrong"],
        text("rate"): [f"{rate:.0%}" if rate == rate else "" for rate in v["rate"]],
        text("wrong at least"): v["least"],
        text("wrong at most"): v["most"],
        text("limits"): [text("exact") if exact else text("at any time") for exact in v["exact"]],
        text("beside: visits"): v["extra"],
        text("beside: wrong"): v["extra_wrong"],
        text("this village"): [text("every house") if d == "full_check" else "" for d in v["decision"]],
    }
    print_table(pd.DataFrame(shown))
    print(text("Beside: visits out of order or asked for by audit rules; nobody drew them, so no rate rests on them."))


def _print_bounds(found: InspectionStanding) -> None:
    if found.bounds is None:
        return
    names = {"households": text("poor households"), "persons": text("poor persons")}
    for key, bound in found.bounds.items():
        print(text("{what}: {recorded} as recorded; between {least} and {most} by these findings.", what=names[key],
                   recorded=bound.recorded, least=bound.least, most=bound.most))  # fmt: skip


def adjust(options: argparse.Namespace) -> int:
    """Take off the list whom a round found wrong."""
    day = day_meant(options.day)
    place = chosen_place(options)
    from povlib.runs.inspections.list_changes import adjust_list

    rows = adjust_list(place, options.round, day, options.officer, options.keep or (), options.reason)
    if rows.empty:
        print(text("Nobody was found wrong who still stands on the list; nothing was added."))
        return 0
    shown = {text("household"): rows["hh"], text("before"): rows["before"], text("after"): rows["after"],
             text("reason"): rows["reason"]}  # fmt: skip
    import pandas as pd

    print_table(pd.DataFrame(shown))
    options.then = f"inspect post {rows['list'].iloc[0]} --officer {options.officer}"
    return 0


WORDS = (
    Word("forms", "write the forms of a drawn round, one workbook a village", forms, (ROUND,), group=INSPECT,
         then="inspect load FILE --officer OFFICER"),
    Word(
        "load",
        "take forms that came back, with their photos",
        load,
        (argument("files", "forms as they came back", "FILE", nargs="+"), NAMED_OFFICER),
        group=INSPECT,
        then="inspect report ROUND",
    ),
    Word(
        "report",
        "what a round says so far: confirmed, go on or check every house",
        report,
        (ROUND,),
        group=INSPECT,
        then="inspect adjust {round} --day DAY --officer OFFICER",
    ),
    Word(
        "adjust",
        "take off the list whom a round found wrong, with before, after and reason",
        adjust,
        (
            ROUND,
            argument("--day", "the day it was taken", example="2016-06-20", required=True),
            NAMED_OFFICER,
            argument("--keep", "a household that stays in spite of its finding", "HOUSEHOLD", action="append"),
            argument("--reason", "why, as it will stand in the ledger", "REASON", default=""),
        ),
        group=INSPECT,
        then="inspect report {round}",
    ),
)  # fmt: skip
