"""The proposal's tables: what opens shared places belongs to no household."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

from povlib.report import meeting_paper


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
