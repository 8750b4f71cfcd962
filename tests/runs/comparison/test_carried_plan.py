"""A plan under another run's problem: value, persons, money and broken rules against reckonings of their own."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from povlib import runs
from povlib.runs.comparison.carried_plan import CarriedPlan, ComparedRun, carried_plan

PAIRS = list(permutations(["base", "no_floor", "less"], 2))

pytestmark = pytest.mark.whole_run  # plans the township several times


def held_by_hand(run: runs.Run) -> dict[str, frozenset[tuple[str, ...]]]:
    """Return what each package holds that holds anything, as a set of what is given to whom, from when."""
    held: dict[str, set[tuple[str, ...]]] = {}
    columns = ["package", "measure", "person", "post", "coop", "start"]
    # one pass over the rows: a group for each of many thousand packages takes pandas seconds
    for package, *given in run.offer.components[columns].itertuples(index=False, name=None):
        held.setdefault(str(package), set()).add(tuple(map(str, given)))
    return {package: frozenset(content) for package, content in held.items()}


def contents_by_hand(run: runs.Run) -> dict[str, frozenset[tuple[str, ...]]]:
    """Return what each household gets, as a set of what is given to whom, from when."""
    held = held_by_hand(run)
    chosen = run.plan.chosen.astype({"package": str})
    return {hh: held.get(package, frozenset()) for hh, package in zip(chosen["hh"], chosen["package"], strict=True)}


def packages_by_hand(plan_of: runs.Run, under: runs.Run) -> pd.Series:
    """Return the package of each household in the other offer that holds the very same."""
    held = held_by_hand(under)
    packages = under.offer.packages.astype({"package": str})
    own = {
        (hh, held.get(package, frozenset())): package
        for hh, package in zip(packages["hh"], packages["package"], strict=True)
    }
    return pd.Series({hh: own[hh, content] for hh, content in contents_by_hand(plan_of).items()})


@pytest.mark.parametrize(("plan", "scenario"), PAIRS)
def test_value_persons_and_money_are_those_of_the_raw_tables(
    compared: dict[str, ComparedRun], plan: str, scenario: str
) -> None:
    found = carried_plan(compared[plan], compared[scenario])
    under = compared[scenario].run
    packages = packages_by_hand(compared[plan].run, under)
    chances = under.projection.frame.astype({"package": str}).set_index("package")["p"].astype(float)
    nothing = under.projection.frame[under.projection.frame["k"] == 0].set_index("hh")["p"].astype(float)
    members = under.plan.chosen.set_index("hh")["members"]
    gains = [members[hh] * (chances[package] - nothing[hh]) for hh, package in packages.items()]
    persons = float(np.nansum(gains))
    assert found.additional.value == pytest.approx(persons, abs=1e-9)
    assert found.value == pytest.approx(persons, abs=len(members) * 1e-6)
    costs = under.offer.packages.astype({"package": str}).set_index("package")["new_money_fen"]
    opened = under.offer.facilities.merge(compared[plan].run.plan.opened, on=["facility", "level"])
    assert found.money_fen == int(costs[packages].sum() + opened.drop_duplicates("facility")["opening_fen"].sum())


@pytest.mark.parametrize(("plan", "scenario"), PAIRS)
def test_a_plan_that_keeps_all_rules_is_no_better_than_the_proof_of_the_other(
    compared: dict[str, ComparedRun], plan: str, scenario: str
) -> None:
    found = carried_plan(compared[plan], compared[scenario])
    own = compared[scenario].run.plan
    if found.feasible:
        assert found.value <= own.additional + own.gap + 1e-9


def test_a_plan_under_its_own_problem_is_itself(compared: dict[str, ComparedRun]) -> None:
    for one in compared.values():
        found = carried_plan(one, one)
        assert found.feasible
        assert found.value == pytest.approx(one.run.plan.additional, abs=1e-9)
        assert found.rows.tolist() == one.run.plan.rows.tolist()


def _unpaid(found: CarriedPlan, under: ComparedRun) -> int:
    """Return what of the bills no split can pay, by a linear program over bills and funds."""
    money = under.run.problem.money
    assert money is not None
    bills = np.flatnonzero(np.isin(money.package, found.rows))
    cells = [(b, f) for b in range(len(bills)) for f in np.flatnonzero(money.ceiling[bills[b]])]
    rows, limits = [], []
    for b, bill in enumerate(bills):
        rows.append([float(cell[0] == b) for cell in cells])
        limits.append(money.cost[bill])
    for f in range(len(money.funds)):
        rows.append([float(cell[1] == f) for cell in cells])
        limits.append(money.budget[f])
        rows.append([float(cell[1] == f and not money.kept[bills[cell[0]], f]) for cell in cells])
        limits.append(money.child[f])
    own = np.array([under.run.problem.group[money.package[bill]] for bill in bills])
    for f in np.flatnonzero(money.household_ceiling < money.household_ceiling.max()):
        for group in set(own[own < under.run.problem.households].tolist()):
            rows.append([float(cell[1] == f and own[cell[0]] == group) for cell in cells])
            limits.append(money.household_ceiling[f])
    upper = [money.ceiling[bills[b], f] for b, f in cells]
    paid = linprog(-np.ones(len(cells)), A_ub=np.array(rows), b_ub=limits, bounds=[(0, most) for most in upper])
    return round(int(money.cost[bills].sum()) + paid.fun)


def test_missing_money_is_what_no_split_can_pay(compared: dict[str, ComparedRun]) -> None:
    found = carried_plan(compared["base"], compared["less"])
    (money,) = found.broken[found.broken["kind"] == "money"].to_dict("records")
    assert money["over"] == _unpaid(found, compared["less"]) > 0
    assert "special" in money["row"]
    assert _unpaid(carried_plan(compared["less"], compared["base"]), compared["base"]) == 0


def test_a_share_that_is_not_kept_is_named_with_what_is_missing(compared: dict[str, ComparedRun]) -> None:
    base, plan = compared["base"].run, compared["no_floor"].run
    found = carried_plan(compared["no_floor"], compared["base"]).broken.set_index("row")
    chosen = plan.plan.chosen.astype({"package": str})
    costs = plan.offer.packages.astype({"package": str}).set_index("package")["new_money_fen"]
    money = costs[chosen["package"]].to_numpy()
    poorest = chosen["hh"].map(base.households.frames["households"].set_index("hh")["poorest_fifth"]).to_numpy(bool)
    least = -(-int(money.sum()) * 20 // 100)
    row = found.loc["share:poorest_fifth_money"]
    assert row[["used", "limit", "over"]].tolist() == [money[poorest].sum(), least, least - money[poorest].sum()]
