"""Numbers of one written paper as its list of numbers states them.

Responsible for reading ``<paper>.<language>.numbers.json``, which every paper is written with: key, value, how it is
shown, and how often it stands in words and in cells. Not responsible for comparing (`povlib.report.agreement`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from povlib.errors import ReportError

ENDING = ".numbers.json"


@dataclass(frozen=True)
class ListedNumber:
    """One number of a paper.

    Attributes
    ----------
    value : int, float, str or None
        Money in fen, shares 0-1, months as ordinals; None when it is not known.
    unit : str
        Unit of the stored value.
    shown : str
        As the paper prints it.
    printed : dict
        How often it is printed in each way of being shown.
    in_cells : int
        How often of these in cells of tables.
    """

    value: Any
    unit: str
    shown: str
    printed: dict[str, int]
    in_cells: int


@dataclass(frozen=True)
class ListedPaper:
    """One paper in one language.

    Attributes
    ----------
    kind, lang : str
        What it is, in which language.
    numbers : dict
        Its numbers by key.
    files : tuple of Path
        What it was written as.
    headlines : tuple of (str, str, str)
        Label of each of the four big numbers, the number behind it, and its range or "".
    columns : dict
        Table -> its columns of numbers in their order, for every key that one table alone has.
    """

    kind: str
    lang: str
    numbers: dict[str, ListedNumber]
    files: tuple[Path, ...]
    headlines: tuple[tuple[str, str, str], ...] = ()
    columns: dict[str, list[str]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return how its files begin."""
        return f"{self.kind}.{self.lang}"


def listed_papers(folder: Path, run_id: str = "latest") -> list[ListedPaper]:
    """Return the papers of a folder that were written with a list of their numbers, by name.

    Raises
    ------
    ReportError
        If a list cannot be read.
    """
    found = []
    for path in sorted(folder.glob(f"*{ENDING}")):
        stem = path.name.removesuffix(ENDING)
        kind, _, lang = stem.rpartition(".")
        files = tuple(sorted(p for p in folder.glob(f"{stem}.*") if p != path and p.is_file()))
        found.append(_listed_paper(kind, lang, files, path, run_id))
    return found


def _listed_paper(kind: str, lang: str, files: tuple[Path, ...], path: Path, run_id: str) -> ListedPaper:
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))
        numbers = {
            key: ListedNumber(n["value"], n["unit"], n["shown"], n["printed"], n["in_cells"])
            for key, n in listed["numbers"].items()
        }
        # lists written before there were places have none: their numbers are counted only
        heads = tuple((str(label), str(shown), str(ends)) for label, shown, ends in listed.get("headlines", ()))
        return ListedPaper(kind, lang, numbers, files, heads, dict(listed.get("columns", {})))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReportError(
            "this list of numbers cannot be read",
            where=path.name,
            remedy="write the papers again: python3 workbench.py report {run}",
            run=run_id,
        ) from error
