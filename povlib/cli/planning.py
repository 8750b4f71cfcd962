"""Words about plans: run, plan, approve, report, verify."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from povlib.calendar import Month
from povlib.cli.notes import print_notes
from povlib.cli.progress import progress_bar
from povlib.money import format_yuan
from povlib.runs import (
    Run,
    begin,
    check_parameters,
    complete,
    find_office,
    find_run,
    is_finished,
    parsed_changes,
    sample_office,
)
from povlib.runs.office.office_place import SAMPLE, Place
from povlib.scenarios import Resolved
from povlib.words import language, text

_STAGES = 12


def place_of(options: argparse.Namespace) -> Place:
    """Return the office that the words name."""
    return sample_office() if options.office == SAMPLE else find_office(options.office)


def run(options: argparse.Namespace) -> int:
    """Load the inbox, plan the scenario, write the papers."""
    from povlib.cli.ledgers import load_inbox

    place, changes = place_of(options), parsed_changes(options.set)
    checked = {options.scenario: check_parameters(place, options.scenario, changes)}
    print_notes(checked[options.scenario], changes)
    refused = load_inbox(place, officer="-")
    code = _plan(place, checked, changes)
    return code or (1 if refused else 0)


def plan(options: argparse.Namespace) -> int:
    """Plan one or more scenarios on what the ledger knows."""
    place, changes = place_of(options), parsed_changes(options.set)
    checked = {scenario: check_parameters(place, scenario, changes) for scenario in options.scenario}
    for resolved in checked.values():
        print_notes(resolved, changes)
    return _plan(place, checked, changes)


def _plan(place: Place, checked: dict[str, Resolved], changes: dict[str, str]) -> int:
    begun = [begin(place, scenario, changes, resolved) for scenario, resolved in checked.items()]
    for one in begun:
        made = one
        if is_finished(one):
            print(text("Nothing has changed since run {run}: nothing was done again.", run=one.info.run_id))
            _write_missing(one)
        else:
            with progress_bar(_STAGES) as report:
                made = complete(one, language(), report)
        _print_figures(made)
    return 0


def _write_missing(made: Run) -> None:
    """Write the papers of a finished run where this language, or the folder, is still without them."""
    from povlib.runs import has_papers, write_papers

    if not has_papers(made, language()):
        with progress_bar(2) as report:
            write_papers(made, language(), progress=report)


def _print_figures(made: Run) -> None:
    from povlib.runs import headline_figures, papers_folder

    figures = headline_figures(made)
    lang = language()
    marks = (text("SYNTHETIC DATA") + " · ") if made.info.synthetic else ""
    print(f"\n{marks}{made.info.title(lang)} · {made.info.run_id}")
    horizon = Month.from_ordinal(int(figures["horizon"])).label(lang)
    lines = (
        text("Additional exits: {n:.1f} persons ({low:.0f}–{high:.0f})", **_total(figures, "additional")),
        text("Total expected exits by {by}: {n:.1f} persons ({low:.0f}–{high:.0f})", by=horizon,
             **_total(figures, "expected")),
        text("New money: {money}; {each} for each additional exit", money=format_yuan(int(figures["money_fen"])),
             each=_each(figures)),
        text("The poorest fifth receives {money:.0%} of the new money and {posts:.0%} of the new posts",
             money=figures["poorest_money_share"], posts=figures["poorest_post_share"]),
        _proof(made, figures["gap"]),
    )  # fmt: skip
    for line in lines:
        print("  " + line)
    for path in sorted(papers_folder(made).glob(f"*.{lang}.*")):
        print("  → " + _short(path))


def _proof(made: Run, gap: float) -> str:
    if made.settings.objective.in_persons:
        return text("Proof: no plan can be better by more than {gap:.3f} persons under these estimates", gap=gap)
    return text(
        "Proof: no plan can be better by more than {gap:.3f} in the unit of this scenario's own objective "
        "(not persons) under these estimates",
        gap=gap,
    )


def _total(figures: dict[str, float], name: str) -> dict[str, float]:
    return {"n": figures[name], "low": figures[f"{name}_low"], "high": figures[f"{name}_high"]}


def _each(figures: dict[str, float]) -> str:
    if figures["additional"] <= 0:
        return text("no amount")
    return format_yuan(round(figures["money_fen"] / figures["additional"]))


def _short(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def approve(options: argparse.Namespace) -> int:
    """Approve a run: write its promises into the ledger, then its papers without the draft mark."""
    from povlib.runs import approve_run, write_papers

    place = place_of(options)
    found = find_run(options.run, place)
    written = approve_run(found, options.officer, options.reason)
    if not written:
        print(text("Run {run} was approved before; nothing was added.", run=found.info.run_id))
        return 0
    print(text("{n} promises were written into the ledger.", n=written))
    with progress_bar(4) as report:
        for path in write_papers(found, language(), progress=report):
            print("  → " + _short(path))
    return 0


def report(options: argparse.Namespace) -> int:
    """Write the papers of a run again, in the language asked for."""
    from povlib.runs import write_papers

    found = find_run(options.run, place_of(options))
    with progress_bar(4) as bar:
        written = write_papers(found, language(), progress=bar)
    for path in written:
        print("  → " + _short(path))
    return 0


def whatif(options: argparse.Namespace) -> int:
    """Ask of a run what more or less money, bad years and a simple rule would mean; write the page."""
    from povlib.runs import write_whatif

    found = find_run(options.run, place_of(options))
    with progress_bar(4) as bar:
        written = write_whatif(found, language(), progress=bar)
    for path in written:
        print("  → " + _short(path))
    return 0


def verify(options: argparse.Namespace) -> int:
    """Check every file of a run against its manifest, the ledger against its chain, the plan against its proof."""
    from povlib.runs import verify_run

    checked = verify_run(find_run(options.run, place_of(options)))
    for words in checked.words:
        print(("✓ " if checked.ok else "  ") + words)
    for fault in checked.faults:
        print("✗ " + fault.show(), file=sys.stderr)
    return 0 if checked.ok else 1
