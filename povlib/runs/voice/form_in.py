"""The form of what households say, out and in: read like any received file, taken whole or not at all.

Responsible for every cell that is wrong by name and for turning rows into words of households. It is read in the child
process that reads the villages' files. Not responsible for the layout (`povlib.report.writers.voice_form`) or for
recording (`.household_voice`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from povlib.errors import Fault, PrivacyError, RunError, WorkbenchError, nearest_words
from povlib.intake.files.grid import Grid
from povlib.intake.files.reader_process import read_files
from povlib.intake.values.cell import trim
from povlib.intake.verdict import Flag, mask_value, printable_file_name
from povlib.params.tables import fold_text
from povlib.report.privacy.personal_data import check_texts
from povlib.report.writers.voice_form import BELONGS, COLUMNS, FILLED_IN, KINDS, write_voice_form
from povlib.runs.decisions.choices import household_choices
from povlib.runs.office.office_place import Place
from povlib.runs.run import Run
from povlib.runs.run_folders import find_run
from povlib.runs.voice.household_voice import Said, posted_run, record_said
from povlib.words import languages, text

_MOST_ABOVE = 30  # rows above the headers in which they are looked for: the form has seven; a clerk may add some
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00(?::00)?)?")
_OF_MEASURE = ("wish", "refusal")


@dataclass
class VoiceVerdict:
    """What became of one form: how many words were taken as which batch, or every fault that refuses it."""

    file: str
    run: str = ""
    loaded: int = 0
    batch: int | None = None
    added: bool = True
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True)
class _Form:
    grid: Grid
    head: int
    columns: dict[str, int]
    belongs: dict[str, str]

    def text(self, row: int, key: str) -> str:
        at = self.columns.get(key)
        return "" if at is None or self.grid.kinds[at, row] == " " else trim(str(self.grid.texts[at, row]))

    def cell(self, row: int, key: str) -> str:
        return f"{self.grid.name}!{self.grid.cell(row, self.columns.get(key, 0))}"

    @property
    def rows(self) -> Iterator[int]:
        """Rows in which something was filled in."""
        for row in range(self.head + 1, self.grid.height):
            if any(self.text(row, key) for key in FILLED_IN):
                yield row


def write_form(run: Run, path: Path, lang: str) -> Path:
    """Write the form of a run: every household of its plan with the help planned for it."""
    rows = household_choices(run, lang)
    frame = rows.assign(help=rows["plan"].where(~rows["nothing"], ""))
    belongs = {"run": run.info.run_id, "head": run.info.ledger_head[:16]}
    measures = sorted({measure.names.show(lang) for measure in run.catalogue.measures.values()})
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_voice_form(frame, belongs, measures, path, lang)


def take_form(place: Place, path: str | Path, officer: str) -> VoiceVerdict:
    """Read one form and record what it says: all of it, or nothing."""
    (received,) = read_files([path])
    verdict = VoiceVerdict(printable_file_name(Path(received.file).name))
    verdict.faults = [
        Fault("{said}", f"{flag.sheet}!{flag.cell}".strip("!"), values={"said": flag.message()})
        for flag in (Flag(f.sheet, f.cell, f.rule, dict(f.values)) for f in received.findings)
        if flag.refuses == "reject_file"
    ]
    if verdict.faults:
        return verdict
    try:
        form = next((form for form in map(_form_of, received.grids) if form is not None), None)
        if form is None:
            raise RunError("no sheet has the headers of the form of what households say", allowed="{headers}",
                           headers=", ".join(text(COLUMNS[key]) for key in ("hh", "kind", "words")))  # fmt: skip
        run = _run_of(place, form)
        said, verdict.faults = _said_in(form, run)
        if verdict.faults:
            return verdict
        if any(one.kind not in _OF_MEASURE for one in said):
            posted_run(place, run.info.run_id, min(one.day for one in said if one.kind not in _OF_MEASURE))
        batch, _ = record_said(place, said, officer, run=run.info.run_id, source_name=verdict.file,
                               source_sha256=received.sha256)  # fmt: skip
        verdict.run, verdict.loaded, verdict.batch, verdict.added = run.info.run_id, len(said), batch.id, batch.added
    except WorkbenchError as error:
        verdict.faults += error.faults
    return verdict


def _form_of(grid: Grid) -> _Form | None:
    headers = {fold_text(text(label, lang)): key for key, label in COLUMNS.items() for lang in languages()}
    labels = {fold_text(text(label, lang)): key for key, label in BELONGS.items() for lang in languages()}
    belongs: dict[str, str] = {}
    for row in range(min(grid.height, _MOST_ABOVE)):
        cells = [trim(str(grid.texts[at, row])) for at in range(grid.width)]
        columns: dict[str, int] = {}
        for at, cell in enumerate(cells):
            if (key := headers.get(fold_text(cell))) is not None:
                columns.setdefault(key, at)
        if {"hh", "kind", "words"} <= set(columns):
            return _Form(grid, row, columns, belongs)
        if cells and (label := labels.get(fold_text(cells[0]))) is not None:
            belongs.setdefault(label, next((cell for cell in cells[1:] if cell), ""))
    return None


def _run_of(place: Place, form: _Form) -> Run:
    """Return the run that a form says it belongs to; refuse one of another run or of an altered ledger."""
    said = form.belongs.get("run", "")
    if not said:
        raise RunError("the form does not say which run it belongs to", where=form.grid.name,
                       remedy="python3 workbench.py voice form")  # fmt: skip
    run = find_run(said, place)
    if run.info.run_id != said or form.belongs.get("head", "") != run.info.ledger_head[:16]:
        raise RunError("the form belongs to another run", where=form.grid.name,
                       remedy="python3 workbench.py voice form")  # fmt: skip
    return run


def _said_in(form: _Form, run: Run) -> tuple[list[Said], list[Fault]]:
    """Return what a form says and everything that is wrong with it."""
    known = set(run.plan.chosen["hh"].astype(str))
    names = {fold_text(n): key for key, m in run.catalogue.measures.items() for n in (key, *m.names.spellings())}
    said: list[Said] = []
    faults: list[Fault] = []
    for row in form.rows:
        hh = form.text(row, "hh")
        wrong = list(_unreadable(form, row))
        kind, more = _kind_meant(form, row)
        wrong += more
        day, more = _day_meant(form, row)
        wrong += more
        if hh and hh not in known:
            near = nearest_words(hh, known)
            wrong.append(Fault("household {hh} is not in this plan", form.cell(row, "hh"),
                               remedy="did you mean {near}?" if near else "",
                               values={"hh": mask_value(hh), "near": " / ".join(near)}))  # fmt: skip
        measure = form.text(row, "measure")
        subject = names.get(fold_text(measure), "") if measure else ""
        if measure and (not subject or kind not in _OF_MEASURE):
            near = nearest_words(measure, names)
            wrong.append(Fault("there is no measure {value}" if not subject else
                               "only a wish and a refusal name a measure", form.cell(row, "measure"),
                               remedy="did you mean {near}?" if near and not subject else "",
                               values={"value": mask_value(measure), "near": " / ".join(near)}))  # fmt: skip
        if kind == "wish" and not measure:
            wrong.append(Fault("a wish names the measure", form.cell(row, "measure")))
        words = form.text(row, "words")
        if not words and kind != "consent":
            wrong.append(Fault("say what the household said, in its own words", form.cell(row, "words")))
        faults += wrong
        if not wrong and day is not None:
            said.append(Said(hh, kind, words or text("consents"), day, subject, said_by=form.text(row, "said_by"),
                             where=form.cell(row, "words")))  # fmt: skip
    if not said and not faults:
        faults.append(Fault("nothing is filled in", form.cell(form.head, "kind")))
    return said, faults


def _unreadable(form: _Form, row: int) -> Iterator[Fault]:
    """Yield formulas, struck-out cells and personal data where something is filled in."""
    for key in ("hh", *FILLED_IN):
        column = form.columns.get(key)
        if column is None:
            continue
        kind = str(form.grid.kinds[column, row])
        if (row, column) in form.grid.formulas or kind in ("f", "x", "e"):
            yield Fault("a formula; write the words themselves", form.cell(row, key))
        elif kind == "k" or (row in form.grid.struck_rows and kind != " "):
            yield Fault("the cell is struck out; clear it, or take the strike-through off", form.cell(row, key))
    for key in ("words", "said_by"):
        try:
            check_texts([form.text(row, key)], where="")
        except PrivacyError as error:
            yield Fault("the text holds something personal, and it is printed ({got})", form.cell(row, key),
                        values={"got": error.faults[0].show()})  # fmt: skip


def _kind_meant(form: _Form, row: int) -> tuple[str, list[Fault]]:
    words = form.text(row, "kind")
    for key, label in KINDS.items():
        if fold_text(words) in {fold_text(text(label, lang)) for lang in languages()}:
            return key, []
    return "", [Fault("{value} is none of what may be said", form.cell(row, "kind"), "{allowed}",
                      values={"value": mask_value(words) or "-",
                              "allowed": ", ".join(text(label) for label in KINDS.values())})]  # fmt: skip


def _day_meant(form: _Form, row: int) -> tuple[dt.date | None, list[Fault]]:
    words, cell = form.text(row, "day"), form.cell(row, "day")
    found = _DAY.fullmatch(words)
    try:
        day = dt.date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        day = None
    if day is None:
        return None, [Fault("{value} is no date", cell, "2016-06-15", values={"value": mask_value(words) or "-"})]
    if day > dt.date.today():
        return None, [Fault("{value} lies in the future", cell, values={"value": day.isoformat()})]
    return day, []
