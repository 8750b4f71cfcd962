"""Meaning beside the value: units of number formats, struck-out text, marks that keep a value text."""

from __future__ import annotations

from typing import Any

from defects.making import DATED, HEADERS, SHEET1, Shown, case, csv, form, repacked, row, rows, xlsx

INCOME = HEADERS.index("人均纯收入")


def _struck(*places: tuple[int, int, Any], whole_row: int = 0) -> bytes:
    """Return the form with cells struck out: a value whole, a list as runs of which the first is struck out."""

    def finish(book: Any, page: Any) -> None:
        gone = book.add_format({"font_strikeout": True})
        for line, column, value in places:
            if isinstance(value, list):
                page.write_rich_string(line, column, gone, value[0], book.add_format({"bold": True}), *value[1:])
            else:
                page.write(line, column, value, gone)
        for column, value in enumerate(row(whole_row) if whole_row else ()):
            page.write(whole_row, column, value, gone)

    return xlsx([HEADERS, *rows()], finish)


@case("accept_with_notes", notes="G3 G4 G5", rules="unit_cell")
def units_in_number_formats() -> bytes:
    formats = ["0.00", '0.0"万元"', '0!.0,"万元"', '0.0,"千元"']
    values = [2837.0, 0.28, 2900.0, 2900.0]
    return form(rows(人均纯收入=[Shown(v, f) for v, f in zip(values, formats, strict=True)]))


@case("accept")
def formats_that_only_dress_a_number() -> bytes:
    formats = ['"¥"#,##0.00', '#,##0.00"元"', "_ * #,##0.00_ ;_ * -#,##0.00_ ", "[Red]0.00;(0.00)"]
    return form(rows(人均纯收入=[Shown(2837 + at, f) for at, f in enumerate(formats)]))


@case("reject_cells", faults="G2 G3", rules="number_hidden")
def numbers_scaled_without_a_unit_or_hidden() -> bytes:
    return form(rows(人均纯收入=[Shown(2837, "0.0,"), Shown(2900, ";;;"), 2911, 2948]))


@case("accept_with_notes", notes="G2", rules="struck_part")
def an_amount_struck_out_before_its_correction() -> bytes:
    return _struck((1, INCOME, ["28", "2895"]))


@case("accept_with_notes", notes="G2", rules="struck_part")
def an_amount_struck_out_in_an_inline_string() -> bytes:
    runs = "<is><r><rPr><strike/></rPr><t>28</t></r><r><rPr/><t>2895</t></r></is>"
    cell = f'<c r="G2" t="inlineStr">{runs}</c>'.encode()
    return repacked(form(rows()), {SHEET1: lambda part: part.replace(b'<c r="G2"><v>2837</v></c>', cell)})


@case("reject_cells", faults="G2 H3", rules="struck_out")
def cells_struck_out_whole() -> bytes:
    return _struck((1, INCOME, 2837), (2, INCOME + 1, "C"))


@case("reject_rows", faults="A3", rules="row_struck", loaded=3)
def a_row_struck_out_whole() -> bytes:
    return _struck(whole_row=2)


@case("reject_rows", faults="C4", rules="struck_out", loaded=3)
def an_identity_number_struck_out_whole() -> bytes:
    return _struck((3, 2, row(3)[2]))


@case("accept_with_notes", suffix=".csv", notes="A2 C2 A3 C3 G4", rules="text_mark")
def marks_that_keep_a_value_text() -> bytes:
    keys, numbers = ["'H001", '="H002"', "H003", "H004"], [row(at)[2] for at in (1, 2, 3, 4)]
    numbers[:2] = [f"'{numbers[0]}", f'="{numbers[1]}"']
    return csv(rows(户编号=keys, 身份证号=numbers, 人均纯收入=[2837, 2874, "'2911", 2948]))


@case("reject_file", loaded=0, faults="G2", rules="doubled_cell")
def a_cell_that_stands_there_twice() -> bytes:
    once = b'<c r="G2"><v>2837</v></c>'
    return repacked(form(rows()), {SHEET1: lambda part: part.replace(once, once + b'<c r="G2"><v>9000</v></c>')})


@case("reject_cells", faults="J2", rules="early_date")
def a_day_that_never_was() -> bytes:
    return form(rows(入户日期=[Shown(60, "yyyy-mm-dd"), "2016-04-05", "2016-04-06", "2016-04-07"]), DATED)


@case("accept_with_notes", notes="B2 B3 B4", rules="odd_name")
def names_that_begin_like_a_formula() -> bytes:
    return form(rows(户主姓名=["=测试甲", "@测试乙", "测_x0007_试丙", "测试丁"]))
