"""A practice office of many townships has counties and what is theirs; together the money is what it was."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from povlib import params
from povlib.places import DATA
from povlib.sample.office.practice_area import area_townships, township_sizes
from povlib.sample.office.practice_areas import SHARED_FUND, own_funds
from povlib.sample.office.practice_params import write_area_params
from povlib.sample.world import township_name

SHIPPED = DATA / "sample" / "params"
#: 18 townships: the second county has two of them
HOUSEHOLDS = 18 * 340


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> params.Catalogue:
    folder = tmp_path_factory.mktemp("office") / "params"
    shutil.copytree(SHIPPED, folder)
    write_area_params(SHIPPED, folder, HOUSEHOLDS)
    return params.load(folder)


def test_sixteen_townships_make_a_county(written: params.Catalogue) -> None:
    areas = written.areas
    assert [(area.name, len(area.villages)) for area in areas.of_level("county")] == [
        ("示例一县", 16 * 12), ("示例二县", 2 * 12),
    ]  # fmt: skip
    assert [area.name for area in areas.of_level("township")] == [township_name(number) for number in range(18)]
    assert [len(area.villages) for level in ("prefecture", "province") for area in areas.of_level(level)] == [216, 216]
    assert areas.above("township", township_name(17), "county") == "示例二县"


def test_the_villages_are_those_of_the_townships(written: params.Catalogue) -> None:
    first, second, *_ = area_townships(2 * 340)
    told = {village: own["township"] for village, own in written.areas.of_village.items()}
    for township, name in ((first, township_name(0)), (second, township_name(1))):
        assert {told[village.name] for village in township.world.villages} == {name}


def test_what_is_split_off_is_paid_in_the_area_alone_and_the_law_s_claims_stay(written: params.Catalogue) -> None:
    was = params.load(SHIPPED)
    own = [fund.key for fund in written.funds.values() if fund.area]
    assert [written.funds[key].area for key in own] == [
        "示例一县", "示例二县", *(township_name(number) for number in (0, 4, 8, 12)),
    ]  # fmt: skip
    assert sum(fund.amount_fen for fund in written.funds.values()) == pytest.approx(
        18 * sum(fund.amount_fen for fund in was.funds.values()), abs=10_000 * len(was.funds)
    )
    for key, measure in written.measures.items():
        payers = [payer.fund for payer in measure.payers if payer.fund not in own]
        assert payers == [payer.fund for payer in was.measures[key].payers]
        shared = SHARED_FUND in payers and measure.entitlement is None
        assert [payer.fund for payer in measure.payers if payer.fund in own] == (own if shared else [])


def test_parts_of_counties_follow_their_households_and_one_township_has_none() -> None:
    assert own_funds([340]) == []
    sizes = township_sizes(HOUSEHOLDS)
    counties = [fund.share for fund in own_funds(sizes) if fund.key.startswith("county")]
    assert counties == [pytest.approx(0.3 * 16 / 18), pytest.approx(0.3 * 2 / 18)]
    assert sum(fund.share for fund in own_funds(sizes)) < 0.5
    # a province of a million households has fewer funds than a plan takes
    assert len(own_funds(township_sizes(1_000_000))) == 8 + 4


def test_an_office_of_one_township_is_told_of_no_county(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path / "p")
    write_area_params(SHIPPED, tmp_path / "p", 60)
    small = params.load(tmp_path / "p")
    assert small.areas.of_level("county") == ()
    assert not any(fund.area for fund in small.funds.values())
