"""Wrong promises and what the ledger shows beside them; the record by year, village and measure."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from povlib import params, places, review
from povlib.calendar import Month
from povlib.vocabulary import GUARANTEES

ORIGIN, DUE = Month(2016, 5).ordinal, Month(2016, 12).ordinal
HH = ["ok", "dropped", "house", "post", "clothing", "shock", "short", "luck", "more", "rise", "gift"]


@pytest.fixture(scope="module")
def catalogue():
    return params.load(places.DATA / "sample" / "params")


def scored(**changes) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "run": "r1", "origin": ORIGIN, "horizon": DUE, "year": 2016, "hh": HH, "village": ["甲"] * 5 + ["乙"] * 6,
            "members": 2, "package": "0", "p": [0.9] * 8 + [0.1] * 3, "p0": 0.1, "served": True,
            "outcome": [1.0] + [0.0] * 7 + [1.0] * 3, "delivered": "cleaner_post", "promised": "cleaner_post",
        }
    ).set_index("hh")  # fmt: skip
    frame.loc["dropped", "delivered"] = ""
    frame.loc["more", "delivered"] = "cleaner_post+cattle_coop"
    return frame.reset_index().assign(**changes)


def township() -> SimpleNamespace:
    months = range(Month(2015, 1).ordinal, DUE + 1)
    rows = pd.DataFrame([(hh, month) for hh in HH for month in months], columns=["hh", "month"])
    rows["wage_fen"] = 60_000
    rows.loc[rows["hh"] == "short", "wage_fen"] = 50_000  # a year per head: 3,000 yuan, the line is 3,146
    later = rows["month"] > ORIGIN
    rows.loc[later & (rows["hh"] == "shock"), "wage_fen"] = 20_000
    rows.loc[later & (rows["hh"] == "rise"), "wage_fen"] = 90_000
    rows = rows.assign(business_fen=0, property_fen=0, one_off_fen=0, cost_fen=0, flag="observed",
                       **dict.fromkeys(GUARANTEES, 1))  # fmt: skip
    rows.loc[rows["hh"] == "house", "housing"] = 0
    rows.loc[rows["hh"] == "clothing", "clothing"] = 0
    households = pd.DataFrame({"hh": HH, "size": 2, "village": "甲", "status": "未脱贫"})
    projects = pd.DataFrame({"project": ["p1", "p2"], "hh": ["house", "ok"], "done_month": [None, ORIGIN]})
    placements = pd.DataFrame({"hh": ["post", "luck"], "to_month": [ORIGIN + 2, None]}).astype({"to_month": "Int64"})
    return SimpleNamespace(
        households=households, observations=rows, projects=projects.astype({"done_month": "Int64"}),
        placements=placements, transfers=pd.DataFrame(columns=["hh", "month", "kind", "fen"]),
    )  # fmt: skip


def test_each_cause_is_told_from_the_others(catalogue):
    found = review.wrong_promises(scored(), township(), catalogue, params.Settings()).set_index("hh")["cause"]
    assert found.to_dict() == {
        "dropped": "dropped", "house": "late_house", "post": "lost_post", "clothing": "guarantee", "shock": "shock",
        "short": "short", "luck": "none", "more": "more_help", "rise": "rise", "gift": "none",
    }  # fmt: skip


def test_a_package_nobody_knows_any_more_blames_no_delivery(catalogue):
    frame = scored(promised=pd.array([None] * len(HH), dtype="str"))
    found = review.wrong_promises(frame, township(), catalogue, params.Settings()).set_index("hh")["cause"]
    assert found["dropped"] == "none"
    assert found["more"] == "none"


def test_kept_promises_and_those_not_assessable_are_not_wrong(catalogue):
    frame = scored(outcome=np.nan)
    assert review.wrong_promises(frame, township(), catalogue, params.Settings()).empty
    right = scored(outcome=[1.0] * 8 + [0.0] * 3)
    assert list(review.wrong_promises(right, township(), catalogue, params.Settings()).columns)[-1] == "cause"


def test_the_record_by_village_and_measure_adds_up():
    frame = scored()
    table = review.table_by(frame, "village").set_index("village")
    assert table["households"].tolist() == [6, 5]
    assert table.loc["甲", "expected"] == pytest.approx(4.5)
    assert table.loc["甲", "observed"] == 1
    assert table.loc["甲", "ratio"] == pytest.approx(1 / 4.5)
    assert table["ratio_low"].isna().all()
    assert table.loc["乙", "brier"] == pytest.approx((0.81 * 3 + 0.81 * 3) / 6)
    two = scored(promised=["cleaner_post+cattle_coop"] * 5 + [""] * 5 + [None])
    by = review.table_by(two, "measure").set_index("measure")["households"].to_dict()
    assert by == {"": 5, "cattle_coop": 5, "cleaner_post": 5}


def test_what_could_not_be_assessed_counts_as_promised_but_not_as_observed():
    frame = scored(outcome=[np.nan] + [0.0] * 10)
    table = review.table_by(frame, "year").iloc[0]
    assert (table["households"], table["assessed"], table["observed"]) == (11, 10, 0)
