"""Photos that a workbook names: looked up in ``photos/`` beside it and taken into the store.

Responsible for naming photos that are missing or no photos, cell by cell, and for names of files that hold a name of a
person. Not responsible for what a photo must be, nor for storing it (`povlib.ledger.photos`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from povlib.errors import Fault, LedgerError
from povlib.intake.records.house_frames import PHOTO_FIELDS, names_of_photos
from povlib.intake.sheets.checked_sheet import ROW_COLUMN, CheckedSheet
from povlib.intake.sheets.file_check import FileCheck
from povlib.intake.verdict import Flag, cap_flags, mask_value
from povlib.ledger.photos.photo_store import PhotoStore, StoredPhoto, StoredPhotos, stored_photos

FOLDER = "photos"
"""Folder beside a workbook in which its photos lie."""


@dataclass(frozen=True)
class PhotosAhead:
    """Photos that a file names, looked at before it is recorded: they lie in a store of their own until then."""

    store: PhotoStore
    found: StoredPhotos


def photos_ahead(check: FileCheck, place: Path) -> PhotosAhead | None:
    """Keep the photos that a file names in a folder of their own; None where it names none, or the disk is full."""
    names = _named_photos(check)
    if not names:
        return None
    store = PhotoStore(place)
    try:
        return PhotosAhead(store, stored_photos(store, _folder_of(check), names))
    except LedgerError:  # told when the file is recorded
        return None


@dataclass(frozen=True)
class TakenPhoto:
    """A photo that was taken: what the store says of it, and its name ("" where that holds a name of a person)."""

    photo: StoredPhoto
    shown_name: str


def take_photos(
    check: FileCheck, store: PhotoStore | None, *, dry: bool = False, ahead: PhotosAhead | None = None
) -> list[str]:
    """Store the photos that the rows of a file name; say in words which could not be taken.

    Parameters
    ----------
    check : FileCheck
        A checked file; its `photos` are filled in, cells whose photo cannot be taken are flagged.
    store : PhotoStore or None
        Where photos are kept; None says that photos were named and not read.
    dry : bool
        Look at every photo and keep none.
    ahead : PhotosAhead, optional
        What was kept of them before, to be taken over.

    Returns
    -------
    list of str
        Digests that the store did not hold before: taken away again if the rows are not recorded.
    """
    named = list(_named_cells(check))
    if not named:
        return []
    if store is None:
        check.flags.append(Flag("", "", "photos_not_read", {"got": sum(len(names) for *_, names in named)}))
        return []
    if dry:
        with tempfile.TemporaryDirectory() as place:
            return take_photos(check, PhotoStore(place))
    try:
        stored = _stored(check, store, ahead)
    except LedgerError as error:
        for sheet, at, key, _ in named:
            sheet.flags.append(_flag(sheet, at, key, str(error)))
        return []
    persons = _names_of_persons(check)
    check.photos = {name: TakenPhoto(photo, name if not any(person in name for person in persons) else "")
                    for name, photo in stored.photos.items()}  # fmt: skip
    faults: dict[int, list[Flag]] = {}
    for sheet, at, key, asked in named:
        said = ["; ".join(fault.show() for fault in stored.faults[name]) for name in asked if name in stored.faults]
        flags = [_flag(sheet, at, key, _without_names(words, persons)) for words in said]
        if any(name in check.photos and not check.photos[name].shown_name for name in asked):
            flags.append(_flag(sheet, at, key, "", "photo_named"))
        faults.setdefault(id(sheet), []).extend(flags)
    for sheet in check.sheets:
        sheet.flags.extend(cap_flags(faults.get(id(sheet), [])))
    return sorted({photo.digest for photo in stored.photos.values() if photo.new})


def _stored(check: FileCheck, store: PhotoStore, ahead: PhotosAhead | None) -> StoredPhotos:
    """Return the photos that a file names, those kept before taken over from where they wait."""
    names = _named_photos(check)
    photos: dict[str, StoredPhoto] = {}
    faults: dict[str, tuple[Fault, ...]] = {}
    if ahead is not None:
        faults.update((name, ahead.found.faults[name]) for name in names if name in ahead.found.faults)
        for name in names:
            kept = ahead.found.photos.get(name)
            if kept is not None and (taken := store.take_in(ahead.store, kept)) is not None:
                photos[name] = taken
    if left := [name for name in names if name not in photos and name not in faults]:
        now = stored_photos(store, _folder_of(check), left)
        photos.update(now.photos)
        faults.update(now.faults)
    return StoredPhotos({name: photos[name] for name in names if name in photos}, faults)


def _folder_of(check: FileCheck) -> Path:
    return Path(check.received.file).parent / FOLDER


def _named_photos(check: FileCheck) -> list[str]:
    """Return the photos that rows which load name, each once, in their order."""
    return list(dict.fromkeys(name for *_, names in _named_cells(check) for name in names))


def _named_cells(check: FileCheck) -> Iterator[tuple[CheckedSheet, int, str, list[str]]]:
    """Yield the cells that name photos, of rows that load: sheet, place of the row, field and names."""
    for sheet in check.sheets:
        if sheet.layout.table != "progress":
            continue
        for key in PHOTO_FIELDS:
            cells = sheet.frame[key]
            for at in np.flatnonzero(~sheet.refused & cells.notna().to_numpy()):
                if names := names_of_photos(cells.iloc[int(at)]):
                    yield sheet, int(at), key, names


def _flag(sheet: CheckedSheet, at: int, key: str, words: str, rule: str = "photo_fault") -> Flag:
    row = sheet.frame.iloc[at]
    command = f"FILE --project {row['project']} --phase {PHOTO_FIELDS[key]} --week {row['week']}"
    values = {"field": sheet.layout.canonical[key], "got": words, "value": command}
    return Flag(sheet.name, sheet.cell(int(row[ROW_COLUMN]), key), rule, values)


def _names_of_persons(check: FileCheck) -> set[str]:
    """Return the names of persons that a file tells."""
    fields = {"household": "head_name", "member": "name"}
    return {
        str(name)
        for sheet in check.sheets
        if (key := fields.get(sheet.layout.table)) is not None and key in sheet.frame
        for name in sheet.frame[key].dropna()
        if len(str(name)) > 1
    }


def _without_names(words: str, persons: set[str]) -> str:
    for person in persons:
        words = words.replace(person, mask_value(person, "identity"))
    return words
