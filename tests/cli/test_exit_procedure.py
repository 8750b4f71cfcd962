"""The exit procedure at the command line: a step recorded, who stands where, and steps that cannot be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from povlib import ledger, runs
from povlib.runs.office.office_place import open_book


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
    assert "a step is dated after the newest month of data (2016-04)" in said.out
    assert "not recorded: village drafts the list" in said.out
    assert len(cli("procedure", "--all", "--lang", "en").out) > len(said.out)
    with open_book(runs.find_office("sample")) as book:
        marks = ledger.read_state(book).marks
        assert ledger.check(book).ok
    mine = marks[(marks["hh"] == first) & marks["kind"].isin(["公示", "审核批准"])]
    assert set(mine["route"]) == {"2016-11-10", "2016-11-12"}


def promised(hh: str, p: float, due: int) -> dict[str, Any]:
    return {"kind": "household", "hh": hh, "village": None, "key": "exit", "package": "1", "p": p, "p0": 0.1,
            "lo": None, "hi": None, "due_month": due}  # fmt: skip


def test_who_is_projected_is_what_an_approved_plan_promised(cli: Any, households: list[str]) -> None:
    """The promise of the latest approval counts."""
    place = runs.find_office("sample")
    with open_book(place) as book:
        last = ledger.read_state(book).last_month.ordinal
    rules, before = runs.procedure_of(place)
    assert not (before["state"] == "projected").any()
    poor = before.loc[before["state"] == "poor", "hh"].tolist()[:2]
    for run, chance in (("r1", {poor[0]: 0.9, poor[1]: 0.9}), ("r2", {poor[0]: 0.9, poor[1]: rules.likely - 0.1})):
        rows = [promised(hh, chance.get(hh, 0.1), last + 7) for hh in households]
        with open_book(place) as book:
            ledger.record_promises(
                book, run, pd.DataFrame(rows), ledger.BatchInfo(officer="W", role="approve", reason="x"),
                replacing=run == "r2",
            )  # fmt: skip
    after = runs.procedure_of(place)[1].set_index("hh")
    assert after.loc[poor, "state"].tolist() == ["projected", "poor"]
    assert after.loc[poor[0], "p"] == 0.9
    assert "△ projected" in cli("procedure", "--lang", "en").out
    assert cli("step", "村拟定名单", "2016-11-10", poor[0], "--officer", "W").code == 0
    assert runs.procedure_of(place)[1].set_index("hh").loc[poor[0], "state"] == "in_procedure"


def test_who_could_not_be_assessed_is_promised_nothing_known(cli: Any, households: list[str]) -> None:
    place = runs.find_office("sample")
    with open_book(place) as book:
        last = ledger.read_state(book).last_month.ordinal
        rows = [promised(hh, 0.0, last + 7) | {"lo": 0.0, "hi": 1.0 if hh == households[0] else 0.0}
                for hh in households]  # fmt: skip
        ledger.record_promises(book, "r1", pd.DataFrame(rows), ledger.BatchInfo(officer="W", role="approve"))
    chance = runs.procedure_of(place)[1].set_index("hh")["p"]
    assert pd.isna(chance[households[0]])
    assert (chance[households[1:]] == 0).all()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("吃饭", "2016-11-10", "{hh}"), "there is no step 吃饭"),
        (("公示", "2016-13-40", "{hh}"), "is no date"),
        (("公示", "2016-11-10", "X-404"), "nothing is recorded about household X-404"),
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
