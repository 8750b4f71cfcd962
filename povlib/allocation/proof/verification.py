"""Repeat a plan and its proof without a solver, from the raw tables, in exact integers.

Responsible for finding whatever a plan claims and does not hold: a household moved, a fen over,
a price or a bound altered. It shares no coefficient with the solving code: uses, bills, ceilings,
shares and the bound are read again from the tables. Not responsible for whether the estimates
are right.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from povlib.allocation.problem.allocation_problem import MICRO, Problem
from povlib.allocation.proof.certificate import (
    UNITS_PER_MICRO,
    UNITS_PER_PERSON,
    Certificate,
    Prices,
    exact_sum,
    price_bound,
    with_stage_row,
)
from povlib.allocation.proof.exact_arithmetic import ExactArithmetic
from povlib.allocation.proof.fund_split import PAYMENT_COLUMNS
from povlib.allocation.proof.opening_cases import cover_every_decision, levels_of_facilities, problem_of_case
from povlib.allocation.proof.payment_checks import add_fault, check_payments, check_shares
from povlib.allocation.proof.pencil_arithmetic import tables_of_packages
from povlib.allocation.proof.plan import STOP_REASONS, Plan, plan_digest, posted_prices
from povlib.arrays import Ints
from povlib.errors import CertificateError, Fault
from povlib.words import text

#: of a micro-person: what a bound printed in floats may miss of the whole number it stands for
_FLOAT_NOISE_MICROS = 1e-3


@dataclass(frozen=True)
class Check:
    """What `verify` found.

    Attributes
    ----------
    faults : tuple of Fault
        Everything that does not hold; empty when the plan does.
    gap : float
        The certified gap in persons, recomputed.
    """

    faults: tuple[Fault, ...]
    gap: float = float("nan")

    @property
    def ok(self) -> bool:
        """The plan holds every rule and its bound is proved."""
        return not self.faults

    def show(self, lang: str | None = None) -> str:
        """Return the verdict in words."""
        if self.ok:
            claimed = (
                "The plan keeps every rule, and under these estimates nobody can do better by more than {gap} persons."
            )
            # rounded up: what is said of the gap must hold
            return text(claimed, lang, gap=f"{math.ceil(max(self.gap, 0.0) * 100 - 1e-9) / 100:.2f}")
        return "\n".join(fault.show(lang) for fault in self.faults)

    def raise_if_not_ok(self) -> None:
        """Raise a `CertificateError` with every fault."""
        if self.faults:
            raise CertificateError(self.faults)


def verify_plan(plan: Plan, problem: Problem) -> Check:
    """Return every fault of a plan, and the gap that its prices prove, from the raw tables or arrays."""
    faults: list[Fault] = []
    # what follows reads the plan by its rows and stages: nothing more can be checked of one that lacks them
    if not _check_choice(faults, plan, problem):
        return Check(tuple(faults))
    if not _check_stage_order(faults, plan, problem):
        return Check(tuple(faults))
    for at, (name, stage) in enumerate(problem.stages):
        reached = plan.certificate.reached[at][1]
        _check_stage_proof(faults, plan, problem, at, stage, reached)
        if exact_sum(stage[plan.rows]) < reached:
            add_fault(faults, "the priority {name} does not reach what the plan says", name=name)
            return Check(tuple(faults))
        # what a stage reached is a rule of the stages after it, and its price may be part of their bound
        problem = with_stage_row(problem, name, stage, reached)
    if problem.tables is not None:
        _check_against_tables(faults, plan, problem)
    else:
        _check_against_arrays(faults, plan, problem)
    bound = _check_figures(faults, plan, problem)
    return Check(tuple(faults), (bound - plan.certificate.value) / UNITS_PER_PERSON)


def _check_stage_order(faults: list[Fault], plan: Plan, problem: Problem) -> bool:
    """Every stage of the priority, in its order, each with what it reached and its proof; no other."""
    proof = plan.certificate
    needed, claimed = [name for name, _ in problem.stages], [name for name, _ in proof.reached]
    if claimed != needed or len(proof.stages) != len(needed):
        add_fault(
            faults, "the certificate does not prove every stage of the priority in its order", "certificate.stages"
        )
        return False
    return True


def _check_stage_proof(faults: list[Fault], plan: Plan, problem: Problem, at: int, stage: Ints, reached: int) -> None:
    """Check that the prices of an earlier stage prove its bound, and that it is not below what was reached."""
    proof = plan.certificate.stages[at]
    staged = replace(problem, value=stage)
    if proof.cases:
        bound = _bound_by_cases(faults, proof, problem, lambda prices, levels: _priced(staged, prices, levels))
    else:
        bound = _priced(staged, proof.prices)
    if (
        min(proof.prices.values(), default=0) < 0
        or proof.bound != bound
        or proof.value != reached * UNITS_PER_MICRO
        or bound < proof.value
    ):
        add_fault(faults, "the bound is not what the prices prove", f"stages[{at}]")


def _check_choice(faults: list[Fault], plan: Plan, problem: Problem) -> bool:
    """One package of its own for each household, and nothing that a pin forbids."""
    if not isinstance(plan.certificate, Certificate) or not set(PAYMENT_COLUMNS) <= set(_column_names(plan.payments)):
        add_fault(faults, "the plan lacks its certificate or its payments")
        return False
    rows = np.asarray(plan.rows)
    if (
        rows.dtype.kind not in "iu"
        or rows.shape != (problem.groups,)
        or (rows < 0).any()
        or (rows >= len(problem.value)).any()
    ):
        add_fault(faults, "the plan does not choose one package for each household")
        return False
    foreign = problem.group[rows] != np.arange(problem.groups)
    if foreign.any():
        add_fault(faults, "{n} households have a package that is not theirs", "choice", n=int(foreign.sum()))
    own = rows[: problem.households]
    if not np.array_equal(plan.choice, problem.row[own]) or not np.array_equal(
        plan.chosen["package"].to_numpy(object), problem.package[own].astype(object)
    ):
        add_fault(faults, "the choice is not the same everywhere in the plan", "choice")
    if plan.chosen["hh"].tolist() != problem.hh.tolist():
        add_fault(faults, "the choice is not the same everywhere in the plan", "chosen.hh")
    if not np.array_equal(plan.chosen["value"].to_numpy(), problem.value[own] / MICRO):
        add_fault(faults, "the values written beside the packages are not theirs", "chosen.value")
    _check_chosen_columns(faults, plan, problem)
    forbidden = ~problem.allowed[rows]
    if forbidden.any():
        add_fault(
            faults, "{n} packages are forbidden by a pin or by what funds may pay", "choice", n=int(forbidden.sum())
        )
    return not faults


def _check_chosen_columns(faults: list[Fault], plan: Plan, problem: Problem) -> None:
    """Check what is written beside the packages: where the household lives, its members, what it gains."""
    own, base = plan.rows[: problem.households], problem.base[: problem.households]
    gained = (problem.value[own] - np.where(base >= 0, problem.value[base], 0)) / MICRO
    for column, true in (("additional", gained), ("members", problem.members), ("village", problem.village)):
        if column not in plan.chosen or plan.chosen[column].tolist() != true.tolist():
            add_fault(faults, "what is written beside the packages is not so", f"chosen.{column}")


def _check_against_tables(faults: list[Fault], plan: Plan, problem: Problem) -> None:
    """Check capacities and floors, with what opened facilities add, then payments and shares."""
    tables = problem.tables
    assert tables is not None
    chosen = {str(key) for key in problem.package[plan.rows]}
    own = tables_of_packages(tables, plan.rows)
    used: dict[str, int] = {}
    for resource, amount in zip(own.uses["resource"], own.uses["amount"], strict=True):
        used[resource] = used.get(resource, 0) + int(amount)
    opened = {(str(f), int(level)) for f, level in zip(plan.opened["facility"], plan.opened["level"], strict=True)}
    for row in tables.facilities.to_dict("records"):
        if (str(row["facility"]), int(row["level"])) in opened:
            used[row["resource"]] = used.get(row["resource"], 0) - int(row["added"])
    for row in tables.resources.to_dict("records"):
        amount, capacity = used.get(row["resource"], 0), int(row["capacity"])
        if (amount > capacity) if row["sense"] == "<=" else (amount < capacity):
            what = (
                "{name}: {used} used, {capacity} there is"
                if row["sense"] == "<="
                else "{name}: {used}, at least {capacity}"
            )
            add_fault(faults, what, "resources", name=row["resource"], used=amount, capacity=capacity)
    check_payments(faults, plan, problem, chosen, opened)
    check_shares(faults, tables, own)


def _check_against_arrays(faults: list[Fault], plan: Plan, problem: Problem) -> None:
    """Check that the chosen package rows use no more than every capacity."""
    used = np.asarray(problem.use[plan.rows].sum(axis=0)).ravel()
    for r in np.flatnonzero(used > problem.capacity):
        add_fault(faults, "{name}: {used} used, {capacity} there is", "resources", name=str(problem.rows["row"][r]),
               used=int(used[r]), capacity=int(problem.capacity[r]))  # fmt: skip


def _check_figures(faults: list[Fault], plan: Plan, problem: Problem) -> int:
    """Value, prices and bound, and that the certificate speaks of this problem and this plan."""
    proof = plan.certificate
    value = exact_sum(problem.value[plan.rows]) * UNITS_PER_MICRO
    if proof.digest != problem.digest:
        add_fault(faults, "the certificate speaks of another problem", "certificate.digest")
    if proof.seal != plan.seal or proof.plan != plan_digest(problem.package[plan.rows], plan.payments):
        add_fault(faults, "the certificate or the plan was altered after it was made", "certificate.seal")
    bound = _recomputed_bound(faults, plan, problem)
    if proof.value != value or plan.value != value / UNITS_PER_PERSON:
        add_fault(faults, "the value is not that of the plan", "value")
    if proof.bound != bound or plan.price_bound != bound / UNITS_PER_PERSON:
        add_fault(faults, "the bound is not what the prices prove", "price_bound")
    if bound < value:
        add_fault(faults, "the bound is below the value: one of them is wrong", "price_bound")
    if plan.gap != (bound - value) / UNITS_PER_PERSON or plan.bound != min(plan.price_bound, plan.solver_bound):
        add_fault(faults, "the gap is not bound less value", "gap")
    _check_claims(faults, plan, problem, value)
    return bound


def _check_claims(faults: list[Fault], plan: Plan, problem: Problem, value: int) -> None:
    """Check that what is only the solver's word, and what is reckoned from the value, fits the rest of the plan."""
    if not value / UNITS_PER_PERSON <= plan.solver_bound <= plan.price_bound:
        add_fault(faults, "the solver's bound is not between value and proved bound", "solver_bound")
    if plan.solver_gap != plan.solver_bound - plan.value:
        add_fault(faults, "the gap is not bound less value", "solver_gap")
    if plan.status not in STOP_REASONS:
        add_fault(faults, "{status} is not how a search ends", "status", status=plan.status)
    # every plan is worth a multiple of what all values are multiples of; a kept choice may be worth its bonus more
    step = int(np.gcd.reduce(np.abs(problem.value))) or 1
    kept = exact_sum(np.maximum.reduceat(problem.bonus, problem.start[:-1])) if len(problem.bonus) else 0
    if plan.status == "optimal" and (plan.bound - plan.value) * MICRO >= step + kept - _FLOAT_NOISE_MICROS:
        add_fault(faults, "the plan calls itself optimal, but its bound is above its value", "status")
    if plan.method not in ("exact", "priced", "explored", "distributed"):
        add_fault(faults, "method {method} is unknown", "method", method=plan.method)
    if any(not isinstance(n, (int, np.integer)) or n < 0 for n in plan.effort.values()):
        add_fault(faults, "the effort is negative or no whole number", "effort")
    base = problem.base[: problem.households]
    nothing = exact_sum(np.where(base >= 0, problem.value[base], 0))
    if plan.additional != (value // UNITS_PER_MICRO - nothing) / MICRO:
        add_fault(faults, "the value is not that of the plan", "additional")


def _column_names(frame: object) -> list[str]:
    """Return a frame's columns; none for what is no frame."""
    return list(getattr(frame, "columns", ()))


def _recomputed_bound(faults: list[Fault], plan: Plan, problem: Problem) -> int:
    """Return the bound that the certificate's prices prove, recomputed; its own where a price is no price."""
    prices = plan.certificate.prices
    if any(not isinstance(price, int) or price < 0 for price in prices.values()):
        add_fault(faults, "a price is negative or no whole number", "prices")
        return plan.certificate.bound
    if posted_prices(problem, prices) != plan.prices:
        add_fault(faults, "the prices of the plan are not those of its certificate", "prices")
    unknown = sorted(set(prices) - set(Prices.names(problem)))
    for name in unknown:
        add_fault(faults, "{name} has a price but is no rule of the problem", "prices", name=name)
    if plan.certificate.cases:
        opened = {str(f): int(level) for f, level in zip(plan.opened["facility"], plan.opened["level"], strict=True)}
        if all(case.prices != prices or not case.holds(opened) for case in plan.certificate.cases):
            add_fault(faults, "the prices of the plan are not those of its certificate", "prices")
        return _bound_by_cases(faults, plan.certificate, problem, ExactArithmetic(problem).bound)
    if problem.tables is None:
        return _priced(problem, prices)
    return ExactArithmetic(problem).bound(prices)


def _priced(problem: Problem, prices: Mapping[str, int], levels: Mapping[str, int] | None = None) -> int:
    """Return the bound that prices prove, from the arrays of the problem."""
    return price_bound(problem_of_case(problem, levels) if levels else problem, Prices.of(problem, prices))


def _bound_by_cases(
    faults: list[Fault], proof: Certificate, problem: Problem,
    bound_of: Callable[[Mapping[str, int], Mapping[str, int]], int],
) -> int:  # fmt: skip
    """Return the greatest bound of the cases, recomputed; every way to open belongs to one of them."""
    if not cover_every_decision([case.levels for case in proof.cases], levels_of_facilities(problem)):
        add_fault(faults, "the cases of the certificate leave out a way to open", "certificate.cases")
    bounds = []
    for at, case in enumerate(proof.cases):
        if any(not isinstance(price, int) or price < 0 for price in case.prices.values()):
            add_fault(faults, "a price is negative or no whole number", f"cases[{at}]")
            return proof.bound
        bounds.append(bound_of(case.prices, case.levels))
        if bounds[-1] != case.bound:
            add_fault(faults, "the bound is not what the prices prove", f"cases[{at}]")
    return max(bounds)
