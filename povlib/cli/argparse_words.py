"""The words of argparse itself ("usage", "unrecognized arguments", ...) in the language in use, and what it leaves out.

Responsible for a parser that names the word nearest to a misspelt one. Not responsible for the words of our own
commands (`povlib.cli.parser`).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

from povlib.errors import nearest_words
from povlib.words import text


def _translated(message: str) -> str:
    return text(message)


def _translated_plural(singular: str, plural: str, n: int) -> str:
    """Return the wording for `n` things; Chinese has one form."""
    translated = text(singular)
    return translated if translated != singular or n == 1 else plural


class OurParser(argparse.ArgumentParser):
    """A parser that answers a misspelt word or option with the nearest that there are."""

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """Refuse a value that is none of an argument's choices, in our words."""
        if action.choices is None or value in action.choices:
            return
        known = [str(choice) for choice in action.choices]
        said = text("there is no {value} here (there are: {known})", value=repr(value), known=", ".join(known))
        raise argparse.ArgumentError(action, said + _question(str(value), known))

    def refuse_extra_words(self, extra: list[str], typed: Sequence[str] = ()) -> NoReturn:
        """End with 2: nothing takes these words; only options of the word that was `typed` are asked for instead."""
        known = self._parser_meant(typed)._options_below()
        near = "".join(_question(word.partition("=")[0], known) for word in extra if word[:1] == "-")
        self.error(text("unrecognized arguments: %s") % " ".join(extra) + near)

    def _parser_meant(self, typed: Sequence[str]) -> OurParser:
        """Return the parser of the word that stands first in `typed`, and of the word below it."""
        for action in self._actions:
            if isinstance(action, argparse._SubParsersAction):
                at = next((at for at, word in enumerate(typed) if word in action.choices), None)
                if at is not None:
                    below: OurParser = action.choices[typed[at]]
                    return below._parser_meant(typed[at + 1 :])
        return self

    def _options_below(self) -> set[str]:
        """Return every option of this parser and of the words below it."""
        found: set[str] = set()
        for action in self._actions:
            found |= set(action.option_strings)
            if isinstance(action, argparse._SubParsersAction):
                for below in action.choices.values():
                    found |= below._options_below()
        return found


def _question(word: str, known: Iterable[str]) -> str:
    """Return " Did you mean ...?" with the nearest of the known words, or nothing."""
    near = nearest_words(word, known)
    return " " + text("did you mean {near}?", near=" / ".join(near)) if near else ""


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
