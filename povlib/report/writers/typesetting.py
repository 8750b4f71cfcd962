"""Typesetting with typst: the paper as PDF, and as one long image.

Responsible for handing the flattened paper to a template with the bundled fonts only and a fixed
date, so that the same paper has the same bytes on every machine, and for never losing a character.
Not responsible for layout (``templates/*.typ``) nor for household sheets (`povlib.report.writers.family_sheets`).
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from povlib.errors import ReportError
from povlib.report import fonts
from povlib.report.model.paper import Report
from povlib.report.privacy import personal_data
from povlib.report.writers.html import TEMPLATES
from povlib.report.writers.payload import payload, shown_texts
from povlib.report.writers.wall_pages import enlarged
from povlib.report.writers.whole_files import write_whole_file
from povlib.words import text

Missing = Literal["show", "refuse"]
_FIXED_TIME = 1_451_606_400  # 2016-01-01T00:00:00Z: no clock in a paper
# twice the 72 points of an inch: 425 pt become 850 pixels, sharp on a telephone and small enough for a group chat
_PPI = 144


def write_pdf(report: Report, path: str | os.PathLike[str], *, missing: Missing = "show") -> Path:
    """Write the paper as PDF in the official layout.

    Parameters
    ----------
    missing : {"show", "refuse"}
        A character that the bundled font cannot draw is written as its code point with a note at
        the end, or refused by name. It never vanishes.

    Raises
    ------
    PrivacyError
        If its text holds something personal: it is scanned before it is set.
    ReportError
        If a character has no glyph and `missing` is "refuse", or the file cannot be written.
    """
    data = payload(report)
    personal_data.check_texts(shown_texts(data), where=Path(path).name)
    made = typeset(data, "paper", missing=missing)
    return write_whole_file(path, enlarged(made) if report.large else made)


def write_image(
    report: Report, path: str | os.PathLike[str], *, sections: Iterable[str] | None = None, missing: Missing = "show"
) -> Path:
    """Write the paper without its annexes as one long PNG, 850 pixels wide, for a group chat.

    Parameters
    ----------
    sections : iterable of str, optional
        Keys of the sections to show; default all that are no annex.
    """
    data = payload(report)
    wanted = None if sections is None else set(sections)
    data["sections"] = [s for s in data["sections"] if (s["key"] in wanted if wanted is not None else not s["annex"])]
    # digests and versions mean nothing in a group chat; the paper itself keeps them
    data["manifest"] = []
    personal_data.check_texts(shown_texts(data), where=Path(path).name)
    return write_whole_file(path, typeset(data, "image", missing=missing, kind="png"))


def typeset(
    data: dict[str, Any],
    template: str,
    *,
    missing: Missing = "show",
    kind: Literal["pdf", "png"] = "pdf",
    pictures: Iterable[tuple[str, bytes]] = (),
) -> bytes:
    """Return `data` set by ``templates/<template>.typ`` as PDF or PNG bytes.

    `pictures` are files beside the template, written one after the other before `data` is read: many pictures are
    never held at once, and what fetches them may still fill in `data`.
    """
    import typst

    with tempfile.TemporaryDirectory(prefix="povlib-paper-") as folder:
        root = Path(folder)
        for source in sorted(TEMPLATES.glob("*.typ")):
            shutil.copyfile(source, root / source.name)
        for name, content in pictures:
            (root / name).write_bytes(content)
        data = with_glyphs(data, missing)
        _write_pictures(data, root)
        (root / "paper.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        try:
            pages = typst.compile(
                str(root / f"{template}.typ"),
                root=str(root),
                font_paths=[str(fonts.FOLDER)],
                ignore_system_fonts=True,
                format=kind,
                ppi=_PPI if kind == "png" else None,
                timestamp=_FIXED_TIME,
            )
        except typst.TypstError as error:
            raise ReportError("the paper cannot be typeset: {reason}", where=template, reason=str(error)) from error
    return _one_file(pages)


def with_glyphs(data: dict[str, Any], missing: Missing) -> dict[str, Any]:
    """Return `data` with nothing in it that the font cannot draw.

    Raises
    ------
    ReportError
        If `missing` is "refuse" and a character has no glyph.
    """
    seen = list(shown_texts(data))
    absent = fonts.missing_characters(seen)
    if not absent:
        return data
    if missing == "refuse":
        fonts.refuse_missing_characters(seen, where=str(data.get("title", "")))
    listed = ", ".join(fonts.code_point(c) for c in absent)
    shown: dict[str, Any] = fonts.with_code_points(data, absent)
    remark = text(
        "Characters that the font cannot draw are shown as code points: {listed}", data["lang"], listed=listed
    )
    return {**shown, "notes": [*shown.get("notes", []), remark]}


def _write_pictures(data: dict[str, Any], root: Path) -> None:
    blocks = [block for section in data.get("sections", []) for block in section["blocks"]]
    sides = [side for block in blocks if block["is"] == "pair" for side in block["sides"]]
    for number, block in enumerate((b for b in (*blocks, *sides) if b["is"] == "figure"), start=1):
        block["file"] = f"figure{number}.png"
        (root / block["file"]).write_bytes(block.pop("png"))


def _one_file(pages: Any) -> bytes:
    if isinstance(pages, list):
        return bytes(pages[0])
    return bytes(pages)
