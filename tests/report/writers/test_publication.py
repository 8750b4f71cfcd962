"""A paper in several formats: all of its files or none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from povlib.calendar import Month
from povlib.errors import PrivacyError, ReportError
from povlib.report import (
    Help,
    HouseholdSheet,
    Report,
    SheetHead,
    publish,
    write_household_sheets,
)


def test_publish_writes_all_or_nothing(paper: Report, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    with pytest.raises(PrivacyError):
        publish(paper, folder, "paper", formats=("html",), more={"x.txt": lambda p: p.write_text("13812345678")})
    assert not folder.exists()
    with pytest.raises(ReportError):
        publish(paper, folder, "paper", formats=("html", "doc"))
    short = replace(paper, sections=paper.sections[:2])
    made = publish(short, folder, "paper", formats=("html", "json", "xlsx"))
    assert [p.name for p in made] == ["paper.html", "paper.numbers.json", "paper.xlsx"]


def test_what_scans_itself_is_not_read_back_but_stops_all_the_same(paper: Report, tmp_path: Path) -> None:
    head = SheetHead("乐北镇", Month(2016, 5))
    short = replace(paper, sections=paper.sections[:2])

    def published(contact: str) -> list[Path]:
        sheets = [HouseholdSheet("1", "乐北", (Help("务工", contact=contact),))]
        more = {"families.pdf": lambda path: write_household_sheets(sheets, head, path, lang="zh")}
        return publish(short, tmp_path / "papers", "paper", formats=("html",), more=more, scanned=more)

    with pytest.raises(PrivacyError):
        published("13812345678")
    assert not (tmp_path / "papers").exists()
    assert [path.name for path in published("乐北村")] == ["families.pdf", "paper.html"]
