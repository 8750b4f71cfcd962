"""A comparison as a page of a notebook, as a paper and as a workbook.

Responsible for where it lies and for the list of the runs that it speaks of, which keeps them from being removed
(`povlib.runs.office.run_pruning`). Not responsible for figures (`plan_comparison`) or words
(`povlib.report.comparison.comparison_page`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from povlib.errors import RunError
from povlib.report.comparison.comparison_page import ComparisonFacts, comparison_report, comparison_tables
from povlib.report.model.paper import Report
from povlib.report.writers.notebook_page import Page
from povlib.report.writers.publication import publish
from povlib.report.writers.whole_files import write_whole_file
from povlib.runs.comparison.plan_comparison import Progress, comparison_facts
from povlib.runs.office.finished_runs import finished_folders, standing_decisions
from povlib.runs.office.office_place import Place
from povlib.runs.office.run_pruning import COMPARED
from povlib.runs.run import Run
from povlib.runs.run_folders import find_run
from povlib.words import language

_STEM = "comparison"
_FORMATS = ("html", "pdf", "docx", "xlsx", "json")


def compared_runs(run: Run, names: str = "") -> list[Run]:
    """Return the runs that a page compares, the given one first.

    Parameters
    ----------
    names : str
        Words for runs, parted by blanks or commas; empty: the newest run of each other scenario on the same data.
    """
    place = Place(run.office, run.info.synthetic)
    words = names.replace(",", " ").split()
    if words:
        found = [find_run(word, place) for word in words]
        return [run, *(one for one in found if one.info.run_id != run.info.run_id)]
    newest: dict[tuple[str, str], Run] = {}
    for folder in finished_folders(place):
        one = find_run(folder.name, place)
        key = (one.info.scenario, json.dumps(one.overrides, sort_keys=True))
        if one.info.ledger_head == run.info.ledger_head and one.info.run_id != run.info.run_id:
            newest.setdefault(key, one)
    own = (run.info.scenario, json.dumps(run.overrides, sort_keys=True))
    return [run, *(one for key, one in sorted(newest.items()) if key != own)]


def comparison_of(runs: Sequence[Run], lang: str, progress: Progress | None = None) -> tuple[ComparisonFacts, Report]:
    """Return what sets runs side by side, and the paper that says it; a draft until the first is decided on."""
    facts = comparison_facts(runs, lang, progress)
    first = runs[0]
    standing = standing_decisions(Place(first.office, first.info.synthetic))
    # it is a paper of the first: what stands of the others changes nothing in what was decided
    decided = standing.get(first.info.run_id)
    report = comparison_report(
        facts, lang, subtitle=first.info.title(lang), synthetic=first.info.synthetic, draft=decided is None
    )
    return facts, replace(report, lapsed=decided not in (None, "approved"))


def comparison_page(run: Run, names: str = "", lang: str = "") -> Page:
    """Return a run beside others by parts, for a notebook.

    Parameters
    ----------
    names : str
        As `compared_runs` takes them.
    """
    _, report = comparison_of(compared_runs(run, names), lang or language())
    return Page(report)


def write_comparison(
    runs: Sequence[Run], lang: str | None = None, progress: Progress | None = None
) -> tuple[ComparisonFacts, list[Path]]:
    """Write a comparison among the papers of the office, whole or not at all; return what it shows and the paths.

    Raises
    ------
    RunError
        If the runs cannot be compared, or fewer than two are named.
    """
    if len({run.info.run_id for run in runs}) < 2:
        raise RunError(
            "a comparison takes two runs or more", remedy="name some of these: python3 workbench.py runs list"
        )
    lang = lang or language()
    facts, report = comparison_of(runs, lang, progress)
    ids = [run.info.run_id for run in runs]
    listed = json.dumps({"runs": ids}, indent=1) + "\n"
    return facts, publish(
        report,
        comparison_folder(runs),
        f"{_STEM}.{lang}",
        formats=_FORMATS,
        sheets=comparison_tables(facts, lang),
        more={f"{_STEM}.{lang}.{COMPARED}": lambda path: write_whole_file(path, listed)},
    )


def comparison_folder(runs: Sequence[Run]) -> Path:
    """Return where the comparison of these runs lies: one folder for the same runs in the same order."""
    ids = " ".join(run.info.run_id for run in runs)
    return runs[0].office.papers / f"{_STEM}-{hashlib.sha256(ids.encode()).hexdigest()[:8]}"
