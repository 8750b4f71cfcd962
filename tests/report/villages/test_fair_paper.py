"""The list of one employer for a job fair."""

from __future__ import annotations

import pandas as pd
import pytest

from povlib.report.villages.fair_paper import FairPost, fair_paper
from povlib.support.matching.post_demands import PostDemand

NEAR = PostDemand("near", {"en": "packer", "zh": "包装工"}, "firm", "乡镇内", away=False, village=None, wage_fen=90_000,
                  free=2, hours=40.0, km=None)  # fmt: skip
FAR = PostDemand(
    "far", {"en": "fitter", "zh": "装配工"}, "firm", "省外", away=True, village=None, wage_fen=None, free=1
)
COLUMNS = ["hh", "person", "village", "age", "sex", "verdict", "points", "taken", "reasons"]
MAY = pd.DataFrame([("H1", "H1-01", "甲", 30, "女", "fits", 9, True, ""),
                    ("H2", "H2-01", "乙", 41, "男", "ask", 2, False, "not known: what it wishes")],
                   columns=COLUMNS)  # fmt: skip
OTHERS = pd.DataFrame([("H3", "H3-01", "乙", 66, "男", "no", 0, False, "is older than 64")], columns=COLUMNS)
FAIRS = pd.DataFrame({"fair": ["spring"], "post": ["packer"], "day": [20160126], "offered": [30], "taken": [17]})


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_local_posts_come_first_and_everybody_stands_with_a_reason(lang):
    posts = [FairPost(FAR, MAY.iloc[:0], OTHERS), FairPost(NEAR, MAY, OTHERS)]
    paper = fair_paper("firm", posts, FAIRS, "2016-06", lang, synthetic=True)
    tables = {
        block.key: block.frame for section in paper.sections for block in section.blocks if hasattr(block, "frame")
    }
    assert tables["vacancies"]["free"].tolist() == [2, 1]
    assert tables["vacancies"]["fits"].tolist() == [1, 0]
    assert tables["vacancies"]["wage"].tolist()[0] == 900
    assert tables["vacancies"]["wage"].isna().tolist() == [False, True]
    assert tables["may_1"]["person"].tolist() == ["H1-01", "H2-01"]
    assert tables["may_2"].empty
    assert tables["others_1"]["reasons"].tolist() == ["is older than 64"]
    assert {30, 17} <= {number.value for number in paper.numbers}
