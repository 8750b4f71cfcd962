"""Duplicates wait for a person: listed, decided, recorded; never merged."""

from __future__ import annotations

from pathlib import Path

import pytest
from defects.making import VILLAGES, form, id_number, row

from povlib import intake, ledger
from povlib.errors import IntakeError

SHARED = [row(1, 身份证号=id_number(7)), row(2), row(3, 身份证号=id_number(7))]


def load(book: ledger.Ledger, folder: Path, rows: list[list[object]], name: str = "a.xlsx") -> intake.FileVerdict:
    path = folder / name
    path.write_bytes(form(rows))
    return intake.load(book, [path], villages=VILLAGES)[0]


def test_held_households_are_listed_without_name_or_number(book: ledger.Ledger, tmp_path: Path) -> None:
    found = load(book, tmp_path, SHARED)
    queue = intake.review_queue(book, [found])
    assert queue[["kind", "left_hh", "right_hh", "verdict"]].to_numpy().tolist() == [["held", "H001", "H003", ""]]
    assert id_number(7) not in queue.to_csv()
    assert ledger.read_state(book).households["hh"].tolist() == ["H002"]


def test_a_decision_lets_both_load(book: ledger.Ledger, tmp_path: Path) -> None:
    found = load(book, tmp_path, SHARED)
    batch = intake.decide(book, "H003", "H001", "different", officer="核对员", reason="两人同号，已向派出所核实")
    assert batch == 2
    again = load(book, tmp_path, [*SHARED, row(4)], "b.xlsx")
    assert (again.verdict, again.loaded) == ("accept", 4)
    assert "held" not in set(intake.review_queue(book, [found])["kind"])
    listed = intake.review_queue(book, [found], decided=True)
    listed = listed[listed["id"] == "H001|H003"]
    assert {"held", "same_id"} <= set(listed["kind"])
    assert set(listed["verdict"]) == {"different"}


def test_same_person_keeps_both_held(book: ledger.Ledger, tmp_path: Path) -> None:
    load(book, tmp_path, SHARED)
    intake.decide(book, "H001", "H003", "same_person", officer="核对员", reason="同一人重复登记")
    assert load(book, tmp_path, [*SHARED, row(4)], "b.xlsx").loaded == 2


def test_the_newest_decision_counts(book: ledger.Ledger, tmp_path: Path) -> None:
    for verdict in ("different", "same_person"):
        intake.decide(book, "H001", "H003", verdict, officer="核对员", reason="核对")
    assert load(book, tmp_path, SHARED).loaded == 1


def test_similar_names_of_one_birth_are_listed(book: ledger.Ledger, tmp_path: Path) -> None:
    load(book, tmp_path, [row(1, 户主姓名="测试甲"), row(3, 户主姓名="测式甲"), row(5, 户主姓名="另外人")])
    queue = intake.review_queue(book)
    assert queue[["kind", "left_hh", "right_hh"]].to_numpy().tolist() == [["similar_name", "H001", "H003"]]


@pytest.mark.parametrize(
    ("verdict", "officer", "reason"), [("maybe", "a", "b"), ("different", "", "b"), ("moved", "a", " ")]
)
def test_a_decision_needs_words(book: ledger.Ledger, verdict: str, officer: str, reason: str) -> None:
    with pytest.raises(IntakeError):
        intake.decide(book, "H001", "H002", verdict, officer=officer, reason=reason)
    assert book.head().batch == 0
