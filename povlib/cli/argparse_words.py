"""The words of argparse itself ("usage", "unrecognized arguments", ...) in the language in use.

Responsible for nothing else: the words of our own commands are in `povlib.cli.parser`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager

from povlib.words import text


def _translated(message: str) -> str:
    return text(message)


def _translated_plural(singular: str, plural: str, n: int) -> str:
    """Return the wording for `n` things; Chinese has one form."""
    translated = text(singular)
    return translated if translated != singular or n == 1 else plural


@contextmanager
def argparse_in_our_words() -> Iterator[None]:
    """Let argparse speak through our catalogues inside a ``with`` block.

    argparse looks its texts up under the module names ``_`` and ``ngettext``; binding a compiled gettext
    domain instead would need a file of its own for these twenty lines.

    Examples
    --------
    >>> from povlib.words import language_in_use
    >>> with language_in_use("zh"), argparse_in_our_words():
    ...     print(argparse.ArgumentParser(prog="povlib", add_help=False).format_usage().strip())
    用法：povlib
    """
    names = {"_": _translated, "ngettext": _translated_plural}
    before = {name: getattr(argparse, name) for name in names}
    for name, word in names.items():
        setattr(argparse, name, word)
    try:
        yield
    finally:
        for name, word in before.items():
            setattr(argparse, name, word)
