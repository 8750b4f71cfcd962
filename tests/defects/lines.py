"""Whole rows: totals, signatures, repeats, merged rows."""

from __future__ import annotations

from defects.making import Formula, case, form, id_number, row, rows


@case("accept_with_notes", notes="E6", rules="total_row")
def total_that_agrees() -> bytes:
    lines = rows()
    return form([*lines, ["合计", "", "", "", sum(line[4] for line in lines), "", "", "", ""]])


@case("accept_with_notes", notes="E6", rules="total_differs")
def total_that_differs() -> bytes:
    return form([*rows(), ["合  计", "", "", "", 99, "", "", "", ""]])


@case("accept_with_notes", rules="total_row")
def subtotals() -> bytes:
    lines = rows()
    sub = [["小计", "", "", "", lines[a][4] + lines[a + 1][4], "", "", "", ""] for a in (0, 2)]
    total = ["总计", "", "", "", Formula("=SUM(E2:E6)", sum(line[4] for line in lines)), "", "", "", ""]
    return form([*lines[:2], sub[0], *lines[2:], sub[1], total])


@case("accept_with_notes", rules="total_row")
def total_in_second_column() -> bytes:
    lines = rows()
    return form([*lines, ["", "联胜村合计", "", "", sum(line[4] for line in lines), "", "", "", ""]])


@case("accept_with_notes", rules="signature_row")
def signatures() -> bytes:
    return form(
        [*rows(), [], ["填表人：测试", "", "", "审核人：", "", "", "填报日期：2016年4月30日"], ["注：本表一式两份"]]
    )


@case("accept_with_notes", notes="A4", rules="identical_row")
def identical_rows() -> bytes:
    return form([row(1), row(2), row(1), row(3), row(4)])


@case("reject_rows", loaded=2, faults="A3 A5", rules="same_key")
def same_key_other_content() -> bytes:
    return form([row(1), row(2), row(3), row(2, 人均纯收入=9999)])


@case("reject_rows", loaded=2, faults="C2 C4", rules="same_id")
def same_id_two_households() -> bytes:
    return form([row(1, 身份证号=id_number(7)), row(2), row(3, 身份证号=id_number(7)), row(4)])


@case("accept_with_notes", loaded=2, rules="member_row")
def merged_household_over_members() -> bytes:
    lines = [
        row(1, 人口=3),
        ["", "", id_number(21), "", "", "", "", "", ""],
        ["", "", id_number(22), "", "", "", "", "", ""],
        row(2),
    ]

    def finish(book, page):  # type: ignore[no-untyped-def]
        for column, value in enumerate(lines[0]):
            if column != 2:
                page.merge_range(1, column, 3, column, value)

    return form(lines, finish=finish)


@case("reject_rows", loaded=2, faults="A3 B3 D3", rules="key_empty")
def blank_below_is_not_filled() -> bytes:
    return form([row(1), ["", "", id_number(2), "", 3, "因病", 2900, "C", ""], row(3)])
