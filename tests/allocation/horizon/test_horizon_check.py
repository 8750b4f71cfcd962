"""The check finds what is altered in a plan over a horizon."""

from dataclasses import replace

import pytest
from tiny_horizons import horizon_of, tiny

from povlib.allocation.horizon.horizon_check import check_horizon, raise_if_wrong
from povlib.allocation.horizon.horizon_search import solve_horizon
from povlib.errors import CertificateError


@pytest.fixture(scope="module")
def solved():
    # the first seed whose plan pays something in two periods
    for seed in range(100):
        horizon = horizon_of(tiny(seed))
        plan = solve_horizon(horizon, gap=0)
        if plan.payments["period"].nunique() > 1:
            return horizon, plan
    raise AssertionError("no horizon pays in two periods")


def altered(frame, column, value):
    changed = frame.copy()
    changed.loc[changed.index[0], column] = value
    return changed


def test_a_plan_as_solved_holds(solved):
    horizon, plan = solved
    assert check_horizon(plan, horizon) == ()
    raise_if_wrong(plan, horizon)


@pytest.mark.parametrize("what", ["fen", "tranche", "period", "value", "bound", "price", "case", "choice", "account"])
def test_every_alteration_is_found(solved, what):
    horizon, plan = solved
    if what == "fen":
        wrong = replace(plan, payments=altered(plan.payments, "fen", int(plan.payments["fen"].iloc[0]) + 1))
    elif what == "tranche":
        other = [t for t in horizon.calendar.table["tranche"] if t != plan.payments["tranche"].iloc[0]][-1]
        closed = horizon.calendar.table.set_index("tranche").loc[other]
        usable = closed["fund"] == plan.payments["fund"].iloc[0] and (
            closed["arrives"] <= plan.payments["period"].iloc[0] <= closed["until"]
        )
        if usable:
            pytest.skip("every other tranche may pay this bill too")
        wrong = replace(plan, payments=altered(plan.payments, "tranche", other))
    elif what == "period":
        wrong = replace(plan, payments=altered(plan.payments, "period", 1 - int(plan.payments["period"].iloc[0])))
    elif what == "value":
        wrong = replace(plan, value=plan.value + 1e-6)
    elif what == "bound":
        wrong = replace(plan, bound=plan.bound - 1e-6)
    elif what == "price":
        first, *rest = plan.cases
        dearer = replace(first.prices, funds=first.prices.funds + 10**9)
        wrong = replace(plan, cases=(replace(first, prices=dearer), *rest))
    elif what == "case":
        wrong = replace(plan, cases=tuple(replace(case, decided={-1: 0}) for case in plan.cases))
    elif what == "choice":
        wrong = replace(plan, chosen=altered(plan.chosen, "package", plan.chosen["package"].iloc[1]))
    else:
        wrong = replace(plan, accounts=altered(plan.accounts, "carried_fen", -1))
    assert check_horizon(wrong, horizon)
    with pytest.raises(CertificateError):
        raise_if_wrong(wrong, horizon)
