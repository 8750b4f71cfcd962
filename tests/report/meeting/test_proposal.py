"""The proposal's tables: what opens shared places belongs to no household."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

import pandas as pd

from povlib.report import meeting_paper
from povlib.report.meeting import SecondRule


def test_what_opens_shared_places_is_a_row_and_the_totals_agree(made_up: ModuleType) -> None:
    facts = made_up.facts()
    out = replace(facts.outcome, money_fen=facts.outcome.money_fen + 4_500_000, opening_fen=4_500_000)
    funds = facts.funds.copy()
    funds.loc[0, ["amount_fen", "planned_fen"]] += 4_500_000
    paper = meeting_paper(replace(facts, outcome=out, funds=funds), "en")
    numbers = {n.key: n.plain() for n in paper.numbers}
    for table in ("villages", "measures"):
        assert numbers[f"{table}[Opening of shared places].money_fen"] == 4_500_000
        assert numbers[f"{table}.total.money_fen"] == out.money_fen
    assert numbers["villages.total.households"] == 341
    assert numbers["villages[Opening of shared places].households"] is None
    assert "Opening" not in str(meeting_paper(facts, "en").tables()[3].frame)


def test_the_second_rule_and_what_it_changed_are_said(made_up: ModuleType) -> None:
    assert "equal within" not in made_up.said(made_up.facts())
    saving = made_up.said(made_up.facts(second=SecondRule("least_money", 0.1, 5_000_000, 0.04)))
    assert "equal within 0.10 persons and within the proof, the one that spends least is taken" in saving
    assert "spends 50,000 yuan less than the plan found first, for 0.040 persons less" in saving
    poorest = made_up.said(made_up.facts(second=SecondRule("poorest_first", 0.1, -1_000_000, 0.0)))
    assert "poorest first" in poorest
    assert "spends 10,000 yuan more" in poorest
    assert "花钱最少" in made_up.said(made_up.facts(second=SecondRule("least_money", 0.1, 0, 0.0)), "zh")


def test_payments_that_bring_little_are_counted_and_listed(made_up: ModuleType) -> None:
    weak = pd.DataFrame(
        {"hh": ["99990001", "99990002"], "village": "乐北", "measure": ["危房改造", "临时救助"],
         "fen": [2_100_000, 150_000], "points": [5.1, 0.2],
         "instead": ["99990003：养牛合作社，增加40.0点", "留在资金池"]}
    )  # fmt: skip
    facts = made_up.facts(weak=weak, least_points=20.0)
    said = made_up.said(facts)
    assert "2 payments, 22,500 yuan in all, bring less than 20.0 points each." in said
    numbers = {n.key: n.plain() for n in meeting_paper(facts, "en").numbers}
    assert numbers["weak.total.fen"] == 2_250_000
    assert "weak" in {table.key for table in meeting_paper(facts, "zh").tables()}
    outside = meeting_paper(facts, "en", with_annex=False)
    assert "weak" not in {table.key for table in outside.tables()}
    assert "No payment brings less than 20.0 points." in made_up.said(made_up.facts(least_points=20.0))
