"""What the formatting of a cell says about its value: leading zeros, a unit, a scaled display, a strike-through.

Responsible for the styles of a workbook (number formats, fonts), for the number that a format shows, and for
strings whose runs are struck out. Not responsible for which cell has which style (`sheet_facts`) or for judging
what is shown (`povlib.intake.values`).
"""

from __future__ import annotations

import operator
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from html import unescape
from xml.parsers import expat

MOST_STYLES = 66_000  # spreadsheet programs stop at 65,490
_ZEROS = re.compile(r"((?:\"[^\"]*\"|\\.)*)(0{2,30})")
_PERCENT = {"9": "0%", "10": "0.00%"}  # built-in formats that no workbook writes out
_TOKEN = re.compile(r'"([^"]*)"|[\\!](.)|[_*].|\[([^\]]*)\]|(General|G/通用格式|@)|(E[+-])|([0#?.,%])|(.)', re.DOTALL)
_WORDS, _DATE = re.compile(r'"[^"]*"|[\\!].|\[[^\]]*\]'), re.compile("[ymdhs]", re.IGNORECASE)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)")
_COMPARISONS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "<>": operator.ne,
}  # fmt: skip
# Signs, brackets and the currency of the yuan stand beside a number without changing what it means.
_INNOCENT = re.compile(r"[\s()+\-/:'$¥￥]|RMB|CNY")
_RUN = re.compile(rb"<(?:\w+:)?r(?:\s[^>]*)?>(.*?)</(?:\w+:)?r>", re.DOTALL)
_RUN_TEXT = re.compile(rb"<(?:\w+:)?t\b[^>]*>(.*?)</(?:\w+:)?t>", re.DOTALL)
_RUN_FONT = re.compile(rb"<(?:\w+:)?rPr\b")
_STRIKE = re.compile(rb"<(?:\w+:)?strike\b(?![^>]*\bval=[\"'](?:0|false|off)[\"'])")


class TooManyStyles(ValueError):
    """A workbook with more cell formats than a spreadsheet program can hold."""


@dataclass
class CellStyles:
    """Styles that say something: style number -> shape with `zeros`, number `formats` with words; `struck` fonts."""

    zeros: dict[int, str] = field(default_factory=dict)
    formats: dict[int, str] = field(default_factory=dict)
    struck: set[int] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.zeros or self.formats or self.struck)


def visit_elements(box: zipfile.ZipFile, part: str, seen: Callable[[str, dict[str, str]], None]) -> None:
    """Call `seen` with name and attributes of every element of a part; nothing is kept, however many there are."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: seen(name.rpartition(":")[2], attributes)
    with box.open(part) as stream:
        parser.ParseFile(stream)


def read_styles(box: zipfile.ZipFile) -> CellStyles:
    """Return the cell styles of a workbook that say something about a value.

    Raises
    ------
    TooManyStyles
        If there are more than `MOST_STYLES` of them.
    """
    name = next((n for n in box.namelist() if n.lower() == "xl/styles.xml"), None)
    styles, formats, struck_fonts = CellStyles(), dict(_PERCENT), set[int]()
    block, fonts, count = "", -1, 0

    def add_style(told: dict[str, str]) -> None:
        nonlocal count
        code = formats.get(told.get("numFmtId", ""), "")
        if shape := _ZEROS.fullmatch(code):
            styles.zeros[count] = re.sub(r"[\"\\]", "", shape[1]) + shape[2]
        elif (
            code
            and not _DATE.search(_WORDS.sub("", code))
            and any(text_seen(code, value) is not None for value in ("1", "-1", "1000000"))
        ):
            styles.formats[count] = code
        if told.get("fontId", "").isdecimal() and int(told["fontId"]) in struck_fonts:
            styles.struck.add(count)
        count += 1
        if count > MOST_STYLES:
            raise TooManyStyles

    def seen(element: str, told: dict[str, str]) -> None:
        nonlocal block, fonts
        if element == "numFmt" and block in ("", "numFmts"):
            formats[told.get("numFmtId", "")] = told.get("formatCode", "")
        elif element in ("numFmts", "fonts", "fills", "cellXfs", "cellStyleXfs", "cellStyles", "dxfs"):
            block = element
        elif block == "fonts" and element == "font":
            fonts += 1
        elif block == "fonts" and element == "strike" and told.get("val", "1") not in ("0", "false", "off"):
            struck_fonts.add(fonts)
        elif element == "xf" and block == "cellXfs":
            add_style(told)

    if name is not None:
        visit_elements(box, name, seen)
    return styles


def text_seen(code: str, stored: str) -> str | None:
    r"""Return the text of a number whose format changes what it means, None where it only dresses the number.

    The digits are those stored, not those the format rounds to. Scaled without a unit, or hidden, it is "".

    Examples
    --------
    >>> text_seen('0.0"万元"', "2.8"), text_seen('0!.0,"万元"', "28000"), text_seen("[>=10000]0,;0", "50000")
    ('2.8万元', '2.8万元', '')
    >>> text_seen("#,##0.00;(#,##0.00)", "2800"), text_seen(";;;", "2800"), text_seen("0.0%", "0.05")
    (None, '', '5%')
    """
    try:
        value = Decimal(f"{float(stored):.15g}")
    except (ValueError, InvalidOperation):
        return None
    if not value.is_finite() or not value:
        return None  # a zero that is shown as a blank or a dash is still the zero that was entered
    before, digits, after, scale = _parts_of_section(_section_for(code, value))
    if digits is None:
        return ""
    if "%" in digits:
        value, after = value * 100, "%" + after
    if not (before or after):
        return None if scale == 1 else ""
    plain = f"{value / scale:f}"
    return before + (plain.rstrip("0").rstrip(".") if "." in plain else plain) + after


def _section_for(code: str, value: Decimal) -> str:
    """Return the section of a number format that shows a value: by its condition, else by the sign."""
    sections = re.findall(r'((?:"[^"]*"|\\.|!.|[^;])*)(?:;|$)', code)[: code.count(";") + 1] or [code]
    conditions = [next(filter(None, map(_CONDITION.fullmatch, re.findall(r"\[([^\]]*)\]", s))), None) for s in sections]
    if any(conditions):
        for section, condition in zip(sections, conditions, strict=True):
            if condition is None or _COMPARISONS[condition[1]](value, Decimal(condition[2])):
                return str(section)
        return ""
    return str(sections[1] if value < 0 and len(sections) > 1 else sections[0])


def _parts_of_section(section: str) -> tuple[str, str | None, str, int]:
    """Return the words before and after the digits of a section, its digits (None: none) and what it divides by."""
    words, digits, point = ["", ""], "", -1
    for quoted, escaped, _, general, _, place, other in _TOKEN.findall(section):
        literal = quoted or escaped or other
        if general or place:
            digits += place or "0"
        elif literal == "." and digits:
            point = len(digits)
        else:
            words[bool(digits)] += literal
    before, after = (_INNOCENT.sub("", word) for word in words)
    commas = sum(len(run) for run in re.findall(r",+(?=[.%]|$)", digits))
    behind = len(re.findall("[0#?]", digits[point:])) if point >= 0 else 0
    return before, digits if re.search("[0#?]", digits) else None, after, 1000**commas * 10**behind


def text_not_struck(string: bytes, cell_is_struck: bool = False) -> str | None:
    """Return what is left of a string of runs without those struck out, None when no run is.

    Examples
    --------
    >>> text_not_struck(b"<r><rPr><strike/></rPr><t>90</t></r><r><t>95</t></r>")
    '95'
    """
    runs = _RUN.findall(string)
    struck = [bool(_STRIKE.search(run)) if _RUN_FONT.search(run) else cell_is_struck for run in runs]
    if not any(struck):
        return None
    left = (b"".join(_RUN_TEXT.findall(run)) for run, gone in zip(runs, struck, strict=True) if not gone)
    return unescape(b"".join(left).decode("utf-8", "replace"))
