"""What stands inside a file: the texts a privacy scan has to read.

Responsible for opening every kind of file that a paper is made as (HTML, JSON, notebook, Word,
Excel, PDF, picture, plain text) and yielding its texts with their place, metadata included. Not
responsible for judging them. A kind it does not know is reported, never passed over.
"""

from __future__ import annotations

import base64
import binascii
import html
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

_PLAIN = {".txt", ".md", ".csv", ".yaml", ".yml", ".xml", ".svg", ".css", ".typ", ".po", ".log", ".sha256", ""}
_WEB = {".html", ".htm"}
_JSON = {".json", ".ipynb"}
_OFFICE = {".docx", ".xlsx", ".zip"}
_PICTURES = {".png", ".jpg", ".jpeg"}
_CHART_BYTES = 512 * 1024  # larger pictures are photos and long images: each stands once, and is not kept
_DATA_URI = re.compile(r"data:image/[a-z+]+;base64,([A-Za-z0-9+/=\s]+)")
_BREAKS = re.compile(r"</(?:w:p|w:tc|si|c|row|p|td|th|tr|li|h\d|div|dt|dd|title)>|<w:br/>|<br/?>")
# cells whose type is not a text: shared strings are indices there, which are no numbers of anybody
_NUMBER_CELL = re.compile(r"<c (?:(?!t=\"(?:s|str|inlineStr)\")[^>])*><v>([^<]*)</v>")


@dataclass(frozen=True)
class Content:
    """One text of a file; None for what cannot be read. `numeric`: plain numbers, not words."""

    text: str | None
    place: str = ""
    numeric: bool = False


def files_under(path: Path) -> list[Path]:
    """Return a file, or every file below a folder, sorted."""
    return sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]


def texts_of_file(path: Path) -> Iterator[Content]:
    """Yield every text of a file."""
    yield from _texts_of_kind(path.suffix.lower(), path.read_bytes(), "")


def _texts_of_kind(suffix: str, data: bytes, place: str) -> Iterator[Content]:
    if suffix in _WEB:
        yield from _html_texts(data.decode("utf-8", "replace"), place)
    elif suffix in _JSON:
        yield from _json_texts(data, place)
    elif suffix in _OFFICE:
        yield from _office_texts(data)
    elif suffix in _PICTURES:
        yield from _picture_texts(data, place)
    elif suffix == ".pdf":
        yield from _pdf_texts(data)
    elif suffix in _PLAIN:
        yield Content(data.decode("utf-8", "replace"), place)
    elif suffix == ".rels" or suffix == ".vml":
        yield Content(_without_tags(data.decode("utf-8", "replace")), place)
    else:
        yield Content(None, place)


def _html_texts(source: str, place: str) -> Iterator[Content]:
    for match in _DATA_URI.finditer(source):
        yield from _picture_texts(_decoded_text(match[1]), place or "picture")
    rest = _DATA_URI.sub("", source)
    # twice: with the tags, for what stands in attributes, and without, for a number that tags cut in two
    yield Content(html.unescape(rest), place)
    yield Content(_without_tags(rest), place or "text")


def _without_tags(markup: str) -> str:
    """Text without tags: a number split over two runs of the same paragraph is one number again."""
    return html.unescape(re.sub(r"<[^>]*>", "", _BREAKS.sub("\n", markup)))


def _json_texts(data: bytes, place: str) -> Iterator[Content]:
    try:
        value = json.loads(data)
    except ValueError:
        yield Content(data.decode("utf-8", "replace"), place)
        return
    words: list[str] = []
    figures: list[str] = []
    pictures: list[str] = []
    _kind_of_file(value, words, figures, pictures)
    yield Content("\n".join(words), place)
    yield Content("\n".join(figures), place or "numbers", numeric=True)
    for picture in pictures:
        yield from _picture_texts(_decoded_text(picture), place or "picture")


def _kind_of_file(value: Any, words: list[str], figures: list[str], pictures: list[str]) -> None:
    if isinstance(value, dict):
        for key, item in value.items():
            words.append(str(key))
            if str(key).startswith("image/") and str(key) != "image/svg+xml":
                pictures.append("".join(item) if isinstance(item, list) else str(item))
            elif str(key) == "text/html":
                joined = "".join(item) if isinstance(item, list) else str(item)
                words += [c.text for c in _html_texts(joined, "") if c.text]
            else:
                _kind_of_file(item, words, figures, pictures)
    elif isinstance(value, list):
        for item in value:
            _kind_of_file(item, words, figures, pictures)
    elif isinstance(value, bool) or value is None:
        return
    elif isinstance(value, (int, float)):
        figures.append(str(value))
    else:
        words.append(str(value))


def _office_texts(data: bytes) -> Iterator[Content]:
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile:
        yield Content(None)
        return
    with package:
        for name in sorted(package.namelist()):
            if name.endswith("/"):
                continue
            inner = package.read(name)
            suffix = Path(name).suffix.lower()
            if suffix != ".xml":
                yield from _texts_of_kind(suffix, inner, name)
                continue
            markup = inner.decode("utf-8", "replace")
            if name.startswith("xl/worksheets/"):
                yield Content("\n".join(_NUMBER_CELL.findall(markup)), name, numeric=True)
                markup = _NUMBER_CELL.sub("", markup)
            yield Content(_without_tags(markup), name)
            yield Content("\n".join(re.findall(r'(?:descr|title|name|tooltip|display)="([^"]*)"', markup)), name)


def _picture_texts(data: bytes, place: str) -> Iterator[Content]:
    said = _chart_words(data) if len(data) <= _CHART_BYTES else _picture_words(data)
    yield Content(said, place if said is None else place or "metadata of the picture")


def _picture_words(data: bytes) -> str | None:
    """Return what the metadata of a picture say, None where it cannot be opened."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data)) as image:
            image.load()
            said = [f"{k}: {v}" for k, v in sorted(image.info.items(), key=lambda p: str(p[0])) if isinstance(v, str)]
            said += [str(v) for v in dict(image.getexif()).values()]
    except (UnidentifiedImageError, OSError, SyntaxError):
        return None
    return "\n".join(said)


# a chart stands in several formats and papers, the same to the byte: it is opened once
_chart_words = lru_cache(maxsize=48)(_picture_words)


def _pdf_texts(data: bytes) -> Iterator[Content]:
    """Read a PDF page by page where pypdf is installed.

    Without it only what is not compressed can be read; our own PDFs are scanned before they are set.
    """
    try:
        import pypdf
    except ImportError:
        yield Content(data.decode("latin-1"))
        return
    reader = pypdf.PdfReader(io.BytesIO(data))
    yield Content("\n".join(str(v) for v in (reader.metadata or {}).values()), "metadata")
    for number, page in enumerate(reader.pages, start=1):
        yield Content(page.extract_text(), f"page {number}")


def _decoded_text(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=False)
    except (binascii.Error, ValueError):
        return b""
