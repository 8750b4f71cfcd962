"""A word of the command line, declared once: its name, what it means, its arguments and the function that does it.

Each module of words ends with its ``WORDS``; `povlib.cli.parser` assembles them. Such a module imports the rooms
inside its functions only, so that help and a mistyped word are answered without loading pandas. Not responsible
for what any word does.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from povlib.words import text

if TYPE_CHECKING:
    from povlib.runs.office.office_place import Place

PROGRAM = "python3 workbench.py"
"""What the reader types before every word."""

SAMPLE = "sample"
"""Name of the practice township's office."""

Command = Callable[[argparse.Namespace], int]


@dataclass(frozen=True)
class Argument:
    """One argument of a word; make it with `argument`."""

    name: str
    help: str
    metavar: str
    example: str
    options: Mapping[str, Any]

    def add_to(self, parser: argparse.ArgumentParser) -> None:
        """Add the argument to a parser, in the language in use."""
        shown = self.example or (text(self.metavar) if self.metavar else None)
        words: dict[str, Any] = {"metavar": shown} if shown else {}
        if self.help:
            words["help"] = text(self.help)
        parser.add_argument(self.name, **words, **self.options)


def argument(name: str, help: str = "", metavar: str = "", *, example: str = "", **options: Any) -> Argument:
    """Declare an argument; `options` go to ``ArgumentParser.add_argument`` as they are.

    Parameters
    ----------
    name : str
        A position, or an option that begins with ``--``.
    help, metavar : str
        Message ids, translated when the parser is built.
    example : str
        A value as it is typed, shown in place of `metavar` in every language.

    Examples
    --------
    >>> argument("--seed", "seed of the random numbers", "N", type=int, default=2016).options["default"]
    2016
    """
    return Argument(name, help, metavar, example, options)


def switch(name: str, help: str) -> Argument:
    """Declare an option without a value."""
    return argument(name, help, action="store_true")


@dataclass(frozen=True)
class Group:
    """A word that stands before others: ``ledger`` in ``povlib ledger check``."""

    name: str
    meaning: str


@dataclass(frozen=True)
class Word:
    """A word of the command line.

    Parameters
    ----------
    name : str
        As it is typed.
    meaning : str
        Message id of its line of help.
    command : callable
        Does it and returns the exit code.
    arguments : tuple of Argument
    group : Group, optional
        The word that stands before it.
    of_office : bool
        Whether it works in one office's place and so takes ``--office``.
    lasting : bool
        Whether it goes on until the reader ends it, and so gives no signs of life.
    then : str
        The command that a planner would type next, without the program; ``{run}`` stands for an argument of the word.
        The command may set another as ``options.then``.
    """

    name: str
    meaning: str
    command: Command
    arguments: tuple[Argument, ...] = ()
    group: Group | None = None
    of_office: bool = True
    lasting: bool = False
    then: str = ""


OFFICER = argument("--officer", "who does this, as it will stand in the ledger", "OFFICER", default="-")
NAMED_OFFICER = argument("--officer", "who does this, as it will stand in the ledger", "OFFICER", required=True)
REASON = argument("--reason", "why, as it will stand in the ledger", "REASON", required=True)
RUN = argument("run", "id of a run or its beginning, a scenario (its newest run), latest or approved", "RUN")
MONTH = argument("month", "a month such as 2016-05", "MONTH")
HOUSEHOLD = argument("household", "household key", "HOUSEHOLD")


def _quoted(value: object) -> str:
    """Return a value as a shell takes it for one word; Chinese needs no quotes, unlike `shlex.quote` says."""
    return shlex.quote(str(value)) if re.search(r"[^\w@%+=:,./-]", str(value)) else str(value)


_PLACEHOLDER = re.compile(r"(?<![{\w])[A-Z]{2,}(?:=[A-Z]+)?(?!\w)")


def next_step(options: argparse.Namespace) -> str:
    """Return the command to type next, in full and in the language in use; "" where none is named.

    Examples
    --------
    >>> next_step(argparse.Namespace(then="verify {run}", run="b7dc", office="north"))
    'python3 workbench.py verify --office north b7dc'
    """
    # what the reader has to fill in stands in capitals, and is called what the help calls it
    template = _PLACEHOLDER.sub(lambda word: text(word[0]), getattr(options, "then", ""))
    values = {
        name: " ".join(map(_quoted, value)) if isinstance(value, list) else _quoted(value)
        for name, value in vars(options).items()
    }
    command = template.format_map(values)
    return typeable(f"{PROGRAM} {command}", getattr(options, "office", SAMPLE)) if command else ""


def typeable(words: str, office: str) -> str:
    """Return a message with ``--office`` in each command it names, where the office is not the default one.

    Examples
    --------
    >>> typeable("then: python3 workbench.py ledger restore FILE", "north")
    'then: python3 workbench.py ledger restore --office north FILE'
    """
    if office == os.environ.get("POVLIB_OFFICE", SAMPLE):
        return words
    return _NAMED_COMMAND.sub(rf"\g<0> --office {office}", words)


# `new` and `sample` work in no office; a command that names one already keeps it
_NAMED_COMMAND = re.compile(
    re.escape(PROGRAM)
    + r" (?!new\b|sample\b)(?:(?:ledger|fund|horizon|houses|inspect|posts|runs|params|scenarios|voice|share|claims) )?"
    r"[a-z-]+(?![a-z-])(?![^\n:;；：，,]*--office\b)"
)


def chosen_place(options: argparse.Namespace) -> Place:
    """Return the place of the office that the words name.

    Raises
    ------
    RunError
        If there is none of this name.
    """
    from povlib.runs.office.office_place import find_office, sample_office

    return sample_office() if options.office == SAMPLE else find_office(options.office)
