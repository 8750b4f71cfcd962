from __future__ import annotations

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from povlib.errors import ReportError
from povlib.report import fonts

PAPERS = "≥≤×→—±²✓〔〕“”…·℃㎡①⑩□●%‰"
NAMES = "喆堃珺玥垚燊䶮㛃鿍"


def _gbk() -> set[str]:
    found = set()
    for lead in range(0x81, 0xFF):
        for trail in range(0x40, 0xFF):
            try:
                found.add(bytes([lead, trail]).decode("gbk"))
            except UnicodeDecodeError:
                continue
    return {c for c in found if not 0xE000 <= ord(c) <= 0xF8FF}


def test_the_regular_font_draws_gbk_and_what_papers_use() -> None:
    assert not fonts.missing_characters([PAPERS, NAMES])
    assert len([c for c in _gbk() if c not in fonts.drawable_characters()]) <= 10


def test_the_fonts_are_small_unhinted_and_without_locl() -> None:
    for path, limit, family in (
        (fonts.REGULAR, 5.5e6, fonts.FAMILY),
        (fonts.BOLD, 1.8e6, fonts.FAMILY),
        (fonts.SERIF, 2.4e6, "Povlib Serif SC"),
        (fonts.SERIF_BOLD, 2.4e6, "Povlib Serif SC"),
        (fonts.KAI, 3.7e6, "Povlib Kai SC"),
    ):
        assert path.stat().st_size < limit
        with TTFont(path) as font:
            assert font["name"].getDebugName(1) == family
            features = {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}
            assert "locl" not in features


@pytest.mark.parametrize("path", [fonts.SERIF, fonts.SERIF_BOLD, fonts.KAI])
def test_another_face_holds_gb2312_and_nothing_that_the_sans_lacks(path: Path) -> None:
    with TTFont(path, lazy=True) as font:
        held = {chr(point) for point in font.getBestCmap()}
    common = {bytes([lead, trail]).decode("gb2312") for lead in range(0xB0, 0xF8) for trail in range(0xA1, 0xFF)
              if not (lead == 0xD7 and trail > 0xF9)}  # fmt: skip
    assert len(common) == 6763  # GB 2312-80: 3755 and 3008 characters
    assert common <= held
    # the check of glyphs by the sans holds for every face
    assert held <= fonts.drawable_characters()


def test_the_licence_stands_beside_the_fonts() -> None:
    licence = (fonts.FOLDER / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    for holder in ("Adobe", "LXGW", "Klee"):
        assert holder in licence
    for path in fonts.FOLDER.glob("*.[ot]tf"):
        assert path.name in licence
        with TTFont(path, lazy=True) as font:  # a reserved name may not stand in the name of a changed font
            assert not {"LXGW", "霞鹜"} & set(str(font["name"].getDebugName(4)).split())


def test_a_character_without_a_glyph_is_named_not_shown() -> None:
    with pytest.raises(ReportError) as refused:
        fonts.refuse_missing_characters(["a\U00020bb7b", "ok"], where="title")
    assert "U+20BB7" in refused.value.show("en")
    assert "title" in refused.value.show("en")


def test_a_substitute_is_visible_everywhere_and_soft_marks_go() -> None:
    data = {"a": ["x\U00020bb7"], "b": ({"c": "\u200b\U00020bb7"},), "n": 3}
    absent = fonts.missing_characters(["\U00020bb7\u200b"])
    assert fonts.with_code_points(data, absent) == {"a": ["x[U+20BB7]"], "b": [{"c": "[U+20BB7]"}], "n": 3}
