"""The draft of the next bulletin: done and expected apart, blanks that say what to record, numbers that lead home."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.report import render_html
from povlib.report.kinds.bulletin_sources import DONE, PROJECTED, SOURCES, BulletinFigures
from povlib.report.kinds.next_bulletin import next_bulletin
from povlib.report.model.numbers import Prose
from povlib.report.model.paper import Paragraph, Report
from povlib.words import languages

RANGES = {"headline.expected": (401.5, 520.5), "headline.additional": (99.5, 201.5)}
SURE = {"zh": "2016年8月中旬", "en": "mid 2016-08"}
#: words that tell a sentence of the record from one of the plan
TELLS = {"zh": ("已", ("预计", "拟")), "en": ("ha(?:ve|s)", ("expected", "planned"))}


def figures(lang: str, **changed: Any) -> BulletinFigures:
    counted: dict[str, Any] = {key: 100 + at for at, key in enumerate(SOURCES)}
    counted |= {"bulletin.done_share": 0.5, "bulletin.sure_day": SURE[lang], "headline.expected": 452.2}
    counted |= {key.replace("__", "."): value for key, value in changed.items()}
    return BulletinFigures(counted, RANGES, ("联胜", "乐北"))


def draft(found: BulletinFigures, lang: str) -> Report:
    return next_bulletin(found, "2016-12", lang, synthetic=False, issuer="", date_line="2016-05", draft=True)


def told(report: Report) -> list[Prose]:
    own = [block.prose for section in report.sections for block in section.blocks if isinstance(block, Paragraph)]
    return [*report.opening, *own]


def sentences(prose: Prose, lang: str) -> list[tuple[str, set[str]]]:
    """Return each sentence with the states of the figures that stand in it."""
    ends = [found.end() for found in re.finditer("。" if lang == "zh" else r"\.(?= |$)", prose.text)]
    found, first = [], 0
    for end in [*ends, len(prose.text)]:
        states = {SOURCES[key.removesuffix(".low")].state for a, b, key in prose.places if first <= a and b <= end}
        found.append((prose.text[first:end], states))
        first = end
    return found


@pytest.mark.parametrize("lang", languages())
@settings(max_examples=60, deadline=None)
@given(missing=st.sets(st.sampled_from(sorted(SOURCES))), ranged=st.booleans())
def test_what_is_done_and_what_is_expected_never_share_a_sentence(lang: str, missing: set[str], ranged: bool) -> None:
    whole = figures(lang)
    found = BulletinFigures({**whole.counted, **dict.fromkeys(missing)}, RANGES if ranged else {}, ("联胜",))
    done, ahead = TELLS[lang]
    for prose in told(draft(found, lang)):
        assert all(prose.text[a:b].strip() for a, b, _ in prose.places)
        for words, states in sentences(prose, lang):
            assert len(states) <= 1, words
            if PROJECTED in states:
                assert any(word in words for word in ahead), words
                assert not re.search(rf"\b{done}\b" if lang == "en" else done, words), words
            if DONE in states:
                assert not any(word in words for word in ahead), words


@pytest.mark.parametrize("lang", languages())
def test_a_number_that_is_not_recorded_is_a_blank_that_says_what_to_record(lang: str) -> None:
    report = draft(BulletinFigures(dict.fromkeys(SOURCES), {}), lang)
    assert list(report.numbers) == []
    # what is left are marks agreed beforehand: no figure is made up
    words = " ".join(prose.text for prose in told(report)).replace("2016-12", "")
    assert not re.search(r"\d", words)
    assert words.count("____") >= 40
    blanks = next(section for section in report.sections if section.key == "blanks")
    assert len(blanks.blocks[0].items) == len(SOURCES)  # type: ignore[union-attr]
    assert not any(character.isdigit() for character in report.title)


@pytest.mark.parametrize("lang", languages())
def test_every_figure_is_printed_once_at_least_and_leads_to_its_row(lang: str) -> None:
    report = draft(figures(lang), lang)
    printed = {number.key for number in report.numbers}
    assert set(SOURCES) <= printed
    assert "blanks" not in {section.key for section in report.sections}
    page = render_html(report)
    rows = re.findall(r'<tr id="([^"]+)"', page)
    assert sorted(rows) == sorted(f"source-{key}" for key in SOURCES)
    links = re.findall(r'<a class="source" href="#([^"]+)">([^<]+)</a>', page)
    assert {to for to, _ in links} == set(rows)
    shown = {number.key: number.show(lang) for number in report.numbers}
    for to, words in links:
        key = to.removeprefix("source-")
        assert shown[key] in words or shown[f"{key}.low"].split("人")[0].split(" ")[0] in words


def test_words_follow_the_figures() -> None:
    all_done = figures("zh", bulletin__targets=85, bulletin__done=85, bulletin__exited_households=0)
    words = "".join(prose.text for prose in told(draft(all_done, "zh")))
    assert "85户“有其屋”改造对象已全部完工" in words
    assert "可全部完工" not in words
    assert "今年尚无按程序退出的户" in words
    some = figures("zh", bulletin__targets=85, bulletin__done=56, bulletin__income_over=0)
    words = "".join(prose.text for prose in told(draft(some, "zh")))
    assert "预计到2016年8月中旬可全部完工（九成把握）" in words
    assert "突破" not in words


def test_the_form_is_that_of_the_old_bulletin() -> None:
    report = draft(figures("zh"), "zh")
    points = [
        block.prose.text for section in report.sections for block in section.blocks if isinstance(block, Paragraph)
    ]
    assert [text[:2] for text in points if text[1] == "是"] == [
        *("一是", "二是", "三是"), *("一是", "二是", "三是", "四是"), *("一是", "二是", "三是", "四是", "五是"),
    ]  # fmt: skip
    assert report.opening[-1].text.endswith("主要做法如下：")
    assert report.subtitle.startswith("——")
    # households and persons as a pair, nothing between them
    assert re.search(r"\d户\d+人", report.opening[0].text)
