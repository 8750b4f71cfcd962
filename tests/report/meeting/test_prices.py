"""More money, one more post, and posted prices, in words."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

import pandas as pd


def test_funds_that_do_the_same_are_named_together_in_either_language(made_up: ModuleType) -> None:
    tied = pd.DataFrame({"name": ["乙", "甲", "丙"], "persons_per_wan": [0.27, 0.27, 0.03], "left_fen": [0, 0, 1]})
    facts = made_up.facts(marginal=tied)
    assert "in 乙, 甲: at most 0.27 persons" in made_up.said(facts)
    assert "放在乙、甲最见效" in made_up.said(facts, "zh")


def test_posts_that_were_not_solved_again_are_counted(made_up: ModuleType) -> None:
    facts = made_up.facts()
    assert "not solved again" not in made_up.said(
        replace(facts, one_more=facts.one_more.assign(name=["镇村保洁员", "永荣公司"]))
    )
    one = facts.one_more.iloc[:1].assign(name=["镇村保洁员"])
    assert "1 kinds of posts of single villages were not solved again" in made_up.said(replace(facts, one_more=one))


def test_a_recipe_names_its_exceptions_and_a_credit_is_explained(made_up: ModuleType) -> None:
    facts = made_up.facts()
    assert "the household's plan, except for 2 households" in made_up.said(facts)
    assert "except for" not in made_up.said(replace(facts, rounding=made_up.none("rounding")))
    assert "credit" not in made_up.said(facts)
    credit = facts.prices.assign(price_points=[35.1, 0.0, 812.3, 1204.5, 120.5, -3.2])
    assert "A price below zero is a credit" in made_up.said(replace(facts, prices=credit))


def test_a_fund_with_money_left_and_a_price_is_explained(made_up: ModuleType) -> None:
    facts = made_up.facts()
    left = facts.marginal.assign(persons_per_wan=[0.3, *[0.0] * (len(facts.marginal) - 1)], left_fen=7_000)
    said = made_up.said(replace(facts, marginal=left))
    assert f"Money is left of {left['name'].iloc[0]}, and it has a price all the same" in said
    assert "Money is left of" not in made_up.said(replace(facts, marginal=left.assign(left_fen=0)))
    free = left.assign(persons_per_wan=0.0)
    assert "Money is left of" not in made_up.said(replace(facts, marginal=free))


def test_money_limits_a_plan_whose_funds_have_a_price_though_none_is_empty(made_up: ModuleType) -> None:
    facts = made_up.facts()
    rest = facts.funds.assign(left_fen=facts.funds["left_fen"] + 100, amount_fen=facts.funds["amount_fen"] + 100)
    priced = replace(facts, funds=rest, marginal=facts.marginal.assign(persons_per_wan=0.2))
    assert "yet money limits this plan" in made_up.said(priced)
    free = replace(priced, marginal=facts.marginal.assign(persons_per_wan=0.0))
    assert "money is not what limits this plan" in made_up.said(free)


def test_a_priced_share_has_its_step_and_a_credit_names_its_rule(made_up: ModuleType) -> None:
    facts = made_up.facts()
    share = facts.prices.assign(
        kind=[*facts.prices["kind"][:-1], "share"], price_points=[35.1, 0, 812.3, 1, 120.5, -3.2]
    )
    said = made_up.said(replace(facts, prices=share))
    assert "For a share kept for a group" in said
    assert f"below zero is a credit ({facts.prices['name'].iloc[-1]})" in said
    none = facts.prices[facts.prices["kind"] != "share"]
    assert "For a share kept for a group" not in made_up.said(replace(facts, prices=none))
