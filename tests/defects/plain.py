"""Text files with a fresh eye: separators, endings, encodings."""

from __future__ import annotations

from defects.making import HEADERS, case, csv, row, rows


@case("accept", suffix=".csv")
def semicolons() -> bytes:
    return csv(rows()).replace(b",", b";")


@case("accept_with_notes", suffix=".csv")
def separator_named_first() -> bytes:
    return b"sep=;\r\n" + csv(rows()).replace(b",", b";")


@case("accept", suffix=".csv")
def returns_only() -> bytes:
    return csv(rows(), end="\r")


@case("accept_with_notes", suffix=".csv", rules="encoding")
def breaks_inside_quotes_in_gbk() -> bytes:
    return csv(rows(备注=["第一行\r\n第二行", "他说好", "甲,乙", ""]), encoding="gb18030")


@case("accept", suffix=".csv")
def comma_at_every_end() -> bytes:
    return b"\r\n".join(line + b"," for line in csv(rows()).rstrip().split(b"\r\n"))


@case("reject_rows", suffix=".csv", loaded=0, faults="line_2 line_3 line_4 line_5", rules="ragged")
def commas_behind_the_rows() -> bytes:
    head, *body = csv(rows()).rstrip().split(b"\r\n")
    return b"\r\n".join([head, *(line + b",,," for line in body)])


@case("accept_with_notes", suffix=".txt", rules="encoding")
def unicode_text_of_a_spreadsheet() -> bytes:
    return csv(rows()).decode().replace(",", "\t").encode("utf-16")


@case("reject_rows", suffix=".csv", loaded=3, faults="line_3", rules="ragged")
def separator_inside_an_amount() -> bytes:
    lines = csv(rows(人均纯收入=[2800, 7777, 2900, 3000])).decode().replace("7777", "2,900")
    return lines.encode()


@case("accept", suffix=".csv")
def end_mark_of_old_systems() -> bytes:
    return csv(rows()) + b"\x1a"


@case("accept_with_notes", suffix=".csv", rules="header_found")
def blank_lines_first() -> bytes:
    return b"\r\n\r\n" + csv(rows())


@case("accept", suffix=".xlsx")
def text_under_the_name_of_a_workbook() -> bytes:
    return csv(rows())


@case("reject_rows", suffix=".csv", loaded=2, faults="line_2 line_5", rules="nul")
def nul_in_two_lines() -> bytes:
    lines = csv(rows()).split(b"\r\n")
    for at in (1, 4):
        lines[at] = lines[at].replace(b"H00", b"H\x000", 1)
    return b"\r\n".join(lines)


@case("reject_file", suffix=".csv", loaded=0, rules="empty_file")
def nothing_but_nul() -> bytes:
    return b"\x00" * 5000


@case("reject_rows", suffix=".csv", loaded=4, faults="line_6", rules="ragged")
def three_million_commas() -> bytes:
    return csv(rows()) + b"," * 3_000_000 + b"x\r\n"


@case("reject_file", suffix=".csv", loaded=0)
def one_endless_line() -> bytes:
    return "户编号,户主姓名".encode() + "长".encode() * 2_000_000


@case("reject_rows", suffix=".csv", loaded=4, faults="line_6")
def endless_open_quote() -> bytes:
    return csv(rows()) + b'"' + b"x" * 4_000_000


@case("reject_file", suffix=".csv", loaded=0, rules="undecodable_file")
def bytes_of_no_text() -> bytes:
    return bytes(range(1, 256)) * 400


@case("reject_rows", suffix=".csv", loaded=3, faults="line_4", rules="undecodable")
def half_a_character() -> bytes:
    lines = csv(rows()).split(b"\r\n")
    lines[3] = lines[3].replace("测试".encode(), "测试".encode()[:-1])
    return b"\r\n".join(lines)


@case("accept", suffix=".csv")
def every_field_in_quotes() -> bytes:
    lines = [HEADERS, *rows()]
    return "\r\n".join(",".join(f'"{value}"' for value in line) for line in lines).encode("utf-8-sig")


@case("reject_rows", suffix=".csv", loaded=2, faults="A3 A5 G4", rules="same_key suspect_amount")
def several_faults_in_text() -> bytes:
    return csv([row(1), row(2), row(3, 人均纯收入="约3000"), row(2, 人口=7)], encoding="gbk")


@case("reject_file", suffix=".csv", loaded=0)
def json_under_the_name_of_text() -> bytes:
    return '[{"户编号": "H001", "村": "联胜"}]'.encode()


@case("reject_file", suffix=".xls", loaded=0)
def mail_archive_of_a_workbook() -> bytes:
    return b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n<html><table></table></html>"
