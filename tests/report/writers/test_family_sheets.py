from __future__ import annotations

import re
from pathlib import Path

import pypdf
import pytest

from povlib.calendar import Month
from povlib.errors import PrivacyError, ReportError
from povlib.report import Help, HouseholdSheet, SheetHead, write_household_sheets

HEAD = SheetHead("某乡扶贫办", Month(2016, 5), "乡扶贫办 0596-5551234", True, True, ("0596-5551234",))
POST = Help("镇村保洁员（乐北）", Month(2016, 6))
OWED = Help("最低生活保障", None, 240_000, entitled=True)


def _pages(path: Path) -> list[str]:
    return [re.sub(r"\s", "", page.extract_text()) for page in pypdf.PdfReader(path).pages]


def test_one_page_a_family_with_its_own_plan_only(tmp_path: Path) -> None:
    sheets = [
        HouseholdSheet("99990002", "乐北", (POST, OWED), to_do=("到村部签协议",)),
        HouseholdSheet("99990001", "乐北", (), name="测试甲"),
    ]
    pages = _pages(write_household_sheets(sheets, HEAD, tmp_path / "s.pdf", lang="zh"))
    assert len(pages) == 2
    first, second = pages
    assert "99990001" in first
    assert "测试甲" in first
    assert "本次没有安排新的帮扶" in first
    assert "99990002" not in first
    assert "镇村保洁员（乐北）2016年6月起" in second
    assert "最低生活保障金额2,400元" in second
    assert "测试甲" not in second
    for page in pages:
        assert "合成数据" in page
        assert not re.search(r"概率|可能性|排名|点数|%", page)


def test_points_stand_there_only_when_asked(tmp_path: Path) -> None:
    sheet = HouseholdSheet("1", "乐北", (POST,), person_points="4人×0.62×1000 − 812.3 = 1667.7点")
    (page,) = _pages(write_household_sheets([sheet], HEAD, tmp_path / "s.pdf", lang="zh"))
    assert "应您要求提供的本户点数" in page


def test_the_same_sheets_are_the_same_bytes_in_any_order(tmp_path: Path) -> None:
    sheets = [HouseholdSheet(f"{i:04d}", "乐北", (POST,)) for i in range(30)]
    first = write_household_sheets(sheets, HEAD, tmp_path / "a.pdf", lang="en").read_bytes()
    assert write_household_sheets(sheets[::-1], HEAD, tmp_path / "b.pdf", lang="en").read_bytes() == first


def test_two_sheets_for_one_household_and_none_at_all_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="77"):
        write_household_sheets([HouseholdSheet("77", "a"), HouseholdSheet("77", "a")], HEAD, tmp_path / "s.pdf")
    with pytest.raises(ReportError):
        write_household_sheets([], HEAD, tmp_path / "s.pdf")


def test_a_private_phone_is_refused_where_the_office_number_is_not(tmp_path: Path) -> None:
    sheet = HouseholdSheet("1", "乐北", (Help("务工", contact="13812345678"),))
    with pytest.raises(PrivacyError):
        write_household_sheets([sheet], HEAD, tmp_path / "s.pdf")
    assert not (tmp_path / "s.pdf").exists()
