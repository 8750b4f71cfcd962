"""Words about plans: run, plan, approve, withdraw, verify.

Responsible for printing what a planner should know before, and the figures after. Not responsible for making
runs (`povlib.runs`) or for finding anything odd (`povlib.params`, `povlib.scenarios`).
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager
from functools import partial
from typing import TYPE_CHECKING

from povlib.cli.desk.plan_figures import print_figures
from povlib.cli.desk.sweeps import ARGUMENTS as SWEPT
from povlib.cli.desk.sweeps import sweep
from povlib.cli.interruption import kept_when_interrupted
from povlib.cli.terminal import (
    Progress,
    beside_the_bar,
    print_deposit,
    print_paths,
    progress_bar,
    short_path,
)
from povlib.cli.word import NAMED_OFFICER, REASON, RUN, Word, argument, chosen_place, switch
from povlib.cli.words_meant import chosen_run, scenario_meant
from povlib.money import format_yuan
from povlib.words import language, text

if TYPE_CHECKING:
    from povlib import params
    from povlib.runs import Place, Run
    from povlib.scenarios import Resolved

# stages of a verification: what is computed again, and the papers
_CHECKS = 2
# empty values listed by name; a new office has some sixty, and the first dozen show what is meant
_EMPTY_SHOWN = 12


def run(options: argparse.Namespace) -> int:
    """Load the inbox, plan the scenario, write the papers."""
    from povlib.cli.village_workbooks import load_inbox

    # before anything is loaded: a mistyped parameter must not cost the wait for the inbox
    place, checked, changes = _checked_words(options, [options.scenario])
    refused = load_inbox(place, officer="-")
    code = _plan_scenarios(options, place, checked, changes, {})
    return code or (1 if refused else 0)


def plan(options: argparse.Namespace) -> int:
    """Plan one or more scenarios on what the ledger knows."""
    if options.vary:
        return sweep(options, *_meant(options, options.scenario))
    # all scenarios before the first is planned: the last one's mistake must not cost the others' minutes
    checked = _checked_words(options, options.scenario)
    from povlib.runs.decisions.package_rules import parsed_pins

    return _plan_scenarios(options, *checked, parsed_pins(options.pin))


def _checked_words(
    options: argparse.Namespace, scenarios: list[str]
) -> tuple[Place, dict[str, Resolved], dict[str, str]]:
    """Return the place, the scenarios resolved and the changes; print what is odd about them."""
    from povlib.runs.office.parameter_check import check_parameters

    place, names, changes = _meant(options, scenarios)
    checked = {name: check_parameters(place, name, changes) for name in names}
    for resolved in checked.values():
        print_notes(resolved, changes)
    return place, checked, changes


def _meant(options: argparse.Namespace, scenarios: list[str]) -> tuple[Place, list[str], dict[str, str]]:
    """Return the place, the names of the scenarios and the changes that the words mean, none of them checked yet."""
    from povlib.runs.office.parameter_check import parsed_changes

    place = chosen_place(options)
    return place, [scenario_meant(place, scenario) for scenario in scenarios], parsed_changes(options.set)


def print_notes(resolved: Resolved, changes: Mapping[str, str]) -> None:
    """Print what is odd but not wrong, what is still empty and what was changed on the command line."""
    for fault in resolved.warnings:
        print("! " + fault.show())
    _print_empty_inputs(resolved.catalogue)
    for key, value in changes.items():
        print("· " + text("changed for this run: {key} = {value}", key=key, value=value))


def _print_empty_inputs(catalogue: params.Catalogue) -> None:
    """Print which local values are still empty: what needs them is not offered."""
    from povlib.runs.office.parameter_check import empty_inputs

    empty = empty_inputs(catalogue)
    if empty.empty:
        return
    print("! " + text("{n} local values are still empty; what needs them is not offered:", n=len(empty)))
    for row in empty.head(_EMPTY_SHOWN).itertuples(index=False):
        print(f"    params/{row.file}.yaml  {row.key}: {row.field}")
    if len(empty) > _EMPTY_SHOWN:
        print("    " + text("... and {n} more", n=len(empty) - _EMPTY_SHOWN))


def _plan_scenarios(
    options: argparse.Namespace,
    place: Place,
    checked: dict[str, Resolved],
    changes: dict[str, str],
    pins: dict[str, str],
) -> int:
    from povlib.runs import begin, complete, number_of_stages, paper_files
    from povlib.runs.papers import write_missing_papers

    # every id is settled before the first run is computed, so that all plan on the same ledger
    begun = [begin(place, scenario, changes, resolved, pins) for scenario, resolved in checked.items()]
    for planned_run in begun:
        if planned_run.is_finished and planned_run.has_papers:
            print(text("Nothing has changed since run {run}: nothing was done again.", run=planned_run.info.run_id))
            print_figures(planned_run)
            with paper_bar() as report:
                write_missing_papers(planned_run, progress=report)
        else:
            with (
                kept_when_interrupted(partial(kept_words, planned_run)),
                progress_bar(number_of_stages(planned_run)) as report,
            ):
                scheduler = getattr(options, "scheduler", None) or os.environ.get("POVLIB_SCHEDULER")
                planned_run = complete(
                    planned_run, language(), report, proved=_print_figures_at_once, scheduler=scheduler
                )
        print_paths(paper_files(planned_run, language()))
    options.then = (
        "runs list"
        if len(begun) > 1
        else f"report {begun[0].info.run_id} --kind townships"
        if begun[0].is_by_parts
        else f"voice post {begun[0].info.run_id} --officer OFFICER"
    )
    return 0


def _print_figures_at_once(proved: Run) -> None:
    """Print the figures of a run whose papers are still being written."""
    with beside_the_bar():
        print_figures(proved)
        print("  " + text("proved; the papers follow ..."), flush=True)


def kept_words(begun: Run) -> str:
    """Return what is kept of a run whose making was interrupted."""
    from povlib.runs.run_folders import finished_steps

    steps = finished_steps(begun)
    if steps is None:
        return text("Interrupted; run {run} is finished. Type the same command again.", run=begun.info.run_id)
    if not steps:
        return text("Interrupted; no step of run {run} was finished yet.", run=begun.info.run_id)
    return text(
        "Interrupted; {n} finished steps of run {run} are kept in {folder}: the same command goes on from there.",
        n=len(steps), run=begun.info.run_id, folder=short_path(begun.folder),
    )  # fmt: skip


def paper_bar(titles: int = 0) -> AbstractContextManager[Progress]:
    """Return a progress bar as long as papers have titles; default those of every run."""
    from povlib.runs.papers import PAPERS

    return progress_bar(titles or len({paper.title for paper in PAPERS}))


def approve(options: argparse.Namespace) -> int:
    """Approve a run: write its promises into the ledger, then its papers without the draft mark."""
    approved = chosen_run(options, chosen_place(options))
    from povlib.runs import approve_run, replaced_runs

    with progress_bar(1) as bar:
        promises = approve_run(
            approved, options.officer, options.reason, replacing=options.replace,
            despite_decisions=options.despite_decisions, progress=bar,
        )  # fmt: skip
    if not promises:
        print(text("Run {run} was approved before; nothing was added.", run=approved.info.run_id))
    else:
        print(text("{n} promises were written into the ledger.", n=promises))
    print_decisions(approved)
    for name in replaced_runs(approved):
        _print_set_aside(name, chosen_place(options))
    print_deposit(chosen_place(options), "approval", approved.info.run_id)
    # also when it was approved before: a computer that stopped in between left papers marked as drafts
    _write_papers_anew(approved, language())
    return 0


def withdraw(options: argparse.Namespace) -> int:
    """Take back the approval of a run; its promises stay on the book, marked, and its papers say so."""
    taken_back = chosen_run(options, chosen_place(options))
    from povlib.runs import withdraw_run

    if not withdraw_run(taken_back, options.officer, options.reason):
        print(text("Run {run} is not in force; nothing was added.", run=taken_back.info.run_id))
    print_decisions(taken_back)
    print_deposit(chosen_place(options), "withdrawal", taken_back.info.run_id)
    if _print_set_aside(taken_back.info.run_id, chosen_place(options)):
        options.then = "fund release {run} --all --officer OFFICER"
    return 0


def _write_papers_anew(run: Run, *asked: str) -> None:
    """Write the papers of a run as they stand after a decision, in the languages asked for and all that are there."""
    from povlib.runs.papers_in_languages import write_decided_papers

    with paper_bar() as bar:
        print_paths(write_decided_papers(run, asked, bar))


def print_decisions(run: Run) -> None:
    """Print who decided what about a run, when and why."""
    from povlib.report.meeting.front_page import decision_sentence
    from povlib.runs.facts.record import promise_record

    for decision in promise_record(run).decisions:
        print("  " + decision_sentence(decision, language()).text)


def _print_set_aside(name: str, place: Place) -> int:
    """Write the papers of a run that is no longer in force again, marked so; say and return what money it holds."""
    from povlib.errors import RunError
    from povlib.runs import find_run, open_money

    try:
        gone = find_run(name, place)
    except RunError:
        # its folder may have been removed; the ledger has the decision, and there is no paper to mark
        return 0
    held = open_money(gone)
    if held:
        print("! " + text("{money} are still committed for run {run}: pay nothing of it; give it back with "
                          "python3 workbench.py fund release {run} --all --officer NAME",
                          money=format_yuan(held), run=name))  # fmt: skip
    _write_papers_anew(gone)
    return held


def verify(options: argparse.Namespace) -> int:
    """Check a run's files, seal, proof, promises and papers, and the ledger against its chain."""
    made = chosen_run(options, chosen_place(options))
    from povlib.runs import verify_run

    with progress_bar(_CHECKS) as bar:
        checked = verify_run(made, bar)
    for words in checked.words:
        print(("✓ " if checked.ok else "  ") + words)
    for fault in checked.faults:
        print("✗ " + fault.show(), file=sys.stderr)
    if not checked.ok:
        options.then = f"plan {made.info.scenario}"
    return 0 if checked.ok else 1


_PIN = argument(
    "--pin",
    "for this run only: what one household gets: refused, with:MEASURE, without:MEASURE or MEASURE+MEASURE",
    "HOUSEHOLD=RULE",
    action="append",
    default=[],
)
_CHANGE = argument("--set", "change one parameter for this run", "KEY=VALUE", action="append", default=[])

WORDS = (
    Word(
        "run",
        "load the inbox, plan, and write the meeting paper",
        run,
        (argument("--scenario", "scenario to plan (default: base)", "SCENARIO", default="base"), _CHANGE),
        then="verify latest",
    ),
    Word(
        "plan",
        "plan one or more scenarios",
        plan,
        (
            argument("scenario", "names of scenarios in params/scenarios", "SCENARIO", nargs="+"),
            _CHANGE,
            _PIN,
            argument("--scheduler", "address of a Dask cluster that works on the parts of a large office", "ADDRESS"),
            *SWEPT,
        ),
        then="verify latest",
    ),
    Word(
        "approve",
        "approve a run: its promises are written into the ledger",
        approve,
        (
            argument("--officer", "who approves, as it will stand in the ledger", "OFFICER", required=True),
            argument("--reason", "why, as it will stand in the ledger and on the paper", "REASON", default=""),
            switch("--replace", "put this plan in the place of another that is in force; needs a reason"),
            switch(
                "--despite-decisions", "approve although the plan does not contain what was decided; needs a reason"
            ),
            RUN,
        ),
        then="fund commit {run} --officer OFFICER",
    ),
    Word(
        "withdraw",
        "take back the approval of a run: its promises stay on the book and are not scored",
        withdraw,
        (NAMED_OFFICER, REASON, RUN),
        then="plan base",
    ),
    Word(
        "verify",
        "check that nothing in a run was changed and prove its plan again",
        verify,
        (RUN,),
        then="approve {run} --officer OFFICER",
    ),
)
