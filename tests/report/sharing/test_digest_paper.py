"""Words of the digest: it praises nobody, and gives no household away."""

from __future__ import annotations

import pandas as pd
import pytest

from povlib.calendar import Month
from povlib.report.model.paper import Table
from povlib.report.sharing.digest_paper import digest_paper
from povlib.report.sharing.facts import DigestFacts
from povlib.words import languages

VILLAGES = pd.DataFrame(
    {"village": ["甲", "乙"], "households": [30, 20], "reported": [29, 20], "helped": [1, 0], "works_begun": [0, 0],
     "works_done": [2, 1], "placed": [3, 0], "left": [0, 0], "delivered_fen": [5_000, 0],
     "income_fen": [2_500_00, None], "income_low_fen": [2_000_00, None], "income_high_fen": [2_900_00, None],
     "known": [25, 2]}
).astype({"income_fen": "Int64", "income_low_fen": "Int64", "income_high_fen": "Int64"})  # fmt: skip
PRACTICES = pd.DataFrame(
    {"month": [24195, 24195], "village": ["甲", "乙"], "practice": ["轮流放养", "订单"], "words": ["", "x"],
     "measure": ["养牛", ""], "households": [6, 2], "change_fen": [628_66, 777_77], "low_fen": [22_60, None],
     "high_fen": [945_33, None], "others": [12, 3], "others_fen": [6_00, 1], "others_low_fen": [-26_50, None],
     "others_high_fen": [286_33, None]}
).astype({"low_fen": "Int64", "high_fen": "Int64", "others_low_fen": "Int64", "others_high_fen": "Int64"})  # fmt: skip


def _facts(practices: pd.DataFrame = PRACTICES) -> DigestFacts:
    return DigestFacts(Month(2016, 4), VILLAGES, practices, ["丙"], synthetic=True)


def _table(lang: str, key: str) -> Table:
    report = digest_paper(_facts(), lang, "")
    blocks = [block for section in report.sections for block in section.blocks]
    return next(block for block in blocks if isinstance(block, Table) and block.key == key)


@pytest.mark.parametrize("lang", languages())
def test_ranges_stand_beside_figures_and_few_households_are_hidden(lang: str) -> None:
    rows = _table(lang, "practices").frame
    assert rows["change"].tolist() == ["629 (23…945)", "—"]
    assert rows["others"].tolist() == ["6 (−26…286)", "—"] or rows["others"].tolist() == ["6 (−27…286)", "—"]
    # 777.77 of two households: a neighbour could read it
    assert "778" not in str(digest_paper(_facts(), lang, ""))


@pytest.mark.parametrize("lang", languages())
def test_synthetic_data_and_drafts_say_so(lang: str) -> None:
    report = digest_paper(_facts(), lang, "x", draft=True)
    assert report.synthetic
    assert report.draft
    assert not digest_paper(_facts(), lang, "x").draft


@pytest.mark.parametrize("lang", languages())
def test_without_a_practice_the_sheet_is_named(lang: str) -> None:
    assert "各村做法" in str(digest_paper(_facts(PRACTICES.iloc[:0]), lang, ""))


def test_the_sums_are_those_of_the_rows() -> None:
    numbers = {number.key: number.value for number in digest_paper(_facts(), "en", "").numbers}
    assert (numbers["digest.reported"], numbers["digest.works_done"], numbers["digest.placed"]) == (49, 3, 3)
