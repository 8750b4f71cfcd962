"""A misspelt word is answered at once, with the nearest that there are; what loads little waits for little."""

from __future__ import annotations

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


def _loaded(*words: str) -> tuple[int, str, set[str]]:
    """Return exit code and answer of a command in a process of its own, and which heavy packages it loaded."""
    program = (
        "import sys; from povlib.cli import main\n"
        f"try: code = main({['--lang', 'en', *words]!r})\n"
        "except SystemExit as end: code = end.code\n"
        "print('LOADED', *sorted(name for name in sys.modules if '.' not in name)); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, check=False
    )
    said, _, names = done.stdout.rpartition("LOADED")
    return done.returncode, said + done.stderr, set(names.split()) & HEAVY


@pytest.mark.parametrize(
    ("words", "near"),
    [
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
    ],
)  # fmt: skip
def test_a_misspelt_word_is_answered_before_anything_is_loaded(made: Path, words: tuple[str, ...], near: str) -> None:
    code, said, heavy = _loaded(*words)
    assert code == 2, said
    assert near in said
    assert heavy == set()


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (("correct", "househlds", "hh=S01-0001", "--set", "village=a"), "households"),
        (("correct", "households", "hh=S01-0001", "--set", "vilage=a"), "village"),
        (("retract", "househlds", "hh=S01-0001"), "households"),
    ],
)
def test_a_misspelt_table_or_column_is_answered_before_the_ledger_is_opened(
    made: Path, words: tuple[str, ...], near: str
) -> None:
    code, said, heavy = _loaded(*words, "--officer", "W", "--reason", "r")
    assert code == 2, said
    assert near in said
    assert not heavy & {"pandas", "scipy", "adbc_driver_manager"}


def test_names_stand_for_keys_and_amounts_are_typed_as_people_write_them(cli: Any, loaded: Path) -> None:
    for n, amount in enumerate(("16万元", "160,000", "160000 元", "￥１６万")):
        said = cli("fund", "appropriate", "专项扶贫资金", "2016", amount, "--id", f"d{n}", "--officer", "W")
        assert said.code == 0, said.err
    assert "640,000.00" in cli("fund", "balances").out
    assert cli("fund", "appropriate", "special", "2016", "1,60", "--id", "e", "--officer", "W").code == 2
