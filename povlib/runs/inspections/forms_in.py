"""Forms that came back: read like any received file, held against the draw, taken whole or not at all.

Responsible for every cell that is wrong by name, and for the rows `inspection_findings` with their photos. Read in the
child process that reads the villages' files. Not responsible for what the findings say (`.standing`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from povlib import ledger, params
from povlib.errors import Fault, LedgerError, RunError, WorkbenchError, nearest_words
from povlib.intake.files.reader_process import ReceivedFile, read_files
from povlib.intake.verdict import mask_value, printable_file_name
from povlib.ledger.batch import hash_in_short
from povlib.params.procedures.inspection import Inspection
from povlib.params.tables import fold_text
from povlib.report.writers.inspection_form import BELONGS, COLUMNS, FILLED_IN
from povlib.runs.inspections.rounds import DrawnRound, drawn_round, inspection_rules
from povlib.runs.office.office_place import Place, open_book, photo_store
from povlib.runs.returned_form import ReturnedForm, day_of_cell, file_faults, form_among, unreadable_cells
from povlib.runs.storage.text_files import write_text
from povlib.words import text

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


class _DrawnRounds:
    """The rounds that forms belong to, each drawn again once, and the office's rules, read once."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._drawn: dict[str, DrawnRound] = {}

    def named(self, name: str) -> DrawnRound:
        if name not in self._drawn:
            self._drawn[name] = drawn_round(self._place, name)
        return self._drawn[name]

    @cached_property
    def rules(self) -> Inspection:
        return inspection_rules(self._place)


def take_form(place: Place, path: str | Path, officer: str) -> FormVerdict:
    """Read one form and record its findings: all of them, or nothing; its receipt lies with the others."""
    (verdict,) = take_forms(place, [path], officer)
    return verdict


def take_forms(place: Place, paths: Sequence[str | Path], officer: str) -> Iterator[FormVerdict]:
    """Yield what became of each form, as `take_form` says it; a round is drawn again once for all its forms."""
    rounds = _DrawnRounds(place)
    for received, path in zip(read_files(paths), paths, strict=True):
        yield _take_received(place, received, Path(path), officer, rounds)


def _take_received(place: Place, received: ReceivedFile, path: Path, officer: str, rounds: _DrawnRounds) -> FormVerdict:
    verdict = FormVerdict(printable_file_name(Path(received.file).name), received.sha256)
    verdict.faults = file_faults(received)
    try:
        if not verdict.faults:
            _check_and_record(place, received, path, officer, verdict, rounds)
    except WorkbenchError as error:
        verdict.faults += error.faults
    _write_receipt(place, verdict)
    return verdict


def _check_and_record(
    place: Place, received: ReceivedFile, path: Path, officer: str, verdict: FormVerdict, rounds: _DrawnRounds
) -> None:
    form = form_among(received.grids, COLUMNS, BELONGS, ("hh", "finding"), FILLED_IN)
    if form is None:
        raise RunError(
            "no sheet has the headers of an inspection form",
            allowed="{headers}",
            headers=", ".join(text(COLUMNS[key]) for key in ("hh", "finding")),
        )
    found = rounds.named(form.belongs.get("round", ""))
    verdict.round, verdict.village = found.inputs.round, form.belongs.get("village", "")
    by_village = _refuse_other_visit(form, found)
    findings, photos = _findings(rounds.rules, form, found, by_village, path, verdict)
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


def _refuse_other_visit(form: ReturnedForm, found: DrawnRound) -> str:
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
    if said.get("digest", "") != hash_in_short(found.draw.digest):
        raise RunError([Fault("the form belongs to another draw", name,
                              remedy="python3 workbench.py inspect forms {round}", values=values)])  # fmt: skip
    return by


def _findings(
    rules: Inspection, form: ReturnedForm, found: DrawnRound, by_village: str, path: Path, verdict: FormVerdict
) -> tuple[list[dict[str, Any]], dict[str, list[tuple[str, bytes]]]]:
    """Return the rows of a form and its photos by household; what is wrong goes into the verdict."""
    own = found.draw.order[found.draw.order["village"] == verdict.village]
    listed = own["hh"].tolist()
    rows: dict[str, dict[str, Any]] = {}
    photos: dict[str, list[tuple[str, bytes]]] = {}
    for at in form.rows:
        hh = form.text(at, "hh")
        faults = list(unreadable_cells(form, at, ("note",)))
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
        day, wrong = day_of_cell(form, at)
        row["day"] = int(day.strftime("%Y%m%d")) if day else 0
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


def _finding_meant(form: ReturnedForm, at: int) -> tuple[str, list[Fault]]:
    """Return the code of a finding."""
    words, codes = form.text(at, "finding"), params.table("finding").codes
    if not words:
        return "", [Fault("a day, a name, a photo or a note stands here, but no finding", form.cell(at, "finding"))]
    for code in codes:
        if fold_text(words) in {fold_text(word) for word in (code.key or "", code.label, code.en, *code.synonyms)}:
            return str(code.key), []
    return "", [Fault("{value} is no finding", form.cell(at, "finding"), "{allowed}",
                      values={"value": mask_value(words), "allowed": ", ".join(c.label for c in codes)})]  # fmt: skip


def _officer_faults(form: ReturnedForm, at: int, rules: Inspection, by_village: str, village: str) -> list[Fault]:
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


def _photos_named(form: ReturnedForm, at: int, folder: Path) -> tuple[list[tuple[str, bytes]], list[Fault]]:
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
