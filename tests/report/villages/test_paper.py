"""The paper on jobs and villages: its order, what it says without rows, and the numbers of its sentences."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from povlib.report.model.paper import Report
from povlib.report.villages.facts import (
    ContractFacts,
    CoopFacts,
    EnterpriseFacts,
    FairFacts,
    ProductFacts,
    RouteFacts,
    SourceFacts,
    VillagesFacts,
    WorkFacts,
)
from povlib.report.villages.paper import villages_page, villages_paper
from povlib.report.writers.html import render_html
from povlib.words import languages


def row(**cells: object) -> pd.DataFrame:
    """Return a frame of one row."""
    return pd.DataFrame({name: [value] for name, value in cells.items()})


@pytest.fixture
def facts() -> VillagesFacts:
    """One row of each; figures chosen so that each is told apart."""
    return VillagesFacts(
        work=WorkFacts(
            row(employer="厂", posts="工", place="乡内", kind="企业", hours=40.0, km=3.5, wage_fen=1200_00, held=9,
                free=4, planned=3),
            row(hh="甲-1", village="甲", employer="厂", post="工", place="乡内", since=24190, until=None),
            held=80, local=63, away=17, doubled=1, ended=row(reason="健康原因", posts=2),
        ),
        products=ProductFacts(
            row(village="甲", product="柚", year=2015, households=12, share=0.4, area_mu=30.0, heads=None,
                output="5 吨", sold="4 吨", price_fen=300, sold_fen=120_00, brand="琯溪",
                quotient=1.0),
            widest="柚", widest_villages=1, villages=1, with_brand=1, different=1, without=["乙"],
        ),
        coops=CoopFacts(
            row(coop="社", villages="甲", product="牛", enterprise="—", status="运营", founded=24192, members=43,
                poor_members=41, bases=3, holders=42, stake_fen=860_00, loan_fen=3000_00, pooled=2, workers=6,
                offtake="—"),
            row(base="甲地", coop="社", village="甲", product="牛", area_mu=5.0, heads=40, jobs=5),
            founded=4, year=2016, planned=["茶社"],
        ),
        enterprises=EnterpriseFacts(
            row(enterprise="厂", kind="小微", level="", village="甲", brand="", product="件", year=2015, output="7 吨",
                growth=0.25, sales_fen=900_00, workers=20, poor_workers=9),
            row(enterprise="厂", kind="设备", month=24190, fen=500_00, promised=9, opened=8, status="已拨付"),
        ),
        contracts=ContractFacts(
            row(contract="禽", partner="永荣", product="鸡", kind="购销", quantity=4000.0, unit="只", amount="4,000 只",
                until=24203, floor_fen=6000, households=13, shared=2600.0, due=1333.0, delivered=598.0, short=735.0),
            row(contract="禽", hh="甲-2", village="甲", share=200.0, due=66.0, delivered=40.0, behind=26.0),
            through="2016年4月",
        ),
        fairs=FairFacts(
            row(fair="春", day="2016-02-20", place="乡", employer="永荣", post="工", offered=30, taken=17),
            row(kind="宰杀", provider="场", partner="永荣", unit="只", months=4, quantity=500.0, fen=2500_00),
        ),
        routes=RouteFacts(
            row(name="养牛", households=43, amount=155.0, alone=111.0, shared=44.0, households_planned=18,
                amount_planned=26.3, alone_planned=5.0),
            total=467, union=409, households=127, planned_total=269.0, planned_union=167.1,
        ),
        sources=SourceFacts(
            row(source="养牛社", kind="合作社", households=43, persons=160, workers=0, counted=155, only=111,
                planned=26.3),
            worst="养牛社", worst_counted=155, worst_only=111, marked=409,
        ),
    )  # fmt: skip


def paper(facts: VillagesFacts, lang: str) -> Report:
    return villages_paper(facts, issuer="o", date_line="2016-05", manifest={}, draft=True, lapsed=False, lang=lang)


@pytest.mark.parametrize("lang", languages())
def test_the_union_stands_beside_the_sum(facts: VillagesFacts, lang: str) -> None:
    numbers = {number.key: number.value for number in paper(facts, lang).numbers}
    assert (numbers["villages.union"], numbers["villages.sum"]) == (409, 467)
    assert (numbers["villages.held"], numbers["villages.local"], numbers["villages.away"]) == (80, 63, 17)
    assert (numbers["villages.coops_founded"], numbers["villages.pooled"], numbers["villages.doubled"]) == (4, 2, 1)
    assert (numbers["villages.worst_counted"], numbers["villages.worst_only"]) == (155, 111)


@pytest.mark.parametrize("lang", languages())
def test_what_nobody_recorded_is_said_with_the_sheet_to_fill_in(facts: VillagesFacts, lang: str) -> None:
    whole, said = paper(facts, lang), paper(VillagesFacts(), lang)
    assert [s.key for s in said.sections] == [s.key for s in whole.sections]
    # what may be opened is entered as parameters, in no sheet
    assert render_html(said).count("workbench.py load") == len(whole.sections) - 1


def test_a_note_of_posts_held_twice_stands_only_where_there_are_some(facts: VillagesFacts) -> None:
    assert facts.work is not None
    none = replace(facts, work=replace(facts.work, doubled=0))
    assert "another one" in render_html(villages_page(facts, lang="en"))
    assert "another one" not in render_html(villages_page(none, lang="en"))
