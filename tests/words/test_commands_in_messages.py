"""What a message says to type next can be typed: the whole command, a word that there is, the options it has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import povlib
from povlib.cli.parser import declared_words
from povlib.cli.word import typeable

CATALOGUES = sorted((Path(povlib.__file__).parent / "words" / "zh").glob("*.po"))
COMMAND = re.compile(
    r"python3 workbench\.py ((?:(?:ledger|fund|horizon|houses|inspect|scenarios|params|runs|voice|share|claims) )?"
    r"[a-z-]+)"
    r"([^;；:：，,。()（）]*)"
)
#: words of the starter itself
STARTER = {"setup", "run", "test", "wheelhouse"}


def _messages() -> list[str]:
    found: list[str] = []
    for path in CATALOGUES:
        with path.open("rb") as file:
            for message in read_po(file):
                found += [str(message.id), str(message.string)]
    return found


def test_every_command_named_is_one_that_can_be_typed() -> None:
    known = {
        f"{word.group.name} {word.name}" if word.group else word.name: {argument.name for argument in word.arguments}
        for word in declared_words()
    }
    wrong = []
    for message in _messages():
        for named, rest in COMMAND.findall(message):
            options = set(re.findall(r"--[a-z-]+", rest)) - {"--office", "--lang", "--help"}
            if named not in known.keys() | STARTER or options - known.get(named, options):
                wrong.append(message)
    assert wrong == []


def test_no_message_names_a_command_that_is_not_on_the_readers_computer() -> None:
    words = sorted({word.group.name if word.group else word.name for word in declared_words()}, key=len, reverse=True)
    bare = re.compile(r"(?<![\w/])povlib (?:" + "|".join(words) + r")\b|`(?:" + "|".join(words) + r")[ `]")
    assert [message for message in _messages() if bare.search(message)] == []


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("then: python3 workbench.py load", "then: python3 workbench.py load --office 北乡"),
        ("python3 workbench.py fund release R --file F", "python3 workbench.py fund release --office 北乡 R --file F"),
        ("python3 workbench.py new 北乡", "python3 workbench.py new 北乡"),
        ("python3 workbench.py plan base --office 北乡", "python3 workbench.py plan base --office 北乡"),
    ],
)
def test_a_command_names_the_office_of_who_reads_it(said: str, shown: str) -> None:
    assert typeable(said, "北乡") == shown
    assert typeable(said, "sample") == said
