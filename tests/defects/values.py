"""Single cells as people fill them, with a fresh eye: numbers, dates, amounts, codes."""

from __future__ import annotations

import datetime as dt

from defects.making import DATED, Formula, Shown, case, csv, form, id_number, row, rows


@case("accept_with_notes", notes="C3", rules="text_mark")
def id_with_an_apostrophe() -> bytes:
    return form(rows(身份证号=[id_number(1), "'" + id_number(2), id_number(3), id_number(4)]))


@case("accept_with_notes", notes="C3", rules="text_mark", suffix=".csv")
def id_with_an_apostrophe_csv() -> bytes:
    return csv(rows(身份证号=[id_number(1), "'" + id_number(2), id_number(3), id_number(4)]))


@case("accept_with_notes", notes="C3")
def id_with_a_small_x() -> bytes:
    return form(rows(身份证号=[id_number(1), "11010519491231002x", id_number(3), id_number(4)]))


@case("reject_rows", loaded=3, faults="C4", rules="id_form")
def id_with_a_letter_o() -> bytes:
    bad = id_number(3)[:7] + "O" + id_number(3)[8:]
    return form(rows(身份证号=[id_number(1), id_number(2), bad, id_number(4)]))


@case("reject_rows", loaded=2, faults="C2 C3", rules="id_number")
def id_as_a_number_shown_in_full() -> bytes:
    wide = [Shown(float(id_number(n)[:17] + "0"), form_) for n, form_ in ((1, "0"), (2, "@"))]
    return form(rows(身份证号=[*wide, id_number(3), id_number(4)]))


@case("reject_rows", loaded=2, faults="C3 C4", suffix=".csv", rules="id_number")
def id_scientific_csv() -> bytes:
    return csv(rows(身份证号=[id_number(1), "3.50628E+17", "9.99901E+17", id_number(4)]))


@case("accept_with_notes", suffix=".csv", notes="C3")
def id_kept_as_text_by_a_tab() -> bytes:
    return csv(rows(身份证号=[id_number(1), id_number(2) + "\t", id_number(3), id_number(4)]))


@case("reject_rows", loaded=0, faults="C2 C3 C4 C5", rules="id_length id_form")
def ids_that_are_none() -> bytes:
    return form(rows(身份证号=["无", id_number(2) + "1", "-", "x" * 18]))


@case("reject_rows", loaded=2, faults="C2 C5", rules="same_id")
def same_id_on_a_disability_card() -> bytes:
    return form(rows(身份证号=[id_number(1), id_number(2), id_number(3), id_number(1) + "43"]))


@case("reject_rows", loaded=1, faults="C2 C3 C4", notes="C4", rules="same_id")
def same_id_three_times() -> bytes:
    one = "11010519491231002X"
    return form(rows(身份证号=[one, one, one.lower(), id_number(4)]))


@case("reject_rows", loaded=2, faults="A3 A5", rules="same_key")
def same_key_in_other_letters() -> bytes:
    return form(rows(户编号=["H001", "H002", "H003", "Ｈ００２"]))


@case("accept", loaded=4)
def numbers_as_keys() -> bytes:
    return form(rows(户编号=[1, 2, 3, 40]))


@case("reject_rows", loaded=2, faults="A2 A3")
def keys_that_became_dates_or_answers() -> bytes:
    return form(rows(户编号=[dt.date(2016, 1, 1), True, "H003", "H004"]))


@case("accept_with_notes", loaded=4, notes="A2 A3 A4 A5", rules="shape_kept")
def keys_with_a_letter_in_their_format() -> bytes:
    return form(rows(户编号=[Shown(n, '"H"000') for n in (1, 2, 3, 4)]))


@case("reject_rows", loaded=3, faults="A3")
def key_formula_without_value() -> bytes:
    return form(rows(户编号=["H001", Formula('="H"&2'), "H003", "H004"]))


@case("accept_with_notes", notes="J2 J3 J4 J5")
def dates_with_an_english_month() -> bytes:
    return form(rows(入户日期=["10-May-2016", "May 10, 2016", "10 May 2016", "2016-May-10"]), DATED)


@case("accept_with_notes", notes="J2 J4 J5 J6 J7", loaded=6)
def dates_with_more_than_a_day() -> bytes:
    days = [
        "2016年5月10日 星期二",
        "2016-05-10T09:30",
        "2016.05.10",
        "20160510",
        "2016/5/10 14:30",
        "二〇一六年五月十日",
    ]
    return form(rows(6, 入户日期=days), DATED)


@case("reject_cells", faults="J2 J3 J4 J5")
def dates_without_a_year_or_day() -> bytes:
    return form(rows(入户日期=["5月10日", "16.5", "2016年春节前", "2016-5-"]), DATED)


@case("reject_cells", faults="J3 J4", notes="J2 J5", rules="ambiguous_date")
def dates_that_only_look_ambiguous() -> bytes:
    return form(rows(入户日期=["05/05/2016", "05/06/2016", "6.5.2016", "25/5/2016"]), DATED)


@case("reject_cells", faults="J2 J3", notes="J4 J5")
def ten_or_one() -> bytes:
    return form(rows(入户日期=[2016.1, "2016.1", "2016.10", "2016.01"]), DATED)


@case("reject_cells", loaded=4, faults="J2 J3")
def day_zero() -> bytes:
    return form(rows(入户日期=[Shown(0, "yyyy-mm-dd"), Shown(-5, "yyyy-mm-dd"), "2016-05-10", "2016-05-11"]), DATED)


@case("accept_with_notes", loaded=4, notes="J3 J5")
def day_numbers_from_1904_and_dates() -> bytes:
    days = [dt.date(2016, 5, 10), 41038, dt.date(2016, 5, 12), "41039"]
    return form(rows(入户日期=days), DATED, date_1904=True)


@case("accept_with_notes", notes="J2 J3")
def dash_and_blank_for_a_visit() -> bytes:
    return form(rows(入户日期=["—", "/", "", "2016-05-10"]), DATED)


@case("reject_cells", faults="G2 G3 G4 G5", rules="suspect_amount")
def amounts_that_are_no_numbers() -> bytes:
    return form(rows(人均纯收入=["2800-3000", "2800左右", "2800以上", "近3000元"]))


@case("accept_with_notes", notes="G2 G3 G5")
def amounts_with_marks() -> bytes:
    return form(rows(人均纯收入=["￥2,800", "2,900.50元", "2800", "２８００"]))


@case("reject_cells", faults="G3 G4", rules="suspect_amount")
def amounts_with_misplaced_marks() -> bytes:
    return form(rows(人均纯收入=["2800", "28,00", "2.800.00", "2900"]))


@case("accept", loaded=4)
def amounts_with_binary_dust() -> bytes:
    return form(rows(人均纯收入=[2952.3000000000002, 0.1 + 2800.2, 2800, 3100.5]))


@case("reject_cells", faults="G3 G5", rules="bound")
def amounts_out_of_all_measure() -> bytes:
    return form(rows(人均纯收入=[2800, 28_000_000, 2900, -3e9]))


@case("accept", loaded=4)
def loss_of_a_year() -> bytes:
    return form(rows(人均纯收入=[2800, -1200, 0, 3100]))


@case("reject_cells", faults="G4", rules="slip", loaded=6)
def slip_among_many() -> bytes:
    return form(rows(6, 人均纯收入=[2800, 2952, 0.2952, 3100, 2700, 3000]))


@case("reject_cells", faults="E2 E3 E4 E5")
def sizes_in_words() -> bytes:
    return form(rows(人口=["三", "3+1", "约4", "1e1"]))


@case("accept_with_notes", notes="E2 E4", loaded=4)
def sizes_with_units() -> bytes:
    return form(rows(人口=["3人", "4", "５", 4.0]))


@case("reject_cells", faults="E2 G3 H4", loaded=4)
def answers_and_errors_in_cells() -> bytes:
    return form([row(1, 人口=True), row(2, 人均纯收入=Formula("=A", "#REF!")), row(3, 住房等级=False), row(4)])


@case("reject_cells", faults="G3 G4", loaded=4, rules="formula_external")
def formulas_on_other_files_by_name() -> bytes:
    far = [Formula("=[上年.xlsx]Sheet1!B2", 2800), Formula("='C:\\表\\[a.xlsx]S'!B2", 2900)]
    return form(rows(人均纯收入=[2800, *far, 3100]))


@case("reject_cells", faults="F2 F3 F5", notes="F4", rules="unknown_code")
def causes_that_are_no_single_cause() -> bytes:
    return form(rows(致贫原因=["因病、因残", 1, "病", "NA"]))


@case("accept_with_notes", notes="H2 H3 H4 H5")
def grades_in_other_letters() -> bytes:
    return form(rows(住房等级=["Ｃ级", "c", "Ⅳ级", "D级危房"]))


@case("reject_cells", faults="H2 H3 H4 H5")
def grades_that_say_too_little() -> bytes:
    return form(rows(住房等级=["危房", "C/D", 3, "C级?"]))


@case("reject_cells", faults="D3 D5", notes="D2 D4", rules="unknown_village")
def villages_in_other_spellings() -> bytes:
    return form(rows(村=["联 胜", "联胜村民委员会", "连胜", "长乐乡联胜"]))


@case("accept_with_notes", notes="F2 F3 F4 F5")
def blanks_where_the_form_asks() -> bytes:
    return form(rows(致贫原因=["", "", "", "-"]))


@case("accept_with_notes", notes="B4", rules="odd_name")
def names_of_all_kinds() -> bytes:
    return form(rows(户主姓名=["阿卜杜拉·买买提", "O'Brien", "=测试", "欧阳测试"]))


@case("accept", loaded=4, suffix=".csv")
def formula_look_alikes_csv() -> bytes:
    return csv(rows(备注=["=1+1", "+86-596", "@SUM(A1)", "-"]))


@case("reject_rows", suffix=".csv", loaded=3, faults="A2 B3 G4 H5", rules="formula_error")
def errors_exported_as_text() -> bytes:
    return csv(
        [row(1, 户编号="#N/A"), row(2, 户主姓名="#REF!"), row(3, 人均纯收入="#DIV/0!"), row(4, 住房等级="#NAME?")]
    )


@case("accept_with_notes", loaded=6, notes="J3 J5")
def visits_of_two_months_written_in_many_ways() -> bytes:
    days = ["2016-04-20", "2016年4月21日", "2016-05-20", 42511, dt.date(2016, 5, 22), "2016-04-23"]
    return form(rows(6, 入户日期=days), DATED)
