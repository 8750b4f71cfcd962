"""Picture files without anything but pixels: JPEG, PNG and WebP taken apart by their own marks.

Responsible for leaving out EXIF, GPS, XMP, IPTC, colour profiles, comments, previews and whatever follows the end of
the picture, before any library reads the file. Pixels stay as they were to the bit. Not responsible for whether they
can be decoded (`plain_pictures`), nor for what somebody hid inside the pixels themselves.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from povlib.errors import LedgerError


@dataclass(frozen=True)
class BareFile:
    """A picture file of pixels alone.

    Parameters
    ----------
    content : bytes
    width, height : int
        Pixels, as the file says before it is decoded.
    orientation : int
        EXIF's 1 to 8: how a viewer had to turn the picture; 1 is upright.
    exact : bool
        Whether `content` shows the same colours as before without what was left out.
    heavy : bool
        Whether decoding needs memory for every pixel, even for a small copy.
    """

    content: bytes
    width: int
    height: int
    orientation: int = 1
    exact: bool = True
    heavy: bool = True


def cut_short() -> LedgerError:
    """Return the error of a picture that ends in the middle."""
    return LedgerError("the photo ends in the middle", remedy="copy it once more from the telephone or the camera")


def damaged() -> LedgerError:
    """Return the error of a picture whose parts contradict each other."""
    return LedgerError("the photo is damaged", remedy="copy it once more from the telephone or the camera")


def _moving() -> LedgerError:
    return LedgerError("this is a moving picture; a photo stands still", allowed="JPEG, PNG or WebP")


def exif_orientation(exif: bytes) -> int:
    r"""Return the orientation that a block of EXIF states, 1 where it states none or cannot be read.

    Source: EXIF 2.3, tag 0x0112 of the first directory.

    Examples
    --------
    >>> exif_orientation(bytes.fromhex("49492a0008000000 0100 1201 0300 01000000 06000000")), exif_orientation(b"?")
    (6, 1)
    """
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    if order is None or len(exif) < 10:
        return 1
    (first,) = struct.unpack_from(order + "I", exif, 4)
    if first + 2 > len(exif):
        return 1
    (entries,) = struct.unpack_from(order + "H", exif, first)
    for at in range(first + 2, min(first + 2 + 12 * entries, len(exif) - 11), 12):
        tag, kind, _, value = struct.unpack_from(order + "HHIH", exif, at)
        if tag == 0x0112 and kind == 3:
            return int(value) if 1 <= value <= 8 else 1
    return 1


_JFIF = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
# tables, frame headers and restart intervals: what a decoder needs; DNL (0xDC) is passed over by decoders, so dropped
_NEEDED = frozenset({0xC4, 0xCC, 0xDB, 0xDD})
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_AFTER_SCAN = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")
#: scans of a progressive JPEG: a choice; cameras and editors write about ten, and each costs a pass over all pixels
MOST_SCANS = 32
_RGB_COMPONENTS = b"RGB"


def _bare_jpeg(content: bytes) -> BareFile:
    """Return a JPEG of its tables, frame and scans; the first picture of a file that holds more (MPO, motion photo)."""
    out, at, scans = [b"\xff\xd8", _JFIF], 2, 0
    width = height = 0
    orientation, progressive, adobe, components = 1, False, b"", b""
    while True:
        while content[at : at + 2] == b"\xff\xff":
            at += 1
        mark = content[at : at + 2]
        if len(mark) < 2:
            raise cut_short()
        if mark[0] != 0xFF:
            raise damaged()
        code, at = mark[1], at + 2
        if code == 0xD9:
            break
        if code in (0x01, *range(0xD0, 0xD8)):  # marks without a body, of no use outside a scan
            continue
        body = _jpeg_body(content, at)
        at += 2 + len(body)
        if code in _FRAMES:
            if components or len(body) < 6:
                raise damaged()
            height, width, count = struct.unpack_from(">HHB", body, 1)
            components, progressive = body[6 : 6 + 3 * count : 3], code in _PROGRESSIVE
        if code in _FRAMES or code in _NEEDED:
            out.append(mark + content[at - 2 - len(body) : at])
        elif code == 0xDA:
            scans += 1
            end = _AFTER_SCAN.search(content, at)
            if end is None:
                raise cut_short()
            out.append(mark + content[at - 2 - len(body) : end.start()])
            at = end.start()
        elif code == 0xE1 and body.startswith(b"Exif\0\0"):
            orientation = exif_orientation(body[6:])
        elif code == 0xEE and body.startswith(b"Adobe") and len(body) >= 12:
            adobe = body[:12]
    if not components or not scans:
        raise damaged()
    if scans > MOST_SCANS:
        raise LedgerError("the photo is built so that it takes very long to open", remedy="save it once more as JPEG")
    exact = len(components) in (1, 3) and components != _RGB_COMPONENTS and adobe[11:] in (b"", b"\x01")
    if not exact:  # the decoder has to be told of the colours, and the picture is written again
        out[1] = b"\xff\xee\x00\x0e" + adobe if adobe else b""
    return BareFile(b"".join([*out, b"\xff\xd9"]), width, height, orientation, exact, progressive or not exact)


def _jpeg_body(content: bytes, at: int) -> bytes:
    """Return the body of a segment whose length stands at `at`."""
    if at + 2 > len(content):
        raise cut_short()
    (length,) = struct.unpack_from(">H", content, at)
    if length < 2:
        raise damaged()
    if at + length > len(content):
        raise cut_short()
    return content[at + 2 : at + length]


_PNG_START = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})


def _png_chunks(content: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Yield name, body and whole of each chunk up to the end of the picture."""
    at, name = len(_PNG_START), b""
    while name != b"IEND":
        if at + 12 > len(content):
            raise cut_short()
        length, name = struct.unpack_from(">I4s", content, at)
        end = at + 12 + length
        if end > len(content):
            raise cut_short()
        yield name, content[at + 8 : end - 4], content[at:end]
        at = end


def _bare_png(content: bytes) -> BareFile:
    """Return a PNG of the chunks that hold pixels, palette and transparency."""
    out, orientation, width, height = [_PNG_START], 1, 0, 0
    for name, body, whole in _png_chunks(content):
        if len(out) == 1:
            if name != b"IHDR" or len(body) != 13:
                raise damaged()
            width, height = struct.unpack_from(">II", body)
        if name == b"acTL":
            raise _moving()
        if name == b"eXIf":
            orientation = exif_orientation(body)
        if name in _PNG_KEPT:
            out.append(whole)
    return BareFile(b"".join(out), width, height, orientation)


def _webp_size(name: bytes, body: bytes) -> tuple[int, int]:
    """Return the width and height that the picture itself states (RFC 9649)."""
    if name == b"VP8 ":
        if len(body) < 10:
            raise cut_short()
        width, height = struct.unpack_from("<HH", body, 6)
        return width & 0x3FFF, height & 0x3FFF
    if len(body) < 5:
        raise cut_short()
    (bits,) = struct.unpack_from("<I", body, 1)
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1


def _bare_webp(content: bytes) -> BareFile:
    """Return a WebP of its picture and transparency alone."""
    (size,) = struct.unpack_from("<I", content, 4)
    if size + 8 > len(content):
        raise cut_short()
    at, end, orientation, alpha = 12, size + 8, 1, b""
    picture: tuple[bytes, bytes] | None = None
    while at + 8 <= end:
        name, length = struct.unpack_from("<4sI", content, at)
        body = content[at + 8 : at + 8 + length]
        if len(body) < length:
            raise cut_short()
        at += 8 + length + length % 2
        if name in (b"ANIM", b"ANMF"):
            raise _moving()
        if name == b"EXIF":
            orientation = exif_orientation(body.removeprefix(b"Exif\0\0"))
        elif name == b"ALPH":
            alpha = body
        elif name in (b"VP8 ", b"VP8L") and picture is None:
            picture = name, body
    if picture is None:
        raise damaged()
    width, height = _webp_size(*picture)
    parts = [_riff_chunk(*picture)]
    if alpha and picture[0] == b"VP8 " and width and height:
        canvas = struct.pack("<I", 0x10) + struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
        parts = [_riff_chunk(b"VP8X", canvas), _riff_chunk(b"ALPH", alpha), *parts]
    told = b"WEBP" + b"".join(parts)
    return BareFile(b"RIFF" + struct.pack("<I", len(told)) + told, width, height, orientation)


def _riff_chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


_BARE: dict[str, Callable[[bytes], BareFile]] = {"JPEG": _bare_jpeg, "PNG": _bare_png, "WEBP": _bare_webp}


def bare_file(content: bytes, kind: str) -> BareFile:
    """Return a picture file without anything but pixels.

    Parameters
    ----------
    content : bytes
    kind : str
        JPEG, PNG or WEBP, as its first bytes say.

    Raises
    ------
    LedgerError
        If the file ends in the middle, its parts contradict each other, or it moves.

    Notes
    -----
    A JPEG whose colours cannot be told without a mark of Adobe's (four inks, or RGB) keeps that mark and is returned
    with `exact` false: it has to be decoded and written again.

    Examples
    --------
    >>> import io
    >>> from PIL import Image
    >>> out = io.BytesIO(); Image.new("RGB", (40, 30)).save(out, "JPEG", comment="taken at home")
    >>> bare = bare_file(out.getvalue(), "JPEG")
    >>> bare.width, bare.height, b"home" in bare.content
    (40, 30, False)
    """
    return _BARE[kind](content)


def kind_of_file(content: bytes) -> str:
    r"""Return what the first bytes of a file say it is: JPEG, PNG, WEBP, HEIC, or "" for anything else.

    Examples
    --------
    >>> kind_of_file(b"\xff\xd8\xff\xe0"), kind_of_file(b"\0\0\0\x18ftypheic"), kind_of_file(b"GIF89a")
    ('JPEG', 'HEIC', '')
    """
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if content.startswith(_PNG_START):
        return "PNG"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    return "HEIC" if content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS else ""


# brands of ISO/IEC 23008-12 that telephones write; AVIF is of the same family and as unknown to office computers
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"})
