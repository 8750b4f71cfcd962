"""The word ``monthly``: words, JSON and exit codes, without a terminal; recipes of the timers."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest

from povlib.cli.parser import parse_words
from povlib.places import ROOT

pytestmark = pytest.mark.whole_run

PAGE = (ROOT / "docs" / "monthly.md").read_text(encoding="utf-8")


def test_foreseeing_says_what_would_be_done_and_does_nothing(cli: Any, loaded: Path) -> None:
    before = (loaded / "ledger.sqlite").read_bytes()
    said = cli("monthly", "--dry")
    assert "Nothing is done; this is what would be:" in said.out
    assert "Would load 12 files; 0 would be refused in whole or in part; 1 are loaded already" in said.out
    assert "Next: python3 workbench.py monthly" in said.out
    assert (loaded / "ledger.sqlite").read_bytes() == before
    assert not (loaded / "monthly").exists()


def test_looking_at_the_inbox_loads_nothing(cli: Any, loaded: Path, tampered: Any) -> None:
    before = (loaded / "ledger.sqlite").read_bytes()
    receipts = sorted((loaded / "receipts").iterdir())
    changed = tampered(("户信息", "户主姓名", 0, "新名"))
    said = cli("load", "--dry", changed)
    assert said.code == 0
    assert "accepted" in said.out
    assert (loaded / "ledger.sqlite").read_bytes() == before
    assert sorted((loaded / "receipts").iterdir()) == receipts


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--month", "2016-13"], "no month"),
        (["--incomplete"], "closed with a reason"),
        (["--scenario", "bsae"], "base"),
        (["--nonsense"], "--nonsense"),
    ],
)
def test_a_mistyped_word_is_refused_before_anything_is_done(cli: Any, work: Path, words: list[str], told: str) -> None:
    said = cli("monthly", *words)
    assert said.code == 2
    assert told in said.err
    assert not (work / "sample" / "ledger.sqlite").exists()


def test_a_wrong_parameter_is_in_the_summary_too(cli: Any, loaded: Path) -> None:
    funds = loaded / "params" / "funds.yaml"
    funds.write_text(funds.read_text(encoding="utf-8").replace("amount_yuan:", "amuont_yuan:"), encoding="utf-8")
    said = cli("monthly", "--json")
    assert said.code == 2
    facts = json.loads(said.out)
    assert facts["exit_code"] == 2
    assert "amuont_yuan" in facts["needs_a_person"][0]["words"]
    assert json.loads((loaded / "monthly" / f"{facts['month'] or 'no-month'}.json").read_text("utf-8")) == facts


def test_nothing_to_do_is_said_without_a_ledger(cli: Any, work: Path) -> None:
    cli("ledger", "head")
    for path in (work / "sample" / "inbox").glob("*.xlsx"):
        path.unlink()
    # the practice office puts its own workbooks back: an office of one's own stays empty
    assert cli("new", "north").code == 0
    said = cli("monthly", "--office", "north", "--dry")
    assert said.code in (1, 2)


def test_the_recipe_for_cron_can_be_typed() -> None:
    (line,) = re.findall(r"^    (\S+ \S+ \S+ \S+ \S+ cd .*)$", PAGE, re.MULTILINE)
    fields = line.split()
    assert fields[:5] == ["15", "6", "*", "*", "*"]
    # a per cent sign ends a line of cron
    assert "%" not in line
    words = shlex.split(line.partition("workbench.py ")[2].partition(" >>")[0])
    assert parse_words(words).office == "north"


def test_the_recipes_for_windows_can_be_read() -> None:
    written = re.search(r"^    <\?xml.*?</Task>$", PAGE, re.MULTILINE | re.DOTALL)
    assert written
    tree = ElementTree.fromstring(re.sub(r"^    ", "", written[0], flags=re.MULTILINE))
    space = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
    arguments = tree.findtext("t:Actions/t:Exec/t:Arguments", namespaces=space)
    assert arguments is not None
    assert parse_words(shlex.split(arguments.partition("workbench.py ")[2])).office == "north"
    assert tree.findtext("t:Settings/t:MultipleInstancesPolicy", namespaces=space) == "IgnoreNew"
    (command,) = re.findall(r"^    (schtasks .*)$", PAGE, re.MULTILINE)
    # schtasks takes no more than 261 characters behind /TR
    assert len(re.search(r'/TR "(.*)"', command)[1]) <= 261  # type: ignore[index]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd on this computer")
def test_the_units_of_systemd_are_understood(tmp_path: Path) -> None:
    units = re.findall(
        r"(?:^    \S*.*\n|^\n)+", PAGE.partition("**systemd**")[2].partition("**Windows")[0], re.MULTILINE
    )
    texts = [re.sub(r"^    ", "", unit, flags=re.MULTILINE) for unit in units if "[Unit]" in unit]
    assert len(texts) == 2
    for name, words in zip(("povlib-monthly.service", "povlib-monthly.timer"), texts, strict=True):
        (tmp_path / name).write_text(words.replace("/opt/povlib", str(tmp_path)), encoding="utf-8")
    calendar = re.search(r"OnCalendar=(.*)", texts[1])
    assert calendar
    judged = subprocess.run(["systemd-analyze", "calendar", calendar[1]], capture_output=True, check=False)
    assert judged.returncode == 0, judged.stderr
