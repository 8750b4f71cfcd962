from __future__ import annotations

import re
from dataclasses import replace
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


def test_much_help_stays_on_one_page_and_is_all_there(tmp_path: Path) -> None:
    many = tuple(Help(f"帮扶措施第{i}项", Month(2016, 6), 100_00) for i in range(9))
    sheet = HouseholdSheet(
        "99990002", "乐北", many, running=many[:3], helper="乐北-干部1 · 乐北村委会", to_do=("到村部",)
    )
    (page,) = _pages(write_household_sheets([sheet], HEAD, tmp_path / "s.pdf", lang="zh"))
    assert all(f"帮扶措施第{i}项" in page for i in range(9))
    assert "乐北-干部1·乐北村委会" in page
    assert "户主签字" in page


def test_a_family_is_told_whom_by_when_and_signs(tmp_path: Path) -> None:
    sheets = [HouseholdSheet("1", "乐北", (POST,)), HouseholdSheet("2", "乐北", (OWED,))]
    asked, owed = _pages(write_household_sheets(sheets, replace(HEAD, object_days=7), tmp_path / "s.pdf", lang="zh"))
    assert "请告知：乡扶贫办0596-5551234时限：本方案公示之日起7天内。" in asked
    assert "□同意□不同意" in asked
    assert "不同意" not in owed  # what the law provides is not asked for
    assert "还没有落实，请问村委会" in asked
    nowhere = replace(HEAD, contact="", object_days=0)
    (page,) = _pages(write_household_sheets(sheets[:1], nowhere, tmp_path / "n.pdf", lang="zh"))
    assert "请告知：村委会，或某乡扶贫办" in page
    assert "时限" not in page


def test_lines_are_left_for_telephones_that_nothing_records(tmp_path: Path) -> None:
    sheets = [HouseholdSheet("1", "乐北", (POST,))]
    (known,) = _pages(write_household_sheets(sheets, HEAD, tmp_path / "k.pdf", lang="zh"))
    assert "帮扶责任人电话____" in known
    assert "请告知：乡扶贫办0596-5551234" in known
    assert "单位电话" not in known
    (unknown,) = _pages(write_household_sheets(sheets, replace(HEAD, contact=""), tmp_path / "u.pdf", lang="zh"))
    assert "村委会电话：________单位电话：________" in unknown
    room = replace(HEAD, contact="乡政府二楼201室")
    (place,) = _pages(write_household_sheets(sheets, room, tmp_path / "p.pdf", lang="zh"))
    assert "乡政府二楼201室电话：________" in place


def test_a_family_without_anything_is_told_so_with_its_own_reason(tmp_path: Path) -> None:
    sheets = [HouseholdSheet("1", "乐北", why_none="先入户核实。"), HouseholdSheet("2", "乐北", running=(POST,))]
    nothing, runs = _pages(write_household_sheets(sheets, HEAD, tmp_path / "s.pdf", lang="zh"))
    assert "台账中没有您家正在享受的帮扶。先入户核实。" in nothing
    assert "继续执行" not in nothing
    assert "正在享受的帮扶继续执行" in runs


def test_an_approved_plan_is_signed_for_and_asks_nobody_any_more(tmp_path: Path) -> None:
    head = replace(HEAD, draft=False, object_days=7, approved_on="2016-05-20")
    (page,) = _pages(
        write_household_sheets([HouseholdSheet("1", "乐北", (POST,))], head, tmp_path / "a.pdf", lang="zh")
    )
    assert "已批准安排的帮扶（2016-05-20批准）" in page
    assert "户主签收" in page
    assert "没有落实，请告知：乡扶贫办" in page
    assert not re.search("拟安排|同意|时限", page)
