"""Terms of the field: one name each in Chinese and English, with unit, from ``glossary.yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from povlib.words.catalogue import language


@dataclass(frozen=True)
class Term:
    """One term: `zh` and `en` names and, for quantities, the `unit` in both languages."""

    key: str
    zh: str
    en: str
    unit_zh: str = ""
    unit_en: str = ""


@cache
def glossary() -> dict[str, Term]:
    """Return every term by key."""
    with (Path(__file__).parent / "glossary.yaml").open(encoding="utf-8") as file:
        rows = yaml.safe_load(file)
    return {key: Term(key, **row) for key, row in rows.items()}


def term(key: str, lang: str | None = None, *, unit: bool = False) -> str:
    """Return the name of a term, with its unit in brackets when asked.

    Raises
    ------
    KeyError
        If the glossary does not hold `key`.

    Examples
    --------
    >>> term("household", "zh"), term("household", "en")
    ('户', 'household')
    """
    found = glossary()[key]
    lang = lang or language()
    name = found.zh if lang == "zh" else found.en
    measure = found.unit_zh if lang == "zh" else found.unit_en
    if not (unit and measure):
        return name
    return f"{name}（{measure}）" if lang == "zh" else f"{name} ({measure})"
