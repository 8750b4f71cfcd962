"""Claims counted on the practice township's own rows: exact numbers, readings, verdicts."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from povlib import ledger, params, places, sample
from povlib.ledger import State
from povlib.report.pages.bulletin_page import JudgedClaims
from povlib.runs.facts.claims import AGREES, DIFFERS, SEVERAL, judge_claims


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> State:
    rows = sample.ledger_rows(sample.simulate())
    rows["households"] = rows["households"].drop(columns="size")
    place: Path = tmp_path_factory.mktemp("claims") / "ledger.sqlite"
    with ledger.open(place, create=True, seed=1) as book:
        book.append(ledger.BatchInfo(officer="desk"), rows)
        return ledger.read_state(book)


@pytest.fixture(scope="module")
def judged(state: State) -> JudgedClaims:
    catalogue = params.load(places.DATA / "sample" / "params")
    return judge_claims(params.load_claims().claims, state, catalogue, "en")


def _counted(judged: JudgedClaims, claim: str) -> list[float]:
    return judged.claims.loc[judged.claims["id"] == claim, "counted"].tolist()


def _verdict(judged: JudgedClaims, claim: str) -> str:
    found = set(judged.claims.loc[judged.claims["id"] == claim, "verdict"])
    assert len(found) == 1
    return str(found.pop())


@pytest.mark.parametrize(
    ("claim", "counted"),
    [
        ("1", [85]),
        ("2", [56]),
        ("3", [80]),
        ("4", [172]),
        ("5", [4]),
        ("6", [70, 265]),
        ("7", [409]),
        ("8", [5]),
        ("8-firm", [1]),
        ("10-bases", [3]),
        ("13", [17]),
        ("13-fair", [17]),
        ("14", [63]),
        ("16", [4]),
        ("17", [9]),
        ("23", [1]),
    ],
)
def test_counts_of_the_rows_agree_with_the_bulletin(judged: JudgedClaims, claim: str, counted: list[float]) -> None:
    assert _counted(judged, claim) == counted
    assert _verdict(judged, claim) == AGREES


def test_the_lead_says_done_what_the_body_says_is_under_way(judged: JudgedClaims) -> None:
    assert _verdict(judged, "1-lead") == DIFFERS
    assert _counted(judged, "1-lead") == [85, 56]


def test_cattle_persons_are_participants_or_members(judged: JudgedClaims, state: State) -> None:
    assert _verdict(judged, "10") == SEVERAL
    households, participants, same, members = _counted(judged, "10")
    assert (households, participants, same) == (43, 76, 43)
    marked = state.marks.loc[state.marks["route"] == "产业-养牛", "hh"].unique()
    assert members == state.households.set_index("hh").loc[marked, "size"].sum()


def test_share_of_the_poor_agrees_when_rounded(judged: JudgedClaims) -> None:
    assert _verdict(judged, "15-share") == AGREES
    assert _counted(judged, "15-share") == [pytest.approx(128 / 1055)]


def test_a_routine_holds_where_every_work_was_written_about(judged: JudgedClaims) -> None:
    row = judged.claims.query("id == '24'").iloc[0]
    assert (row["counted"], row["verdict"]) == (85, "agrees")
    assert row["stated"] != row["stated"]  # no number is stated


def test_shares_and_land_as_equity_are_counted_from_contracts(judged: JudgedClaims) -> None:
    for claim, villages in (("20", 4), ("21", 1), ("22", 1)):
        assert (_verdict(judged, claim), _counted(judged, claim)) == (AGREES, [villages]), claim


def test_every_count_can_be_traced_to_rows(judged: JudgedClaims, state: State) -> None:
    rows = judged.evidence
    union = rows[rows["id"] == "7"]
    assert union["members"].sum() == 409
    assert not union["hh"].duplicated().any()
    assert set(rows["hh"].dropna()) <= set(state.households["hh"])
    # what is no household's is named by the key of its row
    assert set(rows.loc[rows["id"] == "5", "record"]) <= set(state.coops["coop"])


def test_the_contract_and_what_was_delivered_are_told_apart(judged: JudgedClaims, state: State) -> None:
    agreed, delivered = _counted(judged, "12")
    assert agreed == 4000
    birds = state.sale_contracts.loc[state.sale_contracts["partner"].str.contains("永荣"), "contract"]
    assert delivered == state.deliveries.loc[state.deliveries["contract"].isin(birds), "quantity"].sum()


def test_whether_5_4_and_9_are_inside_or_outside_is_said_plainly(judged: JudgedClaims) -> None:
    said = judged.remarks.loc[judged.remarks["id"] == "3", "remark"].tolist()[-1]
    assert "18 of the 18 posts" in said
    assert "among the 63 local posts and 0 are outside" in said


def test_one_post_lost_changes_the_verdict(state: State) -> None:
    from dataclasses import replace

    catalogue = params.load(places.DATA / "sample" / "params")
    fewer = replace(state, placements=pd.DataFrame(state.placements.iloc[1:]))
    again = judge_claims(params.load_claims().claims, fewer, catalogue, "en")
    assert _verdict(again, "3") == DIFFERS
    assert _counted(again, "3") == [79]
