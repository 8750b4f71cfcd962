"""Styles and page of the Word document (GB/T 9704-2012).

Responsible for everything python-docx has no word for: East Asian fonts, the font table with
fallbacks, fixed line pitch, page numbers between dashes, repeated table headers. Source of the
measures: GB/T 9704-2012, sections 5-7. Not responsible for content.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from povlib.words import conventions

# GB/T 9704-2012: 22 lines of 28 characters on a page, margins 37 and 35 mm above and below, 28 and 26 mm at the sides
_PITCH_PT = 28.95
_CHARACTERS, _LINE_MM, _POINTS_PER_MM = 28, 156, 72 / 25.4
_MARGINS_MM = {"top": 37, "bottom": 35, "left": 28, "right": 26}
_LATIN = "Times New Roman"
# Official faces are seldom on every machine: what Word shall take instead, in order.
_FALLBACKS = {
    "方正小标宋简体": "华文中宋,小标宋体,宋体,SimSun,Noto Serif CJK SC,Povlib Serif SC",
    "仿宋_GB2312": "仿宋,FangSong,华文仿宋,宋体,Noto Serif CJK SC,Povlib Serif SC",
    "楷体_GB2312": "楷体,KaiTi,华文楷体,LXGW WenKai,Povlib Kai SC,Noto Serif CJK SC",
    "黑体": "SimHei,微软雅黑,Noto Sans CJK SC,Povlib Sans SC",
    "宋体": "SimSun,Noto Serif CJK SC,Povlib Serif SC",
}


@dataclass(frozen=True)
class Faces:
    """Names of the fonts and sizes, by language."""

    lang: str

    @property
    def chinese(self) -> bool:
        """Whether the paper takes the sizes, pitch and indents of official Chinese papers."""
        return conventions(self.lang).typefaces == "chinese"

    def size(self, chinese_pt: float, other_pt: float) -> float:
        """Return the size in points."""
        return chinese_pt if self.chinese else other_pt


@dataclass(frozen=True)
class WordColumn:
    """Width in twentieths of a point and side of the text."""

    twips: int
    right: bool


def set_styles(document: Any, faces: Faces) -> None:
    """Set every style of the document and the font table."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN

    body = faces.size(16, 12)
    # in Chinese a heading takes a line of the page like any other: 22 of them stay 22
    heading = {"indent": 2, "keep": True, "pitch": faces.chinese}
    spec: dict[str, tuple[str, float, bool, dict[str, Any]]] = {
        "Normal": ("仿宋_GB2312", body, False, {}),
        "Title": ("方正小标宋简体", 22, False, {"alignment": ALIGN.CENTER, "space_after": 6}),
        "Subtitle": ("楷体_GB2312", body, False, {"alignment": ALIGN.CENTER}),
        "Heading 1": (
            "黑体",
            faces.size(16, 14),
            not faces.chinese,
            heading | {"space_before": faces.size(0, 8), "space_after": faces.size(0, 2)},
        ),
        "Heading 2": (
            "楷体_GB2312",
            body,
            not faces.chinese,
            heading | {"space_before": faces.size(0, 4), "space_after": faces.size(0, 2)},
        ),
        "Body Text": ("仿宋_GB2312", body, False, {"indent": 2, "pitch": True}),
        "Caption": ("黑体", 11, False, {"space_before": 6, "space_after": 3}),
        "Centred": ("仿宋_GB2312", 14, False, {"alignment": ALIGN.CENTER}),
        "Alert": ("黑体", 12, True, {"space_after": 6, "border": True}),
        "Opening": ("楷体_GB2312", 12, False, {"space_after": 6}),
        "Figure title": ("黑体", 11, False, {"alignment": ALIGN.CENTER, "space_after": 8}),
        "Cell": ("仿宋_GB2312", 10.5, False, {"space_before": 1.5, "space_after": 1.5}),
        "Small cell": ("仿宋_GB2312", 8.5, False, {"space_before": 1, "space_after": 1}),
        "Tiny cell": ("仿宋_GB2312", 7.5, False, {}),
        "Big number": ("黑体", 18, True, {}),
        "Remark": ("楷体_GB2312", 10, False, {"space_after": 2}),
        "Picture": ("仿宋_GB2312", 10.5, False, {"alignment": ALIGN.CENTER}),
        "Gap": ("仿宋_GB2312", 6, False, {}),
    }
    have = {style.name for style in document.styles}
    for name, (face, size, bold, more) in spec.items():
        style = document.styles[name] if name in have else document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        _set_style(style, face, size, bold, more, faces)
    _font_table(document)


def look_up_styles_once(document: Any) -> None:
    """Look each style up once: the library reads all of the template for every paragraph, a third of its time."""
    part, known = document.part, {}
    look_up = part.get_style_id

    def get_style_id(style: Any, kind: Any) -> Any:
        key = (style if style is None or isinstance(style, str) else style.name, kind)
        if key not in known:
            known[key] = look_up(style, kind)
        return known[key]

    part.get_style_id = get_style_id


def _set_style(style: Any, face: str, size: float, bold: bool, more: dict[str, Any], faces: Faces) -> None:
    from docx.shared import Pt, RGBColor

    style.font.size, style.font.bold, style.font.italic = Pt(size), bold, False
    style.font.color.rgb = RGBColor(0, 0, 0)
    _set_fonts(style.element, face)
    _set_language(style.element)
    form = style.paragraph_format
    form.space_before, form.space_after = Pt(more.get("space_before", 0)), Pt(more.get("space_after", 0))
    form.alignment = more.get("alignment")
    form.keep_with_next = more.get("keep", False)
    if more.get("pitch"):
        form.line_spacing = Pt(_PITCH_PT if faces.chinese else 19)
    if faces.chinese and more.get("indent"):
        form.first_line_indent = Pt(size * more["indent"])
    _drop_children(style.element, "w:pBdr")
    _drop_children(style.element, "w:snapToGrid")
    if not more.get("pitch"):  # small type and tables keep their own distances; the grid is for the text
        insert_in_order(style.element.get_or_add_pPr(), new_element("w:snapToGrid", {"w:val": "0"}), _PARAGRAPH_ORDER)
    if more.get("border"):
        _add_border(style.element)


def _set_fonts(element: Any, face: str) -> None:
    from docx.oxml.ns import qn

    fonts = element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for script, name in {"ascii": _LATIN, "hAnsi": _LATIN, "cs": _LATIN, "eastAsia": face}.items():
        fonts.set(qn(f"w:{script}"), name)


def _set_language(element: Any) -> None:
    """Say that Chinese text is mainland Chinese: punctuation then sits as it should."""
    from docx.oxml.ns import qn

    properties = element.get_or_add_rPr()
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    properties.append(new_element("w:lang", {"w:val": "en-US", "w:eastAsia": "zh-CN"}))


def _add_border(element: Any) -> None:
    box = new_element("w:pBdr")
    for side in ("top", "left", "bottom", "right"):
        box.append(new_element(f"w:{side}", {"w:val": "single", "w:sz": "12", "w:space": "4", "w:color": "A3170B"}))
    insert_in_order(element.get_or_add_pPr(), box, _PARAGRAPH_ORDER)


# what follows what in the properties of a paragraph (ECMA-376 part 1, 17.3.1.26), as far as it is written here
_PARAGRAPH_ORDER = ("w:pBdr", "w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:outlineLvl")


def insert_in_order(parent: Any, child: Any, order: tuple[str, ...]) -> None:
    """Put an element where the schema wants it: a file with another order asks to be repaired."""
    from docx.oxml.ns import qn

    later = [qn(name) for name in order[[qn(name) for name in order].index(child.tag) + 1 :]]
    after = next((found for found in parent if found.tag in later), None)
    if after is None:
        parent.append(child)
    else:
        after.addprevious(child)


def _drop_children(element: Any, tag: str) -> None:
    from docx.oxml.ns import qn

    properties = element.get_or_add_pPr()
    for found in properties.findall(qn(tag)):
        properties.remove(found)


def new_element(tag: str, attributes: dict[str, str] | None = None, text: str | None = None) -> Any:
    """Return a new element by its prefixed name, with attributes and text."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(tag)
    for name, value in (attributes or {}).items():
        made.set(qn(name), value)
    made.text = text
    return made


def _font_table(document: Any) -> None:
    """Name the faces and what may stand in for them (`w:altName`)."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml.ns import nsdecls

    entries = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/></w:font>'
        for name, others in _FALLBACKS.items()
    )
    part = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    part._blob = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<w:fonts {nsdecls("w")}>{entries}<w:font w:name="{_LATIN}"><w:charset w:val="00"/></w:font></w:fonts>'
    ).encode()


def set_page_layout(section: Any, faces: Faces) -> None:
    """Set A4, the margins and, in Chinese, the grid of lines and characters of the official layout."""
    from docx.shared import Mm

    section.page_width, section.page_height = Mm(210), Mm(297)
    for side, size in _MARGINS_MM.items():
        setattr(section, f"{side}_margin", Mm(size))
    section.header_distance, section.footer_distance = Mm(15), Mm(28)
    if faces.chinese:
        _set_grid(section)


def _set_grid(section: Any) -> None:
    """Set 22 lines of 28 characters: Word moves characters of the body closer by 4096ths of a point."""
    from docx.oxml.ns import qn

    for old in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(old)
    closer = _LINE_MM * _POINTS_PER_MM / _CHARACTERS - 16
    grid = {
        "w:type": "linesAndChars",
        "w:linePitch": str(round(_PITCH_PT * 20)),
        "w:charSpace": str(int(closer * 4096)),
    }
    section._sectPr.append(new_element("w:docGrid", grid))  # nothing that stands here comes after it


def write_page_marks(section: Any, words: str) -> None:
    """Write the marks (draft, synthetic) at the head of every page."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt, RGBColor

    for header in (section.header, section.even_page_header):
        header.is_linked_to_previous = False
        paragraph = header.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = paragraph.add_run(words)
        run.bold, run.font.size, run.font.color.rgb = True, Pt(10.5), RGBColor(0xA3, 0x17, 0x0B)
        _set_fonts(run._element, "黑体")


def write_page_numbers(section: Any, faces: Faces) -> None:
    """Write the page number between dashes, odd pages right and even pages left."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
    from docx.shared import Pt

    section.part.document.settings.odd_and_even_pages_header_footer = True
    for foot, side in ((section.footer, ALIGN.RIGHT), (section.even_page_footer, ALIGN.LEFT)):
        foot.is_linked_to_previous = False
        paragraph = foot.paragraphs[0]
        paragraph.alignment = side
        form = paragraph.paragraph_format
        form.left_indent, form.right_indent = Pt(14 if side == ALIGN.LEFT else 0), Pt(14 if side == ALIGN.RIGHT else 0)
        for piece in ("— ", None, " —"):
            run = paragraph.add_run(piece or "")
            run.font.size = Pt(14)
            _set_fonts(run._element, "宋体")
            if piece is None:
                _add_page_field(run)


def _add_page_field(run: Any) -> None:
    for kind, instruction in (("begin", None), (None, "PAGE"), ("separate", None), ("text", "1"), ("end", None)):
        if instruction == "PAGE":
            run._element.append(new_element("w:instrText", {"xml:space": "preserve"}, " PAGE "))
        elif kind == "text":
            run._element.append(new_element("w:t", None, instruction))
        else:
            run._element.append(new_element("w:fldChar", {"w:fldCharType": str(kind)}))


def set_table_look(table: Any) -> None:
    """Centre a table and keep its cells narrow at the sides."""
    from docx.enum.table import WD_TABLE_ALIGNMENT

    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    margins = new_element("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(new_element(f"w:{side}", {"w:w": "60", "w:type": "dxa"}))
    insert_in_order(table._tbl.tblPr, margins, ("w:tblCellMar", "w:tblLook"))


def add_rows(
    table: Any,
    rows: list[list[str]],
    columns: list[WordColumn],
    style: Any,
    *,
    head: bool,
    bold: bool,
    together: int = 0,
) -> None:
    """Add rows as XML: an annex of a thousand rows takes a second instead of a minute.

    A header row is shaded and repeated on every page; no row runs over the foot of a page, and the first
    `together` rows stay with the row after them.
    """
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    begin = f"<w:tr {nsdecls('w')}><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if head else ''}</w:trPr>"
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="EDEDEA"/>' if head else ""
    run = "<w:r><w:rPr><w:b/></w:rPr>" if bold else "<w:r>"
    around = [
        (
            f'<w:tc><w:tcPr><w:tcW w:w="{column.twips}" w:type="dxa"/>{shade}</w:tcPr><w:p><w:pPr>'
            f'<w:pStyle w:val="{style.style_id}"/>',
            f'<w:jc w:val="{"right" if column.right else "left"}"/></w:pPr>{run}<w:t xml:space="preserve">',
        )
        for column in columns
    ]
    for number, row in enumerate(rows):
        keep = "<w:keepNext/>" if head or number < together else ""
        cells = "".join(
            f"{before}{keep}{after}{escape(word)}</w:t></w:r></w:p></w:tc>"
            for (before, after), word in zip(around, row, strict=True)
        )
        table._tbl.append(parse_xml(f"{begin}{cells}</w:tr>"))
