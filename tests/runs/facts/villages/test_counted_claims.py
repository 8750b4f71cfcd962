"""Claims about co-ops, enterprises, contracts and fairs, counted from rows written by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from povlib import params, places
from povlib.ledger import State
from povlib.runs.facts.claims import AGREES, DIFFERS, NOT_RECORDED, SEVERAL, judge_claims
from povlib.runs.facts.villages.counted_claims import inside_or_outside

Filled = Callable[..., State]
APRIL = 2016 * 12 + 3
ROWS: dict[str, list[dict[str, Any]]] = {
    "coops": [
        {"coop": "养牛社", "village": "农家、秀山、乐北", "product": "牛", "founded_month": APRIL - 3,
         "status": "operating"},
        {"coop": "石斛社", "village": "乐北", "product": "铁皮石斛", "enterprise": "新润", "founded_month": APRIL - 2,
         "status": "operating"},
        {"coop": "红桃社", "village": "联胜", "product": "红桃", "founded_month": APRIL - 1, "status": "stopped"},
        {"coop": "四社", "village": "建三", "product": "蜜柚", "founded_month": APRIL, "status": "operating"},
        {"coop": "老社", "village": "建三", "product": "蜜柚", "founded_month": APRIL - 4, "status": "operating"},
        {"coop": "茶社", "village": "南庭", "product": "茶叶", "founded_month": None, "status": "planned"},
    ],
    "enterprises": [
        {"enterprise": "新润", "kind": "leading", "level": "province"},
        {"enterprise": "他润", "kind": "leading", "level": "province"},
    ],
    "bases": [
        {"base": village, "coop": "养牛社", "village": village, "product": "牛"} for village in ("农家", "秀山", "乐北")
    ],
    "sale_contracts": [
        {"contract": "禽", "partner": "永荣", "product": "鸡", "quantity": 4000.0, "from_month": APRIL - 3,
         "to_month": APRIL + 8}
    ],
    "deliveries": [
        {"contract": "禽", "delivery": "1", "hh": "a", "day": 20160310, "quantity": 900.0},
        {"contract": "禽", "delivery": "2", "hh": "b", "day": 20150410, "quantity": 70.0},
    ],
    "village_income": [
        {"village": "乐北", "month": APRIL - 1, "source": "石斛合作社分红", "fen": 20_000_00},
        {"village": "乐北", "month": APRIL - 13, "source": "石斛合作社分红", "fen": 7_000_00},
        *({"village": name, "month": APRIL, "source": "养牛合作社收入", "fen": 20_000_00} for name in
          ("农家", "秀山", "乐北")),
        {"village": "乐北", "month": APRIL - 4, "source": "水电入股分红", "fen": 62_000_00},
        {"village": "联胜", "month": APRIL - 4, "source": "水电入股分红", "fen": 110_000_00},
    ],
    "income_contracts": [
        *({"contract": f"{village}-{partner}", "village": village, "partner": partner, "kind": kind, "footing": footing,
           "fen": 1, "due_day": 1, "deposit_fen": 0, "from_month": APRIL - 20, "to_month": last}
          for village, partner, kind, footing, last in (
              ("联胜", "霖和良坝水电", "share", "risky", APRIL + 9), ("乐北", "霖和良坝水电", "share", "risky", APRIL),
              ("建三", "霖和良坝水电", "share", "fixed", APRIL), ("建南", "霖和良坝水电", "share", "risky", APRIL),
              ("农家", "霖和良坝水电", "share", "risky", APRIL), ("乐北", "源笙石斛社", "share", "risky", APRIL - 1),
              ("联胜", "红桃社", "land_equity", "fixed", APRIL), ("联胜", "他社红桃", "land_equity", "risky", APRIL))),
    ],
    "job_fairs": [
        {"fair": "春", "employer": "永荣", "post": "工", "day": 20160201, "offered": 30, "taken": 12},
        {"fair": "春", "employer": "永荣", "post": "匠", "day": 20160201, "offered": 5, "taken": 5},
        {"fair": "春", "employer": "他家", "post": "工", "day": 20160201, "offered": 5, "taken": 3},
    ],
}  # fmt: skip


def _judged(state: State, claim: str) -> tuple[list[float], str]:
    catalogue = params.load(places.DATA / "sample" / "params")
    judged = judge_claims(params.load_claims().claims, state, catalogue, "en").claims
    mine = judged[judged["id"] == claim]
    return mine["counted"].tolist(), str(mine["verdict"].iloc[0])


@pytest.mark.parametrize(
    ("claim", "counted", "verdict"),
    [
        # of the last year and of December, and of what is planned, none is founded this year
        ("5", [4], AGREES),
        ("8-firm", [1], AGREES),
        ("10-bases", [3], AGREES),
        # 4,000 and more were agreed; what came within twelve months is another number
        ("12", [4000, 900], SEVERAL),
        ("13-fair", [17], AGREES),
        ("23", [1], AGREES),
        # four of the villages that are named; a share that ended a month ago is none, nor is land at a risky dividend
        ("20", [4], AGREES),
        ("21", [0], DIFFERS),
        ("22", [1], AGREES),
    ],
)
def test_each_claim_is_counted_from_its_rows(filled: Filled, claim: str, counted: list[float], verdict: str) -> None:
    assert _judged(filled(**ROWS), claim) == (counted, verdict)


def test_village_income_is_counted_over_twelve_months(filled: Filled) -> None:
    state = filled(**ROWS)
    assert _judged(state, "9") == ([20_000], AGREES)
    assert _judged(state, "11") == ([60_000], AGREES)
    assert _judged(state, "19") == ([102_000], AGREES)
    villages = {*state.households["village"].dropna(), "农家", "秀山", "乐北", "联胜"}
    assert _judged(state, "18")[0] == [pytest.approx(252_000 / len(villages))]


@pytest.mark.parametrize("claim", ["5", "8-firm", "9", "10-bases", "11", "12", "13-fair", "18", "19", "20", "22", "23"])
def test_an_office_without_such_rows_is_told_that_nothing_is_recorded(bare_state: State, claim: str) -> None:
    assert _judged(bare_state, claim)[1] == NOT_RECORDED


def test_a_contract_over_less_differs_and_one_over_more_agrees(filled: Filled) -> None:
    for quantity, verdict in ((3999.0, DIFFERS), (5000.0, SEVERAL)):
        rows = {**ROWS, "sale_contracts": [{**ROWS["sale_contracts"][0], "quantity": quantity}]}
        assert _judged(filled(**rows), "12")[1] == verdict


def test_posts_are_inside_or_outside_the_local_ones(filled: Filled) -> None:
    held = [
        {"post": "基地工", "person": f"a-{n}", "hh": "a", "employer": "石斛社", "from_month": APRIL - 2, "route": route}
        for n, route in enumerate(["就业-本地", "就业-本地", "产业-石斛"])
    ]
    state = filled(placements=held)
    found = inside_or_outside({"石斛": (), "米粉": ()}, ("就业-本地",), state)
    assert found.to_numpy().tolist() == [["石斛", 3, 2, 1], ["米粉", 0, 0, 0]]
