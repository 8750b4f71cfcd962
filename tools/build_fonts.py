"""Build the font subsets that papers and charts are set in (``povlib/report/fonts``).

Run once by a developer, never by an office: the files it writes are committed. Needs Noto Sans CJK and Noto Serif CJK
(on Debian ``apt-get install fonts-noto-cjk fonts-noto-cjk-extra``) and LXGW WenKai (``fonts-lxgw-wenkai``), all under
OFL 1.1. Each family gets a name of its own, so that a copy on the machine can never take its place and change the bytes
of a paper; WenKai's licence reserves its own names besides.

Official papers ask for 小标宋, 仿宋, 黑体 and 楷体 (GB/T 9704-2012, 7.2-7.3). The heavy serif stands for the first, the
sans for the third, WenKai for the last. No free 仿宋 covers simplified Chinese under a licence that allows a subset
here (cwTeX's is of traditional characters; Fandol's is under the GPL), so the body is set in 宋体: the serif.

    python tools/build_fonts.py [--sources /usr/share/fonts] [--only Serif]
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.ttLib import TTFont

TARGET = Path(__file__).resolve().parents[1] / "povlib" / "report" / "fonts"
SIMPLIFIED_CHINESE = 2  # index inside the .ttc
# printable ASCII, Latin-1 and Latin Extended-A
LATIN = [*range(0x20, 0x7F), *range(0xA0, 0x180)]
SYMBOLS = (
    "–—―‘’“”„†‡•…‰′″‹›※€℃℉№™Ω←↑→↓↔⇒⇔∀∂∃∅∆∇∈∏∑−√∝∞∠∥∧∨∩∪∫∴∵∼≈≌≒≠≡≤≥≦≧≪≫⊂⊃⊆⊇⊕⊙⊥"
    "①②③④⑤⑥⑦⑧⑨⑩■□▲△▼▽◆◇○◎●★☆✓㎡㎏㎜㎝㎞㎎㏄⁰⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉ΔΣαβγδλμπρσφ"
)
# Characters of the national list of common characters (2013) that GBK lacks: they occur in names.
RARE_NAMES = (
    "㑇㑊㕮㘎㙍㙘㙦㛃㛚㛹㟃㠇㠓㤘㥄㧐㧑㧟㫰㬊㬎㬚㭎㭕㮾㰀㳇㳘㳚㴔㵐㶲㸆㸌㺄㻬㽏㿠䁖䂮䃅䃎䅟䌹䎃䎖"
    "䏝䏡䏲䐃䓖䓛䓨䓫䓬䗖䗛䗪䗴䜣䝙䢺䢼䣘䥽䦃䲟䲠䲢䴓䴔䴕䴖䴗䴘䴙䶮鿍鿎鿏"
)


def charset(codec: str) -> set[int]:
    """Return the code points of a two-byte Chinese codec (``gbk`` or ``gb2312``)."""
    found: set[int] = set()
    for lead in range(0x81, 0xFF):
        for trail in range(0x40, 0xFF):
            try:
                found |= {ord(c) for c in bytes([lead, trail]).decode(codec)}
            except UnicodeDecodeError:
                continue
    return found


@dataclass(frozen=True)
class Cut:
    """One file to write: its family and style, where its outlines come from, and how many characters it holds."""

    family: str
    style: str
    source: str
    charset: str

    @property
    def name(self) -> str:
        """Return the name inside the font and, with its ending, of the file."""
        return f"{self.family.replace(' ', '')}-{self.style}"


# GBK where names of people stand. Elsewhere a third of the characters will do (a choice): what is rare in headings and
# prose is taken from the sans, letter by letter, by the typesetter.
CUTS = (
    Cut("Povlib Sans SC", "Regular", "opentype/noto/NotoSansCJK-Regular.ttc", "gbk"),
    Cut("Povlib Sans SC", "Bold", "opentype/noto/NotoSansCJK-Bold.ttc", "gb2312"),
    Cut("Povlib Serif SC", "Regular", "opentype/noto/NotoSerifCJK-Regular.ttc", "gb2312"),
    Cut("Povlib Serif SC", "Bold", "opentype/noto/NotoSerifCJK-Bold.ttc", "gb2312"),
    Cut("Povlib Kai SC", "Regular", "truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf", "gb2312"),
)


def rename(font: Any, cut: Cut) -> None:
    """Give the subset its own family name; copyright and licence entries stay."""
    names = font["name"]
    names.names = [n for n in names.names if n.nameID in {0, 5, 7, 8, 9, 11, 13, 14} and n.langID in {0, 0x409}]
    whole = f"{cut.family} {cut.style}"
    for number, text in {1: cut.family, 2: cut.style, 3: cut.name, 4: whole, 6: cut.name}.items():
        names.setName(text, number, 3, 1, 0x409)
    if "CFF " in font:
        top = font["CFF "].cff
        top.fontNames = [cut.name]
        top[0].FullName, top[0].FamilyName = whole, cut.family


def build(sources: Path, cut: Cut, points: set[int]) -> Path:
    """Write one style holding `points`, without hinting and without ``locl``."""
    source = sources / cut.source
    font = TTFont(source, fontNumber=SIMPLIFIED_CHINESE if source.suffix == ".ttc" else -1, recalcTimestamp=False)
    missing = sorted(p for p in points if p not in font.getBestCmap())
    print(f"{cut.name}: {len(points) - len(missing)} characters, not in the source: {[hex(p) for p in missing[:20]]}")
    options = subset.Options()
    # hints serve small type on coarse screens; papers are printed, and the file is smaller without
    options.hinting = False
    options.desubroutinize = False
    options.layout_features = ["kern", "palt", "halt", "liga", "ccmp", "mark", "tnum", "vert"]
    options.name_IDs = ["*"]
    options.name_languages = ["*"]
    options.notdef_outline = True
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=sorted(points))
    subsetter.subset(font)
    for table in font["cmap"].tables:  # a kept glyph may serve further characters: only those asked for
        table.cmap = {point: glyph for point, glyph in table.cmap.items() if point in points}
    rename(font, cut)
    target = TARGET / f"{cut.name}{'.otf' if 'CFF ' in font else '.ttf'}"
    font.save(target)
    return target


def main() -> None:
    """Build every file, or those whose name holds a word."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=Path, default=Path("/usr/share/fonts"))
    parser.add_argument("--only", default="", help="build only what has this in its name")
    options = parser.parse_args()
    common = set(LATIN) | {ord(c) for c in SYMBOLS}
    for cut in CUTS:
        if options.only not in cut.name:
            continue
        points = common | charset(cut.charset) | ({ord(c) for c in RARE_NAMES} if cut.charset == "gbk" else set())
        points = {p for p in points if not 0xE000 <= p <= 0xF8FF}
        if cut.family != "Povlib Sans SC":  # what the sans lacks is shown as a code point: no other face may draw it
            with TTFont(TARGET / "PovlibSansSC-Regular.otf", lazy=True) as sans:
                points &= set(sans.getBestCmap())
        target = build(options.sources, cut, points)
        print(f"{target.name}: {target.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
