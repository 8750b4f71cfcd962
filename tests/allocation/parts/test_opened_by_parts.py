"""What a plan over parts opens: as good as every choice tried, as every set of openings solved, as the whole's plan."""

from __future__ import annotations

import itertools
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pulp
import pytest
from office_parts import cut, office_tables, township, whole, with_openings

from povlib.allocation import solve
from povlib.allocation.parts import (
    OfficeTables,
    fund_sets,
    opening_search,
    part_search,
    payments_by_village,
    plan_of_parts,
    verify_parts,
    write_part,
)
from povlib.allocation.proof.opening_cases import CaseProof
from povlib.errors import InfeasiblePlanError, ProblemError

HH = [f"h{at}" for at in range(6)]


def _tiny(seed: int) -> dict[str, Any]:
    """Return a township of a few households with one objective, what may be opened in it several ways."""
    tables = dict(sys.modules["tiny_townships"].tiny(seed, doors=0.3, mills=1.0))
    tables.pop("objective", None)
    tables.setdefault("pins", pd.DataFrame(columns=["hh", "package", "pin"]))
    return {**tables, "resources": tables["resources"].assign(village=None)}


def _agreed(seeds: range, folder: Path) -> int:
    """Compare plans of two parts with every choice tried; return how many open something."""
    opened = 0
    for seed in seeds:
        tables = _tiny(seed)
        known = {name: frame for name, frame in tables.items() if name != "pins" or len(frame)}
        best = sys.modules["tiny_townships"].brute_force(known)
        try:
            folders, office = cut(tables, folder / str(seed), 2, seed), office_tables(tables)
            plan = plan_of_parts(folders, office, gap=0)
        except (InfeasiblePlanError, ProblemError):
            assert best is None, seed
            continue
        check = verify_parts(plan, folders, office)
        assert check.ok, (seed, check.show("en"))
        assert best is not None, seed
        assert plan.certificate.value == best * 10**6, seed
        assert plan.certificate.bound >= plan.certificate.value, seed
        opened += bool(plan.opened)
    return opened


def test_openings_agree_with_every_choice_tried(tmp_path: Path) -> None:
    assert _agreed(range(6), tmp_path) > 0


@pytest.mark.thorough
@pytest.mark.parametrize("last", [20, pytest.param(46, marks=pytest.mark.slow)])
def test_openings_agree_with_every_choice_tried_on_more(tmp_path: Path, last: int) -> None:
    assert _agreed(range(6, last), tmp_path) > 1


def _workshops(seed: int) -> dict[str, Any]:
    """Return six households of three villages with one fund, and a workshop for each village that costs of it."""
    rng = np.random.default_rng(seed)
    packages, uses, bills = [], [], []
    for at, hh in enumerate(HH):
        packages.append((f"{hh}0", hh, 0, 0.0))
        for k in (1, 2):
            packages.append((f"{hh}{k}", hh, k, round(float(rng.uniform(0.2, 2.0)), 3)))
            uses.append((f"{hh}{k}", f"posts V{at % 3}", 1))
            bills.append((f"{hh}{k}", "job", int(rng.integers(1, 6)) * 10))
    bill = pd.DataFrame(bills, columns=["package", "measure", "cost_fen"])
    rows = [("fund", "fund", int(rng.integers(60, 160))), *((f"posts V{v}", "post", int(v == 0)) for v in range(3))]
    ways = [(f"shop{v}", level, f"posts V{v}", level, 15 * level + int(rng.integers(0, 20)), "fund")
            for v in range(3) for level in (1, 2)]  # fmt: skip
    columns = ["facility", "level", "resource", "added", "opening_fen", "fund"]
    return {
        "packages": pd.DataFrame(packages, columns=["package", "hh", "k", "value"]),
        "uses": pd.DataFrame(uses, columns=["package", "resource", "amount"]),
        "resources": pd.DataFrame(rows, columns=["resource", "kind", "capacity"]).assign(village=None, sense="<="),
        "households": pd.DataFrame({"hh": HH, "village": [f"V{at % 3}" for at in range(6)], "members": 1}),
        "bills": bill,
        "payers": bill.rename(columns={"cost_fen": "ceiling_fen"}).assign(fund="fund"),
        "pins": pd.DataFrame(columns=["hh", "package", "pin"]),
        "shares": pd.DataFrame(columns=["share", "of", "group", "at_least"]),
        "facilities": pd.DataFrame(ways, columns=columns),
    }


def _best_of_every_set(tables: dict[str, Any]) -> float:
    """Return the best value over every set of openings, each solved by HiGHS."""
    ways = tables["facilities"]
    options = [[None, *own.to_dict("records")] for _, own in ways.groupby("facility")]
    best = 0.0
    for chosen in itertools.product(*options):
        opened = [way for way in chosen if way is not None]
        capacity = dict(zip(tables["resources"]["resource"], tables["resources"]["capacity"], strict=True))
        for way in opened:
            capacity[way["resource"]] += way["added"]
            capacity["fund"] -= way["opening_fen"]
        if capacity["fund"] < 0:
            continue
        model = pulp.LpProblem("set", pulp.LpMaximize)
        take = {key: model.add_variable(key, cat="Binary") for key in tables["packages"]["package"]}
        worth = dict(zip(tables["packages"]["package"], tables["packages"]["value"], strict=True))
        model += pulp.lpSum(worth[key] * x for key, x in take.items())
        for hh in HH:
            model += pulp.lpSum(x for key, x in take.items() if key.startswith(hh)) == 1
        for row, own in tables["uses"].groupby("resource"):
            model += pulp.lpSum(take[key] for key in own["package"]) <= capacity[row]
        cost = dict(zip(tables["bills"]["package"], tables["bills"]["cost_fen"], strict=True))
        model += pulp.lpSum(fen * take[key] for key, fen in cost.items()) <= capacity["fund"]
        model.solve(pulp.HiGHS(msg=False))
        best = max(best, pulp.value(model.objective))
    return best


@pytest.mark.parametrize("seed", range(2))
def test_the_best_of_every_set_of_openings_is_found(tmp_path: Path, seed: int) -> None:
    tables = _workshops(seed)
    folders, office = cut(tables, tmp_path, 3, seed), office_tables(tables)
    plan = plan_of_parts(folders, office, folder=tmp_path / "plan", gap=0)
    assert plan.value == pytest.approx(_best_of_every_set(tables), abs=1e-6)
    assert verify_parts(plan, folders, office).ok


@pytest.mark.parametrize(("parts", "most", "sets"), [(1, 10**6, 300), (3, 10**6, 0), (3, 1000, 300)])
def test_openings_at_prices_reach_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parts: int, most: int, sets: int
) -> None:
    monkeypatch.setattr(part_search, "PRICED_FROM", 0)
    monkeypatch.setattr(fund_sets, "MOST_WRITTEN", sets)
    monkeypatch.setattr(part_search, "MOST_PACKAGES", most)
    tables = with_openings(township(0, 300, 9), 0)
    folders, office = cut(tables, tmp_path, parts, 0), office_tables(tables)
    plan = plan_of_parts(folders, office, folder=tmp_path / "plan", gap=0.2)
    one = solve(whole(tables), gap=0.2)
    check = verify_parts(plan, folders, office)
    assert check.ok, check.show("en")
    assert check.gap == plan.gap
    assert plan.effort["cases"] == max(len(plan.certificate.cases), 1)
    assert plan.value <= one.price_bound + 1e-9
    assert one.value <= plan.price_bound + 1e-9
    assert plan.price_bound <= one.price_bound + 0.5
    assert plan.gap < 2.0
    assert plan.opened


def test_a_cap_on_cases_leaves_an_honest_gap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(part_search, "PRICED_FROM", 0)
    tables = with_openings(township(0, 200, 8), 3)
    folders, office = cut(tables, tmp_path, 2, 0), office_tables(tables)
    bounds = []
    for most in (1, 64):
        monkeypatch.setattr(opening_search, "MOST_CASES", most)
        plan = plan_of_parts(folders, office, folder=tmp_path / f"plan-{most}", gap=0.1)
        check = verify_parts(plan, folders, office)
        assert check.ok, check.show("en")
        assert (len(plan.certificate.cases) == 0) == (most == 1)
        bounds.append(plan.price_bound)
    assert bounds[1] < bounds[0]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, list[Path], OfficeTables]:
    """A plan of two parts that is proved by cases and opens something."""
    place = tmp_path_factory.mktemp("opened")
    tables = with_openings(township(4), 4)
    folders, office = cut(tables, place, 2, 0), office_tables(tables)
    return plan_of_parts(folders, office, folder=place / "plan", gap=0.05), folders, office


def test_what_is_opened_is_paid_and_its_posts_are_there(opened: Any) -> None:
    plan, folders, office = opened
    assert plan.opened
    assert len(plan.certificate.cases) > 1
    ways = office.facilities
    taken = pd.concat([ways[ways["facility"].eq(key) & ways["level"].eq(at)] for key, at in plan.opened.items()])
    rows = plan.used.set_index("row")
    given = office.resources.set_index("resource")["capacity"]
    for row, added in taken.groupby("resource")["added"].sum().items():
        assert rows.loc[row, "capacity"] == given[row] + added
    floors = rows["sense"] == ">="
    assert (rows["used"] <= rows["capacity"])[~floors].all()
    assert (rows["used"] >= rows["capacity"])[floors].all()
    paid = payments_by_village(plan, folders, office)
    cost = taken.drop_duplicates("facility")["opening_fen"].sum()
    assert paid.loc[paid["village"] == "", "fen"].sum() == cost
    used = paid.groupby("fund")["fen"].sum()
    assert (used <= given.loc[used.index]).all()


def test_a_proof_with_openings_that_somebody_changed_is_refused(opened: Any) -> None:
    plan, folders, office = opened
    proof = plan.certificate

    def said(**changes: Any) -> str:
        check = verify_parts(replace(plan, certificate=replace(proof, **changes)), folders, office)
        assert not check.ok
        return check.show("en")

    assert verify_parts(plan, folders, office).ok
    assert "leave out a way to open" in said(cases=proof.cases[1:])
    lower = replace(proof.cases[0], bound=proof.cases[0].bound - 1)
    assert "not what the prices prove" in said(cases=(lower, *proof.cases[1:]))
    nobody = CaseProof({"nobody": 0}, proof.cases[0].prices, proof.cases[0].bound)
    assert "leave out a way to open" in said(cases=(nobody,))
    assert "not those of its certificate" in said(prices={})
    less = dict(list(plan.opened.items())[1:])
    assert not verify_parts(replace(plan, opened=less), folders, office).ok
    strange = verify_parts(replace(plan, opened={"nobody": 1}), folders, office)
    assert "opens something in a way that is not allowed" in strange.show("en")


def test_faults_of_what_may_be_opened_are_told_together(tmp_path: Path) -> None:
    part = write_part(
        tmp_path / "a",
        pd.DataFrame({"package": ["a0", "a1"], "hh": "a", "value": [0.1, 0.9]}),
        pd.DataFrame({"package": ["a1"], "resource": "posts", "amount": 1}),
        pd.DataFrame({"resource": ["posts"], "capacity": [0]}),
        pd.DataFrame({"hh": ["a"], "village": "A", "members": 3}),
    )
    ways = pd.DataFrame(
        {"facility": "shop", "level": 1, "resource": ["posts", "desks"], "added": 1, "opening_fen": [5, 6], "fund": "x"}
    )
    with pytest.raises(ProblemError) as told:
        plan_of_parts([part.folder], OfficeTables(facilities=ways))
    for words in ("desks", "several costs at one level", "x"):
        assert words in told.value.show("en")
    free = ways.head(1).assign(opening_fen=0)
    assert plan_of_parts([part.folder], OfficeTables(facilities=free), gap=0).opened == {"shop": 1}
