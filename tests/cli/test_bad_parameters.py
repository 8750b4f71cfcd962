"""Bad parameters at the command line: all faults at once, in words, before anything is loaded."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from povlib import runs
from povlib.places import PARAMS

HEAD = "records:\n"


@pytest.fixture
def params(work: Path) -> Path:
    return runs.sample_office().office.params


def _untouched(work: Path) -> None:
    assert not (work / "sample" / "ledger.sqlite").exists()
    assert list((work / "sample" / "runs").iterdir()) == []
    assert list((work / "sample" / "papers").iterdir()) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("funds.special.amount_yuan=-1", "amount_yuan"),
        ("funds.specal.amount_yuan=1", "special"),
        ("funds.special.amuont_yuan=1", "amount_yuan"),
        ("funds.special.amount_yuan=much", "much"),
        ("settings.horizn=2016-12", "horizon"),
        ("settings.horizon=2016-13", "2016-13"),
        ("settings.help_from=2017-01", "help"),
        ("nothing", "KEY=VALUE"),
        ("=3", "KEY=VALUE"),
    ],
)
def test_a_wrong_change_is_refused(cli: Any, params: Path, work: Path, change: str, words: str) -> None:
    for lang in ("en", "zh"):
        said = cli("run", "--set", change, lang=lang)
        assert said.code == 2, said.both
        assert said.out == ""
        if lang == "en":
            assert words in said.err
    _untouched(work)


def _edit(path: Path, old: str, new: str) -> int:
    words = path.read_text(encoding="utf-8")
    assert old in words
    path.write_text(words.replace(old, new, 1), encoding="utf-8")
    return words[: words.index(old)].count("\n") + 1


def test_a_misspelt_key_in_a_file_is_named_by_its_line(cli: Any, params: Path, work: Path) -> None:
    line = _edit(params / "funds.yaml", "amount_yuan", "amuont_yuan")
    said = cli("run")
    assert said.code == 2
    assert re.search(rf"funds\.yaml:{line}\b.*amuont_yuan", said.err)
    assert "did you mean amount_yuan" in said.err or "amount_yuan" in said.err
    _untouched(work)


def test_all_faults_of_all_files_are_said_at_once(cli: Any, params: Path, work: Path) -> None:
    _edit(params / "funds.yaml", "amount_yuan", "amuont_yuan")
    _edit(params / "posts.yaml", "slots", "slotts")
    said = cli("run")
    assert said.code == 2
    assert "funds.yaml" in said.err
    assert "posts.yaml" in said.err
    _untouched(work)


@pytest.mark.parametrize("torn", ["records: [unclosed", "\t- tabs: here", "a: b: c", "- just\n- a list\n"])
def test_an_unreadable_file_is_named(cli: Any, params: Path, work: Path, torn: str) -> None:
    (params / "funds.yaml").write_text(torn, encoding="utf-8")
    said = cli("run")
    assert said.code == 2
    assert "funds.yaml" in said.err
    _untouched(work)


def test_a_file_in_another_encoding_is_named(cli: Any, params: Path, work: Path) -> None:
    (params / "funds.yaml").write_bytes("records: 资金".encode("gbk"))
    said = cli("run")
    assert said.code == 2
    assert "funds.yaml" in said.err
    _untouched(work)


def test_a_parameter_file_that_is_gone_is_named(cli: Any, params: Path, work: Path) -> None:
    cli("new", "desk")
    (work / "desk" / "params" / "funds.yaml").unlink()
    said = cli("plan", "base", "--office", "desk")
    assert said.code == 2
    assert "funds.yaml" in said.err


def test_a_fund_nobody_may_use_is_told_before_planning(cli: Any, params: Path) -> None:
    words = (params / "funds.yaml").read_text(encoding="utf-8")
    extra = """  - key: idle
    names: {zh: 闲置资金, en: idle fund}
    amount_yuan: 1000
    status: synthetic
    source: test
    window: {from: 2016-06, to: 2016-12}
"""
    (params / "funds.yaml").write_text(words.rstrip("\n") + "\n" + extra, encoding="utf-8")
    said = cli("plan", "base")
    assert re.search(r"idle.*nobody may use this fund", said.both)


def test_every_scenario_is_checked_before_the_first_is_run(cli: Any, params: Path, work: Path) -> None:
    (params / "scenarios" / "odd.yaml").write_text(
        "name: odd\nparent: base\ntitle: {zh: 怪, en: odd}\nchanges: {funds.nope.amount_yuan: 1}\n", encoding="utf-8"
    )
    said = cli("plan", "base")
    assert said.code == 2
    assert "odd.yaml" in said.err
    assert "nope" in said.err
    _untouched(work)


def test_an_unknown_scenario_is_answered_with_those_there_are(cli: Any, params: Path) -> None:
    said = cli("plan", "bsae")
    assert said.code == 2
    assert "base" in said.err


def test_a_plan_before_anything_was_loaded(cli: Any, params: Path, work: Path) -> None:
    said = cli("plan", "base")
    assert said.code == 2
    assert "load" in said.err


@pytest.mark.parametrize(
    "words",
    [
        ("verify", "abc"),
        ("report", "latest"),
        ("approve", "abc", "--officer", "x"),
        ("plan", "base", "--office", "nowhere"),
        ("history", "S01-0001", "--office", "nowhere"),
        ("new", "../up"),
        ("new", ""),
        ("new", "sample"),
        ("forms", "2016-13"),
        ("forms", "May"),
        ("close", "soon"),
    ],
)
def test_unknown_names_are_refused_in_both_languages(cli: Any, words: tuple[str, ...], work: Path) -> None:
    for lang in ("zh", "en"):
        said = cli(*words, lang=lang)
        assert said.code == 2, said.both
        assert said.out == ""
        assert said.err.startswith("✗ ")
        assert bool(re.search("[一-鿿]", said.err)) == (lang == "zh")
    assert not (work / "nowhere").exists()


@pytest.mark.parametrize("words", [("plam",), (), ("approve", "abc"), ("run", "--sett", "a=b"), ("lab", "--port", "x")])
def test_words_that_are_not_understood(cli: Any, words: tuple[str, ...]) -> None:
    for lang, usage in (("zh", "用法："), ("en", "usage: ")):
        said = cli(*words, lang=lang)
        assert said.code == 2
        assert usage in said.err
        assert ("错误：" in said.err) == (lang == "zh")


def test_an_office_without_amounts_is_told_what_to_fill_in(cli: Any) -> None:
    cli("new", "desk")
    said = cli("plan", "base", "--office", "desk")
    assert said.code == 2
    assert "funds.special.amount_yuan" in said.err
    assert "support.housing_repair.cost.amount_yuan" in said.err


def test_help_is_wholly_in_one_language(cli: Any) -> None:
    for words in ((), ("run",), ("load",), ("lab",), ("approve",), ("sample",), ("forms",)):
        english = cli(*words, "--help", lang="en")
        assert not re.search("[一-鿿]", english.out)
        chinese = cli(*words, "--help", lang="zh").out
        sentences = [line for line in re.findall(r"[a-z]+(?: [a-z]+){2,}", chinese)]
        assert sentences == []


def test_rules_of_cooperation_are_checked_with_the_others(cli: Any, params: Path, work: Path) -> None:
    shipped = (PARAMS / "cooperation.yaml").read_text(encoding="utf-8")
    (params / "cooperation.yaml").write_text(shipped.replace("value: 0.3", "value: 3"), encoding="utf-8")
    said = cli("params", "check")
    assert said.code == 2
    assert "recovery_share" in said.err
