"""Pages for a wall: the pages of a PDF, each drawn on a sheet of A3, larger by the square root of two."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from povlib.errors import ReportError

_PAGE = re.compile(rb"/Type\s*/Page\b")
_FIXED_TIME = 1_451_606_400  # as in `typesetting`: no clock in a paper
_SHEET = '#set page(paper: "a3", margin: 0pt)\n#set block(spacing: 0pt)\n'


def enlarged(pdf: bytes) -> bytes:
    """Return the A4 pages of a PDF on A3; text stays text.

    Raises
    ------
    ReportError
        If it is no PDF with pages.
    """
    import typst

    pages = len(_PAGE.findall(pdf))
    if not pages:
        raise ReportError("the paper cannot be typeset: {reason}", where="A3", reason="0 pages")
    with tempfile.TemporaryDirectory(prefix="povlib-wall-") as folder:
        (Path(folder) / "page.pdf").write_bytes(pdf)
        sheets = "#pagebreak(weak: true)\n".join(
            f'#image("page.pdf", page: {number}, width: 297mm)\n' for number in range(1, pages + 1)
        )
        (Path(folder) / "wall.typ").write_text(_SHEET + sheets, encoding="utf-8")
        try:
            made = typst.compile(
                str(Path(folder) / "wall.typ"), root=folder, ignore_system_fonts=True, timestamp=_FIXED_TIME
            )
        except typst.TypstError as error:
            raise ReportError("the paper cannot be typeset: {reason}", where="A3", reason=str(error)) from error
    assert isinstance(made, bytes)
    return made
