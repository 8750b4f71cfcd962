"""Titles, headers, columns and sheets."""

from __future__ import annotations

from defects.making import HEADERS, SHEET1, case, csv, form, repacked, row, rows, xlsx


@case("accept")
def clean() -> bytes:
    return form(rows())


@case("accept", suffix=".csv")
def clean_csv() -> bytes:
    return csv(rows())


@case("accept_with_notes", rules="header_found")
def merged_title() -> bytes:
    def finish(book, page):  # type: ignore[no-untyped-def]
        page.merge_range("A1:I1", "长乐乡2016年4月建档立卡贫困户登记表")

    return form(rows(), above=[[], ["填报单位：联胜村", "", "", "", "", "", "单位：元"]], finish=finish)


@case("accept_with_notes", rules="header_two_rows")
def two_level_header() -> bytes:
    top = ["户编号", "户主", "", "村", "家庭情况", "", "", "", "备注"]
    low = ["", "户主姓名", "身份证号", "", "人口", "致贫原因", "人均纯收入", "住房等级", ""]

    def finish(book, page):  # type: ignore[no-untyped-def]
        page.merge_range("A1:A2", "户编号")
        page.merge_range("B1:C1", "户主")
        page.merge_range("D1:D2", "村")
        page.merge_range("E1:H1", "家庭情况")
        page.merge_range("I1:I2", "备注")

    return xlsx([top, low, *rows()], finish)


@case("accept_with_notes", rules="unit_row")
def unit_row() -> bytes:
    return form([["", "", "", "", "人", "", "元", "级", ""], *rows()])


@case("accept_with_notes", rules="unit_row unit_header")
def unit_row_ten_thousand() -> bytes:
    return form([["", "", "", "", "（人）", "", "（万元）", "", ""], *rows(人均纯收入=[0.28, 0.29, 0.3146, 0.31])])


@case("accept_with_notes", rules="number_row")
def number_row() -> bytes:
    return form([list(range(1, 10)), *rows()])


@case("accept_with_notes", rules="header_alias", notes="A1 C1 D1 G1 H1")
def synonyms() -> bytes:
    return form(
        rows(),
        ["农户编号", "户主姓名", "身份证号码", "行政村", "人口", "致贫原因", "家庭年人均纯收入", "房屋等级", "备注"],
    )


@case("accept_with_notes", notes="A1 B1 C1 G1")
def spaces_and_breaks() -> bytes:
    return form(
        rows(),
        ["户 编号", "户主\n姓名", "　身份证号", "村", "人口", "致贫原因", "人均\n纯收入（元）", "住房等级", "备注"],
    )


@case("accept_with_notes", notes="G1", rules="header_alias")
def full_width_header() -> bytes:
    return form(
        rows(), ["户编号", "户主姓名", "身份证号", "村", "人口", "致贫原因", "人均纯收入　（元）", "住房等级", "备注"]
    )


@case("reject_file", loaded=0, rules="column_missing")
def missing_column() -> bytes:
    return form([line[:5] + line[6:] for line in rows()], HEADERS[:5] + HEADERS[6:])


@case("reject_file", loaded=0, rules="column_missing")
def missing_key_column() -> bytes:
    return form([line[1:] for line in rows()], HEADERS[1:])


@case("reject_file", loaded=0, faults="G1 I1", rules="column_doubled")
def doubled_column() -> bytes:
    return form(rows(), [*HEADERS[:8], "人均纯收入"])


@case("reject_file", loaded=0, faults="G1 J1", rules="column_doubled", suffix=".csv")
def doubled_column_csv() -> bytes:
    return csv([[*line, 1] for line in rows()], [*HEADERS, "人均纯收入"])


@case("accept")
def moved_columns() -> bytes:
    return form([line[::-1] for line in rows()], HEADERS[::-1])


@case("accept", loaded=8)
def another_order_per_sheet() -> bytes:
    return xlsx({"联胜": [HEADERS, *rows()], "乐北": [HEADERS[::-1], *(row(n, 村="乐北")[::-1] for n in range(5, 9))]})


@case("accept_with_notes", loaded=8, rules="sheet_skipped")
def sheet_per_village_and_instructions() -> bytes:
    help_ = [["填表说明"], ["一、户编号不得为空"], ["二、身份证号为18位"]]
    return xlsx(
        {"填表说明": help_, "联胜": [HEADERS, *rows()], "乐北": [HEADERS, *(row(n, 村="乐北") for n in range(5, 9))]}
    )


@case("accept_with_notes", rules="sheet_hidden")
def hidden_sheet() -> bytes:
    return xlsx(
        {"户表": [HEADERS, *rows()], "旧数据": [HEADERS, *(row(n) for n in range(5, 9))]}, lambda b, p: p.hide()
    )


@case("accept_with_notes", rules="sheet_hidden")
def very_hidden_sheet() -> bytes:
    return xlsx(
        {"户表": [HEADERS, *rows()], "旧": [HEADERS, *(row(n) for n in range(5, 9))]}, lambda b, p: p.very_hidden()
    )


@case("accept_with_notes", rules="rows_hidden")
def hidden_rows() -> bytes:
    return form(rows(), finish=lambda b, p: p.set_row(2, None, None, {"hidden": True}))


@case("accept_with_notes", rules="columns_hidden")
def hidden_columns() -> bytes:
    return form(rows(), finish=lambda b, p: p.set_column("C:C", None, None, {"hidden": True}))


@case("accept_with_notes", rules="filter_on rows_hidden")
def filtered() -> bytes:
    def finish(book, page):  # type: ignore[no-untyped-def]
        page.autofilter("A1:I5")
        page.set_row(3, None, None, {"hidden": True})

    return form(rows(), finish=finish)


@case("accept_with_notes", rules="column_unknown", notes="J1")
def unknown_column() -> bytes:
    return form([[*line, "一类"] for line in rows()], [*HEADERS, "帮扶类别"])


@case("accept", loaded=4)
def serial_column() -> bytes:
    return form([[n, *line] for n, line in enumerate(rows(), 1)], ["序号", *HEADERS])


@case("accept_with_notes", rules="column_absent")
def no_remark_column() -> bytes:
    return form([line[:8] for line in rows()], HEADERS[:8])


@case("reject_file", loaded=0, rules="two_months")
def two_months() -> bytes:
    return xlsx({"2016年4月": [HEADERS, *rows()], "2016年5月": [HEADERS, *rows()]})


@case("reject_file", loaded=0, rules="no_rows")
def header_only() -> bytes:
    return form([])


@case("reject_file", loaded=0, rules="no_table")
def no_table() -> bytes:
    return xlsx([["会议记录"], ["今天开会"]])


@case("reject_file", loaded=0)
def empty_sheet() -> bytes:
    return xlsx([])


@case("accept_with_notes", rules="header_found")
def table_not_in_corner() -> bytes:
    return xlsx([[], [], *(["", "", *line] for line in [HEADERS, *rows()])])


@case("accept", loaded=4)
def blank_rows_between() -> bytes:
    lines = rows()
    return form([*lines[:2], [], [], *lines[2:]])


@case("reject_cells", faults="H8")
def gap_keeps_row_numbers() -> bytes:
    lines = rows(住房等级=["C", "C", "C", "危房"])
    return form([*lines[:2], [], [], [], *lines[2:]])


@case("accept_with_notes", rules="signature_row")
def headers_repeated_on_each_page() -> bytes:
    lines = rows()
    return form([*lines[:2], HEADERS, *lines[2:]])


@case("accept", loaded=4)
def lying_dimension() -> bytes:
    def lie(body: bytes) -> bytes:
        return body.replace(b'<dimension ref="A1:I5"/>', b'<dimension ref="A1:XFD1048576"/>')

    return repacked(form(rows()), {SHEET1: lie})


@case("accept_with_notes", loaded=8, rules="village_of_sheet")
def village_by_sheet_name() -> bytes:
    lines = {"联胜": rows(), "乐北": rows(8)[4:]}
    cut = {name: [line[:3] + line[4:] for line in part] for name, part in lines.items()}
    return xlsx({name: [[*HEADERS[:3], *HEADERS[4:]], *part] for name, part in cut.items()})


@case("reject_file", loaded=0, rules="column_missing_near")
def misspelt_column() -> bytes:
    return form(rows(), [*HEADERS[:5], "致贫原困", *HEADERS[6:]])


@case("accept_with_notes", notes="G1", rules="header_alias")
def year_in_header() -> bytes:
    return form(rows(), [*HEADERS[:6], "2015年人均纯收入", *HEADERS[7:]])


@case("reject_file", loaded=0, rules="two_months")
def visits_of_two_months() -> bytes:
    days = ["2016-04-20", "2016-04-21", "2016-05-20", "2016-05-21"]
    return form(rows(入户日期=days), [*HEADERS, "入户日期"])


@case("reject_file", loaded=0, rules="two_months")
def titles_of_two_months() -> bytes:
    return form(rows(), above=[["联胜村2016年4月贫困户月报"], ["报送月份：2016年5月"]])
