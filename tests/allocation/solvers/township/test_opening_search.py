"""What the relaxation opens in part is split into cases, each with prices and a bound of its own."""

from __future__ import annotations

import pandas as pd
import pytest

from povlib.allocation import Problem
from povlib.allocation.proof.opening_cases import cover_every_decision, levels_of_facilities
from povlib.allocation.solvers.township.opening_search import OpeningCases
from povlib.allocation.solvers.township.relaxation import relax
from povlib.allocation.solvers.township.search_clock import SearchClock
from povlib.allocation.solvers.township.solver_process import shared_solver


def workshop(cost: int, seats: int = 4, households: int = 30, least: int = 0) -> Problem:
    """Each household gains between 0.5 and 1 by a seat of the workshop, for which the fund has no more than 100 fen."""
    keys = [f"h{h:02}-{k}" for h in range(households) for k in (0, 1)]
    value = [0.0 if key.endswith("0") else round(0.5 + int(key[1:3]) / 60, 4) for key in keys]
    work = keys[1::2]
    uses = pd.DataFrame({"package": work, "resource": "posts", "amount": 1})
    rows = [("f", 100, "fund", "<="), ("posts", 0, "post", "<=")]
    opened = [("shop", "posts", seats, cost, "f")]
    if least:
        uses = pd.concat([uses, uses.assign(resource="least:shop")])
        rows.append(("least:shop", 0, "least", ">="))
        opened.append(("shop", "least:shop", least, cost, "f"))
    return Problem.from_tables(
        pd.DataFrame({"package": keys, "hh": [key[:3] for key in keys], "k": [0, 1] * households, "value": value}),
        uses,
        pd.DataFrame(rows, columns=["resource", "capacity", "kind", "sense"]),
        pd.DataFrame({"hh": [f"h{h:02}" for h in range(households)], "village": "A", "members": 1}),
        pd.DataFrame(opened, columns=["facility", "resource", "added", "opening_fen", "fund"]),
        bills=pd.DataFrame({"package": work, "measure": "tools", "cost_fen": 10}),
        payers=pd.DataFrame({"package": work, "measure": "tools", "fund": "f", "ceiling_fen": 10}),
    )


def all_cases(problem: Problem) -> OpeningCases:
    """Return the cases, split and given prices as far as they go."""
    shared_solver().start()
    relaxed = relax(problem, 60)
    assert relaxed is not None
    cases, clock = OpeningCases(problem, relaxed), SearchClock(60.0)
    while (case := cases.widest(float("-inf"))) is not None:
        if not cases.settle(case, clock):
            case.searched = True
    return cases


def test_what_is_opened_in_part_is_decided_both_ways() -> None:
    """100 fen: 75 open it and two households have their tools for the rest; half of it open would serve more."""
    problem = workshop(cost=75)
    cases = all_cases(problem)
    proofs = {tuple(proof.levels.items()): proof for proof in cases.proofs()}
    assert set(proofs) == {(("shop", 0),), (("shop", 1),)}
    assert cover_every_decision([proof.levels for proof in proofs.values()], levels_of_facilities(problem))
    # open: (100 - 75) / 10 = 2.5 households, the best three gain 0.9833, 0.9667 and half of 0.95 (by hand)
    assert proofs[("shop", 1),].bound / 10**12 == pytest.approx(0.9833 + 0.9667 + 0.95 / 2, abs=1e-3)
    assert proofs[("shop", 0),].bound / 10**12 == pytest.approx(0.0, abs=1e-3)
    assert cases.bound < cases.relaxed.bound - 10**11


def test_nothing_is_split_where_the_relaxation_decides() -> None:
    cases = all_cases(workshop(cost=0))
    assert cases.proofs() == ()
    assert cases.bound == cases.relaxed.bound


def test_a_case_without_any_plan_is_known_as_empty() -> None:
    """Opened for three at least, which cost 75 + 30 fen: no plan opens it, and the case of shutting it remains."""
    cases = all_cases(workshop(cost=75, least=3))
    assert [case.empty for case in cases.cases] == [False, True]
    assert cases.cases[0].bound / 10**12 == pytest.approx(0.0, abs=1e-3)
