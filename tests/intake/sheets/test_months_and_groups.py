"""A file name that contradicts the title is asked about; headers as ``group/field`` are read by their field."""

from __future__ import annotations

from pathlib import Path

import pytest
from defects.making import HEADERS, VILLAGES, csv, form, rows

from povlib import intake


def _check(path: Path, content: bytes) -> intake.FileVerdict:
    path.write_bytes(content)
    return intake.check([path], VILLAGES)[0]


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("联胜2016-05.xlsx", True),
        ("联胜2016年5月.xlsx", True),
        ("201605联胜.xlsx", True),
        ("联胜2016-04.xlsx", False),
        ("联胜2016年4月.xlsx", False),
        ("联胜2016-05-03.xlsx", False),  # the day it was sent
        ("联胜20160503.xlsx", False),
        ("联胜.xlsx", False),
    ],
)
def test_a_name_and_a_title_of_two_months_are_asked_about(tmp_path: Path, name: str, asked: bool) -> None:
    verdict = _check(tmp_path / name, form(rows(), above=[["联胜村2016年4月台账"]]))
    assert ("two_months" in {flag.rule for flag in verdict.flags}) is asked
    assert (verdict.verdict == "reject_file") is asked


def test_a_name_alone_settles_no_month(tmp_path: Path) -> None:
    assert _check(tmp_path / "联胜2016-05.csv", csv(rows())).verdict != "reject_file"


def test_headers_under_groups_are_read_by_their_field(tmp_path: Path) -> None:
    headers = [f"basic/{name}" if at % 2 else f"basic/more/{name}" for at, name in enumerate(HEADERS)]
    verdict = _check(tmp_path / "a.csv", csv(rows(), headers))
    assert verdict.verdict in ("accept", "accept_with_notes"), [flag.message("en") for flag in verdict.flags]
    assert verdict.loaded == 4


def test_a_plain_header_goes_before_one_in_a_group_and_the_other_is_kept(tmp_path: Path) -> None:
    lines = [[*line, "别的"] for line in rows()]
    verdict = _check(tmp_path / "a.csv", csv(lines, [*HEADERS, "second/村"]))
    assert verdict.loaded == 4
    assert {flag.values["got"] for flag in verdict.flags if flag.rule == "column_unknown"} >= {"second/村"}


def test_a_field_in_two_groups_is_asked_about(tmp_path: Path) -> None:
    headers = [*HEADERS[:6], "last/人均纯收入", *HEADERS[7:], "this/人均纯收入"]
    lines = [[*line, 3000] for line in rows()]
    verdict = _check(tmp_path / "a.csv", csv(lines, headers))
    assert verdict.verdict == "reject_file"
    assert any("人均纯收入" in flag.message("zh") for flag in verdict.flags)
