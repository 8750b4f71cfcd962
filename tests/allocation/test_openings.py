"""A place that must be opened first, with a least number of households and a grant by steps: the optimum is proved."""

import sys

import numpy as np
import pandas as pd
import pytest

from povlib.allocation import Problem, solve, verify
from povlib.allocation.proof.certificate import Certificate
from povlib.errors import InfeasiblePlanError, ProblemError

FAST, ALL, PARTS = 20, 300, 7


def with_sites(seed):
    """A tiny township with one or two sites: lots only when opened, the more households the cheaper."""
    rng = np.random.default_rng([seed, 7])
    tables = sys.modules["tiny_townships"].tiny(seed, doors=0.3, mills=0.3)
    packages, resources = tables["packages"], tables["resources"]
    funds = resources.loc[resources["kind"] == "fund", "resource"].tolist()
    uses, more, opened = [tables["uses"]], [resources], []
    if "facilities" in tables:
        opened.append(tables["facilities"])
    for site in [f"site{i}" for i in range(rng.integers(1, 3))]:
        there = packages.loc[(packages["k"] > 0) & (rng.random(len(packages)) < 0.6), "package"]
        rows = [(f"place:{site}", "place", 0, "<=", np.nan), (f"least:{site}", "least", 0, ">=", np.nan)]
        uses += [pd.DataFrame({"package": there, "resource": row[0], "amount": 1}) for row in rows]
        more.append(pd.DataFrame(rows, columns=resources.columns))
        cost, lots = int(rng.integers(0, 80)), int(rng.integers(1, 5))
        levels = []
        for level in range(1, int(rng.integers(2, 5))):
            least = min(level if rng.random() < 0.8 else 0, lots) if level > 1 else int(rng.integers(0, 3))
            due = max(cost - int(rng.integers(0, 30)) * (level - 1), 0)
            levels += [(site, level, f"place:{site}", lots, due, "+".join(funds[:2])),
                       (site, level, f"least:{site}", least, due, "+".join(funds[:2]))]  # fmt: skip
        opened.append(pd.DataFrame(levels, columns=["facility", "level", "resource", "added", "opening_fen", "fund"]))
    return {
        **tables,
        "uses": pd.concat(uses, ignore_index=True),
        "resources": pd.concat(more, ignore_index=True),
        "facilities": pd.concat(opened, ignore_index=True),
    }


def agreed(seeds):
    """Solve each to the optimum, compare with every choice tried, verify; how many could be solved, and opened one."""
    solved = opened = 0
    for seed in seeds:
        tables = with_sites(seed)
        best = sys.modules["tiny_townships"].brute_force(tables)
        try:
            problem = Problem.from_tables(**tables)
            plan = solve(problem, gap=0)
        except (InfeasiblePlanError, ProblemError):
            assert best is None, seed
            continue
        check = verify(plan, problem)
        assert check.ok, (seed, check.show("en"))
        assert best is not None, seed
        assert plan.certificate.value == best * 10**6, seed
        assert plan.status == "optimal", seed
        assert plan.price_bound >= plan.value, seed
        solved += 1
        opened += bool(plan.opened["facility"].str.startswith("site").any())
    return solved, opened


@pytest.mark.thorough
def test_openings_agree_with_brute_force():
    solved, opened = agreed(range(FAST))
    assert solved > FAST / 3
    assert opened > 2


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_openings_agree_with_brute_force_on_300(part):
    solved, opened = agreed(range(FAST + part, ALL, PARTS))
    assert solved > 15
    assert opened > 3


def village(lots=3, least=2, cost=5_000):
    """Three households that gain one exit each by a house at the site; it costs, and needs some of them."""
    keys = [f"{h}{k}" for h in "abc" for k in (0, 1)]
    there = keys[1::2]
    uses = [pd.DataFrame({"package": there, "resource": row, "amount": 1}) for row in ("place:site", "least:site")]
    resources = [("fund", "fund", 10_000, "<="), ("place:site", "place", 0, "<="), ("least:site", "least", 0, ">=")]
    opening = [("site", row, added, cost, "fund") for row, added in (("place:site", lots), ("least:site", least))]
    return Problem.from_tables(
        pd.DataFrame({"package": keys, "hh": np.repeat(list("abc"), 2), "k": [0, 1] * 3, "value": [0.0, 1.0] * 3}),
        pd.concat(uses, ignore_index=True),
        pd.DataFrame(resources, columns=["resource", "kind", "capacity", "sense"]),
        pd.DataFrame({"hh": list("abc"), "village": "A", "members": 1}),
        pd.DataFrame(opening, columns=["facility", "resource", "added", "opening_fen", "fund"]),
        bills=pd.DataFrame({"package": there, "measure": "house", "cost_fen": 2_500}),
        payers=pd.DataFrame({"package": there, "measure": "house", "fund": "fund", "ceiling_fen": 2_500}),
    )


@pytest.mark.parametrize(
    ("least", "cost", "value"),
    [(2, 5_000, 2.0), (3, 5_000, 0.0), (3, 2_500, 3.0), (2, 5_001, 0.0), (1, 7_500, 1.0), (1, 7_501, 0.0)],
)
def test_a_site_opens_where_enough_can_be_paid(least, cost, value):
    """10,000 fen: a house takes 2,500, the rest may open the site (by hand)."""
    problem = village(least=least, cost=cost)
    plan = solve(problem, gap=0)
    assert plan.value == value
    assert bool(len(plan.opened)) == (value > 0)
    assert verify(plan, problem).ok


def _forged(plan, problem, **changes):
    from dataclasses import replace

    return verify(replace(plan, **changes), problem)


def test_a_forged_opening_is_found():
    """Households at a site that is not open, a level that its number does not reach, an opening nobody pays."""
    problem = village()
    plan = solve(problem, gap=0)
    rows = {str(key): at for at, key in enumerate(problem.package)}
    closed, level = plan.rows.copy(), problem.households
    closed[level] = rows["facility:site:0"]
    said = _forged(plan, problem, rows=closed, opened=plan.opened.iloc[:0])
    assert "place:site: 2 used, 0 there is" in said.show("en")
    alone = plan.rows.copy()
    taken = int(np.flatnonzero(plan.chosen["package"].str.endswith("1"))[0])
    alone[taken] = problem.base[taken]
    chosen = plan.chosen.assign(package=problem.package[alone[:level]], value=problem.value[alone[:level]] / 1e6)
    said = _forged(plan, problem, rows=alone, choice=problem.row[alone[:level]],
                   chosen=chosen.assign(additional=chosen["value"]))  # fmt: skip
    assert "least:site: -1, at least 0" in said.show("en")
    unpaid = plan.payments[~plan.payments["hh"].str.startswith("facility")]
    assert "the bill for facility:site is 5000 fen, paid 0" in _forged(plan, problem, payments=unpaid).show("en")
    assert "the facilities opened are not those chosen" in _forged(plan, problem, opened=plan.opened.iloc[:0]).show(
        "en"
    )


def test_a_forged_bound_is_found():
    problem = village()
    plan = solve(problem, gap=0)
    less = {**plan.certificate.prices, "least:site": plan.certificate.prices.get("least:site", 0) + 10**9}
    forged = Certificate(plan.certificate.digest, less, plan.certificate.bound, plan.certificate.value,
                         plan=plan.certificate.plan)  # fmt: skip
    assert not _forged(plan, problem, certificate=forged).ok
