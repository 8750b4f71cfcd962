import ast
from pathlib import Path

import povlib.allocation.solvers.scale as room
from povlib.words import text

CALLS = {"ProblemError", "SolverError", "InfeasiblePlanError", "Fault", "add", "add_keys", "fault"}


def said():
    for path in sorted(Path(room.__file__).parent.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in CALLS:
                words = [*node.args[:1], *(k.value for k in node.keywords if k.arg in ("remedy", "allowed"))]
                yield from (
                    w.value
                    for w in words
                    if isinstance(w, ast.Constant) and isinstance(w.value, str) and " " in w.value
                )


def test_every_message_is_translated():
    messages = set(said())
    assert len(messages) > 25
    fields = dict.fromkeys(
        ["n", "most", "keys", "table", "name", "given", "shape", "form", "method", "address", "used", "capacity"], "X"
    )
    missing = [message for message in messages if text(message, "zh", **fields) == text(message, "en", **fields)]
    assert not missing, missing
