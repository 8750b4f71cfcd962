"""What a command prints in Chinese holds no other language: Latin letters are keys, files and names of programs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from povlib.cli.parser import declared_words

pytestmark = pytest.mark.whole_run

#: what the reader types, and names of programs and formats
ALLOWED = {
    *("python", "workbench", "py", "povlib", "help", "lang", "zh", "en", "office", "officer", "reason", "set"),
    *("params", "work", "sample", "inbox", "mappings", "age", "rules", "POVLIB", "LEDGER", "yaml", "csv"),
    *("JupyterLab", "Python", "PostgreSQL", "JSON", "CSV", "JPEG", "PNG", "WebP", "HTML", "PDF", "UTF", "GB"),
    *(word.group.name if word.group else word.name for word in declared_words()),
    *(word.name for word in declared_words()),
    *("before", "during", "after"),  # phases of a photo, as they are typed
}
#: a command to type, a path, a key of a household or person, a head of the ledger, an option, a file, a code
NO_WORDS = re.compile(
    r"python3 workbench\.py [^\n：；，]*|/\S+|S\d+-\d+\S*|\b\d+:[0-9a-f]+\b|\b[0-9a-f]{8,}\b|--[a-z-]+"
    r"|\S+\.(?:xlsx|json|html|pdf|docx|csv|yaml|sqlite)\b|[A-Z0-9]{4}(?:-[A-Z0-9]{4})+|[A-Z]{2,}-\d+\S*"
)

COMMANDS: tuple[tuple[str, ...], ...] = (
    ("load",),
    ("load",),
    ("history", "S01-0001"),
    ("history", "S01-001"),
    ("promises",),
    ("close", "2016-04", "--officer", "张三"),
    ("close", "2016-04", "--officer", "张三"),
    ("ledger", "check"),
    ("ledger", "head"),
    ("ledger", "backup"),
    ("ledger", "deposit", "--officer", "张三"),
    ("ledger", "photos"),
    ("photo", "none.jpg", "--project", "S01-016-Z1", "--phase", "甲", "--week", "2016-05-06"),
    ("ledger", "chekc"),
    ("correct", "households", "hh=S01-0001", "--set", "arable_mu=甲", "--officer", "张三", "--reason", "核实"),
    ("correct", "households", "hh=S01-0001", "--set", "arable_mu=2", "--officer", "张三", "--reason", "核实"),
    ("review",),
    ("procedure", "--all"),
    ("step", "公示", "2016-04-20", "S01-0001", "--officer", "张三"),
    ("step", "吃饭", "2016-04-20", "S01-0001", "--officer", "张三"),
    ("unmask", "S01-0001", "--officer", "张三", "--reason", "核实"),
    ("fund", "appropriate", "special", "2016", "甲", "--id", "d1", "--officer", "张三"),
    ("fund", "appropriate", "special", "2016", "40万元", "--id", "d1", "--officer", "张三"),
    ("fund", "balances"),
    ("fund", "carry-over", "special", "2016", "--officer", "张三"),
    ("voice", "post", "latest", "--officer", "张三"),
    ("approve", "latest", "--officer", "张三"),
    ("posting", "2016-03", "--officer", "张三"),
    ("statistics",),
    ("forms", "2016-06"),
    ("forms", "2016-06"),
    ("plan", "base", "--set", "settings.margin=甲"),
)


def _foreign(said: str, typed: tuple[str, ...]) -> set[str]:
    words = set(re.findall(r"[A-Za-z][A-Za-z_-]+", NO_WORDS.sub(" ", said)))
    typed_words = set(re.findall(r"[A-Za-z][A-Za-z_-]+", " ".join(typed)))
    return {word for word in words if "_" not in word} - ALLOWED - typed_words


def test_no_command_answers_in_another_language(cli: Any, loaded: Path) -> None:
    found = {}
    for words in COMMANDS:
        said = cli(*words, lang="zh")
        if foreign := _foreign(said.both, words):
            found[" ".join(words)] = sorted(foreign)
        assert "nan" not in said.both
    assert found == {}
