"""The practice round: drawn again, its wrong entries are the planted ones, and it is recorded once."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from pathlib import Path

import pytest

from povlib import ledger
from povlib.cli import main
from povlib.places import DATA
from povlib.runs.inspections.practice_round import LIST, ROUND, record_practice_round
from povlib.runs.inspections.rounds import drawn_round
from povlib.runs.inspections.standing import inspection_standing
from povlib.runs.office.office_place import new_office, open_book, sample_office
from tests.conftest import Finished


def _planted() -> dict[str, str]:
    """Return what is wrong by the shipped truth: household -> finding."""
    with (DATA / "sample" / "truth" / "house_list.csv").open(encoding="utf-8-sig") as file:
        return {row["hh"]: row["finding"] for row in csv.DictReader(file) if row["finding"] != "ok"}


def test_planted_entries_are_found_where_somebody_went(finished: Finished) -> None:
    place, planted = sample_office(), _planted()
    assert sorted(planted.values()) == ["not_done"] * 2 + ["not_eligible"] * 3
    found = inspection_standing(place, ROUND)
    visited = found.findings.set_index("hh")["finding"]
    order = found.drawn.draw.order
    assert set(visited.index) == set(order.loc[order["planned"], "hh"])
    wrong = visited[visited != "ok"].to_dict()
    assert wrong == planted
    assert found.standing.decision == "full_check"
    assert (found.findings["village"] != found.findings["by_village"]).all()


def test_the_round_is_drawn_again_and_says_that_it_is_made_up(
    finished: Finished, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "合成" in str(drawn_round(sample_office(), ROUND).row["seed_source"])
    assert main(["inspect", "check", ROUND]) == 0
    assert "Drawn again" in capsys.readouterr().out


def test_it_is_recorded_once_and_leaves_the_works_alone(finished: Finished) -> None:
    place = sample_office()
    with open_book(place) as book:
        before, works = book.head(), ledger.read_frame(book, "projects")
        entries = ledger.read_frame(book, "list_entries")
    record_practice_round(place, "-")
    with open_book(place) as book:
        assert book.head() == before
    assert (len(works), (works["status"] == "完工").sum()) == (85, 56)
    assert entries["listed"].all()
    assert set(entries["list"]) == {LIST}


def test_no_form_holds_the_clock_of_the_computer(finished: Finished) -> None:
    forms = sorted(finished.office.glob(f"inspection/{ROUND}/forms/*.xlsx"))
    assert len(forms) == 12
    for path in forms:
        with zipfile.ZipFile(path) as packed:
            about = packed.read("docProps/core.xml").decode()
            days = {entry.date_time[0] for entry in packed.infolist()}
        created, modified = re.search("W3CDTF.>([^<]+)<.*W3CDTF.>([^<]+)<", about).groups()  # type: ignore[union-attr]
        assert created == modified
        assert max(days) < 2000


def test_the_paper_on_houses_shows_it(finished: Finished) -> None:
    said = json.loads((finished.folder / "papers" / "houses.zh.numbers.json").read_text(encoding="utf-8"))
    page = (finished.folder / "papers" / "houses.zh.html").read_text(encoding="utf-8")
    assert said
    assert f"第{ROUND}轮" in page
    assert all(hh in page for hh in _planted() if hh != "S06-0010")


def test_an_office_of_real_people_gets_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POVLIB_WORK", str(tmp_path))
    place = new_office("real")
    record_practice_round(place, "-")
    assert not place.office.has_ledger
