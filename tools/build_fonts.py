"""Build the font subset that papers and charts are set in (``povlib/report/fonts``).

Run once by a developer, never by an office: the two files it writes are committed. Needs Noto Sans
CJK (OFL 1.1), on Debian ``apt-get install fonts-noto-cjk``. The family gets a name of its own, so
that a copy of Noto on the machine can never take its place and change the bytes of a paper.

    python tools/build_fonts.py [--source /usr/share/fonts/opentype/noto]
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.ttLib import TTFont

FAMILY = "Povlib Sans SC"
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


def rename(font: Any, style: str) -> None:
    """Give the subset its own family name; copyright and licence entries stay."""
    postscript = f"{FAMILY.replace(' ', '')}-{style}"
    names = font["name"]
    names.names = [n for n in names.names if n.nameID in {0, 5, 7, 8, 9, 11, 13, 14} and n.langID in {0, 0x409}]
    for number, text in {1: FAMILY, 2: style, 3: postscript, 4: f"{FAMILY} {style}", 6: postscript}.items():
        names.setName(text, number, 3, 1, 0x409)
    top = font["CFF "].cff
    top.fontNames = [postscript]
    top[0].FullName, top[0].FamilyName = f"{FAMILY} {style}", FAMILY


def build(source: Path, style: str, points: set[int]) -> Path:
    """Write one style holding `points`, without hinting and without ``locl``."""
    font = TTFont(source, fontNumber=SIMPLIFIED_CHINESE, recalcTimestamp=False)
    missing = sorted(p for p in points if p not in font.getBestCmap())
    print(f"{style}: {len(points) - len(missing)} characters, not in the source: {[hex(p) for p in missing[:20]]}")
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
    rename(font, style)
    target = TARGET / f"{FAMILY.replace(' ', '')}-{style}.otf"
    font.save(target)
    return target


def main() -> None:
    """Build both styles."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, default=Path("/usr/share/fonts/opentype/noto"))
    folder = parser.parse_args().source
    common = set(LATIN) | {ord(c) for c in SYMBOLS}
    regular = common | charset("gbk") | {ord(c) for c in RARE_NAMES}
    # a choice: bold is for headings, where rare characters of names seldom stand; a third of the characters will do
    for style, points in (("Regular", regular), ("Bold", common | charset("gb2312"))):
        target = build(folder / f"NotoSansCJK-{style}.ttc", style, {p for p in points if not 0xE000 <= p <= 0xF8FF})
        print(f"{target.name}: {target.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
