"""Registers as offices keep them, odd statuses and gaps included: every page counts all households, and the same.

Each register is generated, planned without notebooks, and every page's facts are held against the ledger's own rows.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from povlib import ledger, runs
from povlib.calendar import Month
from povlib.errors import ParameterError
from povlib.report.meeting import allocation_tables, meeting_paper
from povlib.report.pages.ledger_page import ledger_page as ledger_report
from povlib.runs.facts.exits import exits_facts
from povlib.runs.facts.family_sheets import household_sheets
from povlib.runs.facts.houses.house_standing import planned_houses, standing_facts
from povlib.runs.facts.ledger import ledger_facts
from povlib.runs.facts.meeting import meeting_facts
from povlib.runs.facts.poverty import poverty_facts
from povlib.runs.facts.village_statistics import statistics_facts
from povlib.runs.office.office_place import open_book
from povlib.runs.office.promise_rows import promise_rows
from povlib.runs.papers import papers_of

LAST = Month(2016, 4)
MONTHS = 14
HOUSEHOLDS = 20
STATUSES = ("未脱贫", "未脱贫", "未脱贫", "预脱贫", "返贫", "已脱贫", "已脱贫", "", "脱贫户")
AMOUNTS = {"funds.special.amount_yuan": "60000", "support.training.cost.amount_yuan": "600",
           "support.industry_grant.cost.amount_yuan": "2000", "settings.draws": "60"}  # fmt: skip
GUARANTEES = ("schooling", "medical", "housing", "water")


def _household(hh: str, at: int, draw: random.Random) -> dict[str, Any]:
    # one of every status first, so that no register lacks one
    status = STATUSES[at] if at < len(STATUSES) else draw.choice(STATUSES)
    return {
        "hh": hh,
        # a village where nobody is poor any more
        "village": "丙村" if status == "已脱贫" and draw.random() < 0.5 else draw.choice(["甲村", "乙村"]),
        "status": status,
        "exit_year": draw.choice([2015, None, None]) if status != "未脱贫" else draw.choice([None, None, None, 2014]),
        "attribute": draw.choice(["一般贫困户", "低保贫困户", "五保户", None]),
        "cause": draw.choice(["缺资金", "因病", None]),
        "identified_month": draw.choice([Month(2014, 4).ordinal, None]),
        "housing_grade": draw.choice(["A", "D", None]),
        "objects": draw.choice([False, False, False, True, None]),
        "livelihood": draw.choice(["养殖", None]),
    }


def _members(hh: str, draw: random.Random) -> list[dict[str, Any]]:
    return [
        {
            "person": f"{hh}-{at}",
            "hh": hh,
            "relation": ("户主", "配偶", "子", "父")[at],
            "sex": draw.choice(["男", None]),
            "birth": draw.choice([Month(1975, 3).ordinal, None]),
            "labour": draw.choice(["普通劳动力", None]),
            "health": draw.choice(["健康", None]),
        }
        for at in range(draw.choice([0, 1, 2, 2, 3, 4]))
    ]


def _months(hh: str, draw: random.Random) -> list[dict[str, Any]]:
    kept, wage = draw.choice([1.0, 1.0, 1.0, 0.7, 0.0]), draw.choice([5_000, 20_000, 45_000])
    rows = []
    for at in range(MONTHS):
        if draw.random() >= kept:
            continue
        held = {name: 1 if kept == 1 else draw.choice([1, 1, 1, 0, None]) for name in GUARANTEES}
        rows.append({"month": (LAST + (at + 1 - MONTHS)).ordinal, "hh": hh, "wage_fen": wage + draw.randrange(3_000),
                     "business_fen": wage // 2, "property_fen": 0, "one_off_fen": 0, "cost_fen": wage // 8, "food": 1,
                     "clothing": 1, "flag": draw.choice(["observed", "observed", "late"]), **held})  # fmt: skip
    return rows


def register(seed: int) -> dict[str, pd.DataFrame]:
    """Return frames of a township whose clerks left blanks wherever a form lets them."""
    draw = random.Random(seed)
    keys = [f"H{at:03d}" for at in range(HOUSEHOLDS)]
    households = pd.DataFrame([_household(hh, at, draw) for at, hh in enumerate(keys)])
    return {
        "households": households.astype({"exit_year": "Int64", "identified_month": "Int64", "objects": "boolean"}),
        "members": pd.DataFrame([row for hh in keys for row in _members(hh, draw)]).astype({"birth": "Int64"}),
        "observations": pd.DataFrame([row for hh in keys for row in _months(hh, draw)]).astype(
            dict.fromkeys(GUARANTEES, "Int64")
        ),
    }


@pytest.fixture(
    params=[1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 8))],
)
def planned(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> runs.Run:
    """A run of a generated register, planned but not yet written."""
    monkeypatch.setenv("POVLIB_WORK", str(tmp_path))
    place = runs.new_office("generated")
    with open_book(place, create=True) as book:
        book.append(ledger.BatchInfo(month=LAST), register(request.param))
    return runs.begin(place, "base", AMOUNTS)


@pytest.mark.thorough
def test_every_page_counts_the_ledgers_households(planned: runs.Run) -> None:
    run, state = planned, planned.state
    size = state.households.set_index("hh")["size"]
    poor = state.households["status"].isin(["未脱贫", "预脱贫", "返贫"])
    own = state.households.loc[poor].set_index("hh")
    households, persons = len(own), int(own["size"].sum())
    facts = meeting_facts(run, "en")

    stand = facts.standing
    assert (stand.households, stand.persons) == (households, persons)
    assert stand.exited_households == int(state.households["status"].eq("已脱贫").sum())
    assert stand.households + stand.exited_households + stand.unlisted_households == len(state.households)
    assert stand.persons + stand.exited_persons + stand.unlisted_persons == int(size.sum())

    # the proposal: by village, and everybody either served or left out for one reason
    assert facts.villages["households"].sum() == households
    assert facts.villages["persons"].sum() == persons
    served = facts.annex["start"].notna()
    assert facts.villages["served"].sum() == served.sum()
    assert facts.unserved["households"].sum() == households - served.sum()
    assert facts.unserved["persons"].sum() == persons - facts.annex.loc[served, "size"].sum()
    assert facts.baselines["additional"].notna().all()

    # paper = workbook = promises = family sheets
    (sheet,) = allocation_tables(facts, "en")
    assert sorted(sheet.frame["hh"]) == sorted(own.index)
    visited = sheet.frame["short"].eq("to be visited").sum()
    told = facts.unserved.loc[facts.unserved["reason"].str.contains("cannot be projected"), "households"].sum()
    assert visited == stand.unassessable == told
    promised = promise_rows(run)
    mine = promised[promised["kind"] == "household"]
    assert sorted(mine["hh"]) == sorted(own.index)
    assert ((mine["p"] == 0) & (mine["lo"] == 0) & (mine["hi"] == 1)).sum() == visited
    expected = float((mine["p"].astype(float) * mine["hh"].map(size)).sum())
    assert expected == pytest.approx(facts.outcome.expected.value)
    assert facts.villages["expected"].sum() == pytest.approx(expected)
    assert sorted(one.hh for one in household_sheets(run, "en")) == sorted(own.index)
    assert run.plan.payments["fen"].sum() == facts.outcome.money_fen == facts.funds["planned_fen"].sum()

    # every line judges every household
    lines = run.overview.lines
    for kind, whole in (("households", households), ("persons", persons)):
        judged = lines[[f"{side}_{kind}" for side in ("over", "not_over", "not_assessable")]].sum(axis=1)
        assert (judged == whole).all()
    assert meeting_paper(facts, "en").alerts


def test_an_office_is_judged_by_its_own_claims_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POVLIB_WORK", str(tmp_path))
    place = runs.new_office("generated")
    with open_book(place, create=True) as book:
        book.append(ledger.BatchInfo(month=LAST), register(1))
    run = runs.begin(place, "base", AMOUNTS)
    assert "bulletin" not in {paper.key for paper in papers_of(run)}
    assert not any("bulletin" in path.name for path in runs.paper_files(run, "en"))
    page = runs.bulletin_page(run, "en")
    assert page.keys == ("expected", "claims", "evidence", "contest")
    for key in page.keys[:3]:
        assert "No claims of this office have been entered" in page[key].html
        assert "85" not in page[key].html
    claims = place.office.params / "claims.yaml"
    claims.write_text("document: letter\nclaims: 3\n", encoding="utf-8")
    with pytest.raises(ParameterError):
        runs.begin(place, "base", AMOUNTS)
    claims.write_text(
        'document: letter\ntitle: {zh: 信, en: letter}\nissued: "2016-05-10"\nsource: office\nclaims:\n'
        '  - {id: "1", section: "1", quote: 全乡有3人, stated: [{number: 3, unit: persons}], state: done,\n'
        "     kind: poor_population, definition: {zh: 在册人口, en: registered persons}}\n",
        encoding="utf-8",
    )
    judged = runs.begin(place, "base", AMOUNTS)
    assert judged.info.run_id != run.info.run_id
    assert "bulletin" in {paper.key for paper in papers_of(judged)}
    assert "全乡有3人" in runs.bulletin_page(judged, "en")["claims"].html


@pytest.mark.thorough
def test_the_notebooks_pages_count_the_ledgers_households(planned: runs.Run) -> None:
    run, state = planned, planned.state
    poor = state.poor
    by_village = state.households.groupby("village")["size"].agg(["size", "sum"])

    page = ledger_facts(state)
    kept = page.villages.set_index("village")
    assert (kept[["households", "exited", "unlisted"]].sum(axis=1) == by_village["size"]).all()
    assert kept["persons"].sum() == poor["size"].sum()
    assert (kept["due"] == kept["received"] + kept["missing"]).all()
    assert ledger_report(page, lang="en").sections

    poverty = poverty_facts(run, "en")
    overview = poverty.overview
    for frame in (overview.by_village, overview.by_cause):
        assert frame["households"].sum() == len(poor)
        assert frame["persons"].sum() == poor["size"].sum()
    below = overview.by_village["poor_persons"].sum()
    assert overview.by_cause["poor_persons"].sum() == below
    assert poverty.causes.drop(columns="village").to_numpy().sum() == below
    assert (overview.guarantees.groupby("guarantee")["households"].sum() == len(poor)).all()

    exits = exits_facts(run, "en")
    assert exits.villages["households"].sum() == len(poor) == len(exits.households)
    unseen = exits.not_assessable
    assert exits.villages["persons"].sum() + unseen["members"].sum() == poor["size"].sum()
    assert (exits.states.set_index("village").sum(axis=1) == by_village["sum"]).all()

    housing = standing_facts(state, planned_houses(run))
    assert housing.villages["houses"].sum() == len(poor)
    for table in statistics_facts(state, least=2).tables.values():
        whole = table.iloc[-1, -1]
        assert pd.isna(whole) or whole == len(state.households)  # hidden where it would give a small cell away
