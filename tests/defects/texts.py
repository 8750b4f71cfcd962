"""Text files: encodings and lines."""

from __future__ import annotations

from defects.making import DATED, case, csv, id_number, row, rows


@case("accept_with_notes", suffix=".csv", rules="encoding")
def gbk() -> bytes:
    return csv(rows(), encoding="gbk")


@case("accept_with_notes", suffix=".csv", loaded=2, rules="encoding")
def gb18030_rare() -> bytes:
    return csv([row(1, 户主姓名="测试㐂"), row(2, 户主姓名="测试\U00020bb7")], encoding="gb18030")


@case("accept", suffix=".csv")
def utf8_bom() -> bytes:
    return csv(rows(), encoding="utf-8-sig")


@case("accept_with_notes", suffix=".csv", rules="encoding")
def utf16() -> bytes:
    return csv(rows(), encoding="utf-16")


@case("accept_with_notes", suffix=".csv", rules="encoding")
def utf16_without_bom() -> bytes:
    return csv(rows(), encoding="utf-16-be")


@case("reject_rows", suffix=".csv", loaded=3, faults="line_3", rules="undecodable")
def mixed_gbk_line_in_utf8() -> bytes:
    lines = csv(rows()).split(b"\r\n")
    lines[2] = lines[2].decode().encode("gbk")
    return b"\r\n".join(lines)


@case("reject_rows", suffix=".csv", loaded=3, faults="line_4", rules="undecodable")
def mixed_utf8_line_in_gbk() -> bytes:
    lines = csv(rows(), encoding="gbk").split(b"\r\n")
    lines[3] = lines[3].decode("gbk").encode("utf-8")
    return b"\r\n".join(lines)


@case("reject_rows", suffix=".csv", loaded=2, faults="line_3 line_4", rules="ragged")
def ragged() -> bytes:
    lines = csv(rows()).decode().split("\r\n")
    lines[2] += ",多出来"
    lines[3] = lines[3].rsplit(",", 2)[0]
    return "\r\n".join(lines).encode()


@case("reject_rows", suffix=".csv", loaded=3, faults="line_5", rules="nul")
def nul() -> bytes:
    lines = csv(rows()).split(b"\r\n")
    lines[4] = lines[4].replace(b"H004", b"H0\x0004")
    return b"\r\n".join(lines)


@case("reject_rows", suffix=".csv", loaded=3, faults="line_3", rules="quote")
def open_quote() -> bytes:
    lines = csv(rows()).decode().split("\r\n")
    lines[2] = lines[2].replace("测试", '"测试', 1)
    return "\r\n".join(lines).encode()


@case("accept", suffix=".csv")
def quoted_breaks_and_commas() -> bytes:
    return csv(rows(备注=["第一行\n第二行", "a,b", 'say "hi"', ""]))


@case("reject_rows", suffix=".csv", loaded=3, faults="C4 G3", rules="id_checksum suspect_amount")
def cells_named_as_in_a_spreadsheet() -> bytes:
    bad = id_number(3)[:17] + ("0" if id_number(3)[17] != "0" else "1")
    return csv([row(1), row(2, 人均纯收入="约3000"), row(3, 身份证号=bad), row(4)])


@case("accept", suffix=".csv")
def unix_lines_and_tabs() -> bytes:
    return csv(rows(), end="\n").replace(b",", b"\t")


@case("accept_with_notes", suffix=".csv", rules="header_found")
def title_line_above() -> bytes:
    return "长乐乡联胜村贫困户名单,,,,,,,,\r\n".encode() + csv(rows())


@case("reject_cells", suffix=".csv", loaded=2, faults="J2", rules="ambiguous_date")
def bare_day_number_in_text() -> bytes:
    return csv([row(1, 入户日期="42500"), row(2, 入户日期="2016-05-10")], DATED)


@case("reject_file", suffix=".csv", loaded=0, rules="empty_file")
def empty_file() -> bytes:
    return b""


@case("reject_file", suffix=".csv", loaded=0, rules="no_rows")
def header_only_csv() -> bytes:
    return csv([])


@case("accept_with_notes", suffix=".csv", loaded=4, rules="identical_row")
def trailing_blank_lines() -> bytes:
    return csv([*rows(), row(4)]) + b",,,,,,,,\r\n\r\n\r\n"


@case("reject_file", suffix=".csv", loaded=0)
def not_a_table() -> bytes:
    return "今天天气很好，我们去了联胜村。".encode()
