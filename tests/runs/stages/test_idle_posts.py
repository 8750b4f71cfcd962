"""Posts that nobody takes: a condition nobody meets is a fault, a fund that the law has used up is a note."""

from __future__ import annotations

import random
from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest

from povlib import runs
from povlib.errors import ParameterError
from povlib.report.meeting.front_page import used_up_sentence
from povlib.runs.stages import idle_posts
from povlib.runs.stages.idle_posts import funds_used_up, posts_without_money

GRADUATES = "[{on: worker, field: education, op: '==', value: 本科及以上, citation: made up}]"
SHORT = {"funds.county_matching.amount_yuan": "9000"}


def test_what_funds_pay_one_household_together_is_the_most_of_any_village() -> None:
    """Against every village one by one; the villages are walked once, however often it is asked."""
    draw = random.Random(7)
    villages = [f"v{n}" for n in range(12)]
    for _ in range(60):
        within = {f"f{n}": frozenset(draw.sample(villages, draw.randint(1, 8))) if draw.random() < 0.7 else None
                  for n in range(draw.randint(1, 6))}  # fmt: skip
        asked: list[str] = []
        catalogue: Any = SimpleNamespace(
            funds=within, villages_of_fund=lambda fund, within=within, asked=asked: asked.append(fund) or within[fund]
        )
        funds = idle_posts._AreaFunds(catalogue)
        for _ in range(5):
            fen = {fund: draw.randint(0, 900) for fund in within if draw.random() < 0.8}
            most = max(
                sum(amount for fund, amount in fen.items() if (own := within[fund]) is None or village in own)
                for village in [*villages, "elsewhere"]
            )
            assert funds.most_for_one(fen) == most
        assert sorted(asked) == sorted(within)


def test_a_post_nobody_may_take_is_named_and_nothing_is_half_done(copied: Any) -> None:
    office = copied().office
    run = runs.begin(runs.find_office(office.name), "base", {"posts.small_parts.who": GRADUATES})
    with pytest.raises(ParameterError, match=r"posts.yaml: small_parts: nobody in the ledger may take the post"):
        _ = run.offer
    assert not (run.folder / "offer").exists()


@pytest.mark.slow
@pytest.mark.thorough
def test_a_fund_the_law_has_used_up_is_a_note_and_the_plan_is_made(copied: Any) -> None:
    office = runs.find_office(copied().office.name)
    run = runs.begin(office, "base", SHORT)
    law: Counter[str] = Counter()
    for bill in run.offer.entitlements.itertuples():
        law[bill.fund] += bill.cost_fen if bill.covered else 0
    noted = posts_without_money(run.offer, run.catalogue, run.settings)
    assert set(noted["fund"]) == {"county_matching"}
    assert {post for post in noted["post"] if run.catalogue.posts[post].measure != "cleaner_post"} == set()
    for row in noted.itertuples():
        assert (row.amount_fen, row.owed_fen) == (900_000, law["county_matching"])
        assert row.left_fen == row.amount_fen - row.owed_fen
        # a cleaner's post is paid by the month from its last month of start to the horizon
        measure = run.catalogue.measures["cleaner_post"]
        months = run.settings.horizon.ordinal - run.settings.help_to.ordinal + 1
        assert row.left_fen < row.cost_fen == months * measure.cost.amount_fen
    # planning went on, by its own proof, with the money of the other funds
    assert len(run.plan.chosen) == len(run.state.poor)
    assert run.plan.payments.loc[run.plan.payments["fund"] == "county_matching", "fen"].sum() <= noted["left_fen"].min()
    assert run.plan.payments["fen"].sum() > 0
    [row] = funds_used_up(run.offer, run.catalogue, run.settings, "en").itertuples(index=False)
    said = used_up_sentence(row, "en").text
    assert "9,000 yuan" in said
    assert f"{noted['left_fen'].iloc[0] // 100:,} yuan left are less than" in said
    empty = sum(run.catalogue.posts[key].slots for key in noted["post"])
    assert f"{empty} posts stay empty" in said


def test_with_both_faults_only_the_conditions_are_blamed(copied: Any) -> None:
    office = runs.find_office(copied().office.name)
    run = runs.begin(office, "base", {**SHORT, "posts.small_parts.who": GRADUATES})
    with pytest.raises(ParameterError) as refused:
        _ = run.offer
    assert [fault.where for fault in refused.value.faults] == ["posts.yaml: small_parts"]


def test_money_that_never_sufficed_is_a_note_too(copied: Any) -> None:
    """Ten yuan pay nobody, law or no law; the conditions of the posts are not to blame."""
    office = runs.find_office(copied().office.name)
    run = runs.begin(office, "base", {"funds.county_matching.amount_yuan": "10"})
    noted = posts_without_money(run.offer, run.catalogue, run.settings)
    cleaners = {post.key for post in run.catalogue.posts.values() if post.measure == "cleaner_post" and post.slots}
    assert set(noted["post"]) == cleaners
    assert set(noted["fund"]) == {"county_matching"}
    assert (noted["amount_fen"] == 1000).all()
    assert (noted["left_fen"] < noted["cost_fen"]).all()


def test_a_ceiling_below_the_cost_is_no_want_of_money(copied: Any) -> None:
    office = runs.find_office(copied().office.name)
    run = runs.begin(office, "base", {"funds.county_matching.household_ceiling_yuan": "10"})
    with pytest.raises(ParameterError, match="cleaner"):
        _ = run.offer


@pytest.mark.thorough
def test_without_a_fen_the_plan_is_the_empty_one_with_its_proof(copied: Any) -> None:
    office = runs.find_office(copied().office.name)
    funds = ("special", "housing", "county_matching", "helper")
    run = runs.begin(office, "base", {f"funds.{fund}.amount_yuan": "0" for fund in funds})
    # the brute rule: without money nothing that costs anything may be chosen
    cost = run.offer.packages.astype({"package": "str"}).set_index("package")["new_money_fen"]
    assert (cost.loc[run.plan.chosen["package"].astype("str")] == 0).all()
    assert run.plan.payments["fen"].sum() == 0
    assert (run.plan.gap, run.proved) == (0.0, True)
    assert set(posts_without_money(run.offer, run.catalogue, run.settings)["amount_fen"]) == {0}


@pytest.mark.thorough
def test_two_funds_used_up_to_the_last_fen_leave_a_plan_of_the_others(copied: Any) -> None:
    """As in an office of 5,000 households with the practice township's funds: the law takes all of both."""
    office = runs.find_office(copied().office.name)
    empty = {"funds.special.amount_yuan": "1500", "funds.county_matching.amount_yuan": "1500"}
    run = runs.begin(office, "base", empty)
    left = run.offer.resources.set_index("resource")["capacity"]
    assert (left["special"], left["county_matching"]) == (0, 0)
    owed = run.offer.entitlements
    for fund in ("special", "county_matching"):
        assert owed.loc[(owed["fund"] == fund) & owed["covered"].astype(bool), "cost_fen"].sum() == 150_000
    assert set(run.offer.shortfall["fund"]) >= {"special", "county_matching"}
    paid = run.plan.payments.groupby("fund")["fen"].sum()
    assert paid.get("special", 0) == paid.get("county_matching", 0) == 0
    assert paid.sum() > 0
    assert run.proved
    noted = funds_used_up(run.offer, run.catalogue, run.settings, "zh")
    assert 150_000 in noted["owed_fen"].tolist()
    assert all("余下0元" in used_up_sentence(row, "zh").text for row in noted.itertuples(index=False))
