"""What a stage reads: its key changes with that and with nothing else, and it is given nothing else."""

from __future__ import annotations

import dataclasses
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib import params, places, runs, scenarios
from povlib.errors import ParameterError
from povlib.params import Catalogue, Settings
from povlib.runs.stages.stage_inputs import (
    ALL_SETTINGS,
    PART_READS,
    READS,
    CatalogueDigests,
    Origin,
    given_to,
    offer_to_project,
    reads_of,
    stage_key,
)
from povlib.support import Offer
from povlib.support.parts.law_of_office import claims_of_part

SHIPPED = places.DATA / "sample" / "params"
EVERY_STAGE = [*READS, "plan", "outlook"]
# one change of each kind: key, value, and the stages that may notice
CHANGES = {
    "funds.special.amount_yuan": ("400000", {"offer", "sources", "plan", "outlook"}),
    "posts.township_cleaner.slots": ("6", {"offer", "sources", "plan", "outlook"}),
    "settings.poorest_fifth_money_share": ("0.3", {"plan", "outlook"}),
    "settings.gap_persons": ("1", {"plan", "outlook"}),
    "settings.village_money_share": ("0.3", {"plan", "outlook"}),
    "settings.township_money_share": ("0.3", {"plan", "outlook"}),
    "settings.county_money_share": ("0.3", {"plan", "outlook"}),
    "settings.area_money_floors": ("{联胜: 0.1}", {"plan", "outlook"}),
    "settings.area_post_floors": ("{联胜: 0.1}", {"plan", "outlook"}),
    "settings.backtest_townships": ("3", {"backtest"}),
    # a fund without money pays nobody, and one whose window moves pays in other months
    "funds.special.amount_yuan=0": ("0", {"owed", "offer", "sources", "plan", "outlook"}),
    "funds.special.window.from": ("2016-07", {"owed", "offer", "sources", "plan", "outlook"}),
    "house_prices.walls.material_share": ("0.4", {"owed", "offer", "sources", "plan", "outlook"}),
    "settings.seed": ("7", set(EVERY_STAGE) - {"cutoff", "reached"}),
    "settings.authority": ("nbs", set(EVERY_STAGE) - {"effects", "chance", "modelled"}),
    "posts.township_cleaner.wage_yuan_per_month": ("900", set(EVERY_STAGE)),
}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return params.load(SHIPPED)


def _keys(resolved: scenarios.Resolved, **origin: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    digests = CatalogueDigests(resolved.catalogue)
    for stage in EVERY_STAGE:
        before = {name: found[name] for name in reads_of(stage).stages}
        found[stage] = stage_key(stage, digests, resolved.settings, Origin(**{"ledger": "h", **origin}), before)
    return found


@pytest.mark.parametrize("key", CHANGES)
def test_a_change_is_noticed_by_the_stages_that_read_it(catalogue: Catalogue, key: str) -> None:
    value, noticing = CHANGES[key]
    base = scenarios.load("base", SHIPPED / "scenarios")
    before, after = (
        _keys(scenarios.resolve(base, catalogue, change)) for change in ({}, {key.partition("=")[0]: value})
    )
    assert {stage for stage in EVERY_STAGE if before[stage] != after[stage]} == noticing


@pytest.mark.parametrize(
    ("before", "after", "noticed"),
    [
        ("2000000", "3000000", False),
        ("999999", "3000000", True),
        ("320000", "400000", True),
        ("0", "3000000", True),
    ],
)
def test_packages_of_a_part_notice_another_budget_where_a_fund_holds_little(
    catalogue: Catalogue, before: str, after: str, noticed: bool
) -> None:
    base = scenarios.load("base", SHIPPED / "scenarios")
    told = {"told/bills.parquet": "a", "told/left.parquet": "b", "told/facts.json": "c"}
    keys, amounts = [], []
    for amount in (before, after):
        resolved = scenarios.resolve(base, catalogue, {"funds.special.amount_yuan": amount})
        digests, origin = CatalogueDigests(resolved.catalogue), Origin("h")
        keys.append(stage_key("offer", digests, resolved.settings, origin, told, PART_READS))
        amounts.append(given_to("offer", resolved.catalogue, resolved.settings, PART_READS).catalogue.funds["special"])
    assert (keys[0] != keys[1]) == noticed
    # what is not in the key is not there to be read
    assert (amounts[0].amount_yuan != amounts[1].amount_yuan) == noticed


def test_every_stage_notices_other_rows_and_only_some_another_survey(catalogue: Catalogue) -> None:
    resolved = scenarios.resolve(scenarios.load("base", SHIPPED / "scenarios"), catalogue)
    own, later, surveyed = _keys(resolved), _keys(resolved, ledger="later"), _keys(resolved, survey="other")
    assert all(own[stage] != later[stage] for stage in EVERY_STAGE)
    assert {s for s in EVERY_STAGE if own[s] != surveyed[s]} == {"quality", "reached", "plan", "outlook"}
    decided = _keys(resolved, decided={"pins": {"S01-0001": "refused"}})
    assert {s for s in EVERY_STAGE if own[s] != decided[s]} == {"plan", "outlook"}
    assert len(set(own.values())) == len(EVERY_STAGE)


@pytest.mark.parametrize("stage", [name for name, reads in READS.items() if not (reads.scarce or reads.claims)])
def test_a_stage_is_not_given_what_its_key_leaves_out(catalogue: Catalogue, stage: str) -> None:
    own = given_to(stage, catalogue, Settings())
    for name in ("funds", "sites", "crews"):
        for use in (lambda rows: rows.values(), lambda rows: rows["special"], list, len, lambda rows: "a" in rows):
            with pytest.raises((AttributeError, TypeError)):
                use(getattr(own.catalogue, name))
    for coop in own.catalogue.coops.values():
        assert coop.names.zh == catalogue.coops[coop.key].names.zh
        for name in ("places", "facility", "contract", "capacity"):
            with pytest.raises(AttributeError):
                getattr(coop, name)
    for key, post in own.catalogue.posts.items():
        assert post.filled == catalogue.posts[key].filled
        assert post.wage_fen_per_month == catalogue.posts[key].wage_fen_per_month
        with pytest.raises(AttributeError):
            post.capacity  # noqa: B018
    with pytest.raises(ParameterError):
        own.catalogue.replaced({"funds.special.amount_yuan": 1})


def test_the_laws_claims_are_reckoned_without_amounts(run: runs.Run) -> None:
    own, funds = run.given("owed"), run.catalogue.funds
    for key, fund in own.catalogue.funds.items():
        assert (fund.holds_money, fund.window, fund.area) == (funds[key].amount_fen > 0, funds[key].window, "")
        for name in ("amount_fen", "amount_yuan", "filled"):
            with pytest.raises(AttributeError):
                getattr(fund, name)
    for name in ("sites", "openings", "crews"):
        with pytest.raises(AttributeError):
            len(getattr(own.catalogue, name))
    claims = claims_of_part(run.with_months, own.catalogue, own.settings)
    pd.testing.assert_frame_equal(claims, claims_of_part(run.with_months, run.catalogue, run.settings))
    assert len(set(claims["measure"])) > 1
    assert own.catalogue.areas is run.catalogue.areas


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(EVERY_STAGE), st.sampled_from(sorted(ALL_SETTINGS)))
def test_settings_are_given_where_they_are_read_and_nowhere_else(stage: str, name: str) -> None:
    own = given_to(stage, Catalogue(**_NO_RECORDS), Settings()).settings
    assert hasattr(own, name) == (name in reads_of(stage).settings)
    assert Settings().model_dump() == Settings().model_dump()


_NO_RECORDS: dict[str, Any] = {
    name: params.kinds.Records()
    for name in ("lines", "income", "measures", "funds", "posts", "coops", "crews", "villages")
} | {"bundling": params.catalogue.Bundling()}


def test_a_projection_is_given_three_tables_of_the_offer() -> None:
    offer = Offer(**{entry.name: pd.DataFrame({"a": [1]}) for entry in dataclasses.fields(Offer)})
    given_tables = offer_to_project(offer)
    assert [e.name for e in dataclasses.fields(Offer) if len(getattr(given_tables, e.name))] == [
        "entitlements", "packages", "components"
    ]  # fmt: skip
