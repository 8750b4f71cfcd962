"""The paper as a Word document in the official layout (GB/T 9704-2012).

Responsible for page, headings, tables and figures with styles an office can go on editing: East
Asian fonts are named, with fallbacks in the font table, and never embedded. The same paper gives
the same bytes. Not responsible for the words.
"""

from __future__ import annotations

import datetime as dt
import io
import os
from pathlib import Path
from typing import Any

from povlib.report import fonts
from povlib.report.model.paper import Report
from povlib.report.privacy import personal_data
from povlib.report.writers.payload import payload, shown_texts
from povlib.report.writers.whole_files import repeatable_archive, write_whole_file
from povlib.report.writers.word_red_head import write_addressee, write_end, write_imprint, write_red_head
from povlib.report.writers.word_styles import (
    Faces,
    WordColumn,
    add_rows,
    look_up_styles_once,
    set_page_layout,
    set_styles,
    set_table_look,
    write_page_marks,
    write_page_numbers,
)
from povlib.words import text

# a fixed date: the same paper is the same bytes whenever it is written
_CREATED = dt.datetime(2016, 1, 1)
# a little less than the 156 mm between the margins of the official page (210 - 28 - 26)
_PICTURE_MM = 150
_WIDER_MM = 14  # by so much a wide table enters each margin
_TOGETHER = 3  # rows that begin a long table on one page
# Control characters cannot stand in a Word file; they are shown as code points.
_NOT_XML = [chr(point) for point in range(0x20) if chr(point) not in "\t\n\r"] + ["\ufffe", "\uffff"]


def write_docx(report: Report, path: str | os.PathLike[str]) -> Path:
    """Write the paper as Word and return the path.

    Raises
    ------
    PrivacyError
        If its text holds something personal.
    ReportError
        If the file cannot be written.
    """
    from docx import Document

    data = fonts.with_code_points(payload(report), _NOT_XML)
    personal_data.check_texts(shown_texts(data), where=Path(path).name)
    document = Document()
    faces = Faces(data["lang"])
    set_styles(document, faces)
    look_up_styles_once(document)
    _set_properties(document, data)
    set_page_layout(document.sections[0], faces)
    write_page_marks(document.sections[0], "　·　".join(data["banners"]))
    write_page_numbers(document.sections[0], faces)
    _write_front_page(document, data)
    _write_sections(document, [section for section in data["sections"] if not section["annex"]])
    _write_notes(document, data)
    official = data["red_head"]
    if official:
        write_end(document, official, data["attached_title"])
    _write_sections(document, [section for section in data["sections"] if section["annex"]])
    _write_manifest(document, data)
    if official:
        write_imprint(document, official)
    memory = io.BytesIO()
    document.save(memory)
    return write_whole_file(path, repeatable_archive(memory.getvalue()))


def _set_properties(document: Any, data: dict[str, Any]) -> None:
    core = document.core_properties
    core.title, core.author, core.last_modified_by, core.comments = data["title"], data["issuer"], "", ""
    core.created = core.modified = _CREATED
    core.revision = 1


def _write_front_page(document: Any, data: dict[str, Any]) -> None:
    if data["red_head"]:
        _write_issued_front(document, data)
        return
    deciding = any(section["brief"] for section in data["sections"])  # one page holds all: its head is two lines lower
    above = [line for line in (data["issuer"], data["date"] if deciding else "") if line]
    if above:
        document.add_paragraph("　".join(above), style="Centred")
    document.add_paragraph(data["title"], style="Title")
    if data["subtitle"]:
        document.add_paragraph(data["subtitle"], style="Centred" if deciding else "Subtitle")
    if data["date"] and not deciding:
        document.add_paragraph(data["date"], style="Centred")
    for line in data["alerts"]:
        document.add_paragraph(line, style="Alert")
    for line in data["opening"]:
        document.add_paragraph(line, style="Opening")
    if data["headlines"]:
        _write_headlines(document, data["headlines"], "Small cell" if deciding else "Cell")


def _write_issued_front(document: Any, data: dict[str, Any]) -> None:
    write_red_head(document, data["red_head"])
    document.add_paragraph(data["title"], style="Title")
    write_addressee(document, data["red_head"])
    for line in data["opening"]:
        document.add_paragraph(line, style="Body Text")


def _write_headlines(document: Any, heads: list[dict[str, str]], note_style: str) -> None:
    table = document.add_table(rows=2, cols=2, style="Table Grid")
    for position, head in enumerate(heads):
        cell = table.cell(position // 2, position % 2)
        cell.paragraphs[0].style = document.styles["Cell"]
        cell.paragraphs[0].add_run(head["label"])
        cell.add_paragraph(head["value"], style="Big number")
        for line in (head["range"], head["change"], head["note"]):
            if line:
                cell.add_paragraph(line, style=note_style)
    document.add_paragraph(style="Gap")


def _write_sections(document: Any, sections: list[dict[str, Any]]) -> None:
    """Write sections one after the other; the first annex starts a page, and so does what follows the brief."""
    for before, section in zip([None, *sections], sections, strict=False):
        starts = section["annex"] if before is None else before["brief"]
        _write_section(document, section, starts=starts)


def _write_section(document: Any, section: dict[str, Any], *, starts: bool) -> None:
    if not section["brief"]:
        heading = document.add_paragraph(section["heading"], style="Heading 1")
        heading.paragraph_format.page_break_before = starts
    blocks = section["blocks"]
    for block, after in zip(blocks, [*blocks[1:], {"is": ""}], strict=True):
        _WRITERS[block["is"]](document, block)
        if block["is"] == "paragraph" and after["is"] == "table":
            document.paragraphs[-1].paragraph_format.keep_with_next = True


def _write_paragraph(document: Any, block: dict[str, Any]) -> None:
    document.add_paragraph(block["text"], style="Body Text")


def _write_subheading(document: Any, block: dict[str, Any]) -> None:
    document.add_paragraph(block["text"], style="Heading 2")


def _write_note(document: Any, block: dict[str, Any]) -> None:
    document.add_paragraph(block["text"], style="Remark")


def _write_bullets(document: Any, block: dict[str, Any]) -> None:
    for number, item in enumerate(block["items"], start=1):
        lead = f"（{number}）" if block["numbered"] else "· "
        document.add_paragraph(lead + item, style="Small cell" if block["brief"] else "Body Text")


def _write_side_by_side(document: Any, block: dict[str, Any]) -> None:
    table = document.add_table(rows=1, cols=2, style="Table Grid")
    for cell, side in zip(table.rows[0].cells, block["sides"], strict=True):
        style = "Small cell" if block["brief"] else "Cell"
        cell.paragraphs[0].style = document.styles[style]
        cell.paragraphs[0].add_run(side["title"]).bold = True
        for item in side["items"]:
            cell.add_paragraph(item, style=style)
    document.add_paragraph(style="Gap")


def _write_figure(document: Any, block: dict[str, Any]) -> None:
    paragraph = document.add_paragraph(style="Picture")
    paragraph.paragraph_format.keep_with_next = True
    _add_picture(paragraph, block, _PICTURE_MM)
    document.add_paragraph(block["title"], style="Figure title")


def _add_picture(paragraph: Any, block: dict[str, Any], width_mm: float) -> None:
    """Add a picture with the words that replace it."""
    from docx.shared import Mm

    picture = paragraph.add_run().add_picture(io.BytesIO(block["png"]), width=Mm(width_mm))
    picture._inline.docPr.set("descr", block["alt"])
    picture._inline.docPr.set("name", block["key"])


def _write_pair(document: Any, block: dict[str, Any]) -> None:
    """Write a table or chart beside another: the two cells of a table without lines."""
    from docx.shared import Mm

    styles, room = document.styles, _text_width(document) / 2
    for cell, side in zip(document.add_table(rows=1, cols=2).rows[0].cells, block["sides"], strict=True):
        first = cell.paragraphs[0]
        if side["is"] == "figure":
            first.style = styles["Picture"]
            _add_picture(first, side, room / Mm(1) - 4)  # 2 mm at each side of the cell
            cell.add_paragraph(side["title"], style="Cell")
        else:
            first.style, first.text = styles["Caption"], side["title"]
            table = cell.add_table(rows=0, cols=len(side["columns"]))
            table.style = styles["Table Grid"]
            _fill_table(table, side, room, styles)
            cell.add_paragraph(style="Gap")  # a cell must not end with a table


def _write_table(document: Any, block: dict[str, Any]) -> None:
    from docx.shared import Mm

    caption = document.add_paragraph(block["title"], style="Caption")
    caption.paragraph_format.keep_with_next = True
    table = document.add_table(rows=0, cols=len(block["columns"]), style="Table Grid")
    _fill_table(table, block, _text_width(document) + Mm(2 * _WIDER_MM if block["wide"] else 0), document.styles)
    for line in block["notes"]:
        document.add_paragraph(line, style="Remark")
    document.add_paragraph(style="Gap")


def _fill_table(table: Any, block: dict[str, Any], room: float, styles: Any) -> None:
    """Fill a table with head, rows and total within a width."""
    style = styles["Tiny cell" if block["tiny"] else "Small cell" if block["small"] else "Cell"]
    specs = block["columns"]
    rows = block["rows"] or [[block["empty"]] + [""] * (len(specs) - 1)]
    set_table_look(table)
    columns = _column_widths(table, specs, room)
    together = len(rows) - 1 + bool(block["total"]) if block["whole"] else _TOGETHER
    add_rows(table, [[c["title"] for c in specs]], columns, style, head=True, bold=True)
    add_rows(table, rows, columns, style, head=False, bold=False, together=together)
    if block["total"]:
        add_rows(table, [block["total"]], columns, style, head=False, bold=True)


def _text_width(document: Any) -> int:
    """Return the width between the margins, in the units of Word."""
    section = document.sections[-1]
    return int(section.page_width - section.left_margin - section.right_margin)


def _column_widths(table: Any, specs: list[dict[str, Any]], room: float) -> list[WordColumn]:
    from docx.shared import Emu, Twips

    whole = sum(spec["width"] for spec in specs)
    table.autofit = False
    widths = []
    for column, spec in zip(table.columns, specs, strict=True):
        widths.append(WordColumn(int(Emu(int(room)).twips * spec["width"] / whole), spec["numeric"]))
        column.width = Twips(widths[-1].twips)
    return widths


def _write_page_break(document: Any, block: dict[str, Any]) -> None:
    document.add_page_break()


def _write_notes(document: Any, data: dict[str, Any]) -> None:
    if data["notes"]:
        document.add_paragraph(data["notes_title"], style="Heading 1")
    for line in data["notes"]:
        document.add_paragraph(line, style="Body Text")


def _write_manifest(document: Any, data: dict[str, Any]) -> None:
    if data["manifest"]:
        document.add_paragraph(data["manifest_title"], style="Heading 1")
    for name, value in data["manifest"]:
        document.add_paragraph(name + text(": ", data["lang"]) + value, style="Remark")


_WRITERS = {
    "paragraph": _write_paragraph,
    "subheading": _write_subheading,
    "note": _write_note,
    "bullets": _write_bullets,
    "beside": _write_side_by_side,
    "figure": _write_figure,
    "table": _write_table,
    "pair": _write_pair,
    "pagebreak": _write_page_break,
}
