"""Headers as offices write them, and where their units stand."""

from __future__ import annotations

from defects.making import HEADERS, Formula, case, csv, form, row, rows, xlsx


def _headed(**changed: str) -> list[str]:
    return [changed.get(name, name) for name in HEADERS]


@case("accept_with_notes", loaded=4)
def headers_with_stars_and_footnotes() -> bytes:
    return form(rows(), _headed(户编号="户编号*", 户主姓名="户主姓名（必填）", 人口="人口①", 住房等级="住房等级[注2]"))


@case("accept_with_notes", loaded=4)
def numbered_headers() -> bytes:
    return form(rows(), [f"{n}.{name}" for n, name in enumerate(HEADERS, 1)])


@case("accept_with_notes", loaded=4)
def headers_lettered_in_chinese() -> bytes:
    return form(rows(), [f"{n}、{name}" for n, name in zip("一二三四五六七八九", HEADERS, strict=True)])


@case("accept_with_notes", loaded=4, notes="G1")
def unit_after_a_stroke() -> bytes:
    return form(rows(), _headed(人均纯收入="人均纯收入/元", 人口="人口/人"))


@case("accept_with_notes", loaded=4, notes="G1", rules="unit_header")
def unit_after_a_space() -> bytes:
    return form(rows(人均纯收入=[0.28, 0.29, 0.3146, 0.31]), _headed(人均纯收入="人均纯收入 万元"))


@case("accept_with_notes", loaded=4, notes="G1", rules="unit_header")
def unit_named_unit() -> bytes:
    return form(rows(人均纯收入=[0.28, 0.29, 0.3146, 0.31]), _headed(人均纯收入="人均纯收入\n（单位：万元）"))


@case("accept_with_notes", loaded=4, notes="G3", rules="unit_header")
def unit_above_the_table() -> bytes:
    above = [["长乐乡贫困户登记表"], ["", "", "", "", "", "", "", "单位：万元"]]
    return form(rows(人均纯收入=[0.28, 0.29, 0.3146, 0.31]), above=above)


@case("accept_with_notes", loaded=4, rules="unit_cell", notes="G3")
def own_unit_goes_before_the_header() -> bytes:
    return form(rows(人均纯收入=[0.28, "2900元", 0.3146, 0.31]), _headed(人均纯收入="人均纯收入（万元）"))


@case("reject_cells", loaded=4, faults="G4")
def yuan_under_ten_thousand() -> bytes:
    return form(rows(人均纯收入=[0.28, 0.29, 2952, 0.31]), _headed(人均纯收入="人均纯收入（万元）"))


@case("accept_with_notes", loaded=4, rules="header_two_rows")
def three_level_header() -> bytes:
    lines = [
        ["户编号", "基本情况", "", "", "", "贫困情况", "", "", "备注"],
        ["", "户主", "", "住址", "家庭", "原因", "收支", "住房", ""],
        ["", "户主姓名", "身份证号", "村", "人口", "致贫原因", "人均纯收入", "住房等级", ""],
    ]

    def finish(book, page):  # type: ignore[no-untyped-def]
        page.merge_range("A1:A3", "户编号")
        page.merge_range("B1:E1", "基本情况")
        page.merge_range("B2:C2", "户主")
        page.merge_range("F1:H1", "贫困情况")
        page.merge_range("I1:I3", "备注")

    return xlsx([*lines, *rows()], finish)


@case("accept_with_notes", loaded=4, rules="header_found")
def header_far_down() -> bytes:
    above = [
        ["福建省平和县长乐乡"],
        ["联胜村"],
        [],
        ["填报单位：联胜村委会"],
        ["填报日期：2016年4月30日"],
        ["负责人：测试"],
    ]
    return form(rows(), above=above)


@case("reject_file", loaded=0, faults="C1 J1", rules="column_doubled")
def doubled_by_another_name() -> bytes:
    return form([[*line, line[2]] for line in rows()], [*HEADERS, "身份证号码"])


@case("reject_file", loaded=0, faults="E1 J1", rules="column_doubled")
def doubled_with_the_same_values() -> bytes:
    return form([[*line, line[4]] for line in rows()], [*HEADERS, "人口"])


@case("reject_file", loaded=0, rules="column_missing")
def two_columns_missing() -> bytes:
    return form([[*line[:2], *line[4:]] for line in rows()], [*HEADERS[:2], *HEADERS[4:]])


@case("reject_file", loaded=0, rules="column_missing", suffix=".csv")
def missing_column_csv() -> bytes:
    return csv([line[:7] + line[8:] for line in rows()], HEADERS[:7] + HEADERS[8:])


@case("reject_file", loaded=0)
def rows_without_headers() -> bytes:
    return xlsx(rows())


@case("accept_with_notes", loaded=4, rules="column_unknown", notes="J1")
def column_without_a_header() -> bytes:
    return form([[*line, "√"] for line in rows()])


@case("accept", loaded=4)
def headers_by_formula() -> bytes:
    heads = [Formula(f'="{name}"', name) for name in HEADERS]
    return xlsx([heads, *rows()])


@case("accept_with_notes", loaded=4, notes="J1 K1", rules="column_unknown")
def columns_of_another_form() -> bytes:
    return form([[*line, "汉族", "群众"] for line in rows()], [*HEADERS, "民族", "政治面貌"])


@case("accept", loaded=6)
def a_sheet_for_each_village_with_its_title() -> bytes:
    parts = {}
    for name, start in (("联胜", 1), ("乐北", 3), ("农家", 5)):
        parts[name] = [HEADERS, row(start, 村=name), row(start + 1, 村=name)]
    return xlsx(parts)


@case("reject_cells", loaded=6, faults="E3", rules="bound")
def fault_on_the_second_sheet_only() -> bytes:
    return xlsx({"联胜": [HEADERS, *rows()], "乐北": [HEADERS, row(5, 村="乐北"), row(6, 村="乐北", 人口=0)]})


@case("reject_file", loaded=0, rules="column_missing")
def one_sheet_lacks_a_column() -> bytes:
    short = [line[:5] + line[6:] for line in (row(5), row(6))]
    return xlsx({"联胜": [HEADERS, *rows()], "乐北": [HEADERS[:5] + HEADERS[6:], *short]})


@case("accept_with_notes", loaded=4, rules="sheet_skipped")
def statistics_beside_the_table() -> bytes:
    return xlsx({"户表": [HEADERS, *rows()], "汇总": [["村", "户数", "人口"], ["联胜", 4, 16]]})


@case("accept", loaded=4)
def blank_sheets_beside_the_table() -> bytes:
    return xlsx({"Sheet1": [HEADERS, *rows()], "Sheet2": [], "Sheet3": []})


@case("accept", loaded=4)
def header_merged_over_two_columns() -> bytes:
    def finish(book, page):  # type: ignore[no-untyped-def]
        page.merge_range("B1:C1", "户主姓名")

    lines = [[line[0], line[1], "", *line[2:]] for line in rows()]
    return form(lines, [HEADERS[0], HEADERS[1], "", *HEADERS[2:]], finish=finish)
