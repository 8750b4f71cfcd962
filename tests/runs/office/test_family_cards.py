"""Cards for every household by village; names only once it is on record who opened them."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pypdf
import pytest

from povlib import ledger, runs
from povlib.calendar import Month
from povlib.errors import LedgerError, RunError
from povlib.report.privacy import personal_data
from povlib.report.writers.family_sheets import HouseholdSheet, SheetHead, write_household_sheets
from povlib.runs.facts.explanation import annex_rows
from povlib.runs.office import family_cards
from povlib.runs.office.office_place import Place, open_book


def _words(path: Path) -> str:
    return re.sub(r"\s", "", "".join(page.extract_text() for page in pypdf.PdfReader(path).pages))


def _names(run: runs.Run) -> pd.DataFrame:
    """Every name of the ledger with its household, read as the test's own officer."""
    with open_book(Place(run.office, run.info.synthetic), create=False) as book:
        who = ledger.BatchInfo(officer="test", role="desk", reason="test")
        names = ledger.unmask(book, None, ("name",), "test", who)
    return names.merge(run.state.members[["person", "hh"]], on="person")


def _accesses(run: runs.Run) -> pd.DataFrame:
    with open_book(Place(run.office, run.info.synthetic), create=False) as book:
        rows = book.store.rows("select person, field, purpose from access order by batch, person, field")
    return pd.DataFrame(rows, columns=["person", "field", "purpose"])


def test_every_household_has_one_card_and_no_name_is_opened(run: runs.Run) -> None:
    before = len(_accesses(run))
    written = family_cards.write_family_cards(run, "zh")
    assert len(_accesses(run)) == before
    assert {path.name.partition(".")[0] for path in written} == set(run.state.poor["village"])
    assert sum(len(pypdf.PdfReader(path).pages) for path in written) == len(run.state.poor)
    words = "".join(_words(path) for path in written)
    assert all(hh in words for hh in run.state.poor["hh"])
    known = [name for name in _names(run)["value"] if len(name) > 2]
    assert known
    assert not [name for name in known if name in words]


def test_points_stand_on_the_card_of_the_household_that_asked_and_on_no_other(run: runs.Run) -> None:
    village = str(run.state.poor["village"].iloc[0])
    own = run.state.poor.loc[run.state.poor["village"] == village, "hh"].tolist()
    (path,) = family_cards.write_family_cards(run, "zh", [village], points=own[:1])
    asked, *others = pypdf.PdfReader(path).pages
    row = annex_rows(run, "zh").set_index("hh").loc[own[0]]
    words = re.sub(r"\s", "", asked.extract_text())
    assert own[0] in words
    assert f"本方案给您家的安排{row['points']:,.1f}点" in words.replace("−", "-")
    assert not [page for page in others if "点数" in page.extract_text()]
    family_cards.write_family_cards(run, "zh", [village])
    assert "点数" not in _words(path)


def test_points_of_a_household_that_has_no_card_are_refused(run: runs.Run) -> None:
    with pytest.raises(RunError, match="no card of household S99-0001"):
        family_cards.write_family_cards(run, "en", points=["S99-0001"])


def test_names_stand_on_their_own_family_s_card_once_the_opening_is_on_record(run: runs.Run) -> None:
    village = str(run.state.poor["village"].iloc[0])
    before = len(_accesses(run))
    who = ledger.BatchInfo(officer="王五", role="desk", reason="入户发卡")
    (path,) = family_cards.write_family_cards(run, "zh", [village], who)
    assert path.parent.name == family_cards.NAMED
    logged = _accesses(run).iloc[before:]
    own = run.state.poor.loc[run.state.poor["village"] == village, "hh"]
    assert set(logged["person"]) == set(run.state.members.loc[run.state.members["hh"].isin(own), "person"])
    assert set(logged["purpose"]) == {"入户发卡"}
    names = _names(run)
    for page in pypdf.PdfReader(path).pages:
        words = re.sub(r"\s", "", page.extract_text())
        (hh,) = [key for key in own if key in words]
        assert all(name in words for name in names.loc[names["hh"] == hh, "value"])
        assert "含姓名，只发给本户" in words
    personal_data.check_files([path])  # no identity number, card number or telephone


def test_names_without_officer_or_reason_and_unknown_villages_are_refused(run: runs.Run) -> None:
    with pytest.raises(LedgerError):
        family_cards.write_family_cards(run, "en", (), ledger.BatchInfo(officer="", reason="x"))
    with pytest.raises(RunError, match="nowhere"):
        family_cards.write_family_cards(run, "en", ["nowhere"])


def test_a_large_village_goes_into_several_files_and_an_erasure_finds_those_with_names(
    run: runs.Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    village = str(run.state.poor["village"].iloc[0])
    monkeypatch.setattr(family_cards, "PART", 10)
    who = ledger.BatchInfo(officer="王五", role="desk", reason="入户发卡")
    written = family_cards.write_family_cards(run, "en", [village], who)
    count = int((run.state.poor["village"] == village).sum())
    assert [len(pypdf.PdfReader(path).pages) for path in written] == [10] * (count // 10) + [count % 10] * bool(
        count % 10
    )
    assert set(written) <= set(family_cards.named_cards(Place(run.office, True), village))
    again = [path.read_bytes() for path in written]
    assert [path.read_bytes() for path in family_cards.write_family_cards(run, "en", [village], who)] == again


class Ended(Executor):
    """Processes of which one was ended from outside: what is under way is lost, and nothing more is taken."""

    def __init__(self) -> None:
        self.asked = 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.asked += 1
        if self.asked > 1:
            raise BrokenProcessPool
        lost: Future[Any] = Future()
        lost.set_exception(BrokenProcessPool())
        return lost


def test_processes_that_take_nothing_more_are_told_by_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "povlib.runs.area.part_cards.villages_by_part", lambda run, villages: {"甲乡": ["乐北"], "乙乡": ["联胜"]}
    )
    monkeypatch.setattr(family_cards, "number_of_cores", lambda: 2)
    monkeypatch.setattr(family_cards, "side_processes", lambda count, loads: nullcontext(Ended()))
    run: Any = SimpleNamespace(is_by_parts=True, folder=Path(), office=None)
    with pytest.raises(RunError) as told:
        family_cards.write_family_cards(run, "en")
    assert [fault.where for fault in told.value.faults] == ["甲乡", "乙乡"]
    assert told.value.show("en").count("a process that wrote papers was ended from outside") == 2


def test_the_others_of_the_family_stand_below_the_head(tmp_path: Path) -> None:
    sheet = HouseholdSheet("1", "乐北", name="测试甲", members=("测试乙", "测试丙"))
    head = SheetHead("某乡", Month(2016, 5), named=True)
    assert "家庭成员测试乙、测试丙" in _words(write_household_sheets([sheet], head, tmp_path / "s.pdf", lang="zh"))
