"""The comparison with another run as a paper of a run: ``report RUN --kind comparison [--with OTHER]``.

Responsible for which other runs there are to compare with and for the paper of each; its files name the other run, so
that it can be written anew. Not responsible for what a comparison shows (`comparison_paper`).
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from pathlib import Path

from povlib.report.comparison.comparison_page import ComparisonFacts, comparison_tables
from povlib.report.model.key_prefix import prefixed_table, with_key_prefix
from povlib.report.model.paper import Report, Table
from povlib.runs.comparison.comparison_paper import comparison_of
from povlib.runs.office.finished_runs import finished_folders
from povlib.runs.office.office_place import Place
from povlib.runs.paper_folder import COMPARISON
from povlib.runs.paper_shape import Paper, PaperInput
from povlib.runs.run import Run
from povlib.runs.run_folders import find_run
from povlib.runs.stored_run import RECORD

_FORMATS = ("html", "pdf", "docx", "xlsx", "json")


def comparison_papers(run: Run) -> tuple[Paper, ...]:
    """Return a paper for each other finished run of the office; asked for by kind alone, that with the latest is meant.

    The latest is the run finished last of another scenario or with other changes; without such a run there is none.
    """
    others = _other_runs(run)
    latest = next((name for name, differs in others if differs), "")
    return tuple(
        Paper(f"{COMPARISON}.{name}", "comparison of scenarios", partial(_report, name), _FORMATS,
              partial(_tables, name), kind=COMPARISON, about=name, by_name=name != latest)
        for name, _ in others
    )  # fmt: skip


def _other_runs(run: Run) -> list[tuple[str, bool]]:
    """Return the ids of the other finished runs, the last finished first, and whether each is of another scenario."""
    own = _made_of(run.folder)
    folders = finished_folders(Place(run.office, run.info.synthetic))
    found = [(folder.name, _made_of(folder)) for folder in folders if folder.name != run.info.run_id]
    return [(name, made_of != own) for name, made_of in found if made_of]


def _made_of(folder: Path) -> str:
    """Return scenario and changes of a run; "" where its record cannot be read, which is for `verify` to name."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        return json.dumps([record["run"]["scenario"], record.get("overrides") or {}], sort_keys=True)
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _made(name: str, given: PaperInput) -> tuple[ComparisonFacts, Report]:
    other = find_run(name, Place(given.run.office, given.run.info.synthetic))
    found: tuple[ComparisonFacts, Report] = given.once(
        f"{COMPARISON}/{name}", lambda: comparison_of([given.run, other], given.lang)
    )
    return found


def _report(name: str, given: PaperInput) -> Report:
    """Return the comparison under the head of the run's papers, its numbers under keys of their own."""
    _, report = _made(name, given)
    head = {key: given.head[key] for key in ("issuer", "date_line", "lapsed")}
    return with_key_prefix(replace(report, **head), f"{COMPARISON}.{name}.")


def _tables(name: str, given: PaperInput) -> tuple[Table, ...]:
    facts, _ = _made(name, given)
    return tuple(prefixed_table(table, f"{COMPARISON}.{name}.") for table in comparison_tables(facts, given.lang))
