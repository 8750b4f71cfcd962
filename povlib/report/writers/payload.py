"""A report as plain data: shown texts and file names, nothing left to compute.

Responsible for the one flattening that the HTML, PDF and long-image writers and the privacy scan
share, so that what is scanned is what is set. Not responsible for layout.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from povlib.report.model.numbers import Prose, join
from povlib.report.model.paper import (
    Beside,
    Block,
    Bullets,
    FigureBlock,
    Headline,
    Note,
    PageBreak,
    Pair,
    Paragraph,
    Report,
    Section,
    Subheading,
    Table,
)
from povlib.words import conventions, text

_DIGITS = "零一二三四五六七八九"


def chinese_ordinal(number: int) -> str:
    """Return 1-99 as a heading number.

    Examples
    --------
    >>> [chinese_ordinal(n) for n in (1, 10, 12, 20, 35)]
    ['一', '十', '十二', '二十', '三十五']
    """
    tens, ones = divmod(number, 10)
    lead = "" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十"
    return lead + (_DIGITS[ones] if ones or not tens else "")


def numbered_heading(number: int, words: str, lang: str, level: int = 1) -> str:
    """Return a numbered heading, ``一、`` and ``（一）`` in Chinese, ``1.`` and ``(1)`` in English.

    Examples
    --------
    >>> numbered_heading(2, "现状", "zh"), numbered_heading(1, "Funds", "en", level=2)
    ('二、现状', '(1) Funds')
    """
    if conventions(lang).numerals == "chinese":
        return f"{chinese_ordinal(number)}、{words}" if level == 1 else f"（{chinese_ordinal(number)}）{words}"
    words = words[:1].upper() + words[1:]
    return f"{number}. {words}" if level == 1 else f"({number}) {words}"


def language_marks(lang: str) -> dict[str, str]:
    """Return what templates ask about a language: its code, that of web pages, and whose typefaces it takes."""
    return {"lang": lang, "html": conventions(lang).html, "typefaces": conventions(lang).typefaces}


def payload(report: Report) -> dict[str, Any]:
    """Return the paper as nested dicts and lists of texts; figures keep their bytes under ``png``.

    Examples
    --------
    >>> payload(Report("Plan", "en"))["title"]
    'Plan'
    """
    lang = report.language
    counted = 0
    sections = []
    for section in report.sections:
        counted += not (section.annex or section.brief)
        sections.append(_section_texts(section, counted, report))
    annexes = [s for s in sections if s["annex"]]
    for number, annex in enumerate(annexes, start=1):
        mark = text("Annex {n}", lang, n=number if len(annexes) > 1 else "").strip()
        annex["heading"] = f"{mark}{text(': ', lang)}{annex['words']}"
    return {
        **language_marks(lang),
        "title": report.title,
        "subtitle": report.subtitle,
        "large": report.large,
        "red_head": None if report.red_head is None else report.red_head.plain(),
        "attached_title": text("Annexes: ", lang),
        "issuer": report.issuer,
        "date": report.date_line,
        "banners": list(report.banners),
        "short_marks": [
            text(word, lang)
            for word, holds in (
                ("DRAFT", report.draft),
                ("NO LONGER IN FORCE", report.lapsed),
                ("SYNTHETIC", report.synthetic),
            )
            if holds
        ],
        "watermark": text("SYNTHETIC", lang) if report.synthetic else "",
        "alerts": [p.text for p in report.alerts],
        "opening": [p.text for p in report.opening],
        "opening_pieces": [_linked_pieces(p, report) for p in report.opening],
        "headlines": [headline_texts(h, lang) for h in report.headlines],
        "sections": sections,
        "notes_title": text("Notes", lang),
        "notes": [p.text for p in report.notes],
        "manifest_title": text("How this paper was made", lang),
        "manifest": manifest_lines(report),
    }


# Words that a program uses of itself, and what they mean to a reader.
_METHOD_WORDS = {
    "exact": "exact method",
    "priced": "method of prices",
    "distributed": "distributed method",
    "optimal": "proved to be the best",
    "gap": "the gap asked for is reached",
    "time": "stopped by the time limit",
    "effort": "stopped by the limit of effort",
}


def manifest_lines(report: Report) -> list[list[str]]:
    """Return where the paper came from, by name, in the language of the paper.

    Examples
    --------
    >>> manifest_lines(Report("Plan", "en", manifest={"method": "exact, gap", "seed": "7"}))
    [['method', 'exact method, the gap asked for is reached'], ['seed', '7']]
    """
    lang = report.language
    lines = []
    for name, said in report.manifest.items():
        value = str(said)
        if name == "method":
            value = join((text(_METHOD_WORDS.get(word, word), lang) for word in value.split(", ")), lang)
        # the runs of a comparison have letters: "run A"
        head, _, letter = str(name).rpartition(" ")
        known = f"{text(head, lang)} {letter}" if head == "run" else text(str(name), lang)
        lines.append([known, value])
    return lines


def headline_texts(head: Headline, lang: str) -> dict[str, str]:
    """Return what one big number shows: label, value, range, change, note."""
    between = text("range {range}, in nine cases of ten", lang, range=head.range.show(lang)) if head.range else ""
    change = ""
    if head.change:
        change = text("{change} against {baseline}", lang, change=head.change.show(lang), baseline=head.against)
    note = head.note.text if head.note else ""
    return {"label": head.label, "value": head.value.show(lang), "range": between, "change": change, "note": note}


def _linked_pieces(prose: Prose, report: Report) -> list[dict[str, str]]:
    """Return a text piece by piece, numbers with the row of the annex that they lead to; empty where none do."""
    if not report.sources:
        return []
    # a range leads to the row of its figure
    pieces = ((words, key.removesuffix(".low")) for words, key in prose.pieces())
    return [{"words": words, "to": f"{report.sources}-{key}" if key else ""} for words, key in pieces]


def _section_texts(section: Section, number: int, report: Report) -> dict[str, Any]:
    lang = report.language
    blocks: list[dict[str, Any]] = []
    second = 0
    for block in section.blocks:
        if isinstance(block, Subheading):
            second += 1
            blocks.append({"is": "subheading", "text": numbered_heading(second, block.text, lang, level=2)})
        else:
            blocks.append(_block_texts(block, lang) | {"wide": section.wide, "brief": section.brief})
        if isinstance(block, Paragraph):
            blocks[-1]["pieces"] = _linked_pieces(block.prose, report)
        if isinstance(block, Table) and block.key == report.sources:
            blocks[-1]["anchors"] = [f"{block.key}-{key}" for key in block.frame[str(block.row_key)]]
    return {
        "key": section.key,
        "annex": section.annex,
        "wide": section.wide,
        "brief": section.brief,
        "words": section.heading,
        "heading": section.heading if section.brief else numbered_heading(number, section.heading, lang),
        "blocks": blocks,
    }


def _block_texts(block: Block, lang: str) -> dict[str, Any]:
    if isinstance(block, Paragraph):
        return {"is": "paragraph", "text": block.prose.text}
    if isinstance(block, Note):
        return {"is": "note", "text": block.prose.text}
    if isinstance(block, Bullets):
        return {"is": "bullets", "numbered": block.numbered, "items": [p.text for p in block.items]}
    if isinstance(block, Beside):
        left, right = ([p.text for p in side] for side in (block.left, block.right))
        sides = [{"title": block.left_title, "items": left}, {"title": block.right_title, "items": right}]
        return {"is": "beside", "sides": sides}
    if isinstance(block, FigureBlock):
        return {"is": "figure", "key": block.key, "title": block.title, "alt": block.alt, "png": block.png}
    if isinstance(block, Table):
        return _table_texts(block, lang)
    if isinstance(block, Pair):
        return {"is": "pair", "sides": [_block_texts(block.left, lang), _block_texts(block.right, lang)]}
    assert isinstance(block, PageBreak)
    return {"is": "pagebreak"}


def _table_texts(table: Table, lang: str) -> dict[str, Any]:
    return {
        "is": "table",
        "key": table.key,
        "title": table.title,
        "small": table.small,
        "tiny": table.tiny,
        "whole": table.whole,
        "columns": [{"title": c.title, "numeric": c.numeric, "width": c.width} for c in table.columns],
        "rows": table.cells(lang),
        "total": table.total_cells(lang),
        "notes": [p.text for p in table.notes],
        "empty": table.empty or text("none", lang),
    }


def shown_texts(value: Any) -> Iterator[str]:
    """Yield every text of nested lists and dicts: what a reader of the paper can see.

    Examples
    --------
    >>> list(shown_texts({"a": ["x", {"b": "y"}], "png": b"1"}))
    ['x', 'y']
    """
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from shown_texts(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from shown_texts(item)
