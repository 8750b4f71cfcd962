"""The walk through the bulletin: complete, in order, and true of what it names."""

from __future__ import annotations

import ast
import hashlib
import json
import re
import shlex
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

import pytest
import yaml

from povlib.cli.parser import parse_words
from povlib.params import load_claims

ROOT = Path(__file__).resolve().parents[2]
WALK = ROOT / "docs" / "bulletin-walk.md"
# SHA-256 of the bulletin's text without white space: the walk quotes all of it, and nothing else
BULLETIN = "ddce183f12784b66374ee1010415f257f0d7138e3c8ec6538250fef43184b9b2"
PLACES = ("command", "notebook", "test", "parameter", "call")
MARKS = {*PLACES, "remark", "not yet", "nothing to check"}


@dataclass
class Sentence:
    """A quoted piece of the bulletin and the entries below it."""

    quote: str
    entries: dict[str, list[str]] = field(default_factory=dict)

    @property
    def claimed(self) -> bool:
        return any(mark in self.entries for mark in PLACES)


def _read() -> list[Sentence]:
    found: list[Sentence] = []
    for line in WALK.read_text(encoding="utf-8").splitlines():
        if line.startswith("> "):
            found.append(Sentence(line[2:]))
        elif found and (entry := re.match(r"- ([a-z ]+): (.+)", line)):
            mark, rest = entry.groups()
            assert mark in MARKS, f"{found[-1].quote}: no mark is called {mark!r}"
            assert mark not in found[-1].entries, f"{found[-1].quote}: {mark} twice"
            found[-1].entries[mark] = re.findall(r"`([^`]+)`", rest) if mark in PLACES else [rest]
    return found


SENTENCES = _read()


def _named(mark: str) -> list[str]:
    return sorted({name for sentence in SENTENCES for name in sentence.entries.get(mark, [])})


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_every_sentence_of_the_bulletin_stands_here_in_order() -> None:
    walked = _bare("".join(sentence.quote for sentence in SENTENCES))
    assert hashlib.sha256(walked.encode()).hexdigest() == BULLETIN


def test_every_sentence_has_a_place_or_says_what_is_missing() -> None:
    for sentence in SENTENCES:
        assert sentence.claimed or {"not yet", "nothing to check"} & set(sentence.entries), sentence.quote
        assert all(sentence.entries.values()), f"{sentence.quote}: an entry names nothing"


def test_what_is_not_yet_there_is_not_claimed_too() -> None:
    for sentence in SENTENCES:
        if {"not yet", "nothing to check"} & set(sentence.entries):
            assert len(sentence.entries) == 1, f"{sentence.quote}: says both"


def test_only_titles_and_phrases_of_passage_have_nothing_to_check() -> None:
    empty = [sentence.quote for sentence in SENTENCES if "nothing to check" in sentence.entries]
    assert len(empty) <= 8
    assert not [quote for quote in empty if re.search(r"\d+[户人个间名万只]", quote)]


def test_claims_that_are_counted_are_placed_and_others_are_not_yet() -> None:
    walked, spans, at = _bare("".join(sentence.quote for sentence in SENTENCES)), [], 0
    for sentence in SENTENCES:
        spans.append((at, at := at + len(_bare(sentence.quote)), sentence))
    for claim in load_claims(ROOT / "data" / "claims" / "bulletin.yaml").claims:
        start = walked.find(_bare(claim.quote))
        assert start >= 0, f"{claim.id}: its quote is not in the walk"
        assert all(_bare(also) in walked for also in claim.also), claim.id
        met = [s for low, high, s in spans if low < start + len(_bare(claim.quote)) and start < high]
        if claim.kind == "not_recorded":
            assert any("not yet" in s.entries for s in met), f"{claim.id}: not recorded, yet nothing is said to miss"
        else:
            assert any("08_bulletin#claims" in s.entries.get("notebook", []) for s in met), claim.id
            assert any("test" in s.entries for s in met), claim.id


@pytest.mark.parametrize("command", _named("command"))
def test_command_is_understood(command: str) -> None:
    program, *words = shlex.split(command)
    assert program == "povlib"
    assert callable(parse_words(words).command)


@pytest.mark.parametrize("name", _named("notebook"))
def test_cell_exists(name: str) -> None:
    notebook, cell = name.split("#")
    held = json.loads((ROOT / "notebooks" / f"{notebook}.ipynb").read_text(encoding="utf-8"))
    assert cell in {each["id"] for each in held["cells"] if each["cell_type"] == "code"}


@pytest.mark.parametrize("name", _named("test"))
def test_test_exists(name: str) -> None:
    file, function = name.split("::")
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    assert function in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("name", _named("parameter"))
def test_parameter_exists(name: str) -> None:
    file, key = name.split("#")
    values = yaml.safe_load((ROOT / file).read_text(encoding="utf-8"))
    # a file that is one record has its fields for keys
    assert key in ({record["key"] for record in values["records"]} if "records" in values else values)


@pytest.mark.parametrize("name", _named("call"))
def test_call_exists(name: str) -> None:
    module, _, function = name.rpartition(".")
    assert function in import_module(module).__all__
