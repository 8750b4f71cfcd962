"""A photo as it may be stored: sound, upright, of pixels alone, with a small copy and a hash of how it looks.

Responsible for refusing in words what is no sound photo before much memory or time is spent on it. Not responsible
for files and folders (`photo_store`) or for which photos look alike (`povlib.housing.photo_likeness`).
"""

from __future__ import annotations

import io
import struct
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import PurePath
from threading import Lock
from typing import TYPE_CHECKING

from povlib.errors import LedgerError
from povlib.ledger.photos.bare_files import BareFile, bare_file, damaged, kind_of_file

if TYPE_CHECKING:
    from PIL import Image

SUFFIXES = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}
"""The suffix under which a photo of each kind is stored."""
#: pixels of a photo: a choice, as many as the cameras of telephones give; a small file can unpack to far more
MAX_PIXELS = 50_000_000
#: bytes of a photo: a choice, twice a JPEG of that many pixels at the finest setting
MAX_BYTES = 64 << 20
#: longest side of a small copy in pixels: a choice, three fit side by side on a printed page
THUMBNAIL_PIXELS = 320
#: pictures above this many pixels are decoded one at a time: four bytes a pixel twice over is 100 MB
_LARGE_PIXELS = 12_500_000
#: least spread of grey values (0-255) at which a hash of the look says anything: a choice; a white wall has less
_LEAST_SPREAD = 4.0
_NAMED = {".jpg": "JPEG", ".jpeg": "JPEG", ".jpe": "JPEG", ".jfif": "JPEG", ".png": "PNG", ".webp": "WEBP",
          ".heic": "HEIC", ".heif": "HEIC", ".avif": "HEIC"}  # fmt: skip
_one_large = Lock()


@dataclass(frozen=True)
class PlainPicture:
    """What of a photo is kept.

    Parameters
    ----------
    content : bytes
        JPEG, PNG or WebP of pixels alone.
    suffix : str
        Its suffix, as in `SUFFIXES`.
    thumbnail : bytes
        JPEG, longest side `THUMBNAIL_PIXELS`.
    perceptual_hash : str
        16 hexadecimal digits (`imagehash.phash`, 64 bits); "" for a picture too plain to be told from another.
    """

    content: bytes
    suffix: str
    thumbnail: bytes
    perceptual_hash: str


def plain_picture(content: bytes, name: str = "") -> PlainPicture:
    """Return what of a photo may be stored.

    Parameters
    ----------
    content : bytes
        A file as it came.
    name : str
        Its name: a suffix of another kind than the bytes is refused.

    Raises
    ------
    LedgerError
        If it is no photo, of another kind than its name says, cut short, damaged, moving or too large.

    Examples
    --------
    >>> from PIL import Image
    >>> out = io.BytesIO(); Image.linear_gradient("L").save(out, "PNG")
    >>> picture = plain_picture(out.getvalue(), "a.png")
    >>> picture.suffix, len(picture.perceptual_hash)
    ('.png', 16)
    """
    kind = _kind_meant(content, name)
    bare = bare_file(content, kind)
    if bare.width * bare.height > MAX_PIXELS:
        raise LedgerError(
            "the photo has {n} million pixels, more than {limit} million",
            n=-(-bare.width * bare.height // 10**6),
            limit=MAX_PIXELS // 10**6,
            remedy="set the camera to fewer pixels, or save the photo smaller",
        )
    large = bare.width * bare.height > _LARGE_PIXELS and (bare.heavy or bare.orientation > 1)
    with _one_large if large else nullcontext():
        return _decoded_picture(bare, kind)


def _kind_meant(content: bytes, name: str) -> str:
    """Return the kind of a file; refuse what is no photo, or is called something else."""
    kind, suffix = kind_of_file(content), PurePath(name).suffix.lower()
    if kind == "HEIC":
        raise LedgerError(
            "this is a HEIC photo, which office computers cannot show",
            allowed="JPEG, PNG or WebP",
            remedy="set the telephone's camera to the most compatible format, or save the photo as JPEG",
        )
    if not kind:
        raise LedgerError("this is no photo", allowed="JPEG, PNG or WebP")
    if len(content) > MAX_BYTES:
        raise too_many_bytes(len(content))
    if suffix and _NAMED.get(suffix) != kind:
        raise LedgerError(
            "the file is called {suffix} but is {kind}",
            suffix=suffix[:12],
            kind=kind,
            remedy="see what the file is, then give it the suffix {right}",
            right=SUFFIXES[kind],
        )
    return kind


def too_many_bytes(size: int) -> LedgerError:
    """Return the error of a file too large to be read whole."""
    return LedgerError(
        "the file has {n} MB, more than {limit} MB",
        n=size >> 20,
        limit=MAX_BYTES >> 20,
        remedy="set the camera to fewer pixels, or save the photo smaller",
    )


def _decoded_picture(bare: BareFile, kind: str) -> PlainPicture:
    """Return the picture once it has been decoded to the end."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(bare.content), formats=(kind,)) as photo:
            if bare.exact and bare.orientation == 1:
                # decoded no larger than the small copy needs: most of the time goes here
                share = THUMBNAIL_PIXELS / max(photo.size)
                photo.draft(None, (int(photo.width * share), int(photo.height * share)))
                photo.load()
                content, thumbnail = bare.content, _small_copy(photo)
            else:
                whole = _upright(photo, bare.orientation)
                content, thumbnail = _written(whole, kind), _small_copy(whole)
    except LedgerError:
        raise
    except MemoryError as error:
        raise LedgerError("there is not enough memory to open this photo") from error
    except (OSError, ValueError, SyntaxError, KeyError, IndexError, TypeError, struct.error) as error:
        raise damaged() from error
    out = io.BytesIO()
    thumbnail.save(out, "JPEG", quality=80)
    return PlainPicture(content, SUFFIXES[kind], out.getvalue(), perceptual_hash(thumbnail))


# EXIF's orientations as PIL's transpositions, by name
_TURNS = {2: "FLIP_LEFT_RIGHT", 3: "ROTATE_180", 4: "FLIP_TOP_BOTTOM", 5: "TRANSPOSE", 6: "ROTATE_270",
          7: "TRANSVERSE", 8: "ROTATE_90"}  # fmt: skip


def _upright(photo: Image.Image, orientation: int) -> Image.Image:
    """Return the pixels turned as a viewer turned them, in a mode that every kind can hold."""
    from PIL import Image

    whole: Image.Image = photo.convert("RGB") if photo.mode in ("CMYK", "YCbCr", "LAB") else photo.copy()
    if orientation > 1:
        whole = whole.transpose(getattr(Image.Transpose, _TURNS[orientation]))
    return whole


def _written(whole: Image.Image, kind: str) -> bytes:
    """Return the pixels as a file of the kind, with nothing that the picture carried beside them."""
    transparency = whole.info.get("transparency")
    whole.info = {} if transparency is None else {"transparency": transparency}
    out = io.BytesIO()
    # 92: a choice; what is turned is written again, and an edge of a roof must not fray by it
    whole.save(out, kind, **({"quality": 92} if kind != "PNG" else {}))
    return out.getvalue()


def _small_copy(whole: Image.Image) -> Image.Image:
    """Return a small copy in RGB on white."""
    import numpy as np
    from PIL import Image

    if whole.mode.startswith("I;16"):
        whole = Image.fromarray((np.asarray(whole) >> 8).astype(np.uint8))
    small = whole.convert("RGBA" if whole.has_transparency_data else "RGB") if whole.mode in ("P", "1") else whole
    small = small.copy() if small is whole and small.width * small.height < _LARGE_PIXELS else small
    small.thumbnail((THUMBNAIL_PIXELS, THUMBNAIL_PIXELS), reducing_gap=2.0)
    if small.has_transparency_data:
        clear = small.convert("RGBA")
        paper = Image.new("RGB", clear.size, (255, 255, 255))
        paper.paste(clear, mask=clear.getchannel("A"))
        return paper
    bare = small.convert("RGB")
    bare.info = {}
    return bare


def perceptual_hash(picture: Image.Image) -> str:
    """Return how a picture looks as 16 hexadecimal digits, "" where it is too plain to be told from another.

    Source: `imagehash.phash`, the signs of the lowest 8 x 8 frequencies of the cosine transform against their median;
    pictures that look alike differ in few of the 64 bits.

    Examples
    --------
    >>> from PIL import Image
    >>> perceptual_hash(Image.new("RGB", (64, 64), "white")), len(perceptual_hash(Image.radial_gradient("L")))
    ('', 16)
    """
    import imagehash
    from PIL import ImageStat

    grey = picture.convert("L")
    if ImageStat.Stat(grey).stddev[0] < _LEAST_SPREAD:
        return ""
    return str(imagehash.phash(grey))
