"""The first page of the lab, part by part: what the office has, what waits, what is due, what was made.

Responsible for gathering and wording each part, and for saying in words why one cannot be told. Each is worked out when
it is asked for: the first stands on the screen while the others are read. Not responsible for buttons
(`povlib.desk.home`) or for any figure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd

from povlib import ledger, params, review, scenarios
from povlib.errors import WorkbenchError
from povlib.report.model.numbers import Number, Prose, say
from povlib.report.model.paper import Block, Bullets, Column, Note, Paragraph, Report, Section, Table
from povlib.report.writers.notebook_page import Page, Part
from povlib.runs.office.office_place import Place, open_book
from povlib.runs.office.parameter_check import check_parameters
from povlib.runs.routine.due_list import due_list
from povlib.runs.routine.inbox_loading import inbox_files, load_workbooks
from povlib.runs.routine.month_standing import WaitingFiles, due_month, shown_name, waiting_files
from povlib.runs.routine.recent_runs import recent_runs
from povlib.runs.run_folders import current_office
from povlib.words import language, language_in_use, text

HEADINGS = {
    "ledger": "What is in the ledger",
    "due": "What is due",
    "inbox": "What waits in the inbox",
    "record": "What this office promised, and what came true",
    "runs": "Recent runs",
    "scenarios": "Scenarios",
}
"""The parts of the page in their order, with their headings (message ids)."""

_FACES = {
    "accept": "would load",
    "accept_with_notes": "would load, with notes",
    "reject_cells": "would load without the cells that are wrong",
    "reject_rows": "would load without the rows that are wrong",
    "reject_file": "would be refused",
}
# files listed; whoever has more types the command that lists all
_FILES_SHOWN = 40


@dataclass
class StartPage:
    """The first page, of the office in use.

    Attributes
    ----------
    place : Place
    lang : str
        One of `povlib.words.languages`.
    files : WaitingFiles or None
        What was found in the inbox, once it was looked at.
    """

    place: Place
    lang: str
    files: WaitingFiles | None = field(default=None, repr=False)

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of the parts, in order."""
        return tuple(HEADINGS)

    def __getitem__(self, key: str) -> Part:
        """Return one part, worked out now; what cannot be told is said in it.

        Raises
        ------
        ReportError
            If the page has no such part.
        """
        makers: dict[str, Callable[[], tuple[Block, ...]]] = {
            "ledger": self._ledger,
            "due": self._due,
            "inbox": self._inbox,
            "record": self._record,
            "runs": self._runs,
            "scenarios": self._scenarios,
        }
        with language_in_use(self.lang):
            # the parts before it stand empty, so that the headings count on
            sections = tuple(
                Section(name, text(heading, self.lang), _said(makers[name]) if name == key else ())
                for name, heading in HEADINGS.items()
            )
            return Page(Report(text("Start here", self.lang), self.lang, sections=sections,
                               synthetic=self.place.synthetic))[key]  # fmt: skip

    def _ledger(self) -> tuple[Block, ...]:
        if not self.place.office.has_ledger:
            words = "The ledger is empty. Put the villages' workbooks into {folder}, then read the inbox."
            return (Paragraph(Prose(text(words, self.lang, folder=str(self.place.office.inbox)))),)
        with open_book(self.place, create=False) as book:
            state = ledger.read_state(book, book.data_head())
            loads = ledger.batches(book)
            head = ledger.short_code(book.head())
        counted = say(
            "{households} households, {poor} of them registered poor; {persons} persons. {months} months of data, from "
            "{first} to {last}; {batches} batches.",
            self.lang,
            households=Number("start.households", len(state.households), definition="state.households"),
            poor=Number("start.poor", len(state.poor), definition="state.poor"),
            persons=Number("start.persons", len(state.members), definition="state.members"),
            months=Number("start.months", state.observations["month"].nunique(), definition="months observed"),
            first=Number("start.first", state.observations["month"].min(), "month"),
            last=Number("start.last", state.observations["month"].max(), "month"),
            batches=Number("start.batches", len(loads), definition="ledger.batches"),
        )
        data = loads[loads["kind"] == "data"]
        blocks: list[Block] = [Paragraph(counted)]
        if len(data):
            newest = data.iloc[-1]
            loaded = text(
                "Loaded last: {file}, on {day}, as batch {batch}. Head of the ledger: {head}.",
                self.lang,
                file=str(newest["source_name"]),
                day=str(newest["recorded_at"])[:10],
                batch=int(newest["id"]),
                head=head,
            )
            blocks.append(Paragraph(Prose(loaded)))
        return tuple(blocks)

    def _due(self) -> tuple[Block, ...]:
        resolved = check_parameters(self.place)
        if not self.place.office.has_ledger:
            return (Paragraph(Prose(text("Nothing is due: there is no ledger yet.", self.lang))),)
        with open_book(self.place, create=False) as book:
            due = due_list(self.place, book, resolved, self.files, due_month(book, self.files))
        if not due:
            return (Paragraph(Prose(text("Nothing is due.", self.lang))),)
        frame = pd.DataFrame([(one.key, one.words, one.command) for one in due], columns=["key", "what", "command"])
        columns = (
            Column("what", text("what", self.lang), width=3.0),
            Column("command", text("what to type for it", self.lang), width=2.8),
        )
        return (Table("due", "", columns, frame, ("key", "what"), "due_list"),)

    def _inbox(self) -> tuple[Block, ...]:
        paths = inbox_files(self.place)
        if not paths:
            words = text("The inbox is empty: {folder}", self.lang, folder=str(self.place.office.inbox))
            return (Paragraph(Prose(words)),)
        verdicts = load_workbooks(self.place, "-", paths, dry=True)
        if self.place.office.has_ledger:
            with open_book(self.place, create=False) as book:
                self.files = waiting_files(book, verdicts, self.place.office.receipts)
        else:
            self.files = waiting_files(None, verdicts, self.place.office.receipts)
        return self._files_as_blocks(self.files)

    def _files_as_blocks(self, files: WaitingFiles) -> tuple[Block, ...]:
        again = len(files.verdicts) - len(files.new)
        words = say(
            "{all} files: {new} to be loaded, {again} in the ledger already.",
            self.lang,
            all=Number("inbox.files", len(files.verdicts)),
            new=Number("inbox.new", len(files.new)),
            again=Number("inbox.again", again),
        )
        listed = [v for v in files.verdicts if not v.already or v.file in files.partly]
        rows = []
        for verdict in listed[:_FILES_SHOWN]:
            faults = [flag for flag in verdict.flags if flag.refuses != "note"]
            first = f"{faults[0].sheet}!{faults[0].cell} ".strip("! ") + " " + faults[0].message() if faults else ""
            said = text("loaded in part: see its receipt", self.lang) if verdict.already else text(
                _FACES[verdict.verdict], self.lang)  # fmt: skip
            month = files.months.get(verdict.file)
            rows.append((shown_name(verdict), month.ordinal if month else None, verdict.loaded, said, first))
        if not rows:
            return (Paragraph(words),)
        frame = pd.DataFrame(rows, columns=["file", "month", "households", "verdict", "first"])
        frame["month"] = frame["month"].astype("Int64")
        columns = (
            Column("file", text("file", self.lang), width=2.0),
            Column("month", text("month", self.lang), "month"),
            Column("households", text("households", self.lang), "count"),
            Column("verdict", text("what loading would say", self.lang), width=2.0),
            Column("first", text("what is wrong first", self.lang), width=3.0),
        )
        return Paragraph(words), Table("inbox", "", columns, frame, "file", "load --dry")

    def _record(self) -> tuple[Block, ...]:
        if not self.place.office.has_ledger:
            return (Paragraph(Prose(text("This office has made no promises yet.", self.lang))),)
        with open_book(self.place, create=False) as book:
            return (Paragraph(Prose(review.record(book).sentence(self.lang))),)

    def _runs(self) -> tuple[Block, ...]:
        made = recent_runs(self.place)
        rows = [
            (
                one.run, one.title(self.lang), one.plan_month, one.figures.get("headline.additional"),
                one.figures.get("headline.expected"), one.figures.get("headline.money"),
                one.figures.get("headline.poorest.money"), one.gap, text(one.standing, self.lang),
            )
            for one in made
        ]  # fmt: skip
        columns = {
            "run": Column("run", text("run", self.lang), width=1.4),
            "title": Column("title", text("scenario", self.lang), width=2.0),
            "made": Column("made", text("plan month", self.lang), "month"),
            "additional": Column("additional", text("additional exits (persons)", self.lang), "persons"),
            "expected": Column("expected", text("expected exits (persons)", self.lang), "persons"),
            "money": Column("money", text("New money", self.lang), "wan"),
            "poorest": Column("poorest", text("to the poorest fifth", self.lang), "share"),
            "gap": Column("gap", text("certified gap", self.lang), "decimal3"),
            "standing": Column("standing", text("standing", self.lang)),
        }
        frame = pd.DataFrame(rows, columns=list(columns))
        empty = text("No run yet: python3 workbench.py run", self.lang)
        return (Table("runs", "", tuple(columns.values()), frame, "run", "manifests", empty=empty),)

    def _scenarios(self) -> tuple[Block, ...]:
        folder = self.place.office.params
        loaded = scenarios.load_all(folder / "scenarios")
        frame = pd.DataFrame(
            [(one.name, one.title.show(self.lang), one.parent.name if one.parent else "") for one in loaded.values()],
            columns=["name", "title", "parent"],
        )
        columns = (
            Column("name", text("scenario", self.lang)),
            Column("title", text("title", self.lang), width=2.0),
            Column("parent", text("copied from", self.lang)),
        )
        table = Table("scenarios", "", columns, frame, "name", "params/scenarios")
        empty = len(params.load(folder).empty())
        if not empty:
            return (table,)
        sentence = say(
            "{n} are still empty and have to be filled in before a plan can use them.",
            self.lang,
            n=Number("start.empty", empty, "count", "input", "catalogue.empty"),
        )
        return table, Paragraph(sentence)


def _said(make: Callable[[], tuple[Block, ...]]) -> tuple[Block, ...]:
    """Return the blocks of a part; where they cannot be made, why: a page never ends in a traceback."""
    try:
        return make()
    except WorkbenchError as error:
        return (Bullets(tuple(Prose("✗ " + fault.show()) for fault in error.faults)),)
    except OSError as error:
        words = text("{file} may not be read or written; check what it is and who owns it.", file=error.filename)
        return (Note(Prose("✗ " + words)),)


def start_page(lang: str = "") -> StartPage:
    """Return the first page of the lab for the office in use; its parts are worked out when they are asked for."""
    return StartPage(current_office(), lang or language())
