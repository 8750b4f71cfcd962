"""Photos of houses filed: stored, and recorded for their works, with a receipt of what became of each file.

Responsible for which file shows which works in which phase, and for nothing left behind where nothing was recorded.
Not responsible for what a photo must be (`povlib.ledger.photos`).
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

import pandas as pd

from povlib import ledger
from povlib.errors import Fault, LedgerError, RunError, nearest_words
from povlib.ledger.photos.photo_store import named_digests
from povlib.params.tables import table
from povlib.runs.office.office_place import Place, open_book, photo_store

Progress = Callable[[str, float], None]
STORED, ALREADY, REFUSED = "stored", "already there", "refused"
_PICTURES = frozenset({".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".heic", ".heif", ".avif"})
_EXAMPLE = "S01-0016-Z1_before_2016-04-22.jpg"
_NAMED = re.compile(r"(?P<project>.+?)_(?P<phase>[^_]+?)(?:_(?P<day>\d{4}-?\d\d-?\d\d))?(?:_\d{1,3})?")


@dataclass(frozen=True)
class NamedPhoto:
    """A file, and what it shows: works, phase (before, during, after) and day as 20160422."""

    path: Path
    project: str
    phase: str
    week: int


@dataclass(frozen=True)
class FiledPhoto:
    """What became of a file: `verdict` is `STORED`, `ALREADY` or `REFUSED`, with the reason."""

    file: str
    project: str
    phase: str
    week: int
    verdict: str
    digest: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Filing:
    """What became of each file, the faults of those refused, the batch (0 for none), and other works a photo shows."""

    photos: tuple[FiledPhoto, ...]
    faults: tuple[Fault, ...]
    batch: int
    elsewhere: dict[str, tuple[str, ...]]


def photos_by_name(folder: Path, day: date | None = None) -> list[NamedPhoto]:
    """Return the photos of a folder whose names say what they show, such as ``S01-0016-Z1_改造前_2016-04-22.jpg``.

    Parameters
    ----------
    folder : Path
        Its files that are no pictures by their suffix are passed over.
    day : date, optional
        The day of files whose name has none.

    Raises
    ------
    RunError
        With one fault for each name that does not say it.
    """
    if not folder.is_dir():
        raise RunError("there is no such folder", where=str(folder))
    paths = sorted(p for p in folder.iterdir() if p.is_file() and p.suffix.lower() in _PICTURES)
    if not paths:
        raise RunError("there are no photos in this folder", where=str(folder), allowed="JPEG, PNG or WebP")
    named: list[NamedPhoto] = []
    faults: list[Fault] = []
    for path in paths:
        found = _NAMED.fullmatch(path.stem)
        phase = table("photo_phase").stored(found["phase"]) if found else None
        if found is None or phase is None:
            faults.append(Fault("the name does not say which works and which phase", path.name, _EXAMPLE))
            continue
        try:
            taken = date.fromisoformat(found["day"]) if found["day"] else day
        except ValueError:
            faults.append(Fault("{value} is no date", path.name, "2016-05-10", values={"value": found["day"]}))
            continue
        if taken is None:
            faults.append(Fault("the name has no day", path.name, _EXAMPLE, "add --week DATE"))
        elif taken > date.today():
            faults.append(Fault("{value} lies in the future", path.name, "2016-05-10", values={"value": str(taken)}))
        else:
            named.append(NamedPhoto(path, found["project"], phase, int(taken.strftime("%Y%m%d"))))
    if faults:
        raise RunError(faults)
    return named


def file_photos(place: Place, photos: Sequence[NamedPhoto], officer: str, progress: Progress | None = None) -> Filing:
    """Store photos and record them for their works in one batch; what is no sound photo is refused by itself.

    Parameters
    ----------
    photos : sequence of NamedPhoto
        All of one folder.
    progress : callable, optional
        Called with (stage, share done).

    Raises
    ------
    LedgerError
        If works are not on record (all of them are named, and nothing is stored), or the ledger does not take the rows:
        what was stored for them is then taken away again.
    """
    store = photo_store(place)
    with open_book(place, create=False) as book:
        _refuse_unknown_works(photos, ledger.read_frame(book, "projects")["project"].tolist())
        before = ledger.read_frame(book, "house_photos")
        got = ledger.stored_photos(store, photos[0].path.parent, [p.path.name for p in photos], progress)
        filed = _verdicts(photos, got, before)
        news = [
            {"project": p.project, "phase": p.phase, "sha256": p.digest, "week": p.week, "file": _told_name(p),
             "perceptual_hash": got.photos[p.file].perceptual_hash}
            for p in filed if p.verdict == STORED
        ]  # fmt: skip
        batch = 0
        if news:
            info = ledger.BatchInfo(officer=officer, role="submit", source_name="photos")
            try:
                batch = book.append(info, {"house_photos": pd.DataFrame(news)}).id
            except BaseException:
                # what was stored for rows that were never written goes again; what another row names stays
                named = named_digests(book)
                for kept in got.photos.values():
                    if kept.new and kept.digest not in named:
                        store.forget(kept.digest)
                raise
        after = ledger.read_frame(book, "house_photos")
    faults = tuple(fault for name in got.faults for fault in got.faults[name])
    return Filing(tuple(filed), faults, batch, _elsewhere(filed, after))


def _told_name(photo: FiledPhoto) -> str:
    """Return the name of a file that says its works and phase, else "": it may hold the name of a person."""
    found = _NAMED.fullmatch(Path(photo.file).stem)
    plain = found and found["project"] == photo.project and table("photo_phase").stored(found["phase"]) == photo.phase
    return photo.file if plain else ""


def _refuse_unknown_works(photos: Sequence[NamedPhoto], known: list[str]) -> None:
    strange = [photo for photo in photos if photo.project not in set(known)]
    faults = [
        Fault(
            "there is no housing project {value}",
            photo.path.name,
            remedy="did you mean {near}?" if (near := nearest_words(photo.project, known)) else "",
            values={"value": photo.project, "near": " / ".join(near)},
        )
        for photo in strange
    ]
    if faults:
        raise LedgerError(faults)


def _verdicts(photos: Sequence[NamedPhoto], got: ledger.StoredPhotos, before: pd.DataFrame) -> list[FiledPhoto]:
    """Return what becomes of each file; what one row says already is not said again."""
    known = set(zip(before["project"], before["phase"], before["sha256"], strict=True))
    filed: list[FiledPhoto] = []
    for photo in photos:
        told = photo.path.name, photo.project, photo.phase, photo.week
        kept = got.photos.get(photo.path.name)
        if kept is None:
            reason = "; ".join(fault.show() for fault in got.faults[photo.path.name])
            filed.append(FiledPhoto(*told, REFUSED, reason=reason))
            continue
        key = photo.project, photo.phase, kept.digest
        filed.append(FiledPhoto(*told, ALREADY if key in known else STORED, kept.digest))
        known.add(key)
    return filed


def _elsewhere(filed: Sequence[FiledPhoto], rows: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Return, by file, the other works and phases for which the very same photo stands."""
    shown = rows["project"] + " " + rows["phase"]
    by_digest = shown.groupby(rows["sha256"]).agg(tuple).to_dict()
    found = {
        photo.file: tuple(name for name in by_digest.get(photo.digest, ()) if name != f"{photo.project} {photo.phase}")
        for photo in filed if photo.digest
    }  # fmt: skip
    return {file: others for file, others in found.items() if others}


def write_photo_receipt(place: Place, filing: Filing) -> Path:
    """Write what became of each file as JSON into the office's receipts, whole or not at all, and return the file."""
    rows = [asdict(photo) for photo in filing.photos]
    told = {"batch": filing.batch, "photos": rows, "elsewhere": filing.elsewhere}
    content = json.dumps(told, ensure_ascii=False, indent=1)
    folder = place.office.receipts
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"photos-{sha256(content.encode()).hexdigest()[:8]}.json"
    draft = path.with_suffix(".part")
    draft.write_text(content, encoding="utf-8")
    os.replace(draft, path)
    return path
