"""The summary of a month's work: the same facts as words for a log and as JSON for another program.

Responsible for what stands in ``work/<name>/monthly/``. It says what there is, not what was done last, so that a second
start in the same month leaves it as it is. Not responsible for the work.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from povlib.calendar import Month
from povlib.errors import WorkbenchError
from povlib.money import format_yuan
from povlib.runs.completion import headline_figures
from povlib.runs.office.office_place import Place, open_book
from povlib.runs.papers import paper_files
from povlib.runs.routine.due_list import Due
from povlib.runs.routine.month_standing import MonthStanding, WaitingFiles, shown_name
from povlib.runs.routine.monthly_work import MonthlyAnswer
from povlib.runs.run import Run
from povlib.runs.storage.text_files import write_text
from povlib.words import language, text

DONE, NEEDS_A_PERSON, STOPPED = 0, 1, 2
"""Exit codes of the month's work, as a timer reads them."""


def exit_code(answer: MonthlyAnswer) -> int:
    """Return 0 when all is done, 1 when something needs a person."""
    return NEEDS_A_PERSON if answer.needs_a_person else DONE


def summary_facts(place: Place, answer: MonthlyAnswer) -> dict[str, Any]:
    """Return what there is after the month's work, as JSON can hold it.

    Money is in fen, months are written as 2016-05, words are in the language in use.
    """
    facts: dict[str, Any] = {
        "office": place.office.name,
        "synthetic": place.synthetic,
        "month": str(answer.month) if answer.month else None,
        "files": _file_facts(answer.files),
        "closed": _last_closing(place),
        "held": answer.held,
        "record": _record(place),
        "run": None,
        "not_planned": answer.no_plan,
        "needs_a_person": [due.plain() for due in answer.due if due.blocks],
        "next": [due.plain() for due in answer.due if not due.blocks],
        "exit_code": exit_code(answer),
    }
    if answer.run is not None:
        facts["run"] = _run_facts(answer.run, answer.changes)
    return facts


def done_facts(answer: MonthlyAnswer) -> dict[str, Any]:
    """Return what was done this time, as JSON can hold it."""
    return {
        "loaded": answer.loaded,
        "closed": [str(standing.month) for standing in answer.closed],
        "scored": answer.scored,
        "planned": answer.planned,
        "papers": answer.papers,
        "nothing_new": answer.nothing_new,
    }


def _file_facts(files: WaitingFiles) -> dict[str, Any]:
    refused = {verdict.file for verdict in files.refused}
    return {
        "in_inbox": len(files.verdicts),
        "in_ledger": sum(v.batch is not None for v in files.verdicts),
        "refused": [shown_name(v) for v in files.verdicts if v.file in refused],
    }


def _last_closing(place: Place) -> dict[str, Any] | None:
    if not place.office.has_ledger:
        return None
    from povlib import ledger

    with open_book(place, create=False) as book:
        closed = ledger.closings(book).sort_values("month")
        if closed.empty:
            return None
        month = Month.from_ordinal(int(closed["month"].iloc[-1]))
        frozen = ledger.summarise(book, month)
    counts = frozen.villages[["households", "reported", "missing"]].sum()
    return {"month": str(month), "as_of_batch": frozen.as_of, **{str(key): int(n) for key, n in counts.items()}}


def _record(place: Place) -> str:
    if not place.office.has_ledger:
        return ""
    from povlib import review

    with open_book(place, create=False) as book:
        return review.record(book).sentence()


def _run_facts(run: Run, changes: dict[str, str]) -> dict[str, Any]:
    return {
        "id": run.info.run_id,
        "scenario": run.info.scenario,
        "changes": changes,
        "figures": headline_figures(run),
        "papers": [str(path) for path in paper_files(run, language())],
    }


def summary_text(facts: dict[str, Any]) -> str:
    """Return the facts of a summary in the language in use, a line each."""
    return "\n".join(_lines(facts)) + "\n"


def _lines(facts: dict[str, Any]) -> Iterator[str]:
    mark = (text("SYNTHETIC DATA") + " · ") if facts["synthetic"] else ""
    month = Month.parse(facts["month"]).label() if facts["month"] else "—"
    yield mark + text("The month's work of {office}; data up to {month}", office=facts["office"], month=month)
    files = facts["files"]
    yield "· " + text("Inbox: {all} files, {n} of them in the ledger", all=files["in_inbox"], n=files["in_ledger"])
    closed = facts["closed"]
    if closed:
        yield "· " + text(
            "Last month closed: {month}, as of batch {batch}; {reported} of {households} households had reported",
            month=Month.parse(closed["month"]).label(), batch=closed["as_of_batch"],
            reported=closed["reported"], households=closed["households"],
        )  # fmt: skip
    if facts["record"]:
        yield "· " + facts["record"]
    if facts["run"]:
        yield from _run_lines(facts["run"])
    for words in (facts["held"], facts["not_planned"]):
        if words:
            yield "! " + words
    yield from due_lines([Due(**due) for due in facts["needs_a_person"]], text("Needs a person:"))
    yield from due_lines([Due(**due) for due in facts["next"]], text("Next:"))


def _run_lines(run: dict[str, Any]) -> Iterator[str]:
    figures = run["figures"]
    yield "· " + text("Plan: run {run}, scenario {scenario}", run=run["id"], scenario=run["scenario"])
    for key, value in run["changes"].items():
        yield "    " + text("changed for this run: {key} = {value}", key=key, value=value)
    yield "    " + text("Additional exits: {n:.1f} persons ({low:.0f}–{high:.0f})", n=figures["additional"],
                        low=figures["additional_low"], high=figures["additional_high"])  # fmt: skip
    yield "    " + text(
        "Total expected exits by {by}: {n:.1f} persons ({low:.0f}–{high:.0f})",
        by=Month.from_ordinal(int(figures["horizon"])).label(), n=figures["expected"],
        low=figures["expected_low"], high=figures["expected_high"],
    )  # fmt: skip
    yield "    " + text("New money: {money}", money=format_yuan(int(figures["money_fen"])))
    yield "    " + text("The poorest fifth receives {money:.0%} of the new money and {posts:.0%} of the new posts",
                        money=figures["poorest_money_share"], posts=figures["poorest_post_share"])  # fmt: skip
    for path in run["papers"]:
        yield "  → " + path


def due_lines(due: list[Due], heading: str) -> Iterator[str]:
    """Yield a heading and a line for each thing to do, its command behind it; nothing where nothing is to be done."""
    if due:
        yield heading
    for one in due:
        yield f"  {'✗' if one.blocks else '·'} {one.words}" + (f"  {one.command}" if one.command else "")


def write_summary(place: Place, facts: dict[str, Any]) -> list[Path]:
    """Write a summary as JSON and as text under the month it speaks of; what says the same already is left alone.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    stem = facts["month"] or "no-month"
    folder = place.office.folder / "monthly"
    written = {
        folder / f"{stem}.json": json.dumps(facts, ensure_ascii=False, indent=1) + "\n",
        folder / f"{stem}.{language()}.txt": summary_text(facts),
    }
    for path, words in written.items():
        if not (path.is_file() and path.read_text(encoding="utf-8") == words):
            write_text(path, words)
    return list(written)


def stopped_facts(place: Place, error: WorkbenchError) -> dict[str, Any]:
    """Return the facts of a month's work that an error stopped: what was done before it stands."""
    answer = MonthlyAnswer(no_plan=error.show(), due=[Due("stopped", error.show(), blocks=True)])
    with contextlib.suppress(WorkbenchError, OSError):
        return {**summary_facts(place, answer), "exit_code": STOPPED}
    return {
        "office": place.office.name, "synthetic": place.synthetic, "month": None, "files": _file_facts(WaitingFiles()),
        "closed": None, "held": "", "record": "", "run": None, "not_planned": "", "next": [],
        "needs_a_person": [due.plain() for due in answer.due], "exit_code": STOPPED,
    }  # fmt: skip


def foreseen_lines(answer: MonthlyAnswer, scenario: str) -> Iterator[str]:
    """Yield what the month's work would do, a line each (`foreseen_work`)."""
    new = answer.files.new
    refused = len([v for v in new if v.refuses])
    yield "· " + text(
        "Would load {n} files; {refused} would be refused in whole or in part; {again} are loaded already",
        n=len(new),
        refused=refused,
        again=len(answer.files.verdicts) - len(new),
    )
    for standing in answer.closed:
        yield "· " + _would_close(standing)
    if answer.held:
        yield "· " + text("Would close no month: {why}", why=answer.held)
    elif not answer.closed:
        yield "· " + text("No month is due to be closed.")
    if answer.no_plan:
        yield "· " + answer.no_plan
    elif answer.planned:
        yield "· " + text("Would plan {scenario} anew and write its papers", scenario=scenario)
    else:
        yield "· " + text("The plan of {scenario} is made of these data already", scenario=scenario)
    yield from due_lines([due for due in answer.due if due.blocks], text("Needs a person:"))


def _would_close(standing: MonthStanding) -> str:
    return text(
        "Would close {month}: {reported} of {households} households have reported, then score its promises",
        month=standing.month.label(),
        reported=standing.reported,
        households=standing.households,
    )
