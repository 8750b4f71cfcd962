"""Other systems' exports become the ledger's columns; what is not known is kept, never dropped."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from defects.making import VILLAGES, csv, id_number, xlsx

from povlib import intake
from povlib.errors import IntakeError
from povlib.intake.sheets.layouts import Villages, read_layouts, rules_digest

GOOD = {
    "行政村": "联胜",
    "户编号": "",
    "人口编号": "",
    "姓名": "测试",
    "证件号码": "",
    "与户主关系": "",
    "性别": "男",
    "民族": "汉族",
    "文化程度": "初中",
    "在校生状况": "",
    "健康状况": "健康",
    "劳动技能": "普通劳动力",
    "务工所在地": "省外",
    "务工时间（月）": "6",
    "是否参加城乡居民基本医疗保险": "是",
    "贫困户属性": "一般贫困户",
    "主要致贫原因": "因病",
    "脱贫属性": "未脱贫",
    "联系电话": "13800000000",
    "危房级别": "C",
}
PERSONS = list(GOOD)


def person(hh: str, number: int, relation: str, **changed: str) -> list[str]:
    own = {"户编号": hh, "人口编号": f"{hh}{number:02d}", "证件号码": id_number(number), "与户主关系": relation}
    return list((GOOD | own | changed).values())


EXPORT = [person("3501", 1, "户主"), person("3501", 2, "配偶"), person("3502", 3, "户主", 主要致贫原因="因残")]


def check(folder: Path, data: bytes, name: str = "a.xlsx") -> intake.FileVerdict:
    path = folder / name
    path.write_bytes(data)
    return intake.check([path], villages=VILLAGES)[0]


def test_the_national_export_becomes_households_and_members(tmp_path: Path) -> None:
    found = check(tmp_path, xlsx([PERSONS, *EXPORT]))
    assert (found.verdict, found.loaded) == ("accept_with_notes", 2)
    homes = found.rows["households"]
    assert homes["hh"].tolist() == ["3501", "3502"]
    assert homes["cause"].tolist() == ["因病", "因残"]
    assert homes["housing_grade"].tolist() == ["C", "C"]
    assert found.rows["members"]["work_months"].tolist() == [6, 6, 6]
    sealed = found.rows["identity"]
    assert set(sealed["kind"]) == {"name", "id_number", "phone", "columns"}
    assert json.loads(sealed.loc[sealed["kind"] == "columns", "value"].iloc[0]) == {"民族": "汉族"}
    assert "民族" in " ".join(found.notes)


def test_rows_of_one_household_that_disagree_are_named(tmp_path: Path) -> None:
    found = check(tmp_path, xlsx([PERSONS, EXPORT[0], person("3501", 2, "配偶", 主要致贫原因="因学"), EXPORT[2]]))
    assert [(f.cell, f.rule) for f in found.flags if f.refuses != "note"] == [("Q3", "household_differs")]
    assert found.rows["households"]["cause"].isna().tolist() == [True, False]


def test_merged_household_cells_of_an_export_are_filled_only_inside_the_merge(tmp_path: Path) -> None:
    lines = [EXPORT[0], person("3501", 2, "配偶", 行政村="", 户编号=""), EXPORT[2]]

    def finish(book, page):  # type: ignore[no-untyped-def]
        page.merge_range("A2:A3", "联胜")
        page.merge_range("B2:B3", "3501")

    found = check(tmp_path, xlsx([PERSONS, *lines], finish))
    assert found.rows["members"]["hh"].tolist() == ["3501", "3501", "3502"]
    unmerged = check(tmp_path, xlsx([PERSONS, *lines]), "b.xlsx")
    assert ("B3", "key_empty") in [(flag.cell, flag.rule) for flag in unmerged.flags]


COUNTY = [
    "农户编码",
    "户主姓名",
    "户主证件号",
    "所属行政村",
    "在册人数",
    "劳动力人数",
    "致贫原因代码",
    "上年人均纯收入",
    "住房鉴定结果",
    "建档时间",
]


def test_a_county_numbers_its_causes_its_own_way(tmp_path: Path) -> None:
    rows = [["A1", "测试甲", id_number(1), "联胜", 3, 1, 7, "0.2855", "C级", "2014.5"],
            ["A2", "测试乙", id_number(2), "联胜", 2, 0, 12, "2800元", "无房户", "2014-06"]]  # fmt: skip
    found = check(tmp_path, xlsx([COUNTY, *rows]))
    assert [(f.cell, f.rule) for f in found.flags if f.refuses != "note"] == [("G3", "unknown_code")]
    assert found.rows["households"]["cause"].tolist()[0] == "缺技术"
    assert found.rows["households"]["housing_grade"].tolist() == ["C", "无房"]
    told = found.rows["events"].set_index(["entity_id", "field"])["value"]
    assert told["A1", "told_income_per_head_fen"] == "285500"
    assert told["A2", "told_income_per_head_fen"] == "280000"
    assert told["A1", "told_workers"] == "1"


def test_an_english_survey_needs_no_identity_number(tmp_path: Path) -> None:
    header = [
        "HHID",
        "Village name",
        "Head of household",
        "HH size",
        "Main cause",
        "House condition",
        "Income per person",
        "Rainfall",
    ]
    lines = [
        ["001", "联胜", "Test A", 4, "Illness", "unsafe", "2,955", 812],
        ["002", "联胜", "Test B", 2, "Luck", "fair", 3000, 640],
    ]
    found = check(tmp_path, csv(lines, header), "survey.csv")
    assert [(f.cell, f.rule) for f in found.flags if f.refuses != "note"] == [("E3", "unknown_code")]
    assert found.rows["households"]["housing_grade"].tolist() == ["D", "B"]
    assert found.rows["members"].groupby("hh").size().tolist() == [4, 2]
    assert "id_number" not in set(found.rows["identity"]["kind"])
    kept = found.rows["identity"]
    assert json.loads(kept.loc[kept["kind"] == "columns", "value"].iloc[0]) == {"Rainfall": "812"}


def test_a_wrong_mapping_is_said_with_every_fault(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("mapping: a\nsheets: [{table: x, fields: {hh: {headr: x}}}]", encoding="utf-8")
    (tmp_path / "b.yaml").write_text("mapping: [", encoding="utf-8")
    with pytest.raises(IntakeError) as caught:
        read_layouts(tmp_path)
    assert len(caught.value.faults) == 2


def test_rules_have_a_digest_that_follows_villages_and_spellings(tmp_path: Path) -> None:
    one, two = Villages.of(VILLAGES), Villages.of([*VILLAGES, {"name": "秀山"}])
    assert rules_digest(one) == rules_digest(one) != rules_digest(two)
    (tmp_path / "mappings").mkdir()
    assert rules_digest(one, tmp_path) != rules_digest(one)


def test_two_villages_of_one_spelling_are_refused() -> None:
    with pytest.raises(IntakeError):
        Villages.of([{"name": "联胜", "aliases": ["连胜"]}, {"name": "连胜"}, {}])
