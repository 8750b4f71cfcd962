"""An office that serves several townships: the paper shows them, the workbook has every village, sums are the same."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from povlib import runs
from povlib.runs.facts.proposal import area_rows, village_rows
from povlib.runs.facts.village_order import townships_of_villages
from povlib.runs.paper_shape import PaperInput
from povlib.runs.papers import PAPERS

OF = {"联胜": "枫岭", "乐北": "枫岭", "农家": "枫岭"}


@pytest.fixture
def of_two(run: runs.Run) -> runs.Run:
    """The finished run, as if its first villages lay in a township of their own."""
    villages = {
        key: village.model_copy(update={"township": OF.get(village.name, "长乐")})
        for key, village in run.catalogue.villages.items()
    }
    other = replace(run)
    other.__dict__.update(run.__dict__, catalogue=replace(run.catalogue, villages=villages))
    return other


def test_townships_are_sums_of_their_villages(run: runs.Run, of_two: runs.Run) -> None:
    each = village_rows(run)
    pd.testing.assert_frame_equal(area_rows(run), each)
    by_hand = each.assign(village=each["village"].map(OF).fillna("长乐")).groupby("village").sum()
    found = area_rows(of_two)
    assert found["village"].tolist() == ["枫岭", "长乐"]
    pd.testing.assert_frame_equal(found.set_index("village"), by_hand, check_exact=False)


def test_one_township_is_no_reason_to_group(run: runs.Run, of_two: runs.Run) -> None:
    assert townships_of_villages(run) == {}
    one = {key: village.model_copy(update={"township": "长乐"}) for key, village in run.catalogue.villages.items()}
    of_two.__dict__["catalogue"] = replace(run.catalogue, villages=one)
    assert townships_of_villages(of_two) == {}


def test_the_paper_shows_townships_and_its_workbook_every_village(of_two: runs.Run) -> None:
    given, paper = PaperInput(of_two, "en"), PAPERS[0]
    assert paper.report is not None
    table = next(t for t in paper.report(given).tables() if t.key == "villages")
    assert table.title == "The proposal by township"
    assert table.columns[0].title == "Township"
    assert table.frame["village"].tolist()[:2] == ["枫岭", "长乐"]
    sheet = next(t for t in paper.tables(given) if t.key == "every_village")
    assert sheet.frame["village"].tolist() == village_rows(of_two)["village"].tolist()
    assert sheet.frame["money_fen"].sum() == given.meeting.villages["money_fen"].sum()
