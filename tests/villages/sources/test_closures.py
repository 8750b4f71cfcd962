"""What a closing takes away: the rows that hang on the source and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib import params, places
from povlib.calendar import Month
from povlib.errors import ParameterError
from povlib.villages.sources.closures import (
    affected_links,
    changes_of_closures,
    refuse_unknown_sources,
    stakes_at_risk,
    state_after_closures,
)

NOW = Month(2016, 4).ordinal
JUNE = Month(2016, 6)
CATTLE, MILL, POULTRY = "立春养牛专业合作社", "样本米粉加工厂", "土鸡土鸭订单"


@dataclass(frozen=True)
class Rows:
    """The frames that a closing reads."""

    placements: pd.DataFrame
    placement_ends: pd.DataFrame
    support: pd.DataFrame
    coops: pd.DataFrame
    coop_stakes: pd.DataFrame
    loans: pd.DataFrame
    sale_contracts: pd.DataFrame
    contract_shares: pd.DataFrame
    enterprises: pd.DataFrame
    enterprise_outputs: pd.DataFrame


def months(*values: int | None) -> Any:
    return pd.array(list(values), dtype="Int64")


CATALOGUE = params.load(places.DATA / "sample" / "params")


@pytest.fixture
def catalogue() -> params.Catalogue:
    return CATALOGUE


def township() -> Rows:
    """a works in the mill and raises cattle, b raises cattle with an own loan, c and d have poultry."""
    return Rows(
        placements=pd.DataFrame(
            {"post": ["米粉加工工", "保洁员"], "person": ["a-1", "c-1"], "hh": ["a", "c"], "employer": [MILL, "保洁队"],
             "place": None, "route": "r", "from_month": [NOW - 3, NOW - 3], "to_month": months(None, None)}
        ),
        placement_ends=pd.DataFrame(
            {"post": [], "person": [], "from_month": [], "end_month": []}
        ).astype({"post": "str", "person": "str", "from_month": "int64", "end_month": "Int64"}),
        support=pd.DataFrame(
            {
                "id": list("1234567"),
                "hh": ["a", "a", "b", "c", "c", "d", "e"],
                "person": ["a-1", None, None, "c-1", None, None, None],
                "measure": ["micro_enterprise_post", "cattle_coop", "cattle_coop", "cleaner_post", "poultry_contract",
                            "poultry_contract", "cattle_coop"],
                "to_month": months(None, None, NOW + 1, None, None, NOW + 9, NOW - 2),
            }
        ),
        coops=pd.DataFrame({"coop": [CATTLE], "enterprise": ["龙头"], "product": ["牛"], "status": ["operating"]}),
        coop_stakes=pd.DataFrame(
            {"coop": CATTLE, "hh": ["a", "b", "e"], "fen": [100, 200, 50], "from_month": NOW - 9,
             "to_month": months(None, None, NOW - 2)}
        ),
        loans=pd.DataFrame({"loan": ["l"], "hh": ["b"], "used_by": [CATTLE], "fen": [500], "repaid_fen": [120]}),
        sale_contracts=pd.DataFrame(
            {"contract": ["禽约"], "partner": ["永荣"], "product": ["土鸡土鸭"], "from_month": [NOW - 4],
             "to_month": months(NOW + 8), "status": ["running"]}
        ),
        contract_shares=pd.DataFrame({"contract": "禽约", "hh": ["c", "d"], "quantity": 80.0}),
        enterprises=pd.DataFrame({"enterprise": ["龙头"]}),
        enterprise_outputs=pd.DataFrame({"enterprise": [], "product": [], "year": []}),
    )  # fmt: skip


@pytest.fixture
def rows() -> Rows:
    return township()


def _ends(rows: Rows, source: str, catalogue: params.Catalogue) -> dict[str, Any]:
    """Return the help whose end moved, by id."""
    after = state_after_closures(rows, {source: JUNE}, catalogue, NOW)
    was, now = rows.support["to_month"], after.support["to_month"]
    moved = ~(was.eq(now).fillna(False) | (was.isna() & now.isna()))
    return dict(zip(rows.support.loc[moved, "id"], now[moved], strict=True))


MAY = JUNE.ordinal - 1


@pytest.mark.parametrize(
    ("source", "ended"),
    [
        # the job of a, not its cattle
        (MILL, {"1": MAY}),
        # the members' help; b's own ends in May already, e left before
        (CATTLE, {"2": MAY}),
        # the firm behind the co-op takes it with it
        ("龙头", {"2": MAY}),
        ("保洁队", {"4": MAY}),
    ],
)
def test_help_that_hangs_on_the_source_ends_and_no_other(
    rows: Rows, catalogue: params.Catalogue, source: str, ended: dict[str, int]
) -> None:
    assert _ends(rows, source, catalogue) == ended


def test_a_post_ends_with_its_employer_and_a_contract_with_its_buyer(rows: Rows, catalogue: params.Catalogue) -> None:
    mill = state_after_closures(rows, {MILL: JUNE}, catalogue, NOW)
    assert mill.placements["to_month"].tolist()[0] == MAY
    assert pd.isna(mill.placements["to_month"].tolist()[1])
    lost = state_after_closures(rows, {"永荣": JUNE}, catalogue, NOW)
    assert lost.sale_contracts[["to_month", "status"]].to_numpy().tolist() == [[MAY, "broken"]]


@pytest.mark.thorough
@settings(deadline=None, max_examples=25)
@given(st.sets(st.sampled_from([MILL, CATTLE, "龙头", "保洁队", "永荣", "禽约"]), max_size=4))
def test_closings_add_up_and_leave_the_ledger_itself_alone(sources: set[str]) -> None:
    catalogue = CATALOGUE
    rows = township()
    before = {f.name: getattr(rows, f.name).copy() for f in fields(Rows)}
    together = state_after_closures(rows, dict.fromkeys(sorted(sources), JUNE), catalogue, NOW)
    expected = rows.support["to_month"].astype("Int64")
    for source in sources:
        alone = state_after_closures(rows, {source: JUNE}, catalogue, NOW).support["to_month"]
        expected = expected.mask(alone.notna(), alone.where(expected.isna() | (alone < expected), expected))
    pd.testing.assert_series_equal(together.support["to_month"], expected, check_names=False)
    for name, frame in before.items():
        pd.testing.assert_frame_equal(getattr(rows, name), frame)
    assert set(together.support["hh"]) == set(rows.support["hh"])


def test_free_posts_and_places_of_what_closes_are_not_offered(rows: Rows, catalogue: params.Catalogue) -> None:
    changes = changes_of_closures({MILL: JUNE, CATTLE: JUNE}, catalogue, rows)
    # the post was to begin in July, after the closing: none is left
    assert changes == {"posts.rice_noodle.slots": 0, "coops.lichun_cattle.places": 0}
    later = changes_of_closures({MILL: Month(2016, 10)}, catalogue, rows)
    assert later == {"posts.rice_noodle.months.to": "2016-09"}
    changed = catalogue.replaced(changes)
    assert (changed.posts["rice_noodle"].capacity, changed.coops["lichun_cattle"].capacity) == (0, 0)


def test_who_is_hit_is_told_with_stakes_and_debts(rows: Rows, catalogue: params.Catalogue) -> None:
    links = affected_links(rows, CATTLE, NOW, catalogue)
    assert set(links["hh"]) == {"a", "b"}
    risk = stakes_at_risk(rows, CATTLE, links["hh"], NOW, catalogue)
    assert risk.to_numpy().tolist() == [["a", 100, 0], ["b", 200, 380]]


def test_a_misspelt_source_is_refused_with_the_nearest(rows: Rows, catalogue: params.Catalogue) -> None:
    refuse_unknown_sources({MILL: JUNE, POULTRY: JUNE, "禽约": JUNE}, rows, catalogue, NOW)
    with pytest.raises(ParameterError) as refused:
        refuse_unknown_sources({"立春养牛合作社": JUNE, "没有": JUNE}, rows, catalogue, NOW)
    assert len(refused.value.faults) == 2
    assert CATTLE in str(refused.value)
