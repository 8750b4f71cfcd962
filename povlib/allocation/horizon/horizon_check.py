"""Repeat a plan over a horizon without a solver: rules, money to the fen, value and bound.

Responsible for finding whatever a plan claims and does not hold. It reads the tables of the problem and the calendar
again, household by household, and shares no matrix with the search. Not responsible for whether estimates are right.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from povlib.allocation.horizon.horizon_cases import bound_of_cases, cover
from povlib.allocation.horizon.horizon_plan import HorizonPlan
from povlib.allocation.horizon.horizon_problem import HorizonProblem
from povlib.allocation.horizon.money_calendar import period_row
from povlib.allocation.problem.allocation_problem import MICRO
from povlib.allocation.proof.certificate import UNITS_PER_PERSON
from povlib.errors import CertificateError, Fault
from povlib.vocabulary.resource_keys import FACILITY_PREFIX

#: of a micro-person: what a float may miss of the whole number it stands for
_FLOAT_NOISE = 1e-9


def check_horizon(plan: HorizonPlan, horizon: HorizonProblem) -> tuple[Fault, ...]:
    """Return everything that does not hold of a plan; empty when it keeps every rule and its bound is proved."""
    faults: list[Fault] = []
    _check_choice(faults, plan, horizon)
    _check_bills(faults, plan, horizon)
    _check_payers(faults, plan, horizon)
    _check_tranches(faults, plan, horizon)
    _check_capacities(faults, plan, horizon)
    _check_figures(faults, plan, horizon)
    return tuple(faults)


def raise_if_wrong(plan: HorizonPlan, horizon: HorizonProblem) -> None:
    """Raise a `CertificateError` with every fault of a plan."""
    faults = check_horizon(plan, horizon)
    if faults:
        raise CertificateError(faults)


def _taken(plan: HorizonPlan, horizon: HorizonProblem) -> list[str]:
    """Return the packages and openings that the plan takes."""
    return [str(key) for key in horizon.problem.package[plan.rows]]


def _check_choice(faults: list[Fault], plan: HorizonPlan, horizon: HorizonProblem) -> None:
    problem = horizon.problem
    tables = problem.tables
    assert tables is not None
    owner = dict(zip(tables.packages["package"], tables.packages["hh"], strict=True))
    wrong = [hh for hh, key in plan.chosen[["hh", "package"]].itertuples(index=False) if owner.get(key) != hh]
    if wrong or sorted(plan.chosen["hh"]) != sorted(tables.households["hh"]):
        faults.append(Fault("{n} households have a package that is not theirs", "horizon", values={"n": len(wrong)}))
    if not problem.allowed[plan.rows].all():
        faults.append(Fault("a package is taken that is forbidden or that no fund may pay", "horizon"))


def _check_bills(faults: list[Fault], plan: HorizonPlan, horizon: HorizonProblem) -> None:
    """Every bill of what is taken is paid in full in its period, and nothing else is paid."""
    tables = horizon.problem.tables
    assert tables is not None
    taken = set(_taken(plan, horizon))
    owner = dict(zip(tables.packages["package"], tables.packages["hh"], strict=True))
    due: Counter[tuple[str, str]] = Counter()
    for package, measure, fen in tables.bills[["package", "measure", "cost_fen"]].itertuples(index=False):
        if package in taken and fen:
            due[owner[package], str(measure)] += int(fen)
    for facility, level, fen in (
        tables.facilities.drop_duplicates(["facility", "level"])[["facility", "level", "opening_fen"]]
    ).itertuples(index=False):
        if f"{FACILITY_PREFIX}{facility}:{level}" in taken and fen:
            due[f"{FACILITY_PREFIX}{facility}", f"{FACILITY_PREFIX}{facility}"] += int(fen)
    paid: Counter[tuple[str, str]] = Counter()
    for hh, measure, fen in plan.payments[["hh", "measure", "fen"]].itertuples(index=False):
        paid[str(hh), str(measure)] += int(fen)
    if due != paid:
        faults.append(Fault("bills and payments differ", "horizon.payments"))


def _check_payers(faults: list[Fault], plan: HorizonPlan, horizon: HorizonProblem) -> None:
    """No fund pays what it may not, in a period in which nothing starts, or more than its ceilings."""
    tables = horizon.problem.tables
    assert tables is not None
    of_hh = dict(zip(plan.chosen["hh"], plan.chosen["package"], strict=True))
    period = dict(zip(plan.chosen["hh"], plan.chosen["period"], strict=True))
    ceiling = {
        (str(p), str(m), str(f)): int(fen)
        for p, m, f, fen in tables.payers[["package", "measure", "fund", "ceiling_fen"]].itertuples(index=False)
    }
    door = dict(zip(tables.resources["resource"], tables.resources["household_ceiling_fen"], strict=True))
    of_bill: Counter[tuple[str, str, str]] = Counter()
    of_household: Counter[tuple[str, str]] = Counter()
    for row in plan.payments.to_dict("records"):
        if str(row["hh"]).startswith(FACILITY_PREFIX):
            continue
        if period[row["hh"]] != row["period"]:
            faults.append(Fault("money is paid in another period than the help starts", f"horizon: {row['hh']}"))
        fund = period_row(str(row["fund"]), int(row["period"]))
        of_bill[str(row["hh"]), str(row["measure"]), fund] += int(row["fen"])
        of_household[str(row["hh"]), fund] += int(row["fen"])
    over = [key for key, fen in of_bill.items() if fen > ceiling.get((of_hh[key[0]], *key[1:]), 0)]
    over_door = [key for key, fen in of_household.items() if not np.isnan(float(door[key[1]])) and fen > door[key[1]]]
    if over or over_door:
        faults.append(
            Fault(
                "a fund pays more than it may in {n} cases",
                "horizon.payments",
                values={"n": len(over) + len(over_door)},
            )
        )


def _check_tranches(faults: list[Fault], plan: HorizonPlan, horizon: HorizonProblem) -> None:
    """Every tranche pays in its window, no more than it holds, and what it keeps only for its class; to the fen."""
    tables, calendar = horizon.problem.tables, horizon.calendar
    assert tables is not None
    kept_measures: dict[str, set[str]] = {}
    for fund, measure in tables.keeps[["fund", "measure"]].itertuples(index=False):
        kept_measures.setdefault(str(fund), set()).add(str(measure))
    spent: Counter[str] = Counter()
    outside: Counter[str] = Counter()
    row_of = calendar.table.set_index("tranche")
    for row in plan.payments.to_dict("records"):
        tranche = row_of.loc[row["tranche"]]
        if tranche["fund"] != row["fund"] or not tranche["arrives"] <= row["period"] <= tranche["until"]:
            faults.append(Fault("money is spent outside its window", f"horizon.payments: {row['tranche']}"))
        spent[row["tranche"]] += int(row["fen"])
        if row["measure"] not in kept_measures.get(period_row(str(row["fund"]), int(row["period"])), set()):
            outside[row["tranche"]] += int(row["fen"])
    for key, amount, kept in calendar.table[["tranche", "amount_fen", "kept_fen"]].itertuples(index=False):
        if spent[key] > amount or outside[key] > amount - kept:
            faults.append(Fault("more is spent than there is", f"horizon.payments: {key}"))
    accounts = plan.accounts
    balance = accounts["brought_fen"] + accounts["arrived_fen"] - accounts["spent_fen"]
    if not (balance == accounts["lapsed_fen"] + accounts["carried_fen"]).all() or (accounts["carried_fen"] < 0).any():
        faults.append(Fault("the account of a fund does not add up", "horizon.accounts"))


def _check_capacities(faults: list[Fault], plan: HorizonPlan, horizon: HorizonProblem) -> None:
    """Hold what is taken of posts, places, weeks and shares against what there is and what is opened."""
    problem = horizon.problem
    tables = problem.tables
    assert tables is not None
    taken = set(_taken(plan, horizon))
    used: Counter[str] = Counter()
    for package, resource, amount in tables.uses[["package", "resource", "amount"]].itertuples(index=False):
        if package in taken:
            used[str(resource)] += int(amount)
    for facility, level, resource, added in tables.facilities[["facility", "level", "resource", "added"]].itertuples(
        index=False
    ):
        if f"{FACILITY_PREFIX}{facility}:{level}" in taken:
            used[str(resource)] -= int(added)
    paying = set(tables.funds)
    for resource, capacity, sense in tables.resources[["resource", "capacity", "sense"]].itertuples(index=False):
        if resource in paying:
            continue
        if used[resource] < capacity if sense == ">=" else used[resource] > capacity:
            faults.append(Fault("more is taken of {row} than there is", "horizon", values={"row": str(resource)}))
    shares = np.flatnonzero((problem.rows["kind"] == "share").to_numpy())
    total = np.asarray(problem.use[plan.rows].sum(axis=0)).ravel()
    if (total[shares] > problem.capacity[shares]).any():
        faults.append(Fault("a share that is kept for a group is not reached", "horizon"))


def _check_figures(faults: list[Fault], plan: HorizonPlan, horizon: HorizonProblem) -> None:
    value = sum(int(v) for v in horizon.problem.value[plan.rows]) / MICRO
    bound = bound_of_cases(horizon, plan.cases) / UNITS_PER_PERSON
    posted = [case.prices for case in plan.cases]
    lowest = min(int(array.min(initial=0)) for one in posted for array in (one.rows, one.funds, one.children))
    if not cover(horizon, [case.decided for case in plan.cases]):
        faults.append(Fault("the cases of the certificate leave some plans out", "horizon"))
    same = abs(value - plan.value) < _FLOAT_NOISE and abs(bound - plan.bound) < _FLOAT_NOISE
    if lowest < 0 or not same or value > bound + _FLOAT_NOISE:
        faults.append(Fault("value, prices and bound of the plan do not belong together", "horizon"))
