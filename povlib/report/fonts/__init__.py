"""The bundled fonts and the check that every character has a glyph.

Responsible for knowing which characters the committed subsets hold: the regular sans holds every character that
another face has, and stands in for what one lacks. A typesetter drops a
character without a glyph and says nothing, so a text is checked here first: it is refused by name,
or written visibly as its code point. Not responsible for building the fonts (``tools/build_fonts.py``).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from povlib.errors import ReportError

FAMILY = "Povlib Sans SC"
FOLDER = Path(__file__).parent
REGULAR = FOLDER / "PovlibSansSC-Regular.otf"
BOLD = FOLDER / "PovlibSansSC-Bold.otf"
SERIF = FOLDER / "PovlibSerifSC-Regular.otf"  # for 仿宋, of which there is no free face: tools/build_fonts.py
SERIF_BOLD = FOLDER / "PovlibSerifSC-Bold.otf"  # for 小标宋
KAI = FOLDER / "PovlibKaiSC-Regular.ttf"
_LAYOUT = frozenset("\n\t\r")


@cache
def drawable_characters() -> frozenset[str]:
    """Return every character the regular font can draw."""
    from fontTools.ttLib import TTFont  # 0.2 s that importing the room should not pay

    with TTFont(REGULAR, lazy=True) as font:
        return frozenset(chr(point) for point in font.getBestCmap())


def missing_characters(texts: Iterable[str]) -> list[str]:
    """Return the characters of `texts` that have no glyph, sorted.

    Examples
    --------
    >>> missing_characters(["喆堃珺玥垚燊 ≥ ≤ × → — ± ² ✓"]), missing_characters(["a\U00020bb7"])
    ([], ['\U00020bb7'])
    """
    used: set[str] = set().union(*(set(text) for text in texts))
    return sorted(used - drawable_characters() - _LAYOUT)


def refuse_missing_characters(texts: Iterable[str], *, where: str = "") -> None:
    """Refuse texts that hold a character without a glyph.

    Raises
    ------
    ReportError
        Naming each missing character by its code point.
    """
    absent = missing_characters(texts)
    if absent:
        raise ReportError(
            "the font has no glyph for {characters}",
            where=where,
            remedy="write the character in another way, or let it be shown as its code point",
            characters=", ".join(code_point(c) for c in absent),
        )


def code_point(character: str) -> str:
    """Return a character as its code point.

    Examples
    --------
    >>> code_point("é")
    'U+00E9'
    """
    return f"U+{ord(character):04X}"


def with_code_points(value: Any, absent: Iterable[str]) -> Any:
    """Write each absent character visibly as ``[U+XXXX]`` in every text of nested lists and dicts.

    Examples
    --------
    >>> with_code_points({"a": ["x\U00020bb7"]}, ["\U00020bb7"])
    {'a': ['x[U+20BB7]']}
    """
    table = {ord(c): "" if unicodedata.category(c) == "Cf" else f"[{code_point(c)}]" for c in absent}
    return _substituted(value, table) if table else value


def _substituted(value: Any, table: dict[int, str]) -> Any:
    if isinstance(value, str):
        return value.translate(table)
    if isinstance(value, dict):
        return {key: _substituted(item, table) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_substituted(item, table) for item in value]
    return value
