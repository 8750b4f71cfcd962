"""A misspelt word is answered at once, with the nearest that there are; what loads little waits for little."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from povlib.places import ROOT

HEAVY = {"pandas", "sqlalchemy", "scipy", "xlsxwriter", "highspy", "adbc_driver_manager"}


@pytest.fixture
def made(loaded: Path) -> Path:
    """The practice township's place with a ledger, and a run as far as its name is looked for."""
    run = loaded / "runs" / "20ab34cd56ef"
    run.mkdir(parents=True)
    (run / "manifest.json").write_text("{}", encoding="utf-8")
    return loaded


_TYPED = """
import contextlib, io, json, sys
from povlib.cli import main
answers = []
for words in json.loads(sys.argv[1]):
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            code = main(["--lang", "en", *words])
        except SystemExit as end:
            code = end.code
    answers.append([code, said.getvalue(), sorted(name for name in sys.modules if "." not in name)])
print(json.dumps(answers))
"""


def _answers(*typed: tuple[str, ...]) -> list[tuple[int, str, set[str]]]:
    """Return exit code and answer of each command, typed one after the other in one process that begins with them.

    With each, which heavy packages it or one before it loaded: the first that names one is to blame.
    """
    done = subprocess.run(
        [sys.executable, "-c", _TYPED, json.dumps(typed)],
        cwd=ROOT, env=dict(os.environ), capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [(code, said, set(names) & HEAVY) for code, said, names in json.loads(done.stdout)]


MISSPELT: tuple[tuple[tuple[str, ...], str], ...] = (
    (("hsitory", "S01-0001"), "history"),
    (("plan", "bsae"), "base"),
    (("run", "--scenario", "bsae"), "base"),
    (("plan", "base", "--set", "funds.specail.amount_yuan=3"), "special"),
    (("plan", "base", "--set", "funds.special.amuont_yuan=3"), "amount_yuan"),
    (("approve", "lates", "--officer", "W"), "latest"),
    (("verify", "lates"), "latest"),
    (("whatif", "lates"), "latest"),
    (("report", "lates"), "latest"),
    (("optimism", "lates"), "latest"),
    (("fund", "commit", "lates", "--officer", "W"), "latest"),
    (("approve", "latest", "--oficer", "W", "--officer", "W"), "--officer"),
    (("history", "S01-001"), "S01-0001"),
    (("step", "公示", "2016-05-01", "S01-001", "--officer", "W"), "S01-0001"),
    (("step", "公示示", "2016-05-01", "S01-0001", "--officer", "W"), "公示"),
    (("unmask", "S01-001", "--officer", "W", "--reason", "r"), "S01-0001"),
    (("erase", "S01-0014-0", "--basis", "b", "--officer", "W"), "S01-0014-01"),
    (("photo", "a.jpg", "--project", "P01", "--phase", "after", "--week", "2016-05-06"),
     "there is no housing project P01"),
    (("fund", "appropriate", "specail", "2016", "5", "--id", "a", "--officer", "W"), "special"),
    (("fund", "appropriate", "专项扶贫资今", "2016", "5", "--id", "a", "--officer", "W"), "专项扶贫资金"),
    (("fund", "carry-over", "specail", "2016", "--officer", "W"), "special"),
    (("fund", "reconcile", "none.csv", "--fund", "specail"), "special"),
    (("fund", "pay", "latest", "S01-0001", "industry_grnat", "special", "5", "--id", "a", "--officer", "W"),
     "industry_grant"),
    (("fund", "balances", "--by", "vilage"), "village"),
    (("ledger", "chekc"), "check"),
    (("history", "S01-0001", "--office", "smaple"), "sample"),
)  # fmt: skip


def test_misspelt_words_are_answered_before_anything_is_loaded(made: Path) -> None:
    answers = _answers(*(words for words, _ in MISSPELT))
    for (words, near), (code, said, heavy) in zip(MISSPELT, answers, strict=True):
        assert code == 2, (words, said)
        assert near in said, words
        assert heavy == set(), words


MISSPELT_TABLES: tuple[tuple[tuple[str, ...], str], ...] = (
    (("correct", "househlds", "hh=S01-0001", "--set", "village=a"), "households"),
    (("correct", "households", "hh=S01-0001", "--set", "vilage=a"), "village"),
    (("retract", "househlds", "hh=S01-0001"), "households"),
)


def test_misspelt_tables_and_columns_are_answered_before_the_ledger_is_opened(made: Path) -> None:
    answers = _answers(*((*words, "--officer", "W", "--reason", "r") for words, _ in MISSPELT_TABLES))
    for (words, near), (code, said, heavy) in zip(MISSPELT_TABLES, answers, strict=True):
        assert code == 2, (words, said)
        assert near in said, words
        assert not heavy & {"pandas", "scipy", "adbc_driver_manager"}, words


def test_names_stand_for_keys_and_amounts_are_typed_as_people_write_them(cli: Any, loaded: Path) -> None:
    for n, amount in enumerate(("16万元", "160,000", "160000 元", "￥１６万")):
        said = cli("fund", "appropriate", "专项扶贫资金", "2016", amount, "--id", f"d{n}", "--officer", "W")
        assert said.code == 0, said.err
    assert "640,000.00" in cli("fund", "balances").out
    assert cli("fund", "appropriate", "special", "2016", "1,60", "--id", "e", "--officer", "W").code == 2
