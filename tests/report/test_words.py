"""Every text of the room has a Chinese translation with the same fields."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po

import povlib.report
from povlib.words import glossary

ROOM = Path(povlib.report.__file__).parent
CATALOGUES = ROOM.parent / "words" / "zh"


def _strings(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _strings(node.body)
        yield from _strings(node.orelse)


def _messages() -> Iterator[tuple[str, str]]:
    for path in sorted(ROOM.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in {"text", "say", "Fault", "ReportError", "PrivacyError"}:
                yield from ((path.name, words) for words in _strings(node.args[0]))
            if name in {"Fault", "ReportError", "PrivacyError"}:
                for keyword in node.keywords:
                    if keyword.arg in {"allowed", "remedy"}:
                        yield from ((path.name, words) for words in _strings(keyword.value))


def _catalogue() -> dict[str, str]:
    found = {}
    for path in sorted(CATALOGUES.glob("*.po")):
        with path.open("rb") as file:
            found |= {str(m.id): str(m.string) for m in read_po(file) if m.id and m.string}
    return found


def _fields(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


def test_every_text_is_translated() -> None:
    known = _catalogue()
    assert [(file, words) for file, words in _messages() if words not in known] == []


def test_translations_fill_the_same_fields() -> None:
    with (CATALOGUES / "report.po").open("rb") as file:
        for message in read_po(file):
            if message.id:
                assert _fields(str(message.id)) == _fields(str(message.string)), message.id


def test_every_term_of_a_column_is_in_the_glossary() -> None:
    for path in sorted((ROOM / "meeting").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "column":
                _, name = node.args[:2]
                if not isinstance(name, ast.Constant):  # a column named in the facts is its own term
                    continue
                assert name.value in glossary(), (path.name, name.value)
    assert {"households_unknown", "persons_unknown"} <= set(glossary())
