"""Villages side by side in words: who may be named, and that nobody else is."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from povlib.report.model.paper import FigureBlock, Note, Paragraph, Table
from povlib.report.pages.contest_section import contest_section, contest_sentences

VILLAGES = ["甲", "乙", "丙", "丁"]


def comparison(best: tuple[str, ...], last: tuple[str, ...], *, apart: bool = True) -> SimpleNamespace:
    table = pd.DataFrame(
        {
            "village": VILLAGES,
            "households": [40, 30, 20, 10],
            "observed": [30, 15, 10, 1],
            "expected": [20.5, 15.0, 10.0, 5.0],
            "rate": [0.73, 0.5, 0.5, 0.1],
            "low": [0.35, 0.33, 0.3, 0.2],
            "high": [0.65, 0.67, 0.7, 0.8],
            "far_low": [0.25, 0.23, 0.2, 0.05],
            "far_high": [0.75, 0.77, 0.8, 0.95],
            "rank": [1, 2, 2, 4],
            "first": [1, 1, 1, 2],
            "last": [3, 4, 4, 4],
        }
    )
    return SimpleNamespace(table=table, best=best, last=last, few=1, told_apart=apart)


@pytest.mark.parametrize(
    ("best", "last", "said"),
    [
        (("甲",), ("丁",), ("前1名在这些村当中：甲。", "后1名在这些村当中：丁。")),
        (
            ("甲", "乙", "丙"),
            ("乙", "丙", "丁"),
            ("不在前1名的：丁；其余各村都可能在内。", "不在后1名的：甲；其余各村都可能在内。"),
        ),
        (tuple(VILLAGES), tuple(VILLAGES), ("前1名说不准：每个村都可能在内。", "后1名说不准：每个村都可能在内。")),
    ],
)
def test_sentences_name_the_shorter_list(best: tuple[str, ...], last: tuple[str, ...], said: tuple[str, ...]) -> None:
    assert contest_sentences(comparison(best, last), "zh") == said


def test_where_nobody_is_told_apart_nobody_is_named() -> None:
    (said,) = contest_sentences(comparison((), (), apart=False), "en")
    assert "no reason to praise or to blame" in said
    assert not any(village in said for village in VILLAGES)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_section_has_words_chart_and_table_of_each_result(lang: str) -> None:
    found = comparison(("甲",), ("丙", "丁"))
    section = contest_section([("exits", "结果", found)], ["另一项"], lang)
    kinds = [type(block) for block in section.blocks]
    assert kinds.count(FigureBlock) == kinds.count(Table) == 1
    assert kinds[-1] is Note
    assert kinds[0] is Paragraph
    (table,) = (block for block in section.blocks if isinstance(block, Table))
    assert table.frame["ranks"].tolist() == ["1–3", "1–4", "1–4", "2–4"]
    assert [bool(cell) for cell in table.frame["best"]] == [True, False, False, False]
    assert [bool(cell) for cell in table.frame["last"]] == [False, True, False, True]  # 丙 and 乙 share a rank
    (figure,) = (block for block in section.blocks if isinstance(block, FigureBlock))
    assert "甲" in figure.alt  # above what luck leaves
    assert "丁" in figure.alt  # below it
    assert "乙" not in figure.alt


def test_where_nobody_is_told_apart_there_is_no_table_of_ranks() -> None:
    section = contest_section([("exits", "结果", comparison((), (), apart=False))], [], "zh")
    assert not any(isinstance(block, Table) for block in section.blocks)
    assert sum(isinstance(block, FigureBlock) for block in section.blocks) == 1
