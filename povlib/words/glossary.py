"""Terms of the field: one name each in every language, with unit, from ``glossary.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from povlib.words.catalogue import SOURCE_LANGUAGE, language, languages, text

_UNIT = "unit_"


@dataclass(frozen=True)
class Term:
    """One term: its `names` and, for quantities, its `units` by language."""

    key: str
    names: Mapping[str, str]
    units: Mapping[str, str]


@cache
def glossary() -> dict[str, Term]:
    """Return every term by key."""
    with (Path(__file__).parent / "glossary.yaml").open(encoding="utf-8") as file:
        rows = yaml.safe_load(file)
    return {key: _term_of_row(key, row) for key, row in rows.items()}


def _term_of_row(key: str, row: Mapping[str, str]) -> Term:
    names = {column: words for column, words in row.items() if not column.startswith(_UNIT)}
    units = {column.removeprefix(_UNIT): words for column, words in row.items() if column.startswith(_UNIT)}
    return Term(key, names, units)


def term_in_each_language(key: str) -> dict[str, str]:
    """Return the name of a term by language."""
    return {lang: term(key, lang) for lang in languages()}


def term(key: str, lang: str | None = None, *, unit: bool = False) -> str:
    """Return the name of a term, with its unit in brackets when asked; English where a language has none.

    Raises
    ------
    KeyError
        If the glossary does not hold `key`.

    Examples
    --------
    >>> term("household", "zh"), term("household", "en")
    ('户', 'household')
    """
    entry = glossary()[key]
    lang = lang or language()
    name = entry.names.get(lang, entry.names[SOURCE_LANGUAGE])
    # a unit left out in one of the two first languages is left out on purpose; a third language takes the English one
    measure = entry.units.get(lang, "" if lang in entry.names else entry.units.get(SOURCE_LANGUAGE, ""))
    return text("{name} ({note})", lang, name=name, note=measure) if unit and measure else name
