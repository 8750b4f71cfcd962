"""Single cells: identity numbers, keys, dates, amounts, codes, texts."""

from __future__ import annotations

import datetime as dt

from defects.making import DATED, HEADERS, Formula, Shown, case, csv, form, id_number, row, rows


@case("reject_rows", loaded=3, faults="C3", rules="id_number")
def id_as_float() -> bytes:
    return form(rows(身份证号=[id_number(1), float(999901196503040020), id_number(3), id_number(4)]))


@case("reject_rows", loaded=3, faults="C3", rules="id_number")
def id_scientific() -> bytes:
    return form(rows(身份证号=[id_number(1), "9.99E+17", id_number(3), id_number(4)]))


@case("reject_rows", loaded=3, faults="C3", rules="id_checksum")
def id_checksum() -> bytes:
    bad = id_number(2)[:17] + ("0" if id_number(2)[17] != "0" else "1")
    return form(rows(身份证号=[id_number(1), bad, id_number(3), id_number(4)]))


@case("reject_rows", loaded=2, faults="C3 C5", rules="id_length")
def id_15_and_17_digits() -> bytes:
    return form(rows(身份证号=[id_number(1), "999901650304002", id_number(3), id_number(4)[:17]]))


@case("reject_rows", loaded=2, faults="C2 C4", rules="id_birth")
def id_impossible_birth() -> bytes:
    return form(rows(身份证号=[id_number(1, "19651304"), id_number(2), id_number(3, "19650231"), id_number(4)]))


@case("reject_rows", loaded=3, faults="C4", rules="id_future")
def id_future_birth() -> bytes:
    return form(rows(身份证号=[id_number(1), id_number(2), id_number(3, "20970101"), id_number(4)]))


@case("accept")
def disability_cards_and_other_areas() -> bytes:
    ids = [id_number(1) + "43", id_number(2) + "43B1", id_number(3, area="510100"), "11010519491231002X"]
    return form(rows(身份证号=ids))


@case("reject_rows", loaded=3, faults="C3", rules="id_empty")
def id_blank() -> bytes:
    return form(rows(身份证号=[id_number(1), "", id_number(3), id_number(4)]))


@case("accept_with_notes", notes="C2 C3")
def full_width_id() -> bytes:
    wide = "".join(chr(ord(c) + 0xFEE0) for c in id_number(1))
    return form(rows(身份证号=[wide, id_number(2) + "\u200b", id_number(3), id_number(4)]))


@case("accept_with_notes", notes="A2 B3 B4 D5 E2")
def invisible_characters() -> bytes:
    return form(
        [
            row(1, 户编号="Ｈ００１", 人口="３"),
            row(2, 户主姓名="\u00a0测试甲\u3000"),
            row(3, 户主姓名="测\u200b试乙"),
            row(4, 村="联胜\u00a0"),
        ]
    )


@case("reject_rows", loaded=3, faults="A3", rules="key_empty")
def key_blank() -> bytes:
    return form(rows(户编号=["H001", "", "H003", "H004"]))


@case("reject_rows", loaded=2, faults="A3 A4", rules="key_number")
def key_lost_digits() -> bytes:
    return form(rows(户编号=["H001", "3.5E+17", 3.5062810420100011e17, "H004"]))


@case("accept", loaded=4)
def texts_that_look_like_values() -> bytes:
    return form(
        [
            row(1, 户编号="0007", 户主姓名="NA", 备注="null"),
            row(2, 户编号="0008", 户主姓名="null", 备注="TRUE"),
            row(3, 户编号="0009", 户主姓名="None", 备注="1E5"),
            row(4, 户编号="1E5", 户主姓名="nan", 备注="0001"),
        ]
    )


@case("accept", loaded=4, suffix=".csv")
def texts_that_look_like_values_csv() -> bytes:
    return csv(
        [
            row(1, 户编号="0007", 户主姓名="NA", 备注="null"),
            row(2, 户编号="0008", 户主姓名="null", 备注="TRUE"),
            row(3, 户编号="0009", 户主姓名="None", 备注="1E5"),
            row(4, 户编号="1E5", 户主姓名="nan", 备注="0001"),
        ]
    )


@case("accept_with_notes", notes="A2 A3 A4 A5", rules="shape_kept")
def numbers_shown_with_zeros() -> bytes:
    return form(rows(户编号=[Shown(n, "0000") for n in (1, 2, 3, 14)]))


@case("reject_rows", loaded=3, faults="A4", rules="key_shape")
def one_key_lost_its_zeros() -> bytes:
    return form(rows(户编号=["0001", "0002", 3, "0004"]))


@case("accept_with_notes", notes="J2 J3 J4 J5")
def dates_with_one_meaning() -> bytes:
    days = ["2016.5", "2016年5月10日", 42500, "2016/5/10", dt.date(2016, 5, 10), "2016-05-10"]
    return form([row(n + 1, 入户日期=d) for n, d in enumerate(days)][:4], DATED)


@case("accept", loaded=2)
def real_dates() -> bytes:
    return form([row(1, 入户日期=dt.date(2016, 5, 10)), row(2, 入户日期="2016-05-10")], DATED)


@case("accept_with_notes", loaded=2, notes="J3", rules="date_serial")
def dates_from_1904() -> bytes:
    return form([row(1, 入户日期=dt.date(2016, 5, 10)), row(2, 入户日期=41038)], DATED, date_1904=True)


@case("reject_cells", loaded=4, faults="J2 J3 J4", rules="ambiguous_date")
def ambiguous_dates() -> bytes:
    return form(
        [
            row(1, 入户日期="5/10/16"),
            row(2, 入户日期=2016.1),
            row(3, 入户日期="5/10/2016"),
            row(4, 入户日期="31/5/2016"),
        ],
        DATED,
    )


@case("reject_cells", loaded=4, faults="J2 J3 J4 J5")
def impossible_dates() -> bytes:
    return form(
        [
            row(1, 入户日期="2016-02-30"),
            row(2, 入户日期="2016-13-01"),
            row(3, 入户日期="昨天"),
            row(4, 入户日期="2099-01-01"),
        ],
        DATED,
    )


@case("accept_with_notes", notes="G1", rules="unit_header")
def ten_thousand_by_header() -> bytes:
    return form(rows(人均纯收入=[0.28, 0.29, 0.3146, 0.31]), [*HEADERS[:6], "人均纯收入（万元）", *HEADERS[7:]])


@case("accept_with_notes", notes="G2 G3 G4 G5")
def units_by_cell() -> bytes:
    return form(rows(人均纯收入=["0.28万元", "2900元", "¥3,146.50", "３１００"]))


@case("reject_cells", loaded=5, faults="G4", rules="slip")
def slip_inside_column() -> bytes:
    return form(rows(5, 人均纯收入=[2800, 2952, 0.31, 3100, 2700]))


@case("reject_cells", faults="G2 G3", notes="G4 G5", rules="suspect_amount missing missing_mark")
def about_dash_blank() -> bytes:
    return form(rows(人均纯收入=["约3000", "三千多", "—", ""]))


@case("reject_cells", faults="E2 E3 E4 E5", rules="bound whole_number")
def absurd_sizes() -> bytes:
    return form(rows(人口=[0, -3, 3.5, 203]))


@case("reject_cells", faults="G3", rules="bound")
def absurd_income() -> bytes:
    return form(rows(人均纯收入=[2800, 1e9, 2900, 3000]))


@case("reject_cells", faults="G3", rules="not_number")
def text_in_money() -> bytes:
    return form(rows(人均纯收入=[2800, "不详", 2900, 3000]))


@case("reject_cells", faults="H4", notes="H2 H3 H5", rules="alias unknown_code_near missing")
def housing_variants() -> bytes:
    return form(rows(住房等级=["A级", "Ⅲ", "危房", ""]))


@case("reject_cells", faults="F3 F4", notes="F2", rules="alias unknown_code_near")
def cause_variants() -> bytes:
    return form(rows(致贫原因=["缺劳动力", "因并", "因病因病", "因残"]))


@case("reject_cells", faults="D4 D5", notes="D2 D3", rules="alias unknown_village unknown_village_near")
def village_variants() -> bytes:
    return form(rows(村=["连胜", "乐北村", "联盛", "外村"]))


@case("reject_cells", faults="B3 D4", rules="empty")
def blank_name_and_village() -> bytes:
    return form([row(1), row(2, 户主姓名=""), row(3, 村=""), row(4)])


@case("accept", loaded=4)
def formula_look_alikes() -> bytes:
    marks = ['=HYPERLINK("http://x","y")', "+86", "-1+2", "@SUM(A1)"]
    return form(rows(备注=marks))


@case("accept", loaded=3)
def tab_and_return_first() -> bytes:
    return form([row(1, 备注="\tcmd"), row(2, 备注="\rcmd"), row(3, 备注="=cmd|' /C calc'!A0")])


@case("accept_with_notes", notes="G2")
def formula_with_value() -> bytes:
    return form(rows(人均纯收入=[Formula("=1400*2", 2800), 2900, 3000, 3100]))


@case("reject_cells", faults="G2", rules="formula_empty")
def formula_without_value() -> bytes:
    return form(rows(人均纯收入=[Formula("=1400*2"), 2900, 3000, 3100]))


@case("reject_rows", loaded=3, faults="C2", rules="formula_empty")
def id_formula_without_value() -> bytes:
    return form(rows(身份证号=[Formula('="9999"&"01"'), id_number(2), id_number(3), id_number(4)]))


@case("reject_cells", faults="G2 H3", rules="formula_error")
def formula_errors() -> bytes:
    return form(
        [row(1, 人均纯收入=Formula("=1/0", "#DIV/0!")), row(2, 住房等级=Formula("=X", "#NAME?")), row(3), row(4)]
    )


@case("reject_cells", faults="G2", rules="formula_external")
def formula_external() -> bytes:
    return form(rows(人均纯收入=[Formula("='[1]Sheet1'!A1", 2800), 2900, 3000, 3100]))


@case("accept", loaded=2)
def long_notes_and_markup() -> bytes:
    return form([row(1, 备注="长" * 32_000), row(2, 备注="<script>alert(1)</script>\n&amp;")])


@case("accept", loaded=2)
def control_characters() -> bytes:
    return form([row(1, 备注="坏\x01字\x1f符"), row(2)])


@case("accept", loaded=2)
def rare_characters() -> bytes:
    return form([row(1, 户主姓名="测试\U00020bb7\U0002a6a5"), row(2, 户主姓名="测试\uf900")])


@case("reject_cells", faults="B3", rules="name_number", loaded=4)
def number_as_name() -> bytes:
    return form(rows(户主姓名=["测试甲", 123, "测试丙", "测试丁"]))


@case("reject_cells", loaded=4, faults="B3", rules="bad_text")
def lost_characters() -> bytes:
    return form(rows(户主姓名=["测试甲", "测\ufffd", "测试丙", "测试丁"]))
