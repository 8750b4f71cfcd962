"""What must hold for every township: order, names, money, and the proof."""

import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from povlib.allocation import Problem, solve, verify
from povlib.allocation.proof.certificate import UNITS_PER_PERSON, Certificate, Prices, net_values, price_bound
from povlib.allocation.proof.plan import plan_digest


def small(instances, seed, households=60):
    return instances.township(seed, households=households, villages=3)


def test_township_gap_is_certified_below_one_person(instances):
    for seed in range(2):
        problem = Problem.from_tables(**instances.township(seed))
        plan = solve(problem)
        assert 0 <= plan.gap < 1
        assert verify(plan, problem).ok


def test_same_bytes_every_run(instances):
    tables = small(instances, 1)
    first, second = (solve(Problem.from_tables(**tables)) for _ in range(2))
    assert first.certificate.to_json() == second.certificate.to_json()
    assert first.payments.equals(second.payments)


def test_shuffling_rows_changes_nothing(instances):
    tables = small(instances, 2)
    shuffled = {
        name: frame.sample(frac=1, random_state=5, ignore_index=True) if isinstance(frame, pd.DataFrame) else frame
        for name, frame in tables.items()
    }
    one, other = solve(Problem.from_tables(**tables)), solve(Problem.from_tables(**shuffled))
    assert one.certificate.to_json() == other.certificate.to_json()
    assert one.chosen.equals(other.chosen)
    given = shuffled["packages"]["package"].to_numpy()[other.choice]
    assert list(given) == list(other.chosen["package"])


def test_renaming_households_only_swaps_exact_duplicates(instances):
    tables = small(instances, 3)
    twins = tables["households"]["hh"].iloc[:5]
    tables = _with_twins(tables, list(twins))
    keys = tables["households"]["hh"]
    new = dict(zip(keys, np.random.default_rng(1).permutation([f"X{i:03d}" for i in range(len(keys))]), strict=True))
    renamed = {}
    for name, frame in tables.items():
        frame = frame.copy()
        if "hh" in frame:
            frame["hh"] = frame["hh"].map(new)
        if "package" in frame:
            frame["package"] = [new[key.rsplit("-", 1)[0]] + "-" + key.rsplit("-", 1)[1] for key in frame["package"]]
        renamed[name] = frame
    one, other = solve(Problem.from_tables(**tables)), solve(Problem.from_tables(**renamed))
    assert one.certificate.prices == other.certificate.prices
    assert (one.value, one.price_bound) == (other.value, other.price_bound)
    back = {b: a for a, b in new.items()}
    chosen = {back[h]: p.rsplit("-", 1)[1] for h, p in zip(other.chosen["hh"], other.chosen["package"], strict=True)}
    before = {h: p.rsplit("-", 1)[1] for h, p in zip(one.chosen["hh"], one.chosen["package"], strict=True)}
    moved = {h for h in before if before[h] != chosen[h]}
    assert moved <= set(twins) | {f"{h}t" for h in twins}


def _with_twins(tables, keys):
    out = {}
    for name, frame in tables.items():
        if name == "households":
            extra = frame[frame["hh"].isin(keys)].assign(hh=lambda f: f["hh"] + "t")
        elif "package" in frame:
            own = frame["package"].str.rsplit("-", n=1).str[0].isin(keys)
            parts = frame.loc[own, "package"].str.rsplit("-", n=1)
            extra = frame[own].assign(package=parts.str[0] + "t-" + parts.str[1])
            if "hh" in extra:
                extra = extra.assign(hh=extra["hh"] + "t")
        else:
            extra = frame.iloc[:0]
        out[name] = pd.concat([frame, extra], ignore_index=True)
    return out


@pytest.mark.thorough
def test_more_never_lowers_the_optimum():
    tiny = sys.modules["tiny_townships"]
    compared = 0
    for seed in range(300, 325):
        problem = Problem.from_tables(**{**tiny.tiny(seed), "objective": "value"})
        table = problem.tables.resources
        more = table.loc[table["sense"] == "<=", ["resource", "capacity"]]
        try:
            before = solve(problem, gap=0).value
        except Exception:
            continue
        rng = np.random.default_rng(seed)
        raised = {r: c + int(rng.integers(1, 40)) for r, c in more.itertuples(index=False) if rng.random() < 0.4}
        # a share kept of a fund grows with the fund, so more of it never takes anything away
        assert solve(problem.with_capacities(raised), gap=0).value >= before
        compared += 1
    assert compared > 12


def test_scaling_money_changes_nothing_but_its_unit(instances):
    tables = small(instances, 4)
    scaled = dict(tables)
    scaled["bills"] = tables["bills"].assign(cost_fen=tables["bills"]["cost_fen"] * 7)
    scaled["payers"] = tables["payers"].assign(ceiling_fen=tables["payers"]["ceiling_fen"] * 7)
    fund = tables["resources"]["kind"] == "fund"
    scaled["resources"] = tables["resources"].assign(
        capacity=np.where(fund, tables["resources"]["capacity"] * 7, tables["resources"]["capacity"])
    )
    one, other = solve(Problem.from_tables(**tables), gap=0), solve(Problem.from_tables(**scaled), gap=0)
    assert one.value == other.value
    assert abs(one.price_bound - other.price_bound) < 1e-3


def test_any_prices_prove_a_bound(township, plan):
    rng = np.random.default_rng(3)
    for scale in (0, 10**3, 10**6, 10**9):
        money = township.money
        prices = Prices(
            rng.integers(0, scale * 1000 + 1, len(township.capacity)),
            rng.integers(0, scale + 1, len(money.funds)),
            rng.integers(0, scale + 1, len(money.funds)),
        )
        assert price_bound(township, prices) >= plan.certificate.value


def test_posted_prices_are_never_worse_than_set_prices(township, plan):
    """One price per fund (summed over the sets) bounds at least as well as the sets' own prices."""
    from povlib.allocation.solvers.township.relaxation import FundRows

    rows = FundRows(township)
    rows.add_all()
    rng = np.random.default_rng(0)
    for _ in range(5):
        dual = rng.random(len(rows.states)) * 1e-3
        fund, child = rows.posted(dual)
        set_cost = sum(d * p for d, p in zip(rows.demand, dual, strict=True)) * (UNITS_PER_PERSON // 1000)
        rounding = township.money.total + 1
        short = set_cost * (1 - 1e-9) - rounding - township.money.cheapest_payment(fund, child)
        assert (short[township.allowed] <= 0).all()


def test_line_equals_value_less_cheapest_payment_by_lp(township, plan):
    from scipy.optimize import linprog

    prices = Prices.of(township, plan.certificate.prices)
    cost = township.money.cheapest_payment(prices.funds, prices.children)
    rng = np.random.default_rng(1)
    for row in rng.choice(np.flatnonzero(township.allowed & (township.money.total > 0)), 60, replace=False):
        bills = list(township.money.bills_of(row))
        unit = prices.funds + np.where(township.money.kept[bills], 0, prices.children)
        n, f = unit.shape
        found = linprog(
            unit.ravel() / 1e6,
            A_eq=np.kron(np.eye(n), np.ones(f)),
            b_eq=township.money.cost[bills],
            bounds=[(0, c) for c in township.money.ceiling[bills].ravel()],
        )
        assert found.status == 0
        assert cost[row] == pytest.approx(found.fun * 1e6, rel=1e-9)
    assert (net_values(township, prices)[plan.rows] <= plan.certificate.bound).all()


def test_certificate_survives_json(plan):
    assert Certificate.from_json(plan.certificate.to_json()) == plan.certificate


TAMPERINGS = 100


def _tampered(rng, plan, problem):
    """One random forgery; a careful forger also renews the seal."""
    kind = rng.integers(0, 9)
    proof = plan.certificate
    if kind == 0:
        h = int(rng.integers(problem.households))
        options = [r for r in range(problem.start[h], problem.start[h + 1]) if r != plan.rows[h]]
        if not options:
            return None
        rows = plan.rows.copy()
        rows[h] = rng.choice(options)
        own = rows[: problem.households]
        chosen = plan.chosen.assign(package=problem.package[own], value=problem.value[own] / 1e6)
        return replace(plan, rows=rows, choice=problem.row[own], chosen=chosen)
    if kind in (1, 2):
        at, step = int(rng.integers(len(plan.payments))), int(rng.choice([-1, 1, 100]))
        payments = plan.payments.copy()
        payments.loc[at, "fen"] += step
        proof = replace(proof, plan=plan_digest(problem.package[plan.rows], payments))
        return replace(plan, payments=payments, certificate=proof, seal=proof.seal)
    if kind == 3:
        name = str(rng.choice(sorted(proof.prices)))
        prices = {**proof.prices, name: proof.prices[name] + int(rng.choice([-1, 1, 10**6]))}
        return replace(plan, certificate=replace(proof, prices=prices))
    if kind == 4:
        proof = replace(proof, bound=proof.bound + int(rng.choice([-1, 1, 10**11])))
        return replace(plan, certificate=proof, seal=proof.seal, price_bound=proof.bound / UNITS_PER_PERSON)
    if kind == 5:
        return replace(plan, price_bound=plan.price_bound - 0.01)
    if kind == 6:
        return replace(plan, value=plan.value + float(rng.choice([0.01, 1])))
    if kind == 7:
        row = int(rng.integers(len(plan.payments)))
        payments = plan.payments.drop(index=row).reset_index(drop=True)
        proof = replace(proof, plan=plan_digest(problem.package[plan.rows], payments))
        return replace(plan, payments=payments, certificate=proof, seal=proof.seal)
    h, g = rng.choice(problem.households, 2, replace=False)
    rows = plan.rows.copy()
    rows[h], rows[g] = rows[g], rows[h]
    return replace(plan, rows=rows)


def _all_caught(instances, count, households=24):
    problem = Problem.from_tables(**small(instances, 5, households))
    plan = solve(problem)
    assert verify(plan, problem).ok
    rng = np.random.default_rng(11)
    caught = 0
    while caught < count:
        forged = _tampered(rng, plan, problem)
        if forged is not None:
            assert not verify(forged, problem).ok
            caught += 1


def test_verify_catches_tampering(instances):
    _all_caught(instances, TAMPERINGS)


@pytest.mark.slow
def test_verify_catches_every_one_of_a_thousand(instances):
    _all_caught(instances, 1000, households=60)


def test_verify_catches_what_is_only_said(township, plan):
    """The solver's word, the ending, the copies of figures, and a plan that lacks a part."""
    more = plan.chosen.assign(hh=plan.chosen["hh"].to_numpy()[::-1])
    for said in (
        {"solver_gap": plan.solver_gap + 1e-6}, {"solver_bound": plan.solver_bound + 0.5}, {"status": "best"},
        {"solver_bound": plan.value - 1, "bound": plan.value - 1, "solver_gap": -1.0}, {"chosen": more},
        {"additional": plan.additional + 1}, {"certificate": None}, {"payments": None}, {"rows": None},
        {"payments": plan.payments.drop(columns="fen")}, {"prices": None}, {"bound": plan.bound - 0.1},
    ):  # fmt: skip
        assert not verify(replace(plan, **said), township).ok, said


def test_verify_names_the_fault(township, plan):
    payments = plan.payments.copy()
    payments.loc[0, "fen"] += 1
    check = verify(replace(plan, payments=payments), township)
    assert "fen, paid" in check.show("en")
    assert "应付" in check.show("zh")
    with pytest.raises(Exception, match=r"fen, paid|应付"):
        check.raise_if_not_ok()
