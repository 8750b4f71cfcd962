"""`povlib intake check` and `povlib load`: one JSON list, nothing loaded by a check, words for every odd file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from povlib import ledger, runs
from povlib.intake.verdict import FileVerdict
from povlib.runs.office.office_place import open_book

HEADER = "户编号,户主姓名,身份证号,村,人口,致贫原因,人均纯收入,住房等级,备注"
ROW = "0007,测试,11010519491231002X,联胜,3,因病,2800,A,"


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """The smallest form that loads."""
    path = tmp_path / "a.csv"
    path.write_text(f"{HEADER}\n{ROW}\n", encoding="utf-8")
    return path


def _listed(said: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(said.out)
    return found


def test_the_json_is_what_was_promised(cli: Any, tmp_path: Path, work: Path) -> None:
    path = tmp_path / "b.csv"
    path.write_text(f"{HEADER}\n{ROW.replace(',A,', ',危房,')}\n", encoding="utf-8")
    said = cli("intake", "check", path, "--json")
    (answer,) = _listed(said)
    assert said.code == 1
    assert list(answer) == ["file", "verdict", "loaded", "flags", "notes"]
    assert (answer["file"], answer["verdict"], answer["loaded"]) == (str(path), "reject_cells", 1)
    (flag,) = answer["flags"]
    assert {"sheet": "", "cell": "H2", "rule": "unknown_code_near"}.items() <= flag.items()
    assert "危房" in flag["message"]
    assert not work.exists(), "a check writes nothing"


def test_a_clean_file_is_accepted(cli: Any, plain: Path) -> None:
    said = cli("intake", "check", plain, "--json")
    assert said.code == 0
    assert _listed(said)[0]["verdict"] in ("accept", "accept_with_notes")


def test_every_odd_file_gets_a_verdict(cli: Any, tmp_path: Path, plain: Path) -> None:
    odd: list[Path | str] = [tmp_path / "nowhere.xlsx", tmp_path, tmp_path / ("n" * 300 + ".csv"), ""]
    if os.name == "posix":
        os.mkfifo(tmp_path / "pipe")
        odd += ["/dev/null", "/dev/zero", tmp_path / "pipe"]
    said = cli("intake", "check", *odd, plain, "--json")
    answers = _listed(said)
    assert [a["file"] for a in answers] == [*map(str, odd), str(plain)]
    assert {a["verdict"] for a in answers[:-1]} == {"reject_file"}
    assert all(a["flags"] and a["loaded"] == 0 for a in answers[:-1])
    assert said.code == 1


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(cli: Any, plain: Path) -> None:
    plain.chmod(0)
    assert _listed(cli("intake", "check", plain, "--json"))[0]["flags"][0]["rule"] == "file_missing"


def test_the_current_folder_does_not_matter(plain: Path) -> None:
    """Another folder, an ASCII console, and a module of the same name as one of ours in the way."""
    (plain.parent / "json.py").write_text("raise SystemExit('not this one')", encoding="utf-8")
    (plain.parent / "povlib.py").write_text("raise SystemExit('not this one')", encoding="utf-8")
    command = [sys.executable, "-P", "-c", "from povlib.cli import main; import sys; sys.exit(main())"]
    done = subprocess.run(
        [*command, "intake", "check", plain.name, "--json"],
        cwd=plain.parent,
        env={**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONPATH": ""},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.decode("utf-8"))[0]["file"] == "a.csv"


def test_faults_of_the_command_are_words(cli: Any, plain: Path, tmp_path: Path) -> None:
    for words in (("--villages", tmp_path / "none.yaml"), ("--rules", tmp_path / "none")):
        said = cli("intake", "check", plain, *words, "--json")
        assert said.code == 2
        assert said.out == ""
        assert "none" in said.err


def test_villages_of_another_file(cli: Any, plain: Path, tmp_path: Path) -> None:
    villages = tmp_path / "v.yaml"
    villages.write_text("- name: 东山\n  aliases: [联胜]\n", encoding="utf-8")
    (answer,) = _listed(cli("intake", "check", plain, "--villages", villages, "--json"))
    assert answer["loaded"] == 1
    villages.write_text("- name: 东山\n", encoding="utf-8")
    (answer,) = _listed(cli("intake", "check", plain, "--villages", villages, "--json"))
    assert [f["cell"] for f in answer["flags"] if not f.get("note")] == ["D2"]


def test_load_says_the_same_in_json(cli: Any, small: Path) -> None:
    said = cli("load", small, "--json")
    (answer,) = _listed(said)
    assert said.code == 0
    assert answer["loaded"] > 0
    again = cli("load", small, "--json")
    assert _listed(again)[0]["flags"][0]["rule"] == "already_loaded"


def test_load_for_a_month_refuses_another(cli: Any, small: Path) -> None:
    said = cli("load", small, "--month", "1999-01")
    assert said.code == 1
    assert "expected" in said.out
    assert cli("load", small, "--month", "nonsense").code == 2


def test_an_office_loads_by_its_own_mappings(cli: Any, plain: Path, work: Path) -> None:
    """A spelling that only this office's mapping knows."""
    cli("new", "desk")
    mapping = work / "desk" / "params" / "mappings" / "minimal_household.yaml"
    odd = plain.with_name("odd.csv")
    odd.write_text(plain.read_text(encoding="utf-8").replace("户编号,", "本所户号,"), encoding="utf-8")
    assert cli("load", odd, "--office", "desk").code == 1
    told = mapping.read_text(encoding="utf-8")
    assert "aliases: [" in told
    mapping.write_text(told.replace("aliases: [", "aliases: [本所户号, ", 1), encoding="utf-8")
    said = cli("load", odd, "--office", "desk")
    assert said.code == 0, said.both


def test_an_older_file_needs_a_word(cli: Any, small: Path, tmp_path: Path) -> None:
    assert cli("load", small).code == 0
    book = openpyxl.load_workbook(small)
    for page in book:
        page["A1"].value = str(page["A1"].value).replace("2016-04", "2015-12").replace("2016年4月", "2015年12月")
    older = tmp_path / "older.xlsx"
    book.save(older)
    refused = cli("load", older)
    assert refused.code == 1
    assert "later months" in refused.out
    assert "later months" not in cli("load", older, "--older").out


def test_nothing_of_a_check_is_in_the_ledger(cli: Any, small: Path) -> None:
    place = runs.sample_office()
    with open_book(place) as book:
        before = book.head()
    cli("intake", "check", small)
    with open_book(place) as book:
        assert book.head() == before
        assert ledger.check(book).ok


def test_a_verdict_names_the_file_as_it_was_given() -> None:
    assert FileVerdict("./a.csv").as_json()["file"] == "./a.csv"
