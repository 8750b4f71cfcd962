"""One round of an office from list to objection: what is typed wrong is refused, nothing half done remains."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from povlib import ledger
from povlib.cli import main
from povlib.errors import RunError
from povlib.places import DATA
from povlib.report.writers.inspection_form import COLUMNS
from povlib.runs.inspections.forms_in import take_form
from povlib.runs.inspections.forms_out import write_forms
from povlib.runs.inspections.list_changes import adjust_list, keep_list
from povlib.runs.inspections.objections import answer_objection, objection_standing, record_objection
from povlib.runs.inspections.rounds import announce_round, draw_announced, drawn_round, round_folder
from povlib.runs.inspections.standing import inspection_standing
from povlib.runs.office.office_place import Place, open_book, sample_office

LIST, ROUND, NUMBER = "有其屋", "2016-06", "03 08 15"
HEAD = 10  # row of the headers, as a clerk counts
AT = {key: at for at, key in enumerate(COLUMNS, start=1)}
VILLAGES = ("联胜", "乐北", "农家", "秀山", "建三", "建南", "南庭")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A practice office whose ledger holds seven villages with three houses each."""
    monkeypatch.setenv("POVLIB_WORK", str(tmp_path))
    found = sample_office()
    shutil.copy(DATA / "sample" / "params" / "inspection.yaml", found.office.params)
    hh = [f"S{v:02}-000{k}" for v in range(1, 8) for k in range(1, 4)]
    village = [name for name in VILLAGES for _ in range(3)]
    with open_book(found) as book:
        book.append(
            ledger.BatchInfo(),
            {
                "households": pd.DataFrame({"hh": hh, "village": village}),
                "projects": pd.DataFrame({"project": [f"{h}-Z1" for h in hh], "hh": hh, "status": "在建"}),
            },
        )
    return found


def _drawn(place: Place) -> None:
    keep_list(place, LIST, date(2016, 5, 20), "clerk")
    announce_round(place, ROUND, LIST, "lottery 16063", date(2016, 6, 2), "clerk")
    draw_announced(place, ROUND, NUMBER, "clerk")


def _filled(path: Path, by: str, changes: dict[int, dict[str, str]] | None = None) -> Path:
    """Fill in every house of a form as listed, then lay changes over rows counted from 1."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    for row in range(HEAD + 1, sheet.max_row + 1):
        said = {"finding": "属实", "day": "2016-06-15", "officer": f"{by}-干部1"} | (changes or {}).get(row - HEAD, {})
        for key, value in said.items():
            sheet.cell(row, AT[key]).value = value
    book.save(path)
    return path


def _form_of(place: Place, village: str) -> tuple[Path, str]:
    found = drawn_round(place, ROUND)
    by = found.draw.visits.set_index("village")["by_village"][village]
    paths = {path.stem.rsplit("-", 1)[1]: path for path in write_forms(place, found, "zh")}
    return paths[village], str(by)


def test_a_round_from_list_to_adjusted_list(place: Place) -> None:
    _drawn(place)
    for village in VILLAGES:
        path, by = _form_of(place, village)
        wrong = {1: {"finding": "不符合条件", "note": "另有住房"}} if village == "联胜" else {}
        taken = take_form(place, _filled(path, by, wrong), "clerk")
        assert (taken.faults, taken.loaded) == ([], 3)
    found = inspection_standing(place, ROUND)
    assert (found.standing.counted, found.standing.wrong, found.standing.decision) == (21, 1, "full_check")
    assert (found.standing.least, found.standing.most) == (1, 1)
    rows = adjust_list(place, ROUND, date(2016, 6, 20), "clerk")
    assert rows[["listed", "before", "after"]].to_numpy().tolist() == [[False, "在名单", "剔除"]]
    assert "另有住房" in rows["reason"].iloc[0]
    assert adjust_list(place, ROUND, date(2016, 6, 21), "clerk").empty


def test_a_drawn_round_is_not_drawn_again_and_altered_inputs_are_refused(place: Place) -> None:
    _drawn(place)
    with pytest.raises(RunError, match="not drawn again"):
        draw_announced(place, ROUND, "1 2 3", "clerk")
    inputs = round_folder(place, ROUND) / "inputs.json"
    inputs.write_text(inputs.read_text(encoding="utf-8").replace('"cap": 0.5', '"cap": 0.9'), encoding="utf-8")
    with pytest.raises(RunError, match="was changed"):
        drawn_round(place, ROUND)


def test_inputs_altered_before_the_draw_cannot_be_drawn(place: Place) -> None:
    keep_list(place, LIST, date(2016, 5, 20), "clerk")
    announce_round(place, ROUND, LIST, "lottery 16063", date(2016, 6, 2), "clerk")
    inputs = round_folder(place, ROUND) / "inputs.json"
    inputs.write_text(inputs.read_text(encoding="utf-8").replace("S01-0001", "S01-0009"), encoding="utf-8")
    with pytest.raises(RunError, match="was changed"):
        draw_announced(place, ROUND, NUMBER, "clerk")
    with open_book(place) as book:
        assert ledger.read_frame(book, "inspection_visits").empty


def test_wrong_words_are_told_at_once_before_anything_is_written(place: Place) -> None:
    keep_list(place, LIST, date(2016, 5, 20), "clerk")
    with pytest.raises(RunError) as refused:
        announce_round(place, "2016/06", "有其物", " ", date(2016, 6, 2), "clerk")
    assert len(refused.value.faults) == 3
    assert not (place.office.folder / "inspection").exists()


def test_a_form_of_the_own_village_or_another_team_is_refused(place: Place) -> None:
    _drawn(place)
    path, by = _form_of(place, "联胜")
    book = openpyxl.load_workbook(_filled(path, by))
    for said, words in (
        ("联胜", "own village"),
        (next(v for v in VILLAGES if v not in (by, "联胜")), "is inspected by"),
    ):
        book.worksheets[0].cell(4, 3).value = said
        book.save(path)
        taken = take_form(place, path, "clerk")
        assert words in taken.faults[0].show("en")
        assert taken.batch is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"officer": "联胜-干部2"}, "of the village that is inspected"),
        ({"officer": "someone"}, "not of the team"),
        ({"officer": ""}, "inspector is missing"),
        ({"finding": "好"}, "is no finding"),
        ({"finding": "重复"}, "needs a note"),
        ({"day": "2016-02-30"}, "is no date"),
        ({"day": "2999-01-01"}, "lies in the future"),
        ({"hh": "S09-0001"}, "not on the list of this village"),
        ({"photo": "../a.jpg"}, "no photo"),
        ({"photo": "a.jpg b.jpg"}, "one photo a house"),
        ({"note": "身份证 350122198001011239"}, "something personal"),
        ({"finding": "=1+1"}, "formula"),
    ],
)
def test_what_is_wrong_in_a_row_refuses_the_form(place: Place, change: dict[str, str], words: str) -> None:
    _drawn(place)
    path, by = _form_of(place, "联胜")
    taken = take_form(place, _filled(path, by, {2: change}), "clerk")
    assert any(words in fault.show("en") for fault in taken.faults), [f.show("en") for f in taken.faults]
    with open_book(place) as book:
        assert ledger.read_frame(book, "inspection_findings").empty


def test_a_house_left_out_is_flagged_and_ends_what_counts(place: Place) -> None:
    _drawn(place)
    path, by = _form_of(place, "联胜")
    blank = {"finding": "", "day": "", "officer": ""}
    taken = take_form(place, _filled(path, by, {1: blank}), "clerk")
    assert taken.batch is not None
    assert any("left out" in note.show("en") for note in taken.notes)
    own = inspection_standing(place, ROUND).standing.villages.set_index("village").loc["联胜"]
    assert (own["visited"], own["extra"]) == (0, 2)


def test_a_file_that_is_no_form_is_refused_with_a_receipt(place: Place, tmp_path: Path) -> None:
    _drawn(place)
    other = tmp_path / "other.xlsx"
    openpyxl.Workbook().save(other)
    assert take_form(place, other, "clerk").faults
    assert list(place.office.receipts.glob("other-*.json"))


def test_an_objection_has_its_day_and_is_answered_once(place: Place) -> None:
    number, due = record_objection(place, LIST, "S01-0001", "not so", date(2016, 6, 22), "clerk", 10)
    assert due == date(2016, 7, 2)
    with pytest.raises(RunError, match="on record already"):
        record_objection(place, LIST, "S01-0001", "not so", date(2016, 6, 23), "clerk", 10)
    with pytest.raises(RunError, match="did you mean"):
        record_objection(place, LIST, "S01-001", "not so", date(2016, 6, 23), "clerk", 10)
    assert objection_standing(place, date(2016, 7, 2))["state"].tolist() == ["open"]
    assert objection_standing(place, date(2016, 7, 3))["state"].tolist() == ["overdue"]
    with pytest.raises(RunError, match="before the objection"):
        answer_objection(place, number, "upheld", date(2016, 6, 1), "clerk")
    assert answer_objection(place, number, "upheld", date(2016, 7, 2), "clerk")
    with pytest.raises(RunError, match="was answered"):
        answer_objection(place, number, "again", date(2016, 7, 2), "clerk")
    assert objection_standing(place, date(2016, 9, 1))["state"].tolist() == ["answered"]


def test_words_lead_from_one_to_the_next(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    said = ["--officer", "clerk"]
    assert main(["inspect", "list", LIST, "--day", "2016-05-20", *said]) == 0
    assert main(["inspect", "announce", ROUND, LIST, "--source", "lottery", "--day", "2016-06-02", *said]) == 0
    assert main(["inspect", "draw", ROUND, "--number", NUMBER, *said]) == 0
    assert f"inspect check {ROUND}" in capsys.readouterr().out
    assert main(["inspect", "check", ROUND]) == 0
    assert "Drawn again" in capsys.readouterr().out
    assert main(["inspect", "report", ROUND]) == 2
    assert "no findings yet" in capsys.readouterr().err
