"""Workbooks of decisions as clerks send them back: taken whole, or refused with every cell named."""

from __future__ import annotations

import json
import re
from pathlib import Path

import openpyxl
import pytest

import povlib.runs as runs
from povlib import ledger
from povlib.errors import RunError
from povlib.report.writers.decision_sheet import COLUMNS, approve_words, change_words, refuse_words
from povlib.runs.decisions.choices import household_choices
from povlib.runs.decisions.returned_workbook import take_decisions
from povlib.runs.decisions.sheet_out import write_decisions_out
from povlib.runs.facts.hand_decisions import decided_rows

pytestmark = pytest.mark.whole_run

HEAD = 7  # row of the headers, as a clerk counts
AT = {key: at for at, key in enumerate(COLUMNS, start=1)}


@pytest.fixture(scope="module")
def place(finished):
    return runs.sample_office()


@pytest.fixture(scope="module")
def run(place):
    return runs.find_run("latest", place)


@pytest.fixture(scope="module")
def households(run):
    """Households with something new planned and another package to choose, and those with nothing planned."""
    rows = household_choices(run, "en")
    return rows[~rows["nothing"] & (rows["others"].str.len() > 1)], rows[rows["nothing"]]


@pytest.fixture(scope="module")
def sheet_out(run, tmp_path_factory) -> Path:
    return write_decisions_out(run, tmp_path_factory.mktemp("out") / "decisions.en.xlsx", "en")


class Clerk:
    """A clerk who fills in the workbook and saves it under another name."""

    def __init__(self, out: Path, folder: Path) -> None:
        self.book = openpyxl.load_workbook(out)
        self.page = self.book.worksheets[0]
        self.folder = folder
        self.rows = {self.page.cell(row, 1).value: row for row in range(HEAD + 1, self.page.max_row + 1)}

    def fill(self, hh: str, decision: str, by: str = "", reason: str = "") -> int:
        row = self.rows[hh]
        for key, words in (("decision", decision), ("decided_by", by), ("reason", reason)):
            self.page.cell(row, AT[key], words or None)
        return row

    def save(self, name: str = "back.xlsx") -> Path:
        path = self.folder / name
        self.book.save(path)
        return path


@pytest.fixture
def clerk(sheet_out, tmp_path) -> Clerk:
    return Clerk(sheet_out, tmp_path)


@pytest.fixture
def head(place):
    def now():
        with runs.open_book(place, create=False) as book:
            return book.head()

    return now


def _found(verdict) -> set[tuple[str, str]]:
    return {(flag.cell, flag.rule) for flag in verdict.flags}


def test_every_fault_is_named_with_its_cell_and_nothing_is_recorded(place, clerk, households, head):
    served, idle = households
    hh = served["hh"].tolist()
    before = head()
    wanted = set()

    def wrong(row: int, key: str, rule: str) -> None:
        wanted.add((clerk.page.cell(row, AT[key]).coordinate, rule))

    clerk.fill(hh[0], approve_words("en"))  # right, and yet nothing of it may be recorded
    wrong(clerk.fill(hh[1], "perhaps"), "decision", "decision_word")
    wrong(clerk.fill(hh[2], "change to"), "decision", "decision_no_package")
    clerk.page.cell(clerk.rows[hh[2]], AT["reason"], "because")
    wrong(clerk.fill(hh[3], "change to a palace", reason="why not"), "decision", "decision_package")
    wrong(clerk.fill(hh[4], refuse_words("en")), "reason", "decision_no_reason")
    wrong(clerk.fill(hh[5], "", reason="so it was said"), "decision", "decision_missing")
    wrong(clerk.fill(hh[6], "=A1"), "decision", "decision_formula")
    row = clerk.fill(hh[7], approve_words("zh"))
    clerk.page.cell(row, AT["plan"], "a palace")
    wrong(row, "plan", "decision_altered")
    row = clerk.fill(hh[8], approve_words("en"))
    clerk.page.row_dimensions[row].hidden = True
    wrong(row, "decision", "decision_hidden")
    row = clerk.fill(hh[9], refuse_words("en"), reason="tel. 138 1234 5678")
    wrong(row, "reason", "decision_personal")
    wrong(clerk.fill(idle["hh"].iloc[0], refuse_words("zh"), reason="none"), "decision", "decision_nothing")
    last = clerk.page.max_row
    for at, (key, rule) in enumerate((("S99-0001", "decision_household"), (hh[0], "decision_twice")), start=1):
        clerk.page.cell(last + at, AT["hh"], key)
        clerk.page.cell(last + at, AT["decision"], refuse_words("en"))
        clerk.page.cell(last + at, AT["reason"], "x")
        if rule == "decision_twice":
            for name in ("village", "members", "plan"):
                clerk.page.cell(last + at, AT[name], clerk.page.cell(clerk.rows[key], AT[name]).value)
        wrong(last + at, "hh" if rule == "decision_household" else "decision", rule)
    verdict = take_decisions(place, clerk.save(), "desk")
    assert _found(verdict) == wanted
    assert verdict.verdict == "reject_file"
    assert verdict.batch is None
    assert head() == before
    (receipt,) = place.office.receipts.glob("back-*.json")
    told = json.loads(receipt.read_text(encoding="utf-8"))
    assert {(flag["cell"], flag["rule"]) for flag in told["flags"]} == wanted
    # four digits in a row: three of them turn up by chance in a digest, which differs from one saving to the next
    assert not re.search(r"138\W?1234|1234\W?5678", receipt.read_text(encoding="utf-8"))
    assert not re.search(r"\b138\b", json.dumps(told["flags"]))


def test_a_merged_cell_and_a_struck_one_decide_nothing(place, clerk, households):
    hh = households[0]["hh"].tolist()
    first = clerk.fill(hh[0], refuse_words("en"), reason="moved away")
    clerk.page.merge_cells(start_row=first, end_row=first + 1, start_column=AT["decision"], end_column=AT["decision"])
    other = clerk.fill(hh[20], refuse_words("en"), reason="moved away")
    clerk.page.cell(other, AT["decision"]).font = openpyxl.styles.Font(strike=True)
    rules = {rule for _, rule in _found(take_decisions(place, clerk.save(), "desk"))}
    assert rules >= {"decision_merged", "decision_struck"}


@pytest.mark.parametrize(
    ("cell", "value", "rule"),
    [
        ("B2", "", "decision_run"),
        ("B2", "0123456789ab", "decision_unknown_run"),
        ("B2", "latest", "decision_unknown_run"),
        ("B3", "0" * 16, "decision_head"),
        ("A7", "something", "decision_sheet"),
        ("A1", "unchanged otherwise", "decision_none"),
    ],
)
def test_a_sheet_of_another_run_an_altered_one_and_an_empty_one_are_refused(place, clerk, cell, value, rule, head):
    before = head()
    clerk.page[cell] = value
    verdict = take_decisions(place, clerk.save(), "desk")
    assert {flag.rule for flag in verdict.flags} == {rule}
    assert head() == before


def test_what_is_no_workbook_is_refused_by_the_reader(place, tmp_path):
    path = tmp_path / "notes.xlsx"
    path.write_bytes(b"PK\x03\x04 nothing that opens")
    verdict = take_decisions(place, path, "desk")
    assert verdict.verdict == "reject_file"
    assert take_decisions(place, tmp_path / "absent.xlsx", "desk").flags[0].rule == "file_missing"


def test_a_right_workbook_is_recorded_once_with_who_and_why(clerk, households, copied):
    served, _ = households
    hh, other, third = served["hh"].iloc[0], served.iloc[1], served["hh"].iloc[2]
    clerk.fill(hh, refuse_words("zh"), "会议", "已外出务工")  # words of the other language are as good
    clerk.fill(other["hh"], change_words(other["others"][0], "en"), "the meeting", "as the household asked")
    clerk.fill(third, "approve")
    path = clerk.save()
    run = copied()
    place = runs.sample_office()
    verdict = take_decisions(place, path, "desk")
    assert (verdict.verdict, verdict.loaded) == ("accept", 3), [flag.message() for flag in verdict.flags]
    with runs.open_book(place, create=False) as book:
        found = ledger.household_decisions(book).set_index("hh")
        assert ledger.check(book).ok
    assert found["verdict"].to_dict() == {hh: "refused", other["hh"]: "by_hand", third: "approved"}
    who = found.loc[hh, ["decided_by", "reason", "officer", "run"]].tolist()
    assert who == ["会议", "已外出务工", "desk", run.info.run_id]
    assert found.loc[third, "decided_by"] == "desk"
    again = take_decisions(place, path, "desk")
    assert (again.already, again.batch) == (True, verdict.batch)
    # the next plan is another run, and the first, whose plan is not what was decided, is not approved in silence
    assert runs.begin(place).info.run_id != run.info.run_id
    with pytest.raises(RunError, match=r"does not contain what was decided for household " + hh):
        runs.approve_run(run, "head")
    with pytest.raises(RunError, match="only with a reason"):
        runs.approve_run(run, "head", despite_decisions=True)
    assert runs.approve_run(run, "head", "no time to plan again", despite_decisions=True)
    told = decided_rows(run, "en").set_index("hh")
    assert told["kept"].to_dict() == {hh: False, other["hh"]: False, third: True}
    assert told.loc[third, "cost"] == 0
    assert {flag.rule for flag in take_decisions(place, clerk.save("later.xlsx"), "desk").flags} == {
        "decision_approved"
    }
    runs.withdraw_run(run, "head", "to decide again")
    assert {flag.rule for flag in take_decisions(place, clerk.save("last.xlsx"), "desk").flags} == {"decision_lapsed"}
