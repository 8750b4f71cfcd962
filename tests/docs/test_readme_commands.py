"""The commands of the README can be typed, in an office that was made a minute ago too."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from povlib.cli import main
from povlib.cli.parser import parse_words
from povlib.params import load
from povlib.places import PARAMS, ROOT
from povlib.scenarios.scenario_files import scenario_names

STARTER = {"setup", "test", "wheelhouse"}
README = (ROOT / "README.md").read_text(encoding="utf-8")
PLACEHOLDERS = {"命令", "WORD"}


def _commands() -> list[list[str]]:
    """Return the words of every command in the README: in its boxes, and between back quotes."""
    boxes = re.findall(r"^    python3 workbench\.py ([^\n#]+)$", README, re.MULTILINE)
    inline = re.findall(r"`python3 workbench\.py ([^`]+)`", README)
    return [words for line in boxes + inline if (words := shlex.split(line))[0] not in STARTER | PLACEHOLDERS]


@pytest.mark.parametrize("words", _commands(), ids=" ".join)
def test_a_command_of_the_readme_is_understood(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POVLIB_OFFICE", "north")
    options = parse_words(["--lang", "en", *words])
    if getattr(options, "office", "sample") == "sample":
        return
    # what a new office has: its scenarios and the keys of its parameters
    scenarios = getattr(options, "scenario", [])
    named = {scenarios} if isinstance(scenarios, str) else set(scenarios)
    assert named <= set(scenario_names(PARAMS / "scenarios"))
    for change in getattr(options, "set", []):
        load(PARAMS).value_at(change.partition("=")[0])


def test_a_new_office_goes_as_the_readme_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POVLIB_WORK", str(tmp_path))
    monkeypatch.delenv("POVLIB_OFFICE", raising=False)
    expected = {"new": 0, "forms": 0, "load": 2, "plan": 2, "voice": 2, "approve": 2, "close": 2, "promises": 0}
    section = README.partition("### Your own township")[2].partition("###")[0]
    lines = re.findall(r"^    python3 workbench\.py ([^\n#]+)$", section, re.MULTILINE)
    assert [line.split()[0] for line in lines] == list(expected)
    for line in lines:
        # no workbook has come and no amount is entered: said in words, with what to do
        code = main(["--lang", "en", *shlex.split(line)])
        said = capsys.readouterr()
        assert code == expected[line.split()[0]], (line, said.err)
        assert code == 0 or "Next:" in said.err, (line, said.err)


def test_the_villages_of_an_office_are_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POVLIB_WORK", str(tmp_path))
    assert main(["new", "north"]) == 0
    villages = tmp_path / "north" / "params" / "villages.yaml"
    villages.write_text("- name: 东村\n- name: 西村\n  aliases: [西村村]\n", encoding="utf-8")
    assert list(load(tmp_path / "north" / "params").villages) == ["东村", "西村"]
    assert main(["--lang", "zh", "forms", "2016-05", "--blank", "--office", "north"]) == 0
    assert len(list((tmp_path / "north" / "forms" / "2016-05").glob("*.xlsx"))) == 3, "two villages and the township"
