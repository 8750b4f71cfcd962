"""Rows of labels under the headers (Kobo, ODK, survey platforms) are no households; what villages answer is."""

from __future__ import annotations

from pathlib import Path

import pytest
from defects.making import HEADERS, VILLAGES, csv, rows

from povlib import intake

QUESTIONS = [f"请填写{name}？" for name in HEADERS]
LABELS = {
    "the headers again": list(HEADERS),
    "questions": QUESTIONS,
    "questions with years": [f"2016年您家的{name}是多少（请填写）" for name in HEADERS],
    "in English": [f"What is the {at}th answer of the household" for at in "abcdefghi"],
    "a hint": ["必填"] * len(HEADERS),
    "kinds of value": ["text"] * 4 + ["integer"] * 5,
    "some blank": [*QUESTIONS[:7], "", ""],
}


def _check(path: Path, content: bytes) -> intake.FileVerdict:
    path.write_bytes(content)
    return intake.check([path], VILLAGES)[0]


@pytest.mark.parametrize("grouped", [False, True])
@pytest.mark.parametrize("labels", LABELS.values(), ids=list(LABELS))
def test_a_row_of_labels_is_no_household(tmp_path: Path, labels: list[str], grouped: bool) -> None:
    headers = [f"basic/{name}" for name in HEADERS] if grouped else HEADERS
    verdict = _check(tmp_path / "a.csv", csv([labels, *rows()], headers))
    assert verdict.verdict == "accept_with_notes", [flag.message("en") for flag in verdict.flags]
    assert verdict.loaded == 4
    assert [flag.values["row"] for flag in verdict.flags if flag.rule == "label_row"] == [2]


def test_kinds_and_labels_and_units_may_stand_there_together(tmp_path: Path) -> None:
    units = ["", "", "", "", "人", "", "元", "级", ""]
    verdict = _check(tmp_path / "a.csv", csv([["text"] * 9, QUESTIONS, units, *rows()]))
    assert verdict.loaded == 4
    assert [flag.rule for flag in verdict.flags if flag.rule.endswith("_row")] == ["label_row", "label_row", "unit_row"]


@pytest.mark.parametrize(
    "household",
    [
        ["H000", "张三", "不详", "联胜", "不详", "", "不详", "", ""],
        ["甲", "张三", "不详", "联胜", "不详", "", "不详", "", ""],
        ["甲", "张三", "", "联胜", "四口人", "因病", "三千多元", "C", ""],
        ["甲", "张三", "999901196503040013", "联胜", "多人", "生病", "很少的", "C级", ""],
    ],
)
def test_a_household_that_answers_in_words_is_refused_not_passed_over(tmp_path: Path, household: list[str]) -> None:
    verdict = _check(tmp_path / "a.csv", csv([household, *rows()]))
    assert "label_row" not in {flag.rule for flag in verdict.flags}
    assert verdict.verdict == "reject_rows"


def test_a_group_before_a_header_is_no_unit(tmp_path: Path) -> None:
    for name in ("income/人均纯收入", "a/b/人均纯收入（元/人）"):
        verdict = _check(tmp_path / "a.csv", csv(rows(), [*HEADERS[:6], name, *HEADERS[7:]]))
        assert verdict.loaded == 4
        assert "unit_header" not in {flag.rule for flag in verdict.flags}
