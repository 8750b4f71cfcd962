"""Translated texts: English message ids, a folder of catalogues a language, one language in use at a time.

The languages are the folders found here, and those in the folder that ``POVLIB_WORDS`` names: an office adds its
own without touching the program.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

SOURCE_LANGUAGE = "en"
"""The language that message ids are written in; it needs no catalogue."""

DEFAULT_LANGUAGE = "zh"
"""Spoken where nothing else is asked for; code lists store their labels in it."""

_FOLDER = Path(__file__).parent
_in_use: ContextVar[str | None] = ContextVar("language", default=None)


def _folders() -> list[Path]:
    """Return the folders that hold languages: the package's own, then an office's."""
    own = os.environ.get("POVLIB_WORDS")
    return [_FOLDER, *([Path(own)] if own else [])]


@cache
def languages() -> tuple[str, ...]:
    """Return the codes of all languages: the default, those with a folder of ``.po`` files, then English.

    Examples
    --------
    >>> languages()[0], languages()[-1]
    ('zh', 'en')
    """
    found = {path.parent.name for folder in _folders() for path in folder.glob("*/*.po")}
    return (DEFAULT_LANGUAGE, *sorted(found - {DEFAULT_LANGUAGE, SOURCE_LANGUAGE}), SOURCE_LANGUAGE)


def language_column(stem: str, lang: str) -> str:
    """Return the name of the column that holds texts in a language: the stem alone is that of the default one.

    Examples
    --------
    >>> language_column("label", "zh"), language_column("label", "en")
    ('label', 'label_en')
    """
    return stem if lang == DEFAULT_LANGUAGE else f"{stem}_{lang}"


@dataclass(frozen=True)
class Conventions:
    """What a language asks of typesetting, from ``<language>/conventions.yaml``; the defaults suit most.

    Attributes
    ----------
    html, jupyter : str
        Codes of the language in web pages and in JupyterLab.
    numerals : {"arabic", "chinese"}
        How headings are numbered.
    typefaces : {"latin", "chinese"}
        Whose sizes, pitch and indents papers take.
    large_money : {"yuan", "wan"}
        Whether large sums are written in units of 10,000 yuan.
    """

    html: str
    jupyter: str = "default"
    numerals: str = "arabic"
    typefaces: str = "latin"
    large_money: str = "yuan"


@cache
def conventions(lang: str) -> Conventions:
    """Return how a language writes numbers, money and pages, and its typefaces; defaults where no file says so.

    Examples
    --------
    >>> conventions("zh").numerals, conventions("en").html
    ('chinese', 'en')
    """
    import yaml

    for folder in _folders():
        path = folder / lang / "conventions.yaml"
        if path.is_file():
            return Conventions(**{"html": lang, **yaml.safe_load(path.read_text(encoding="utf-8"))})
    return Conventions(html=lang)


def language() -> str:
    """Return the language in use: set by `language_in_use`, else ``POVLIB_LANG``, else the default.

    Examples
    --------
    >>> with language_in_use("en"):
    ...     language()
    'en'
    """
    chosen = _in_use.get() or os.environ.get("POVLIB_LANG", DEFAULT_LANGUAGE)
    return chosen if chosen in languages() else DEFAULT_LANGUAGE


@contextmanager
def language_in_use(lang: str | None) -> Iterator[None]:
    """Use `lang` (one of `languages`; None changes nothing) inside a ``with`` block.

    Raises
    ------
    ValueError
        If `lang` is not one of `languages`.
    """
    if lang is not None and lang not in languages():
        raise ValueError(f"language {lang!r} is not one of {languages()}")
    token = _in_use.set(lang or _in_use.get())
    try:
        yield
    finally:
        _in_use.reset(token)


@cache
def _catalogue_messages(lang: str) -> dict[str, str]:
    """Return the translations of a language by English message, read once."""
    from babel.messages.pofile import read_po  # 40 ms that `import povlib` should not pay

    found: dict[str, str] = {}
    for path in [path for folder in _folders() for path in sorted((folder / lang).glob("*.po"))]:
        with path.open("rb") as file:
            for message in read_po(file):
                if message.id and message.string:
                    found[str(message.id)] = str(message.string)
    return found


def text(message: str, lang: str | None = None, /, **values: Any) -> str:
    """Translate `message` and fill its ``{name}`` fields.

    Parameters
    ----------
    message : str
        English text, the key of the catalogue; shown as it is where no translation exists.
    lang : str, optional
        One of `languages`; default the language in use.
    **values
        Values of the fields.

    Examples
    --------
    >>> text("{n} households", "en", n=3)
    '3 households'
    """
    lang = lang or language()
    found = message if lang == SOURCE_LANGUAGE else _catalogue_messages(lang).get(message, message)
    return found.format(**values) if values else found
