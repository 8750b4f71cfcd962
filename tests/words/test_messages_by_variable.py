"""Words that reach `text` by way of a table or a variable are translated too, and a number's unit is said once."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po

import povlib

PACKAGE = Path(povlib.__file__).parent
#: message ids of a library, which `povlib.params.wording` words itself
NOT_OURS = {"Input should be one of {expected}"}
MEASURE_WORDS = r"(?:个(?!月)|户|人(?!口|均)|项|笔|份|名|元|条)"


def _catalogue() -> dict[str, str]:
    found: dict[str, str] = {}
    for path in (PACKAGE / "words" / "zh").glob("*.po"):
        with path.open("rb") as file:
            found |= {str(message.id): str(message.string) for message in read_po(file) if message.id}
    return found


def _written_sentences(path: Path) -> Iterator[str]:
    """Yield every text of a module with words and a field in it; docstrings, f-strings and SQL are none."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    left_out: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            left_out.add(id(node.value))
        elif isinstance(node, ast.JoinedStr):
            left_out |= {id(part) for part in ast.walk(node)}
        # a command that comes next is typed alike in every language
        elif isinstance(node, ast.keyword | ast.Assign) and _sets(node) == "then":
            left_out |= {id(part) for part in ast.walk(node.value)}
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str)) or id(node) in left_out:
            continue
        said = re.search(r"[a-z]{3,} [a-z]{2,}", node.value) and re.search(r"\{[a-z_]+(?::[^{};]*)?\}", node.value)
        # a style sheet has lines and braces too, a message neither
        if said and "\n" not in node.value and not re.search(r"\b(select|insert|create|update|delete) ", node.value):
            yield node.value


def _sets(node: ast.keyword | ast.Assign) -> str:
    """Return the name of the keyword or attribute that a node sets."""
    return str(node.arg if isinstance(node, ast.keyword) else getattr(node.targets[0], "attr", ""))


def test_a_sentence_with_a_field_is_translated_wherever_it_is_written() -> None:
    known = _catalogue().keys() | NOT_OURS
    paths = [path for path in sorted(PACKAGE.rglob("*.py")) if "sample" not in path.parts]
    missing = {(path.name, words) for path in paths for words in _written_sentences(path) if words not in known}
    assert sorted(missing) == []


def _unit(node: ast.expr, named: dict[str, ast.Call]) -> str:
    call = named.get(node.id) if isinstance(node, ast.Name) else node
    if not (isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("Number", "Range")):
        return ""
    given = [*call.args[3:4], *(keyword.value for keyword in call.keywords if keyword.arg == "unit")]
    return next((str(unit.value) for unit in given if isinstance(unit, ast.Constant)), "")


def test_a_number_that_has_a_unit_is_not_followed_by_another() -> None:
    translated, wrong = _catalogue(), []
    for path in PACKAGE.rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        if not re.search(r"\b(Number|Range)\(", source):  # nothing in it has a unit
            continue
        tree = ast.parse(source)
        named = {
            node.targets[0].id: node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Call)
            and isinstance(node.targets[0], ast.Name)
        }
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("say", "text") and node.args):
                continue
            said = [part.value for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant)]
            for keyword in node.keywords:
                if _unit(keyword.value, named):
                    doubled = re.compile(r"\{" + str(keyword.arg) + r"[^}]*\} ?" + MEASURE_WORDS)
                    wrong += [words for words in said if doubled.search(translated.get(str(words), ""))]
    assert wrong == []
