"""Translated texts: English message ids, Chinese catalogues, one language in use at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("zh", "en")
_FOLDER = Path(__file__).parent
_in_use: ContextVar[str | None] = ContextVar("language", default=None)


def language() -> str:
    """Return the language in use: set by `language_in_use`, else ``POVLIB_LANG``, else Chinese.

    Examples
    --------
    >>> with language_in_use("en"):
    ...     language()
    'en'
    """
    chosen = _in_use.get() or os.environ.get("POVLIB_LANG", "zh")
    return chosen if chosen in LANGUAGES else "zh"


@contextmanager
def language_in_use(lang: str | None) -> Iterator[None]:
    """Use `lang` ("zh" or "en"; None changes nothing) inside a ``with`` block.

    Raises
    ------
    ValueError
        If `lang` is not one of `LANGUAGES`.
    """
    if lang is not None and lang not in LANGUAGES:
        raise ValueError(f"language {lang!r} is not one of {LANGUAGES}")
    token = _in_use.set(lang or _in_use.get())
    try:
        yield
    finally:
        _in_use.reset(token)


@cache
def _catalogue_messages(lang: str) -> dict[str, str]:
    from babel.messages.pofile import read_po  # 40 ms that `import povlib` should not pay

    found: dict[str, str] = {}
    for path in sorted((_FOLDER / lang).glob("*.po")):
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
        "zh" or "en"; default the language in use.
    **values
        Values of the fields.

    Examples
    --------
    >>> text("{n} households", "en", n=3)
    '3 households'
    """
    lang = lang or language()
    found = message if lang == "en" else _catalogue_messages(lang).get(message, message)
    return found.format(**values) if values else found
