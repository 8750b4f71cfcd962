"""Around the rows: notes, signatures, totals and fillers that are no household, as people really leave them."""

from __future__ import annotations

from defects.making import HEADERS, case, csv, form, row, rows

BLANK = [""] * 8


def _merged_last(text: str) -> bytes:
    def finish(book, page):  # type: ignore[no-untyped-def]
        page.merge_range("A6:I6", text)

    return form(rows(), finish=finish)


@case("accept_with_notes", rules="signature_row")
def note_merged_over_the_row() -> bytes:
    return _merged_last("注：1.本表一式两份；2.人口以户籍为准。")


@case("accept_with_notes", rules="signature_row")
def signatures_merged_over_the_row() -> bytes:
    return _merged_last("村委会（盖章）：　　审核人：　　　2016年5月1日")


@case("accept_with_notes", rules="signature_row")
def date_of_filling_in_the_key_column() -> bytes:
    return form([*rows(), ["填表日期：2016年5月10日"]])


@case("accept_with_notes", rules="signature_row")
def numbered_notes() -> bytes:
    return form([*rows(), ["说明：1.户编号不得更改"], ["2.人口为户籍人口"], ["3.以上数据截至2016年4月底"]])


@case("accept_with_notes", rules="signature_row")
def sentence_at_the_end() -> bytes:
    return form([*rows(), [], ["以上数据由村委会提供，截至2016年4月30日"]])


@case("accept_with_notes", rules="signature_row")
def rest_is_blank() -> bytes:
    return form([*rows(), ["（以下空白）"]])


@case("accept_with_notes", rules="signature_row")
def page_marks() -> bytes:
    lines = rows()
    return form([*lines[:2], ["第1页 共2页"], ["长乐乡联胜村贫困户名单（续）"], HEADERS, *lines[2:], ["第2页 共2页"]])


@case("accept_with_notes", rules="signature_row", suffix=".csv")
def notes_in_text() -> bytes:
    return csv([*rows(), ["填表人：测试", *BLANK], ["填表日期：2016年5月10日", *BLANK]])


@case("accept_with_notes", rules="total_row")
def total_with_a_count() -> bytes:
    lines = rows()
    return form([*lines, ["合计：4户", "", "", "", sum(line[4] for line in lines)]])


@case("accept_with_notes", rules="total_row")
def total_of_households_and_people() -> bytes:
    return form([*rows(), ["共4户16人"]])


@case("accept_with_notes", rules="total_row")
def total_merged_over_columns() -> bytes:
    lines = rows()

    def finish(book, page):  # type: ignore[no-untyped-def]
        page.merge_range("A6:D6", "合　　计")

    return form([*lines, ["", "", "", "", sum(line[4] for line in lines)]], finish=finish)


@case("accept_with_notes", notes="E2", rules="total_row")
def total_above_the_rows() -> bytes:
    lines = rows()
    return form([["合计", "", "", "", sum(line[4] for line in lines)], *lines])


@case("accept_with_notes", rules="total_row")
def average_of_the_village() -> bytes:
    lines = rows()
    return form([*lines, ["全村平均", "", "", "", "", "", sum(line[6] for line in lines) / 4]])


@case("accept_with_notes", rules="total_row", loaded=4)
def total_of_a_village_in_its_column() -> bytes:
    lines = rows()
    return form([*lines, ["", "", "", "联胜小计", sum(line[4] for line in lines)]])


@case("accept", loaded=4)
def serial_numbers_filled_ahead() -> bytes:
    lines = [[n, *line] for n, line in enumerate(rows(), 1)]
    return form([*lines, *([n] for n in range(5, 15))], ["序号", *HEADERS])


@case("accept", loaded=4)
def rows_of_spaces() -> bytes:
    return form([*rows(), ["\u3000", " ", "\u200b", "", "\u00a0"], ["\ufeff"]])


@case("accept", loaded=4)
def household_named_like_a_total() -> bytes:
    return form([row(1, 户主姓名="何计"), row(2, 户主姓名="平均德"), row(3, 备注="合计"), row(4, 备注="填表人")])


@case("reject_rows", loaded=4, faults="A6 B6 C6 D6", rules="key_empty")
def row_with_figures_only() -> bytes:
    return form([*rows(), ["", "", "", "", 4, "因病", 2900, "C"]])


@case("reject_rows", loaded=4, faults="A6", rules="key_empty")
def row_with_everything_but_the_key() -> bytes:
    return form([*rows(), row(5, 户编号="")])


@case("accept", loaded=4)
def keys_in_words() -> bytes:
    return form(rows(户编号=["联胜-一号", "联胜-二号", "联胜001", "户4"]))
