"""House photos: stored by digest, stripped of where and when they were taken.

Responsible for photo files beside the ledger, which keeps only their digests: a photo is on disk
before any row names it. Not responsible for which house a photo shows (`progress`, `inspections`).
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from povlib.errors import LedgerError
from povlib.ledger.book import Ledger

_KINDS = {"JPEG": ".jpg", "PNG": ".png"}
_NAME = re.compile(r"[0-9a-f]{64}")
#: pixels of a photo: a choice, above the cameras of telephones; a small file can unpack to far more and fill memory
MAX_PIXELS = 80_000_000


@dataclass(frozen=True)
class Sweep:
    """Digests that the ledger names but the folder lacks, that nobody names, and that do not agree."""

    missing: tuple[str, ...]
    orphaned: tuple[str, ...]
    damaged: tuple[str, ...]


class PhotoStore:
    """A folder of photos named by the SHA-256 of their bytes."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)

    def put(self, content: bytes) -> str:
        """Store a JPEG or PNG without EXIF, GPS and comments, and return its digest; nothing new where it is there.

        Raises
        ------
        LedgerError
            If the bytes are no photo, or too large to open.
        """
        plain, suffix = _without_metadata(content)
        digest = hashlib.sha256(plain).hexdigest()
        target = self._path(digest, suffix)
        if target.exists():
            return digest
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f".{digest}.{secrets.token_hex(4)}.part")
        try:
            with part.open("wb") as file:
                file.write(plain)
                file.flush()
                os.fsync(file.fileno())
            part.rename(target)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise LedgerError(
                "the photo cannot be stored: {said}", where=str(self.folder), said=error.strerror
            ) from error
        return digest

    def read(self, digest: str) -> bytes:
        """Return the bytes of a photo whose digest still agrees with them.

        Raises
        ------
        LedgerError
            If it is not there or its bytes were changed.
        """
        for suffix in _KINDS.values():
            path = self._path(digest, suffix)
            if path.exists():
                content = path.read_bytes()
                if hashlib.sha256(content).hexdigest() != digest:
                    raise LedgerError("the photo was changed", where=str(path))
                return content
        raise LedgerError("there is no photo {digest}", where=str(self.folder), digest=digest[:16])

    def sweep(self, book: Ledger) -> Sweep:
        """Read every file and return which photos are missing, orphaned or damaged; nothing is deleted or mended."""
        query = "select photo_sha256 from progress union select photo_sha256 from inspection"
        named = {str(digest) for (digest,) in book.store.rows(query) if digest}
        held = {path.stem: path for path in self.folder.glob("??/*") if _NAME.fullmatch(path.stem)}
        damaged = [d for d, path in held.items() if hashlib.sha256(path.read_bytes()).hexdigest() != d]
        return Sweep(tuple(sorted(named - set(held))), tuple(sorted(set(held) - named)), tuple(sorted(damaged)))

    def _path(self, digest: str, suffix: str) -> Path:
        """Return where a photo of this digest lies; refuse what is no digest."""
        if not _NAME.fullmatch(digest):
            raise LedgerError("a digest has 64 hexadecimal digits")
        return self.folder / digest[:2] / f"{digest}{suffix}"


def _without_metadata(content: bytes) -> tuple[bytes, str]:
    """Return the picture upright with all metadata left out, and the suffix of its kind; refuse what is no photo."""
    from PIL import Image, ImageOps

    try:
        with Image.open(io.BytesIO(content), formats=tuple(_KINDS)) as photo:
            if photo.width * photo.height > MAX_PIXELS:
                raise LedgerError("the photo has more than {limit} million pixels", limit=MAX_PIXELS // 10**6)
            kind = str(photo.format)
            upright = ImageOps.exif_transpose(photo)
            bare = Image.new(upright.mode, upright.size)
            bare.paste(upright)
            if upright.mode == "P":
                bare.putpalette(upright.getpalette() or [])
    except LedgerError:
        raise
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise LedgerError("this is no photo (JPEG or PNG)") from error
    out = io.BytesIO()
    bare.save(out, kind, **({"quality": 90} if kind == "JPEG" else {}))
    return out.getvalue(), _KINDS[kind]
