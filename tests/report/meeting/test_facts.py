"""What the meeting paper refuses before a line of it is set."""

from __future__ import annotations

from types import ModuleType

import pandas as pd
import pytest

from povlib.errors import PrivacyError, ReportError
from povlib.report import meeting_paper


def test_parts_that_do_not_add_up_stop_the_paper(made_up: ModuleType) -> None:
    villages = made_up.villages()
    villages.loc[0, "money_fen"] += 1
    villages.loc[0, "additional"] += 0.5
    funds = made_up.funds()
    funds.loc[1, "left_fen"] += 7
    with pytest.raises(ReportError) as refused:
        made_up.facts(villages=villages, funds=funds)
    assert [f.where for f in refused.value.faults] == [
        "villages.money_fen",
        "villages.additional",
        "funds: 危房改造补助",
    ]


def test_missing_columns_are_named_at_once(made_up: ModuleType) -> None:
    with pytest.raises(ReportError) as refused:
        made_up.facts(prices=pd.DataFrame({"name": []}), villages=made_up.villages().drop(columns="posts"))
    assert {"prices.kind", "villages.posts"} <= {f.where for f in refused.value.faults}


def test_only_masked_names_enter(made_up: ModuleType) -> None:
    annex = made_up.annex()
    annex.loc[3, "name"] = "张三丰"
    with pytest.raises(PrivacyError) as refused:
        made_up.facts(annex=annex)
    assert "张三丰" not in refused.value.show("zh")
    plain = meeting_paper(made_up.facts(annex=made_up.annex().drop(columns="name")), "zh")
    table = next(t for t in plain.tables() if t.key == "households")
    assert [c.key for c in table.columns][:2] == ["hh", "village"]
