"""The form of what households say, out and in: read like any received file, taken whole or not at all.

Responsible for every cell that is wrong by name and for turning rows into words of households. It is read in the child
process that reads the villages' files. Not responsible for the layout (`povlib.report.writers.voice_form`) or for
recording (`.household_voice`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from povlib.errors import Fault, RunError, WorkbenchError, nearest_words
from povlib.intake.files.reader_process import read_files
from povlib.intake.verdict import mask_value, printable_file_name
from povlib.ledger.batch import hash_in_short
from povlib.params.tables import fold_text
from povlib.report.writers.voice_form import BELONGS, COLUMNS, FILLED_IN, KINDS, write_voice_form
from povlib.runs.area.part_run import PartRun
from povlib.runs.decisions.choices import household_choices
from povlib.runs.decisions.offering_runs import offering_runs
from povlib.runs.office.office_place import Place
from povlib.runs.returned_form import ReturnedForm, day_of_cell, file_faults, form_among, unreadable_cells
from povlib.runs.run import Run
from povlib.runs.run_folders import find_run
from povlib.runs.voice.household_voice import Said, posted_run, record_said
from povlib.words import languages, text

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


def write_forms(run: Run, folder: Path, lang: str) -> list[Path]:
    """Write the form of a run, of a plan by parts one a township: every household with the help planned for it.

    Forms of townships are numbered as the lists are that hang there (`povlib.runs.voice.posted_plan`).
    """
    belongs = {"run": run.info.run_id, "head": hash_in_short(run.info.ledger_head)}
    measures = sorted({measure.names.show(lang) for measure in run.catalogue.measures.values()})
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for at, (township, rows) in enumerate(_rows_of_forms(run, lang), start=1):
        path = folder / (f"voice.{at:02d}.{lang}.xlsx" if township else f"voice.{lang}.xlsx")
        frame = rows.assign(help=rows["plan"].where(~rows["nothing"], ""))
        written.append(write_voice_form(frame, belongs, measures, path, lang))
    return written


def _rows_of_forms(run: Run, lang: str) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield township ("" where one form is all there is) and households of each form."""
    for offering in offering_runs(run):
        rows = household_choices(offering, lang)
        if isinstance(offering, PartRun):
            lies_in = rows["village"].map(offering.area.township_of)
            for township in offering.part.townships:
                yield township, rows[lies_in == township].reset_index(drop=True)
        else:
            yield "", rows


def take_form(place: Place, path: str | Path, officer: str) -> VoiceVerdict:
    """Read one form and record what it says: all of it, or nothing."""
    (received,) = read_files([path])
    verdict = VoiceVerdict(printable_file_name(Path(received.file).name))
    verdict.faults = file_faults(received)
    if verdict.faults:
        return verdict
    try:
        form = form_among(received.grids, COLUMNS, BELONGS, ("hh", "kind", "words"), FILLED_IN)
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


def _run_of(place: Place, form: ReturnedForm) -> Run:
    """Return the run that a form says it belongs to; refuse one of another run or of an altered ledger."""
    said = form.belongs.get("run", "")
    if not said:
        raise RunError("the form does not say which run it belongs to", where=form.grid.name,
                       remedy="python3 workbench.py voice form")  # fmt: skip
    run = find_run(said, place)
    if run.info.run_id != said or form.belongs.get("head", "") != hash_in_short(run.info.ledger_head):
        raise RunError("the form belongs to another run", where=form.grid.name,
                       remedy="python3 workbench.py voice form")  # fmt: skip
    return run


def _said_in(form: ReturnedForm, run: Run) -> tuple[list[Said], list[Fault]]:
    """Return what a form says and everything that is wrong with it."""
    named = {form.text(row, "hh") for row in form.rows}
    known = {hh for offering in offering_runs(run, named) for hh in offering.chosen["hh"].astype(str)}
    names = {fold_text(n): key for key, m in run.catalogue.measures.items() for n in (key, *m.names.spellings())}
    said: list[Said] = []
    faults: list[Fault] = []
    for row in form.rows:
        hh = form.text(row, "hh")
        wrong = list(unreadable_cells(form, row, ("words", "said_by")))
        kind, more = _kind_meant(form, row)
        wrong += more
        day, more = day_of_cell(form, row)
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


def _kind_meant(form: ReturnedForm, row: int) -> tuple[str, list[Fault]]:
    words = form.text(row, "kind")
    for key, label in KINDS.items():
        if fold_text(words) in {fold_text(text(label, lang)) for lang in languages()}:
            return key, []
    return "", [Fault("{value} is none of what may be said", form.cell(row, "kind"), "{allowed}",
                      values={"value": mask_value(words) or "-",
                              "allowed": ", ".join(text(label) for label in KINDS.values())})]  # fmt: skip
