"""Every command ends with the command that a planner would type next, and that can be typed."""

from __future__ import annotations

import argparse
import ast
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from povlib import cli as command_line
from povlib.cli.parser import declared_words, parse_words
from povlib.cli.word import PROGRAM, Word, next_step
from povlib.words import language_in_use, languages
from tests.cli.conftest import Cli

pytestmark = pytest.mark.thorough

FOLDER = Path(command_line.__file__).parent
FIELD = re.compile(r"\{[^}]*\}")


def _name(word: Word) -> str:
    return f"{word.group.name} {word.name}" if word.group else word.name


def _refuse_unknown(command: str) -> None:
    """Parse a command as it is printed; a word or option that does not exist leaves with SystemExit."""
    assert command.startswith(PROGRAM + " "), command
    parse_words(["--lang", "en", *shlex.split(command.removeprefix(PROGRAM))])


@pytest.mark.parametrize("word", list(declared_words()), ids=_name)
@pytest.mark.parametrize("lang", languages())
def test_a_word_names_what_comes_next(word: Word, lang: str) -> None:
    own = {argument.name.removeprefix("--").replace("-", "_") for argument in word.arguments}
    assert set(re.findall(r"\{(\w+)\}", word.then)) <= own
    with language_in_use(lang):
        command = next_step(argparse.Namespace(**{**dict.fromkeys(own, "x"), "then": word.then, "office": "north"}))
    _refuse_unknown(command)
    # a place that was just made is named itself
    assert "--office north" in command or (word.name == "new" and "--office x" in command)


HELD_ELSEWHERE = {"row.command": "test_every_indicator_leads_to_a_command_that_can_be_typed"}
"""Steps that are values, not texts of the module, with the test that looks at each value."""


def _said_by_commands() -> Iterator[tuple[str, str]]:
    """Yield what commands set as their next step while they run, with the module: texts in the source."""
    for path in sorted(FOLDER.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "attr", "") == "then":
                yield from ((path.name, said) for said in _texts(node.value))


def _texts(node: ast.expr) -> Iterator[str]:
    """Yield the texts that an expression may become; "1" stands for a value."""
    if isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "1" for part in node.values)
    elif isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.IfExp):
        yield from (*_texts(node.body), *_texts(node.orelse))
    elif isinstance(node, ast.BinOp):
        yield from (f"{first}1" for first in _texts(node.left))
    elif ast.unparse(node) in HELD_ELSEWHERE:
        return
    else:
        raise AssertionError(f"a step that this test cannot read: {ast.dump(node)}")


@pytest.mark.parametrize(("module", "said"), list(_said_by_commands()))
def test_what_a_command_names_by_itself_can_be_typed(module: str, said: str) -> None:
    _refuse_unknown(f"{PROGRAM} {FIELD.sub('1', said).strip()}")


CHEAP: list[tuple[list[str], str]] = [
    (["history", "S01-0001"], "history"),
    (["history", "S01-0001", "--page"], "correct"),
    (["promises"], "approve"),
    (["review", "--all"], "decide"),
    (["procedure"], "posting"),
    (["statistics"], "report"),
    (["forms", "2016-05", "--blank"], "load"),
    (["fund", "balances"], "fund appropriate"),
    (["ledger", "check"], "ledger backup"),
    (["ledger", "head"], "ledger deposit"),
    (["ledger", "backup"], "ledger check"),
    (["ledger", "deposit", "--officer", "o"], "ledger check"),
    (["ledger", "photos"], "ledger photos --page"),
    (["unmask", "S01-0001", "--officer", "o", "--reason", "r"], "history"),
    (["correct", "households", "hh=S01-0001", "--set", "distance_km=3", "--officer", "o", "--reason", "r"], "plan"),
    (["runs", "list"], "runs show"),
    (["runs", "list", "--json"], "runs show"),
    (["runs", "show", "latest"], "verify"),
    (["runs", "prune"], "runs list"),
    (["new", "north"], "load"),
]


@pytest.fixture(scope="module")
def office(finished: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    work = tmp_path_factory.mktemp("next") / "work"
    shutil.copytree(finished.office, work / "sample")
    return work


def test_every_indicator_leads_to_a_command_that_can_be_typed(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from povlib.runs.office.office_place import find_office
    from povlib.runs.performance.evaluation import performance_facts

    monkeypatch.setenv("POVLIB_WORK", str(office))
    indicators = performance_facts(find_office("sample"), None, "en").indicators
    assert len(indicators) > 10
    for one in indicators:
        _refuse_unknown(f"{PROGRAM} {one.command}")


@pytest.mark.parametrize(("words", "then"), CHEAP, ids=[" ".join(words[:3]) for words, _ in CHEAP])
def test_the_last_line_of_a_command_can_be_typed(
    words: list[str], then: str, office: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POVLIB_WORK", str(office))
    said = cli(*words)
    assert said.code in (0, 1), said.err
    # where a program reads the answer, the step stands on the other stream
    last = (said.err if "--json" in words or "head" in words else said.out).strip().splitlines()[-1]
    command = last.partition(PROGRAM)[2].strip()
    assert command.startswith(then), last
    _refuse_unknown(f"{PROGRAM} {command}")


def test_a_refusal_names_no_step_of_success(cli: Cli) -> None:
    said = cli("verify", "no-such-run")
    assert said.code == 2
    assert "verify" not in said.out
