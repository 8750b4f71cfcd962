"""The exit procedure at the command line: a step recorded, who stands where, and steps that cannot be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from povlib import ledger, runs
from povlib.runs.offices import open_book


@pytest.fixture
def households(loaded: Path) -> list[str]:
    """The registered poor of the practice township's place with one village loaded."""
    with open_book(runs.find_office("sample")) as book:
        return ledger.read_state(book).poor["hh"].tolist()


def test_steps_are_recorded_and_shown(cli: Any, households: list[str]) -> None:
    first = households[0]
    before = cli("procedure", "--lang", "en")
    assert before.code == 0
    assert "No step of the exit procedure is recorded yet." in before.out
    assert cli("step", "公示", "2016-11-10", first, "--officer", "W").code == 0
    assert cli("step", "批准", "2016-11-12", first, "--officer", "W").code == 0
    said = cli("procedure", "--lang", "en")
    assert first in said.out
    assert "public posting lasted less than 7 days" in said.out
    assert "not recorded: village drafts the list" in said.out
    assert len(cli("procedure", "--all", "--lang", "en").out) > len(said.out)
    with open_book(runs.find_office("sample")) as book:
        marks = ledger.read_state(book).marks
        assert ledger.check(book).ok
    mine = marks[(marks["hh"] == first) & marks["kind"].isin(["公示", "审核批准"])]
    assert set(mine["route"]) == {"2016-11-10", "2016-11-12"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("吃饭", "2016-11-10", "{hh}"), "no step of the exit procedure"),
        (("公示", "2016-13-40", "{hh}"), "is no day"),
        (("公示", "2016-11-10", "X-404"), "not in the register"),
    ],
)
def test_what_cannot_be_recorded_is_refused_in_words(
    cli: Any, households: list[str], words: tuple[str, ...], said: str
) -> None:
    given = [word.format(hh=households[0]) for word in words]
    found = cli("step", *given, "--officer", "W", "--lang", "en")
    assert found.code == 2
    assert said in found.out + found.err
    assert cli("step", "公示", "2016-11-10", households[0]).code == 2  # nobody says who
