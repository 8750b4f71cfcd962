"""Every message of the room has a Chinese translation with the same fields."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from babel.messages.pofile import read_po

import povlib.ledger
from povlib.words.catalogue import text

ROOM = Path(povlib.ledger.__file__).parent


def messages() -> set[str]:
    """Collect what is said in Fault(...) and LedgerError(...), and the table of driver words."""
    found = set()
    for path in ROOM.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Fault", "LedgerError", "text"):
                given = [*node.args, *(k.value for k in node.keywords if k.arg in ("what", "allowed", "remedy"))]
                where = node.args[1:2] if node.func.id == "Fault" else []
                found |= {
                    a.value
                    for a in given
                    if isinstance(a, ast.Constant) and isinstance(a.value, str) and a not in where
                }
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "_SAID":
                found |= {part for row in ast.literal_eval(node.value) for part in row[1:]}
    return {m for m in found if m and not re.fullmatch(r"\{\w+\}", m)}


def test_every_message_is_translated_with_its_fields():
    with (ROOM.parent / "words" / "zh" / "ledger.po").open("rb") as file:
        held = {str(m.id): str(m.string) for m in read_po(file)}
    wanted = messages()
    assert len(wanted) > 40
    missing = sorted(m for m in wanted if text(m, "zh") == m)
    assert not missing
    for said, translated in held.items():
        assert set(re.findall(r"\{(\w+)\}", said)) == set(re.findall(r"\{(\w+)\}", translated)), said
