"""Forms out and back: filled in by what is known, logged, kept, and compared with what comes back."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from povlib import runs
from povlib.cli import main
from povlib.runs.office.office_place import open_book

pytestmark = pytest.mark.thorough


@pytest.fixture
def forms(april: Path, made_once: Any, work: Path) -> Path:
    """The forms of May, from a ledger that knows every village."""

    def sent(place: Path) -> None:
        shutil.copytree(april, place, dirs_exist_ok=True)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("POVLIB_WORK", str(place))
            assert main(["--lang", "en", "forms", "2016-05", "--officer", "Wang"]) == 0

    shutil.copytree(made_once("forms", sent), work)
    return work / "sample" / "forms" / "2016-05"


def _village(forms: Path) -> Path:
    """Return the form of a village that has households."""
    for path in sorted(forms.glob("*.xlsx")):
        book = openpyxl.load_workbook(path)
        filled = book["户信息"]["A5"].value
        book.close()
        if filled:
            return path
    raise AssertionError("no form is filled in")


def _flags(said: Any) -> list[dict[str, Any]]:
    (answer,) = json.loads(said.out)
    found: list[dict[str, Any]] = answer["flags"]
    return found


def test_a_form_as_it_went_out_is_taken_without_a_fault(cli: Any, forms: Path, work: Path) -> None:
    said = cli("intake", "check", *sorted(forms.glob("*.xlsx")), "--json",
               "--villages", work / "sample" / "params" / "villages.yaml")  # fmt: skip
    answers = {Path(a["file"]).name: a for a in json.loads(said.out) if a["loaded"]}
    assert len(answers) == 13, "twelve villages and the township"
    assert {a["verdict"] for a in answers.values()} == {"accept_with_notes"}


def test_a_form_holds_its_own_village_alone(forms: Path) -> None:
    """Every key on every sheet of a form belongs to a household of its first sheet."""
    for path in sorted(set(forms.glob("*.xlsx")) - set(forms.glob("台账-乡镇*"))):
        book = openpyxl.load_workbook(path)
        own = {row[0].value for row in book["户信息"].iter_rows(min_row=4)} - {None}
        for sheet in ("家庭成员", "月度收支", "帮扶措施", "住房工程"):
            at = next(c.column for c in book[sheet][3] if str(c.value).startswith("户编号"))
            told = {row[at - 1].value for row in book[sheet].iter_rows(min_row=4)} - {None}
            assert told <= own, (path.name, sheet)
        book.close()


def test_names_are_filled_in_and_opening_them_is_logged(forms: Path) -> None:
    book = openpyxl.load_workbook(_village(forms))
    assert book["户信息"]["B4"].value
    number = next(c.column for c in book["家庭成员"][3] if c.value == "证件号码")
    assert len(str(book["家庭成员"].cell(4, number).value)) == 18
    book.close()
    with open_book(runs.find_office("sample")) as opened:
        rows = opened.store.rows("select person, field, purpose from access order by field")
    assert {(p, why) for p, _, why in rows} == {("*", "forms 2016-05")}
    assert "id_number" in {field for _, field, _ in rows}


def test_what_came_back_is_told_from_what_went_out(cli: Any, forms: Path, tmp_path: Path) -> None:
    path = _village(forms)
    book = openpyxl.load_workbook(path)
    page = book["户信息"]
    cause = next(c.column for c in page[3] if c.value == "主要致贫原因")
    old = page.cell(4, cause).value
    page.cell(4, cause).value = "因灾" if old != "因灾" else "因病"
    people = book["家庭成员"]
    name = next(c.column for c in people[3] if c.value == "姓名")
    kept = people.cell(4, name).value
    people.cell(4, name).value = "另一名"
    gone = people.cell(5, 2).value
    people.delete_rows(5)
    back = tmp_path / "back.xlsx"
    book.save(back)
    flags = _flags(cli("load", back, "--json"))
    changed = {(f["sheet"], f["cell"]): f["message"] for f in flags if f["rule"] == "form_changed"}
    assert set(changed) == {("户信息", page.cell(4, cause).coordinate), ("家庭成员", people.cell(4, name).coordinate)}
    assert old in changed[("户信息", page.cell(4, cause).coordinate)]
    assert not any(kept in message or "另一名" in message for message in changed.values()), "names stay masked"
    (missing,) = [f for f in flags if f["rule"] == "form_row_missing" and f["sheet"] == "家庭成员"]
    assert str(gone) in missing["message"]


def test_a_form_sent_back_unchanged_has_nothing_to_tell(cli: Any, forms: Path) -> None:
    rules = {f["rule"] for f in _flags(cli("load", _village(forms), "--json"))}
    assert not {rule for rule in rules if rule.startswith("form_")}


def test_a_kept_copy_that_was_changed_is_said(cli: Any, forms: Path) -> None:
    path = _village(forms)
    with (forms / ".sent" / path.name).open("ab") as file:
        file.write(b" ")
    said = cli("load", path)
    assert said.code == 2
    assert "went out was changed" in said.err


def test_a_real_office_says_who_sends_names(cli: Any, work: Path) -> None:
    cli("new", "desk")
    assert cli("forms", "2016-05", "--office", "desk").code == 0, "nothing is known yet: blank forms"
    with open_book(runs.find_office("desk")) as book:
        assert book.head().batch == 0
    said = cli("forms", "2016-06", "--office", "desk")
    assert said.code == 2
    assert "say who sends them" in said.err
    assert cli("forms", "2016-06", "--office", "desk", "--blank").code == 0
