"""How full are the pages of a paper? For each PDF: its pages, and those under half full that no cause explains.

    python tools/page_fill.py papers/*.pdf

Each page is drawn by the ``pdftoppm`` of poppler; full is what lies between the top margin and the lowest dark mark
above the page number. The last page may be anything. So may the one before the annexes of a paper with a red head
(``--issued``): GB/T 9704-2012 has them on pages of their own; in every other paper they follow on a page that is under
half full. Exits 1 if another page is under half full.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
from pathlib import Path

import numpy as np

TOP_SHARE, BOTTOM_SHARE = 37 / 297, (297 - 35) / 297
"""Where the text of the official page begins and ends (GB/T 9704-2012: 37 and 35 mm of 297)."""
DARK = 170
"""Grey of a mark, 0-255: the watermark is lighter (242), the palest rule of a table too (191)."""
HALF = 0.5
_DOTS = 40  # an inch: a line of text is four dots high, and a hundred pages take a second


def page_fills(pdf: Path) -> list[float]:
    """Return the share of each page that is used, from the top margin to the lowest mark, 0-1."""
    with tempfile.TemporaryDirectory() as folder:
        drawn = ["pdftoppm", "-gray", "-r", str(_DOTS), str(pdf), f"{folder}/page"]
        subprocess.run(drawn, check=True, stderr=subprocess.DEVNULL)
        return [_fill(path) for path in sorted(Path(folder).iterdir())]


def _fill(path: Path) -> float:
    """Return the share of one page, read from a portable graymap."""
    kind, width, height, _, *_ = path.read_bytes().split(maxsplit=4)
    assert kind == b"P5"
    rows, columns = int(height), int(width)
    grey = np.frombuffer(path.read_bytes()[-rows * columns :], dtype=np.uint8).reshape(rows, columns)
    top, bottom = round(rows * TOP_SHARE), round(rows * BOTTOM_SHARE)
    used = np.flatnonzero((grey[top:bottom] < DARK).any(axis=1))
    return float(used[-1] + 1) / (bottom - top) if len(used) else 0.0


def first_annex_page(pdf: Path) -> int | None:
    """Return the number of the page, from 0, on which the annexes begin; None without any."""
    from pypdf import PdfReader

    for number, page in enumerate(PdfReader(pdf).pages):
        words = page.extract_text().replace(" ", "")
        if "\n附件" in f"\n{words}" or "\nAnnex" in f"\n{words}":
            return number
    return None


def pages_under_half(pdf: Path, *, issued: bool = False) -> list[int]:
    """Return the numbers, from 1, of pages under half full without a cause."""
    fills = page_fills(pdf)
    annex = first_annex_page(pdf) if issued else None
    excused = {len(fills) - 1} | ({annex - 1} if annex else set())
    return [number + 1 for number, fill in enumerate(fills) if fill < HALF and number not in excused]


def main() -> int:
    """Print a line a paper."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("papers", nargs="+", type=Path)
    asked.add_argument("--issued", action="store_true", help="papers with a red head")
    given = asked.parse_args()
    found = {pdf: pages_under_half(pdf, issued=given.issued) for pdf in given.papers}
    for pdf, pages in found.items():
        print(f"{pdf.name}: {len(page_fills(pdf))} pages, under half full: {', '.join(map(str, pages)) or 'none'}")
    return int(any(found.values()))


if __name__ == "__main__":
    raise SystemExit(main())
