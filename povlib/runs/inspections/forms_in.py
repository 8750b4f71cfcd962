"""Forms that came back: read like any received file, held against the draw, taken whole or not at all.

Responsible for every cell that is wrong by name, and for the rows `inspection_findings` with their photos. Read in the
child process that reads the villages' files. Not responsible for what the findings say (`.standing`).
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from povlib import ledger, params
from povlib.errors import Fault, LedgerError, PrivacyError, RunError, WorkbenchError, nearest_words
from povlib.intake.files.grid import Grid
from povlib.intake.files.reader_process import ReceivedFile, read_files
from povlib.intake.values.cell import trim
from povlib.intake.verdict import Flag, mask_value, printable_file_name
from povlib.params.procedures.inspection import Inspection
from povlib.params.tables import fold_text
from povlib.report.privacy.personal_data import check_texts
from povlib.report.writers.inspection_form import BELONGS, COLUMNS, FILLED_IN
from povlib.runs.facts.household_history import photo_store
from povlib.runs.inspections.rounds import DrawnRound, drawn_round, inspection_rules
from povlib.runs.office.office_place import Place, open_book
from povlib.runs.storage.text_files import write_text
from povlib.words import languages, text

_MOST_ABOVE = 30  # rows above the headers in which they are looked for: the form has nine; a clerk may add some
_DAY = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[ T]00:00(?::00)?)?")
_PHOTOS = re.compile(r"[;；,，、\s]+")


@dataclass
class FormVerdict:
    """What became of one form.

    Parameters
    ----------
    file, sha256, round, village : str
    loaded : int
        Findings in it.
    batch : int or None
        None when it was refused.
    faults, notes : list of Fault
        What refuses it; what is odd and does not.
    """

    file: str
    sha256: str = ""
    round: str = ""
    village: str = ""
    loaded: int = 0
    batch: int | None = None
    added: bool = True
    faults: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)


@dataclass(frozen=True)
class _Form:
    """The sheet of a form: its cells, the row of the headers, columns by key, what it says it belongs to."""

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


def take_form(place: Place, path: str | Path, officer: str) -> FormVerdict:
    """Read one form and record its findings: all of them, or nothing; its receipt lies with the others."""
    (received,) = read_files([path])
    verdict = FormVerdict(printable_file_name(Path(received.file).name), received.sha256)
    verdict.faults = [
        Fault("{said}", f"{flag.sheet}!{flag.cell}".strip("!"), values={"said": flag.message()})
        for flag in (Flag(f.sheet, f.cell, f.rule, dict(f.values)) for f in received.findings)
        if flag.refuses == "reject_file"
    ]
    try:
        if not verdict.faults:
            _check_and_record(place, received, Path(path), officer, verdict)
    except WorkbenchError as error:
        verdict.faults += error.faults
    _write_receipt(place, verdict)
    return verdict


def _check_and_record(place: Place, received: ReceivedFile, path: Path, officer: str, verdict: FormVerdict) -> None:
    forms = [form for form in map(_form_of, received.grids) if form is not None]
    if not forms:
        raise RunError(
            "no sheet has the headers of an inspection form",
            allowed="{headers}",
            headers=", ".join(text(COLUMNS[key]) for key in ("hh", "finding")),
        )
    form = forms[0]
    found = drawn_round(place, form.belongs.get("round", ""))
    verdict.round, verdict.village = found.inputs.round, form.belongs.get("village", "")
    by_village = _refuse_other_visit(form, found)
    findings, photos = _findings(place, form, found, by_village, path, verdict)
    verdict.loaded = len(findings)
    if verdict.faults:
        return
    store = photo_store(place)
    for (
        row
    ) in findings:  # every photo was looked at before; a digest is kept with the finding, the picture in the store
        digests = [store.keep(content, name).digest for name, content in photos.get(str(row["hh"]), ())]
        row["photo_sha256"] = digests[0] if digests else ""
    info = ledger.BatchInfo(officer=officer, role="submit", source_name=verdict.file,
                            reason=f"inspection {verdict.round} {verdict.village}")  # fmt: skip
    with open_book(place, create=False) as book:
        batch = book.append(info, {"inspection_findings": pd.DataFrame(findings)})
    verdict.batch, verdict.added = batch.id, batch.added


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
        if {"hh", "finding"} <= set(columns):
            return _Form(grid, row, columns, belongs)
        if cells and (label := labels.get(fold_text(cells[0]))) is not None:
            belongs.setdefault(label, next((cell for cell in cells[1:] if cell), ""))
    return None


def _refuse_other_visit(form: _Form, found: DrawnRound) -> str:
    """Return the village that inspects; refuse a form of another draw, of one's own village, or of another team."""
    said, name = form.belongs, form.grid.name
    drawn = found.draw.visits.set_index("village")["by_village"]
    village, by = said.get("village", ""), said.get("by_village", "")
    values = {"village": village, "value": mask_value(by) or "-", "round": found.inputs.round}
    if village not in drawn.index:
        raise RunError([Fault("village {value} is not in this round", name,
                              values={"value": mask_value(village) or "-"})])  # fmt: skip
    if by == village:
        raise RunError([Fault("nobody inspects the own village: {village}", name, values=values)])
    if by != drawn[village]:
        raise RunError([Fault("{village} is inspected by {drawn} in this round, not by {value}", name,
                              values=values | {"drawn": drawn[village]})])  # fmt: skip
    if said.get("digest", "") != found.draw.digest[:16]:
        raise RunError([Fault("the form belongs to another draw", name,
                              remedy="python3 workbench.py inspect forms {round}", values=values)])  # fmt: skip
    return by


def _findings(
    place: Place, form: _Form, found: DrawnRound, by_village: str, path: Path, verdict: FormVerdict
) -> tuple[list[dict[str, Any]], dict[str, list[tuple[str, bytes]]]]:
    """Return the rows of a form and its photos by household; what is wrong goes into the verdict."""
    rules, own = inspection_rules(place), found.draw.order[found.draw.order["village"] == verdict.village]
    listed = own["hh"].tolist()
    rows: dict[str, dict[str, Any]] = {}
    photos: dict[str, list[tuple[str, bytes]]] = {}
    for at in form.rows:
        hh = form.text(at, "hh")
        faults = list(_unreadable(form, at))
        if hh not in listed:
            near = nearest_words(hh, listed)
            faults.append(Fault("household {value} is not on the list of this village", form.cell(at, "hh"),
                                remedy="did you mean {near}?" if near else "",
                                values={"value": mask_value(hh) or "-", "near": " / ".join(near)}))  # fmt: skip
        elif hh in rows:
            faults.append(
                Fault("household {value} stands in the form twice", form.cell(at, "hh"), values={"value": hh})
            )
        row: dict[str, Any] = {"round": verdict.round, "hh": hh, "village": verdict.village, "by_village": by_village,
               "by_officer": form.text(at, "officer"), "note": form.text(at, "note")}  # fmt: skip
        row["finding"], wrong = _finding_meant(form, at)
        faults += wrong
        row["day"], wrong = _day_meant(form, at)
        faults += wrong
        faults += _officer_faults(form, at, rules, by_village, verdict.village)
        photos[hh], wrong = _photos_named(form, at, path.parent / "photos")
        faults += wrong
        if row["finding"] not in ("", "ok", "absent") and not row["note"]:
            faults.append(Fault("a finding that is not as listed needs a note", form.cell(at, "note")))
        if row["finding"] and not photos[hh] and row["finding"] != "absent":
            verdict.notes.append(Fault("no photo of household {value}", form.cell(at, "photo"), values={"value": hh}))
        verdict.faults += faults
        rows[hh] = row
    if not rows and not verdict.faults:
        verdict.faults.append(Fault("no finding is filled in", form.cell(form.head, "finding")))
    visited = [hh for hh in listed if hh in rows]
    missed = [hh for hh in listed[: listed.index(visited[-1])] if hh not in rows] if visited else []
    if missed:
        verdict.notes.append(Fault(
            "{n} houses before the last visited one were left out ({some}): visits after them do not count yet",
            values={"n": len(missed), "some": ", ".join(missed[:3])}))  # fmt: skip
    return list(rows.values()), photos


def _unreadable(form: _Form, at: int) -> Iterator[Fault]:
    """Yield formulas, struck-out cells and personal data where something is filled in."""
    for key in ("hh", *FILLED_IN):
        column = form.columns.get(key)
        if column is None:
            continue
        kind = str(form.grid.kinds[column, at])
        if (at, column) in form.grid.formulas or kind in ("f", "x", "e"):
            yield Fault("a formula; write the words themselves", form.cell(at, key))
        elif kind == "k" or (at in form.grid.struck_rows and kind != " "):
            yield Fault("the cell is struck out; clear it, or take the strike-through off", form.cell(at, key))
    try:
        check_texts([form.text(at, "note")], where="")
    except PrivacyError as error:
        yield Fault("the text holds something personal, and it is printed ({got})", form.cell(at, "note"),
                    values={"got": error.faults[0].show()})  # fmt: skip


def _finding_meant(form: _Form, at: int) -> tuple[str, list[Fault]]:
    """Return the code of a finding."""
    words, codes = form.text(at, "finding"), params.table("finding").codes
    if not words:
        return "", [Fault("a day, a name, a photo or a note stands here, but no finding", form.cell(at, "finding"))]
    for code in codes:
        if fold_text(words) in {fold_text(word) for word in (code.key or "", code.label, code.en, *code.synonyms)}:
            return str(code.key), []
    return "", [Fault("{value} is no finding", form.cell(at, "finding"), "{allowed}",
                      values={"value": mask_value(words), "allowed": ", ".join(c.label for c in codes)})]  # fmt: skip


def _day_meant(form: _Form, at: int) -> tuple[int, list[Fault]]:
    words, cell = form.text(at, "day"), form.cell(at, "day")
    found = _DAY.fullmatch(words)
    try:
        day = dt.date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        day = None
    if day is None:
        return 0, [Fault("{value} is no date", cell, "2016-06-15", values={"value": mask_value(words) or "-"})]
    if day > dt.date.today():
        return 0, [Fault("{value} lies in the future", cell, values={"value": day.isoformat()})]
    return int(day.strftime("%Y%m%d")), []


def _officer_faults(form: _Form, at: int, rules: Inspection, by_village: str, village: str) -> list[Fault]:
    """Return what is wrong with who inspected: one of the village itself, or nobody of the drawn team."""
    officer, cell = form.text(at, "officer"), form.cell(at, "officer")
    if not officer:
        return [Fault("the inspector is missing", cell)]
    if officer in rules.team_of(village).officers or officer.startswith(f"{village}-"):
        return [Fault("{value} is of the village that is inspected", cell, values={"value": mask_value(officer)})]
    team = rules.team_of(by_village).officers
    if team and officer not in team:
        values = {"value": mask_value(officer), "village": by_village, "allowed": ", ".join(team)}
        return [Fault("{value} is not of the team of {village}", cell, "{allowed}", values=values)]
    return []


def _photos_named(form: _Form, at: int, folder: Path) -> tuple[list[tuple[str, bytes]], list[Fault]]:
    """Return the photos whose names a row gives; a name never leads out of the folder."""
    from povlib.ledger.photos.plain_pictures import plain_picture

    found: list[tuple[str, bytes]] = []
    faults: list[Fault] = []
    cell = form.cell(at, "photo")
    names = [name for name in _PHOTOS.split(form.text(at, "photo")) if name]
    if len(names) > 1:
        faults.append(Fault("one photo a house: {n} are named", cell, values={"n": len(names)}))
    for name in names[:1]:
        path = folder / Path(name).name
        if Path(name).name != name or not path.is_file() or path.is_symlink():
            faults.append(Fault("there is no photo {value} in the folder photos/ beside the form", cell,
                                values={"value": mask_value(name)}))  # fmt: skip
            continue
        content = path.read_bytes()
        try:
            plain_picture(content, name)
        except LedgerError as error:
            faults += [Fault("{said}", cell, values={"said": fault.show()}) for fault in error.faults]
            continue
        found.append((name, content))
    return found, faults


def _write_receipt(place: Place, verdict: FormVerdict) -> None:
    """Write what became of a form into the folder of receipts; every value in it is masked."""
    stem = re.sub(r"[^\w一-鿿-]+", "_", Path(verdict.file).stem)[:60].strip("_") or "file"
    receipt = {
        "file": verdict.file,
        "sha256": verdict.sha256,
        "round": verdict.round,
        "village": verdict.village,
        "findings": verdict.loaded,
        "batch": verdict.batch,
        "wrong": [fault.show() for fault in verdict.faults],
        "notes": [fault.show() for fault in verdict.notes],
        "waiting": [],
    }
    place.office.receipts.mkdir(parents=True, exist_ok=True)
    name = f"{stem}-{verdict.sha256[:8] or 'none'}.json"
    write_text(place.office.receipts / name, json.dumps(receipt, ensure_ascii=False, indent=1))
