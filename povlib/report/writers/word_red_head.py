"""The red head, the end with room for the seal, and the imprint of an issued paper in Word (GB/T 9704-2012).

Responsible for these alone; they are plain paragraphs, so that an office can go on editing them. Measures: GB/T
9704-2012, 7.2 to 7.4. Not responsible for the words nor for the paper between them.
"""

from __future__ import annotations

from typing import Any

from povlib.report.writers.word_styles import insert_in_order, new_element

_RED = (0xD7, 0x00, 0x0F)
_WIDTH_PT = 156 / 25.4 * 72  # between the margins
_NAME_PT = 52  # of the organ's name, smaller where it would not stand on one line
_ABOVE_PT = 35 / 25.4 * 72 - 28.95  # from the edge of the text to the name, less the line it stands on
_SEAL_PT = 42 / 25.4 * 72  # a seal of 42 mm
_ORDER = ("w:pBdr", "w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:outlineLvl")


def write_red_head(document: Any, head: dict[str, Any]) -> None:
    """Write the organ in red, number and signer, and the red line."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
    from docx.shared import Pt, RGBColor

    name = document.add_paragraph(style="Title")
    name.paragraph_format.space_before, name.paragraph_format.space_after = Pt(_ABOVE_PT), Pt(2 * 28.95 - 16)
    run = name.add_run(head["organ"])
    run.font.size = Pt(min(_NAME_PT, int(0.94 * _WIDTH_PT / max(1, len(head["organ"])))))
    run.font.color.rgb = RGBColor(*_RED)
    line = document.add_paragraph(style="Body Text")
    line.paragraph_format.first_line_indent = Pt(0)
    line.paragraph_format.space_after = Pt(28.95)
    if head["signer"]:
        line.paragraph_format.left_indent = line.paragraph_format.right_indent = Pt(16)
        line.paragraph_format.tab_stops.add_tab_stop(Pt(_WIDTH_PT - 16), ALIGN.RIGHT)
        line.add_run(head["number"] + "\t" + head["signer"])
    else:
        line.alignment = ALIGN.CENTER
        line.add_run(head["number"])
    # 4 mm below the number
    _add_rule(line, "bottom", "D7000F", eighths=8, space_pt=11)


def write_addressee(document: Any, head: dict[str, Any]) -> None:
    """Write to whom the paper goes, at the left edge."""
    from docx.shared import Pt

    if head["addressed"]:
        document.add_paragraph(head["addressed"], style="Body Text").paragraph_format.first_line_indent = Pt(0)


def write_end(document: Any, head: dict[str, Any], attached_title: str) -> None:
    """Write the annexes by name, then organ and day with room for the seal."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
    from docx.shared import Pt

    for number, words in enumerate(head["attached"]):
        line = document.add_paragraph((attached_title if number == 0 else "") + words, style="Body Text")
        line.paragraph_format.keep_with_next = True  # organ and day never stand alone on a page
    for words, before, after in ((head["signed"], _SEAL_PT / 2 - 16, 0), (head["day"], 0, _SEAL_PT / 2 - 16)):
        line = document.add_paragraph(words, style="Body Text")
        form = line.paragraph_format
        form.first_line_indent, form.right_indent = Pt(0), Pt(4 * 16)
        form.space_before, form.space_after, form.alignment = Pt(before), Pt(after), ALIGN.RIGHT
        form.keep_with_next = words is head["signed"]


def write_imprint(document: Any, head: dict[str, Any]) -> None:
    """Write who receives a copy, who printed it and when, between rules."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
    from docx.shared import Pt

    printed = f"{head['printed_by']}\t{head['printed']}" if head["printed_by"] else ""
    lines = [words for words in (head["copies"], printed) if words]
    for number, words in enumerate(lines):
        line = document.add_paragraph(style="Body Text")
        form = line.paragraph_format
        form.first_line_indent, form.space_before = Pt(0), Pt(28.95 if number == 0 else 0)
        form.tab_stops.add_tab_stop(Pt(_WIDTH_PT - 14), ALIGN.RIGHT)
        line.add_run(words).font.size = Pt(14)
        form.keep_with_next = number + 1 < len(lines)
        _add_rule(line, "top", "000000", eighths=8 if number == 0 else 6, space_pt=2)
        if number + 1 == len(lines):
            _add_rule(line, "bottom", "000000", eighths=8, space_pt=2)


def _add_rule(paragraph: Any, side: str, colour: str, *, eighths: int, space_pt: int) -> None:
    """Draw a rule above or below a paragraph, as thick as eighths of a point."""
    properties = paragraph._element.get_or_add_pPr()
    from docx.oxml.ns import qn

    box = properties.find(qn("w:pBdr"))
    if box is None:
        box = new_element("w:pBdr")
        insert_in_order(properties, box, ("w:pBdr", "w:tabs", *_ORDER[1:]))
    box.append(
        new_element(f"w:{side}", {"w:val": "single", "w:sz": str(eighths), "w:space": str(space_pt), "w:color": colour})
    )
