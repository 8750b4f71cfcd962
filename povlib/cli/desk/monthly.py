"""The word ``monthly``: the month's work in one go, for a timer.

Responsible for its arguments, what is printed and the exit code. Not responsible for the work
(`povlib.runs.routine.monthly_work`) or for its summary (`povlib.runs.routine.monthly_summary`).
"""

from __future__ import annotations

import argparse
import io
import json
import sys
from typing import TYPE_CHECKING, Any

from povlib.calendar import Month
from povlib.cli.interruption import kept_when_interrupted
from povlib.cli.terminal import print_paths, progress_bar
from povlib.cli.word import OFFICER, Word, argument, chosen_place, switch, typeable
from povlib.errors import RunError, WorkbenchError
from povlib.words import text

if TYPE_CHECKING:
    from povlib.runs import Place
    from povlib.runs.routine.monthly_work import MonthlyOrder

# stages of loading, closing, planning and papers: the length of the bar
_STAGES = 14


def monthly(options: argparse.Namespace) -> int:
    """Do the month's work: 0 done, 1 something needs a person, 2 stopped by what has to be mended first."""
    place = chosen_place(options)
    order = _order(options, place)
    if options.dry:
        options.then = "monthly"
        return _print_foreseen(place, order, as_json=options.json)
    from povlib.runs.routine.monthly_summary import (
        done_facts,
        exit_code,
        stopped_facts,
        summary_facts,
        summary_text,
        write_summary,
    )
    from povlib.runs.routine.monthly_work import do_months_work

    try:
        with kept_when_interrupted(_kept), progress_bar(_STAGES) as report:
            answer = do_months_work(place, order, report)
    except WorkbenchError as error:
        facts = stopped_facts(place, error)
        write_summary(place, facts)
        if options.json:
            _print_json(facts)
        raise
    facts = summary_facts(place, answer)
    paths = write_summary(place, facts)
    if options.json:
        _print_json({**facts, "done": done_facts(answer)})
        return exit_code(answer)
    if answer.nothing_new:
        print(text("Nothing was new: nothing was done."))
    print(typeable(summary_text(facts), options.office), end="")
    print_paths(paths)
    return exit_code(answer)


def _order(options: argparse.Namespace, place: Place) -> MonthlyOrder:
    """Return what was asked for.

    Raises
    ------
    WorkbenchError
        If a word of it makes no sense: before anything is loaded.
    """
    from povlib.cli.words_meant import scenario_meant
    from povlib.runs.routine.monthly_work import MonthlyOrder

    if options.incomplete and not options.reason.strip():
        raise RunError("a month that is not complete is closed with a reason", remedy="add --reason WHY")
    month = Month.parse(options.month) if options.month else None
    scenario = scenario_meant(place, options.scenario)
    return MonthlyOrder(scenario, options.officer, options.reason, month, options.incomplete)


def _print_foreseen(place: Place, order: MonthlyOrder, *, as_json: bool) -> int:
    """Print what would be done; 1 when something needs a person, else 0."""
    from povlib.runs.routine.monthly_summary import done_facts, exit_code, foreseen_lines
    from povlib.runs.routine.monthly_work import foreseen_work

    with progress_bar(2) as report:
        answer = foreseen_work(place, order, report)
    if as_json:
        would = done_facts(answer) | {"loaded": sum(bool(v.rows) for v in answer.files.new)}
        del would["nothing_new"], would["scored"], would["papers"]
        held = {"held": answer.held, "not_planned": answer.no_plan}
        _print_json({"would": would, **held, "due": [due.plain() for due in answer.due],
                     "exit_code": exit_code(answer)})  # fmt: skip
        return exit_code(answer)
    print(text("Nothing is done; this is what would be:"))
    for line in foreseen_lines(answer, order.scenario):
        print(typeable(line, place.office.name))
    return exit_code(answer)


def _print_json(facts: dict[str, Any]) -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    print(json.dumps(facts, ensure_ascii=False, indent=1))


def _kept() -> str:
    return text(
        "Interrupted; what was loaded, closed, scored and computed is kept: the same command goes on from there."
    )


WORDS = (
    Word(
        "monthly",
        "load the inbox, close the month that is due, score promises, plan again, write the papers: for a timer",
        monthly,
        (
            argument("--scenario", "scenario to plan (default: base)", "SCENARIO", default="base"),
            OFFICER,
            argument("--month", "close this month in place of the one that is due", "MONTH", default=None),
            switch("--incomplete", "close it though villages are missing or files refused; needs a reason"),
            argument("--reason", "why, as it will stand in the ledger", "REASON", default=""),
            switch("--dry", "say what would be done, and do nothing"),
            switch("--json", "print the summary as JSON"),
        ),
        then="runs show latest",
    ),
)
