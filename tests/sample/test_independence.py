"""The simulator shares no code with what it is used to judge."""

import ast
import subprocess
import sys
from pathlib import Path

import povlib.sample
from povlib.words import text

FOLDER = Path(povlib.sample.__file__).parent
ALLOWED = {"sample", "names_on_demand", "errors", "words", "money", "calendar", "places", "intake", "arrays"}


def imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_modules_import_base_rooms_and_the_form_only():
    for path in FOLDER.rglob("*.py"):
        for name in imports(path):
            if name.startswith("povlib"):
                assert name.split(".")[1] in ALLOWED, (path.name, name)
                assert not name.startswith("povlib.intake") or name == "povlib.intake.form"


def test_nothing_of_the_judging_rooms_is_loaded_by_a_whole_simulation():
    code = (
        "import sys; from povlib import sample; t = sample.simulate(60); sample.ledger_rows(t); sample.sheets(t);"
        "sample.exit_probability(t, replicates=2);"
        "bad = [m for m in sys.modules if m.startswith(tuple('povlib.' + r for r in"
        " ('poverty', 'support', 'impact', 'exits', 'ledger', 'params', 'allocation')))]; print(bad)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_every_message_has_a_chinese_text():
    for path in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and "{" in node.value
                and "}" in node.value
            ):
                said = node.value
                if " " in said and "\n" not in said:
                    assert text(said, "zh") != said, said
