"""An office's own township from nothing: new, forms, a clerk fills them in, load, plan. Nothing of the sample."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from povlib import ledger, runs
from povlib.report.writers.publication import file_name
from povlib.runs.office.office_place import open_book
from povlib.runs.papers import MEETING

OFFICE = "示范镇"
MONTHS = [f"{year}-{month:02d}" for year, months in ((2015, range(5, 13)), (2016, range(1, 5))) for month in months]
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def _id_number(serial: int, birth: str) -> str:
    """Return a number of the right form whose area code was never given out."""
    first = f"990101{birth}{serial:03d}"
    return first + "10X98765432"[sum(w * int(d) for w, d in zip(WEIGHTS, first, strict=True)) % 11]


class Clerk:
    """Fills in a village's workbook as a clerk would: by header, from the first empty row."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.book = openpyxl.load_workbook(path)

    def write(self, sheet: str, row: int, **values: object) -> None:
        page = self.book[sheet]
        columns = {re.sub(r"（.*", "", str(cell.value)): cell.column for cell in page[3]}
        for header, value in values.items():
            page.cell(4 + row, columns[header]).value = value

    def save(self) -> None:
        self.book.save(self.path)
        self.book.close()


ZEROS = dict.fromkeys(["财产性收入", "低保金", "五保金", "养老保险金", "计划生育金", "生态补偿金", "其他一次性收入"], 0)


def _fill(path: Path, village: str, letter: str, households: int, zeros: dict[str, int]) -> None:
    """Fill a form in; a cell left blank means "not known", never nothing: so a careful clerk writes `zeros`."""
    clerk = Clerk(path)
    for at in range(households):
        hh, head, wife = f"{letter}-{at + 1:03d}", f"{letter}-{at + 1:03d}-1", f"{letter}-{at + 1:03d}-2"
        clerk.write(
            "户信息", at, 户编号=hh, 户主姓名=f"测{village[0]}{at}", 村=village, 户属性="一般贫困户",
            主要致贫原因="缺资金", 状态="未脱贫", 识别月份="2014-04", 主要生计="养殖", 住房等级="A",
            耕地=3.5, 距集镇=4, 不同意帮扶="否",
        )  # fmt: skip
        for row, (person, relation, sex, birth, serial) in enumerate(
            [(head, "户主", "男", "19750304", 11 + 2 * at), (wife, "配偶", "女", "19780512", 12 + 2 * at)]
        ):
            clerk.write(
                "家庭成员", 2 * at + row, 户编号=hh, 人口编号=person, 姓名=f"测{village[0]}{at}{row}",
                证件号码=_id_number(serial + 100 * ord(letter) % 700, birth), 与户主关系=relation, 性别=sex,
                出生日期=f"{birth[:4]}-{birth[4:6]}-{birth[6:]}", 文化程度="初中", 健康状况="健康",
                劳动技能="普通劳动力", 参加居民医保="是", 享受低保="否",
            )  # fmt: skip
        for step, month in enumerate(MONTHS):
            clerk.write(
                "月度收支", at * len(MONTHS) + step, 户编号=hh, 月份=month, 工资性收入=150 + 12 * at,
                生产经营性收入=300 + 15 * at, 生产经营支出=80, 不愁吃="是", 不愁穿="是", 义务教育="是",
                基本医疗="是", 住房安全="是", 饮水安全="是", **zeros,
            )  # fmt: skip
    clerk.save()


def _enter_amounts(params: Path) -> None:
    """Enter what the planner knows, as in a text editor: one fund, the costs of two measures."""
    for file, amounts in {"funds": {"special": 60_000}, "support": {"training": 600, "industry_grant": 2000}}.items():
        path = params / f"{file}.yaml"
        words = path.read_text(encoding="utf-8")
        for key, amount in amounts.items():
            before, record, after = words.partition(f"- key: {key}\n")
            assert "amount_yuan: null" in after
            words = before + record + after.replace("amount_yuan: null", f"amount_yuan: {amount}", 1)
        path.write_text(words, encoding="utf-8")


@pytest.fixture(params=[ZEROS], ids=["careful"])
def office(cli: Any, work: Path, request: pytest.FixtureRequest) -> Path:
    """A new office whose two villages have sent their workbooks."""
    assert cli("new", OFFICE).code == 0
    assert cli("forms", "2016-04", "--office", OFFICE).code == 0
    for village, letter in (("联胜", "A"), ("乐北", "B")):
        form = work / OFFICE / "forms" / "2016-04" / f"{village}_2016-04.xlsx"
        _fill(form, village, letter, 8, request.param)
        form.rename(work / OFFICE / "inbox" / form.name)
    return work / OFFICE


def test_a_new_office_holds_nothing_of_the_sample(cli: Any, work: Path) -> None:
    assert cli("new", OFFICE).code == 0
    place = work / OFFICE
    assert {path.name for path in place.iterdir()} >= {"inbox", "params", "keys", "runs", "papers", "receipts"}
    assert not [path for path in (place / "inbox").rglob("*") if path.is_file()]
    assert not list(place.rglob("*.xlsx"))
    told = "".join(path.read_text(encoding="utf-8") for path in (place / "params").rglob("*.yaml"))
    assert "synthetic" not in re.sub(r"#.*", "", told)
    assert not (work / "sample").exists()
    again = cli("new", OFFICE)
    assert again.code == 2
    assert "already" in again.err


@pytest.mark.thorough
def test_blank_forms_are_sent_out_filled_in_and_read_back(cli: Any, office: Path) -> None:
    said = cli("load", "--office", OFFICE)
    assert said.code == 0, said.both
    with open_book(runs.find_office(OFFICE)) as book:
        state = ledger.read_state(book)
        assert ledger.check(book).ok
    assert len(state.households) == 16
    assert len(state.members) == 32
    assert len(state.observations) == 16 * len(MONTHS)
    assert not state.synthetic
    said = cli("forms", "2016-05", "--office", OFFICE, "--officer", "王")
    assert said.code == 0
    filled = openpyxl.load_workbook(office / "forms" / "2016-05" / "联胜_2016-05.xlsx")
    assert [filled["户信息"].cell(4 + at, 1).value for at in range(8)] == [f"A-{at + 1:03d}" for at in range(8)]
    filled.close()


def test_an_officer_stands_in_the_offices_list_or_is_refused(cli: Any, office: Path) -> None:
    said = cli("load", "--office", OFFICE, "--officer", "王", lang="en")
    assert said.code == 0, said.both
    names = office / "officers.txt"
    assert f"! {names} lists the officers of this office now: 王" in said.err
    words = ("correct", "households", "hh=A-001", "--set", "distance_km=9", "--reason", "measured", "--office", OFFICE)
    for command in (words, ("load", "--office", OFFICE), ("ledger", "deposit", "--office", OFFICE)):
        refused = cli(*command, "--officer", "李", lang="en")
        assert refused.code == 2
        assert str(names) in refused.err
        assert "one name a line" in refused.err
    names.write_text(names.read_text(encoding="utf-8") + "李\n", encoding="utf-8")
    assert cli(*words, "--officer", "李").code == 0


@pytest.mark.slow
def test_a_real_office_plans_from_its_own_workbooks(shell: Any, office: Path) -> None:
    _enter_amounts(office / "params")
    said = shell("run", "--office", OFFICE, lang="zh")
    assert said.code == 0, said.both
    assert "合成数据" not in said.out
    assert "模拟数据" not in said.out
    (run,) = [p.parent for p in office.glob("runs/*/manifest.json")]
    paper = (run / "papers" / file_name(f"{MEETING}.zh", "html")).read_text(encoding="utf-8")
    assert OFFICE in paper
    assert "模拟数据" not in paper
    assert "990101" not in paper
    assert shell("verify", "latest", "--office", OFFICE).code == 0


@pytest.mark.slow
@pytest.mark.parametrize("office", [{}], ids=["blank cells"], indirect=True)
def test_where_nobody_can_be_assessed_it_says_why(shell: Any, office: Path) -> None:
    _enter_amounts(office / "params")
    for lang, words in (("en", "write 0 where nothing came in"), ("zh", "没有收入的填 0")):
        said = shell("run", "--office", OFFICE, lang=lang)
        assert said.code == 2, said.both
        assert words in said.err
    assert not list(office.glob("runs/*/manifest.json"))
    assert list((office / "papers").iterdir()) == []


def test_practice_people_never_enter_a_real_ledger(cli: Any, office: Path, small: Path) -> None:
    said = cli("load", small, "--office", OFFICE)
    assert said.code in (1, 2)
    with open_book(runs.find_office(OFFICE)) as book:
        assert book.head().batch == 0


def test_real_people_never_enter_the_practice_ledger(cli: Any, office: Path, work: Path) -> None:
    said = cli("load", office / "inbox" / "联胜_2016-04.xlsx")
    assert said.code in (1, 2)
    with open_book(runs.find_office("sample")) as book:
        assert book.head().batch == 0


def test_a_ledger_put_into_the_other_kind_of_office_is_refused(cli: Any, small: Path, work: Path) -> None:
    assert cli("load", small).code == 0
    assert cli("new", OFFICE).code == 0
    (work / OFFICE / "ledger.sqlite").write_bytes((work / "sample" / "ledger.sqlite").read_bytes())
    said = cli("promises", "--office", OFFICE)
    assert said.code == 2
    assert "never mix" in said.err


def test_forms_somebody_may_have_filled_in_are_never_overwritten(cli: Any, work: Path) -> None:
    cli("new", OFFICE)
    assert cli("forms", "2016-04", "--office", OFFICE).code == 0
    form = work / OFFICE / "forms" / "2016-04" / "联胜_2016-04.xlsx"
    form.write_bytes(b"filled in")
    said = cli("forms", "2016-04", "--office", OFFICE)
    assert said.code == 2
    assert "written before" in said.err
    assert form.read_bytes() == b"filled in"
