"""How sure the plan is: proof beside projection, the lot disclosed, differences with their ranges."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

from povlib.report import Report
from povlib.report.meeting import Lot
from povlib.report.model.paper import Beside


def test_the_proof_stands_beside_the_projection(english: Report) -> None:
    (pair,) = [b for s in english.sections if s.key == "certainty" for b in s.blocks if isinstance(b, Beside)]
    left, right = (" ".join(p.text for p in side) for side in (pair.left, pair.right))
    assert "Under these estimates nobody can find a plan that is better by more than 0.330 persons." in left
    assert "118.4–209.9 persons" in right
    assert "uncertain by 91.5 persons" in right


def test_a_lot_is_disclosed_with_its_cost(made_up: ModuleType) -> None:
    lot = Lot(households=12, changed=5, eligible=40, points=0.5, cost=0.023)
    said = made_up.said(made_up.facts(lot=lot))
    assert "12 households of 40 households that could got their package by lot" in said
    assert "5 households got another one" in said
    assert "costs 0.023" in said
    assert "what the law owes" in said
    zh = made_up.said(made_up.facts(lot=lot), "zh")
    assert "抽签" in zh
    assert "法定待遇" in zh
    assert "by lot" not in made_up.said(made_up.facts())
    nobody = made_up.said(made_up.facts(lot=replace(lot, households=0, changed=0, eligible=0, cost=0.0)))
    assert "A lot was asked for, but no household" in nobody


def test_a_difference_carries_its_range_in_one_cell(paper: Report, english: Report) -> None:
    (zh,) = [t for t in paper.tables() if t.key == "baselines"]
    (en,) = [t for t in english.tables() if t.key == "baselines"]
    assert zh.cells("zh")[1][2] == "+8.1（−1.2–+15.9）"
    assert en.cells("en")[1][2] == "+8.1 (−1.2–+15.9)"
    assert [c.key for c in zh.spread("zh").columns][2:5] == ["difference", "low", "high"]
