"""Fifty planted clashes: the set named is irreducible, nothing else is named, the way out works; the time is kept."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from povlib.allocation import Problem, solve
from povlib.allocation.solvers.township.infeasible_rules import explain_infeasible
from povlib.allocation.solvers.township.township_search import solve_exact
from povlib.errors import InfeasiblePlanError
from povlib.words import language_in_use


def township(rng, households=8):
    """A township in which everything is possible: two villages, a fund, posts, places."""
    hh = [f"h{i}" for i in range(households)]
    village = np.where(np.arange(households) < households // 2, "A", "B")
    packages = pd.DataFrame([(f"{h}-{k}", h, k) for h in hh for k in (0, 1, 2)], columns=["package", "hh", "k"])
    packages = packages.assign(value=np.round(packages["k"] * rng.uniform(0.2, 1, len(packages)), 3))
    helped = packages[packages["k"] > 0]
    place = dict(zip(hh, village, strict=True))
    uses = [(p, "posts", 1) for p in packages.loc[packages["k"] == 2, "package"]]
    uses += [(p, "served", 1) for p in helped["package"]]
    uses += [(p, f"served {place[h]}", 1) for p, h in zip(helped["package"], helped["hh"], strict=True)]
    cost = helped["k"].to_numpy() * 100 * rng.integers(5, 9, len(helped))
    resources = [("posts", "post", households, "<="), ("money", "fund", int(cost.sum()), "<=")]
    resources += [(floor, "floor", 0, ">=") for floor in ("served", "served A", "served B")]
    return {
        "packages": packages,
        "uses": pd.DataFrame(uses, columns=["package", "resource", "amount"]),
        "resources": pd.DataFrame(resources, columns=["resource", "kind", "capacity", "sense"]),
        "households": pd.DataFrame({"hh": hh, "village": village, "members": 2, "poor": village == "A"}),
        "bills": pd.DataFrame({"package": helped["package"], "measure": "work", "cost_fen": cost}),
        "payers": pd.DataFrame({"package": helped["package"], "measure": "work", "fund": "money", "ceiling_fen": cost}),
    }  # fmt: skip


def amount(tables, **capacity):
    new = {key.replace("_", " "): number for key, number in capacity.items()}
    table = tables["resources"]
    return table.assign(capacity=[new.get(r, c) for r, c in table[["resource", "capacity"]].itertuples(index=False)])


def planted(kind, rng):
    """Tables with one planted clash and the rules that must be named."""
    tables = township(rng)
    cheapest = tables["bills"].groupby(tables["bills"]["package"].str.split("-").str[0])["cost_fen"].min()
    if kind == "fund and floor":
        floor = int(rng.integers(3, 9))
        short = int(np.sort(cheapest)[:floor].sum()) - 1
        return {**tables, "resources": amount(tables, served=floor, money=short)}, {"money", "served"}
    if kind == "fund and village floor":
        floor = int(rng.integers(2, 5))
        own = cheapest[[h for h, v in tables["households"][["hh", "village"]].itertuples(index=False) if v == "B"]]
        short = int(np.sort(own)[:floor].sum()) - 1
        return {**tables, "resources": amount(tables, served_B=floor, money=short)}, {"money", "served B"}
    if kind == "village floor too high":
        return {**tables, "resources": amount(tables, served_A=5)}, {"served A"}
    if kind == "posts and pins":
        fixed = [f"h{i}-2" for i in range(int(rng.integers(2, 7)))]
        pins = pd.DataFrame({"hh": [p[:2] for p in fixed], "package": fixed, "pin": "approved"})
        return {**tables, "pins": pins, "resources": amount(tables, posts=len(fixed) - 1)}, {"posts", "pins"}
    refused = int(rng.integers(2, 5))  # floor against households that refused
    pins = pd.DataFrame({"hh": [f"h{i}" for i in range(refused)], "package": None, "pin": "refused"})
    return {**tables, "pins": pins, "resources": amount(tables, served=9 - refused)}, {"served", "pins"}


KINDS = ("fund and floor", "fund and village floor", "village floor too high", "posts and pins", "refusals and floor")


def named(error):
    """Rules named as clashing, and the words of the way out."""
    rules, out = set(), []
    for fault in error.faults[1:]:
        words = fault.show("en")
        if words.startswith("cheapest way out") or "not enough" in words:
            out.append(fault)
        else:
            rules.add(fault.where)
    return rules, out


def check(seed):
    rng = np.random.default_rng([77, seed])
    kind = KINDS[seed % len(KINDS)]
    tables, expected = planted(kind, rng)
    with language_in_use("en"), pytest.raises(InfeasiblePlanError) as caught:
        solve(Problem.from_tables(**tables))
    rules, out = named(caught.value)
    assert rules == expected, (seed, kind)
    assert out, (seed, kind)
    said = [dict(fault.values) for fault in out]
    floors = {values["rule"]: values["possible"] for values in said if "possible" in values}
    if floors:  # loosened as said, a plan exists; one step less, none does
        eased = amount(tables, **floors)
        solve(Problem.from_tables(**{**tables, "resources": eased}))
        if len(floors) == 1:
            tight = amount(tables, **{rule: least + 1 for rule, least in floors.items()})
            with pytest.raises(InfeasiblePlanError):
                solve(Problem.from_tables(**{**tables, "resources": tight}))
    else:
        assert kind == "posts and pins"


@pytest.mark.thorough
@pytest.mark.parametrize("large", [1500, 0])
def test_ten_planted_clashes_are_named(monkeypatch, large):
    """Of a county too, which is narrowed first."""
    monkeypatch.setattr("povlib.allocation.solvers.township.infeasible_rules.LARGE_GROUPS", large)
    for seed in range(10):
        check(seed)


def test_of_many_villages_that_clash_the_first_are_named(instances, monkeypatch):
    monkeypatch.setattr("povlib.allocation.solvers.township.infeasible_rules.LARGE_GROUPS", 0)
    tables = instances.township(1, households=160, villages=8)
    floors = tables["resources"]["kind"] == "floor"
    tables["resources"] = tables["resources"].assign(
        capacity=tables["resources"]["capacity"].where(~floors, 100), sense=np.where(floors, ">=", "<=")
    )
    with language_in_use("en"), pytest.raises(InfeasiblePlanError) as caught:
        solve(Problem.from_tables(**tables))
    said = str(caught.value)
    assert said.count("cheapest way out") == 5
    assert "more villages or rules clash in the same way" in said


def test_money_that_no_single_village_lacks_is_found_by_a_proof(monkeypatch):
    """Two villages, each of which the fund could pay alone."""
    monkeypatch.setattr("povlib.allocation.solvers.township.infeasible_rules.LARGE_GROUPS", 0)
    tables, _ = planted("fund and floor", np.random.default_rng(5))
    half = len(tables["households"]) // 2
    village = dict(zip(tables["households"]["hh"], ["A"] * half + ["B"] * half, strict=False))
    tables["households"] = tables["households"].assign(
        village=[village.get(hh, "B") for hh in tables["households"]["hh"]]
    )
    with language_in_use("en"), pytest.raises(InfeasiblePlanError) as caught:
        solve(Problem.from_tables(**tables))
    assert named(caught.value)[0] == {"money", "served"}


@pytest.mark.slow
def test_fifty_planted_clashes_are_named():
    for seed in range(50):
        check(seed)


def _clash():
    use = sparse.csr_array(np.array([[2], [3], [2], [3]]))
    return Problem.from_arrays([1, 2, 1, 2], [0, 0, 1, 1], [0, 0], use, [3])


def test_a_diagnosis_without_time_says_so():
    assert "time was over" in explain_infeasible(_clash(), 0.0).show("en")
    assert "time was over" not in explain_infeasible(_clash()).show("en")


def test_a_solver_asked_not_to_explain_names_no_rule():
    with pytest.raises(InfeasiblePlanError) as plain:
        solve_exact(_clash(), gap=0.0, nodes=10, time_limit_s=5.0, explain=False)
    with pytest.raises(InfeasiblePlanError) as named:
        solve_exact(_clash(), gap=0.0, nodes=10, time_limit_s=5.0)
    assert "r0000" not in plain.value.show("en")
    assert "r0000" in named.value.show("en")
