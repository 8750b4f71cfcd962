"""No text of the whole package lacks a Chinese translation, and each has one only."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import povlib
from povlib import errors

PACKAGE = Path(povlib.__file__).parent
CATALOGUES = sorted((PACKAGE / "words" / "zh").glob("*.po"))
ERRORS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and "Fault" not in name} & {
    name for name in vars(errors) if name.endswith("Error")
}
SPEAKING = {"text", "say", "Fault", *ERRORS}
CODES = re.compile(r"[\w.]+([,;] [\w.]+)*")  # "refuse, drop": words a caller types, the same in every language


def _strings(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _strings(node.body)
        yield from _strings(node.orelse)


def _called(node: ast.Call) -> str:
    return str(getattr(node.func, "id", getattr(node.func, "attr", "")))


def _said(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = _called(node)
        if name in SPEAKING:
            yield from (words for argument in node.args[:1] for words in _strings(argument))
        if name in SPEAKING - {"text", "say"}:
            for keyword in node.keywords:
                if keyword.arg in {"allowed", "remedy"}:
                    yield from (words for words in _strings(keyword.value) if not CODES.fullmatch(words))
        if name in {"Word", "Group"}:  # words of the command line
            yield from _strings(node.args[1])
        if name in {"argument", "switch"}:
            yield from (words for argument in node.args[1:] for words in _strings(argument))


def _needs_words(message: str) -> bool:
    """Return whether anything but fields is left to say."""
    return any(re.search(r"[A-Za-z]{2,}", literal) for literal, *_ in string.Formatter().parse(message) if literal)


def _catalogue() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for path in CATALOGUES:
        with path.open("rb") as file:
            for message in read_po(file):
                if message.id and message.string:
                    found.setdefault(str(message.id), {})[path.stem] = str(message.string)
    return found


@pytest.mark.parametrize("room", sorted(p.name for p in PACKAGE.iterdir() if p.suffix == ".py" or p.is_dir()))
def test_every_text_of_the_package_is_translated(room: str) -> None:
    known = _catalogue()
    place = PACKAGE / room
    paths = [place] if place.is_file() else sorted(place.rglob("*.py"))
    missing = {(p.name, words) for p in paths for words in _said(p) if _needs_words(words) and words not in known}
    assert sorted(missing) == []


def test_each_text_has_one_translation() -> None:
    several = {message: said for message, said in _catalogue().items() if len(set(said.values())) > 1}
    assert several == {}


def _fields(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


def _slots(words: str) -> list[str]:
    return sorted(re.findall(r"%(?:\(\w+\))?[srd]", words))


def test_translations_fill_the_same_fields() -> None:
    for message, said in _catalogue().items():
        for words in said.values():
            assert _fields(message) == _fields(words), message
            assert _slots(message) == _slots(words), message
