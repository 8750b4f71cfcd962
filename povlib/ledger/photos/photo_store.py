"""House photos in a folder: stored by digest, with small copies, beside the ledger that names them.

Responsible for photo files, of which the ledger keeps only the digests: a photo is on disk before any row names it.
Not responsible for what a file must be (`plain_pictures`) or for which house a photo shows (`house_photos`).
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from povlib.errors import Fault, LedgerError, nearest_words
from povlib.ledger.book import Ledger
from povlib.ledger.photos.plain_pictures import MAX_BYTES, SUFFIXES, plain_picture, too_many_bytes
from povlib.ledger.storage.table_schema import SPECS

_NAME = re.compile(r"[0-9a-f]{64}")
_SMALL = "small"
#: photos are opened side by side by at most so many threads: a choice, an office computer has two or four cores, and
#: each thread holds one open photo in memory
_MOST_THREADS = 4


@dataclass(frozen=True)
class StoredPhoto:
    """A photo in the store: its digest, the hash of its look ("" where it is too plain), whether it was not there."""

    digest: str
    perceptual_hash: str
    new: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class StoredPhotos:
    """Photos of a folder: those stored, by the name they were asked for, and what was wrong with the others."""

    photos: Mapping[str, StoredPhoto]
    faults: Mapping[str, tuple[Fault, ...]]


@dataclass(frozen=True)
class Sweep:
    """Digests that the ledger names but the folder lacks, that nobody names, and that do not agree."""

    missing: tuple[str, ...]
    orphaned: tuple[str, ...]
    damaged: tuple[str, ...]


class PhotoStore:
    """A folder of photos named by the SHA-256 of their bytes, with small copies under ``small/``."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)

    def put(self, content: bytes, name: str = "") -> str:
        """Store a photo as `keep` does and return its digest."""
        return self.keep(content, name).digest

    def keep(self, content: bytes, name: str = "") -> StoredPhoto:
        """Store the pixels of a photo without place, time and camera, and a small copy; nothing new where it is there.

        Parameters
        ----------
        content : bytes
            A JPEG, PNG or WebP.
        name : str
            The name it came by, whose suffix must agree with the bytes.

        Raises
        ------
        LedgerError
            If the bytes are no sound photo, or the disk does not take them.
        """
        picture = plain_picture(content, name)
        digest = hashlib.sha256(picture.content).hexdigest()
        target, small = self._path(digest, picture.suffix), self._small_path(digest)
        new = not target.exists()
        if new:
            _write_whole(target, picture.content, durable=True)
        if not small.exists():
            # a small copy can be made again, so nothing waits for the disk
            _write_whole(small, picture.thumbnail, durable=False)
        return StoredPhoto(digest, picture.perceptual_hash, new)

    def take_in(self, other: PhotoStore, photo: StoredPhoto) -> StoredPhoto | None:
        """Move a photo and its small copy here from another store; None where they do not lie there any more.

        Parameters
        ----------
        other : PhotoStore
            Of the same process: nothing in it has another name than its digest says.
        photo : StoredPhoto
            As `other` kept it.
        """
        digest = photo.digest
        try:
            source, small = other._held(digest), other._small_path(digest)
            target = self._path(digest, source.suffix)
            new = not target.exists()
            for found, place in ((source, target), (small, self._small_path(digest))):
                place.parent.mkdir(parents=True, exist_ok=True)
                if not place.exists():
                    shutil.move(found, place)
        except (OSError, LedgerError):
            return None
        return StoredPhoto(digest, photo.perceptual_hash, new)

    def read(self, digest: str) -> bytes:
        """Return the bytes of a photo whose digest still agrees with them.

        Raises
        ------
        LedgerError
            If it is not there or its bytes were changed.
        """
        path = self._held(digest)
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != digest:
            raise LedgerError("the photo was changed", where=str(path))
        return content

    def thumbnail(self, digest: str) -> bytes:
        """Return the small copy of a photo as JPEG; made when the photo came, and again where it was lost.

        Raises
        ------
        LedgerError
            If the photo itself is not there, or was changed.
        """
        content, small = self.read(digest), self._small_path(digest)
        if not small.exists() or not small.stat().st_size:
            _write_whole(small, plain_picture(content).thumbnail, durable=False)
        return small.read_bytes()

    def forget(self, digest: str) -> None:
        """Take away a photo that no row names yet: one stored by a command that then recorded nothing."""
        for path in (*(self._path(digest, suffix) for suffix in SUFFIXES.values()), self._small_path(digest)):
            path.unlink(missing_ok=True)

    def holds(self, digest: str) -> bool:
        """Return whether a photo of this digest lies in the folder; its bytes are not read."""
        return any(self._path(digest, suffix).exists() for suffix in SUFFIXES.values())

    def sweep(self, book: Ledger) -> Sweep:
        """Read every file and return which photos are missing, orphaned or damaged; nothing is deleted or mended."""
        named = named_digests(book)
        held = {path.stem: path for path in self.folder.glob("??/*") if _NAME.fullmatch(path.stem)}
        damaged = [digest for digest, path in held.items() if _digest_of_file(path) != digest]
        return Sweep(tuple(sorted(named - set(held))), tuple(sorted(set(held) - named)), tuple(sorted(damaged)))

    def _held(self, digest: str) -> Path:
        for suffix in SUFFIXES.values():
            path = self._path(digest, suffix)
            if path.exists():
                return path
        raise LedgerError("there is no photo {digest}", where=str(self.folder), digest=digest[:16])

    def _path(self, digest: str, suffix: str) -> Path:
        """Return where a photo of this digest lies; refuse what is no digest."""
        if not _NAME.fullmatch(digest):
            raise LedgerError("a digest has 64 hexadecimal digits")
        return self.folder / digest[:2] / f"{digest}{suffix}"

    def _small_path(self, digest: str) -> Path:
        return self.folder / _SMALL / digest[:2] / f"{digest}.jpg"


def named_digests(book: Ledger) -> set[str]:
    """Return the digest of every photo that a row of the ledger ever named, whatever the table."""
    columns = [
        (spec.table, column.name)
        for spec in SPECS
        for column in spec.columns
        if column.name == "photo_sha256" or (spec.table, column.name) == ("house_photo", "sha256")
    ]
    query = " union ".join(f"select {column} from {table}" for table, column in columns)
    return {str(digest) for (digest,) in book.store.rows(query) if digest}


def stored_photos(
    store: PhotoStore,
    folder: str | Path,
    names: Iterable[str],
    progress: Callable[[str, float], None] | None = None,
) -> StoredPhotos:
    """Store the photos of a folder, several at a time, whatever is wrong with some of them.

    Parameters
    ----------
    store : PhotoStore
    folder : path
        Such as ``photos/`` beside a village's workbook.
    names : iterable of str
        Names in it, as a person typed them: capitals do not matter, the suffix may be left out; a name never leads
        out of the folder.
    progress : callable, optional
        Called with (stage, share done).

    Raises
    ------
    LedgerError
        If the disk has no room for all of them: nothing is stored then.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     stored_photos(PhotoStore(place), place, ["roof.jpg"]).faults["roof.jpg"][0].show("en")
    'roof.jpg: there is no such photo in the folder'
    """
    folder = Path(folder)
    there = _files_by_name(folder)
    asked = list(dict.fromkeys(names))
    found = {name: path for name in asked if (path := there.get(_folded(name)) or there.get(_folded(name, stem=True)))}
    _require_room(store.folder, found.values())
    photos: dict[str, StoredPhoto] = {}
    faults: dict[str, tuple[Fault, ...]] = {
        name: (_no_such_photo(name, there.values()),) for name in asked if name not in found
    }
    with ThreadPoolExecutor(min(_MOST_THREADS, os.cpu_count() or 1)) as threads:
        for at, (name, answer) in enumerate(
            zip(found, threads.map(lambda path: _kept_or_faults(store, path), found.values()), strict=True)
        ):
            if progress:
                progress("photos", at / len(found))
            if isinstance(answer, StoredPhoto):
                photos[name] = answer
            else:
                faults[name] = answer
    return StoredPhotos(photos, faults)


def photo_content(path: Path) -> bytes:
    """Return the bytes of a file that may be a photo; a file too large for one is not read.

    Raises
    ------
    LedgerError
        If it cannot be read, or is too large.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise too_many_bytes(size)
        return path.read_bytes()
    except OSError as error:
        raise LedgerError("the photo cannot be read: {said}", said=error.strerror) from error


def _kept_or_faults(store: PhotoStore, path: Path) -> StoredPhoto | tuple[Fault, ...]:
    try:
        return store.keep(photo_content(path), path.name)
    except LedgerError as error:
        return tuple(
            Fault(f.what, f"{path.name}: {f.where}".removesuffix(": "), f.allowed, f.remedy, f.values)
            for f in error.faults
        )


def _folded(name: str, *, stem: bool = False) -> str:
    """Return a file name as names are compared: Unicode composed, capitals alike."""
    plain = unicodedata.normalize("NFC", str(name).strip()).casefold()
    return f"{plain}/stem" if stem else plain


def _files_by_name(folder: Path) -> dict[str, Path]:
    """Return the files of a folder by folded name, and by name without suffix where that names one alone."""
    # by the kind that the folder's own list tells: a county's photos lie in one, and each of its files names some
    with os.scandir(folder) if folder.is_dir() else nullcontext(()) as listed:
        files = [folder / name for name in sorted(entry.name for entry in listed if entry.is_file())]
    stems: dict[str, list[Path]] = {}
    for path in files:
        stems.setdefault(_folded(path.stem, stem=True), []).append(path)
    single = {stem: paths[0] for stem, paths in stems.items() if len(paths) == 1}
    return single | {_folded(path.name): path for path in files}


def _no_such_photo(name: str, files: Iterable[Path]) -> Fault:
    near = nearest_words(name, {path.name for path in files})
    return Fault(
        "there is no such photo in the folder",
        where=name,
        remedy="did you mean {near}?" if near else "",
        values={"near": " / ".join(near)} if near else {},
    )


def _require_room(folder: Path, files: Iterable[Path]) -> None:
    """Refuse to begin where the disk cannot take all of the photos and their small copies."""
    needed = sum(path.stat().st_size for path in files) * 11 // 10
    place = folder
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    if needed > free:
        raise LedgerError(
            "the disk has {free} MB free, the photos need {needed} MB",
            where=str(folder),
            free=free >> 20,
            needed=needed >> 20,
        )


def _digest_of_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_whole(target: Path, content: bytes, *, durable: bool) -> None:
    """Write a file that appears whole or not at all; a durable one is on disk when this returns."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.stem}.{secrets.token_hex(4)}.part")
    try:
        with part.open("wb") as file:
            file.write(content)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        os.replace(part, target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise LedgerError(
            "the photo cannot be stored: {said}", where=str(target.parent), said=error.strerror
        ) from error
