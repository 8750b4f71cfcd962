"""Every message that parameters and scenarios may show has a Chinese translation."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import povlib
from povlib.errors import Fault
from povlib.params.wording import _WORDS
from povlib.words.catalogue import _catalogue_messages

CALLS = {"Fault", "ParameterError", "unknown", "fault", "known"}


def messages(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in CALLS:
            spoken = [k.value for k in node.keywords if k.arg in ("allowed", "remedy")]
            for part in (*node.args[:1], *spoken):
                yield from constants(part)
        if isinstance(node, ast.FunctionDef) and node.name == "_plain_problem":
            for inner in ast.walk(node):
                if isinstance(inner, ast.Return) and inner.value is not None:
                    yield from constants(inner.value)


def constants(node: ast.expr) -> Iterator[str]:
    """Yield a text, or both texts of a choice."""
    if isinstance(node, ast.IfExp):
        yield from constants(node.body)
        yield from constants(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


@pytest.mark.parametrize("room", ["params", "scenarios"])
def test_messages_are_translated(room: str) -> None:
    known = _catalogue_messages("zh")
    found = {m for path in (Path(povlib.__file__).parent / room).glob("*.py") for m in messages(path)}
    assert len(found) > 5
    assert {m for m in found if m and m not in known} == set()


def test_words_for_pydantic_are_translated() -> None:
    known = _catalogue_messages("zh")
    assert {part for pair in _WORDS.values() for part in pair if part and part not in known} == set()


def test_translations_fill_the_same_fields() -> None:
    values = {
        name: "x"
        for name in [
            "key",
            "value",
            "ge",
            "le",
            "gt",
            "lt",
            "near",
            "known",
            "name",
            "level",
            "op",
            "allowed",
            "msg",
            "pattern",
            "kind",
        ]
    }
    for what, allowed in _WORDS.values():
        more = dict.fromkeys(("amount", "months", "first", "last"), 1)
        fault = Fault(what, allowed=allowed, values={**values, **more})
        assert "{" not in fault.show("zh")
        assert "{" not in fault.show("en")
