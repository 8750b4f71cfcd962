"""The money of a plan from its raw tables: every bill paid in full by who may pay it, every fund and share held.

Responsible for payments and shares, in exact integers and fractions. Not responsible for the choice or its proof
(`verification`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from povlib.allocation.problem.allocation_problem import Problem
from povlib.allocation.problem.problem_tables import ProblemTables, exact_fraction
from povlib.allocation.proof.pencil_arithmetic import PencilArithmetic
from povlib.allocation.proof.plan import Plan
from povlib.errors import Fault


def add_fault(faults: list[Fault], what: str, where: str = "", **values: object) -> None:
    """Record one fault."""
    faults.append(Fault(what, where, values=dict(values)))


@dataclass
class _PaymentSums:
    """Fen paid: by household and measure, by fund, by fund outside its kept share, by household and fund."""

    by_bill: dict[tuple[str, str], int] = field(default_factory=dict)
    by_fund: dict[str, int] = field(default_factory=dict)
    outside: dict[str, int] = field(default_factory=dict)
    by_payer: dict[tuple[str, str], int] = field(default_factory=dict)


def check_payments(
    faults: list[Fault], plan: Plan, problem: Problem, chosen: set[str], opened: set[tuple[str, int]]
) -> None:
    """Every bill paid in full, nothing else paid, every ceiling, fund and kept share held."""
    pencil = PencilArithmetic(problem, plan.rows)
    paid = _sum_of_payments(faults, plan, pencil, chosen)
    billed = {key: fen for package in chosen for key, fen in pencil.bills_due(package).items()}
    for key in sorted(set(billed) | set(paid.by_bill)):
        if billed.get(key, 0) != paid.by_bill.get(key, 0):
            add_fault(faults, "household {hh}: the bill for {measure} is {due} fen, paid {paid}", "payments",
                   hh=key[0], measure=key[1], due=billed.get(key, 0), paid=paid.by_bill.get(key, 0))  # fmt: skip
    _check_funds(faults, problem, pencil, paid)
    if dict(opened) != {str(f): level for f, level in pencil.facility_levels(plan.rows).items() if level}:
        add_fault(faults, "the facilities opened are not those chosen", "opened")


def _sum_of_payments(faults: list[Fault], plan: Plan, pencil: PencilArithmetic, chosen: set[str]) -> _PaymentSums:
    """Add up the payments; each must be whole and no more than its payer may pay of that bill."""
    ceiling = {key: fen for package in chosen for key, fen in pencil.payer_ceilings(package).items()}
    paid = _PaymentSums()
    for hh, measure, fund, fen in plan.payments[["hh", "measure", "fund", "fen"]].itertuples(index=False):
        if fen != fen or fen in (math.inf, -math.inf) or int(fen) != fen:
            add_fault(faults, "a payment is no whole number of fen", "payments", hh=hh)
            continue
        if fen < 0 or int(fen) > ceiling.get((hh, measure, fund), 0):
            add_fault(faults, "{fund} pays household {hh} more for {measure} than it may", "payments",
                   fund=fund, hh=hh, measure=measure)  # fmt: skip
        paid.by_bill[hh, measure] = paid.by_bill.get((hh, measure), 0) + int(fen)
        paid.by_fund[fund] = paid.by_fund.get(fund, 0) + int(fen)
        paid.by_payer[hh, fund] = paid.by_payer.get((hh, fund), 0) + int(fen)
        if not pencil.in_kept_class(measure, fund):
            paid.outside[fund] = paid.outside.get(fund, 0) + int(fen)
    return paid


def _check_funds(faults: list[Fault], problem: Problem, pencil: PencilArithmetic, paid: _PaymentSums) -> None:
    """Check that no fund pays more than it has, outside its kept share, or to one household."""
    households = {str(hh) for hh in problem.hh}  # a ceiling per household binds no facility
    for fund, (budget, child, limit) in pencil.fund_budgets().items():
        used, outside = paid.by_fund.get(fund, 0), paid.outside.get(fund, 0)
        if used > budget:
            add_fault(faults, "{name}: {used} used, {capacity} there is", "payments",
                   name=fund, used=used, capacity=budget)  # fmt: skip
        if outside > child:
            add_fault(faults, "{name} does not keep its share: {used} fen outside it, at most {capacity}", "payments",
                   name=fund, used=outside, capacity=child)  # fmt: skip
        if limit is None:
            continue
        for (hh, payer), fen in sorted(paid.by_payer.items()):
            if payer == fund and hh in households and fen > limit:
                add_fault(faults, "{fund} pays household {hh} more than its ceiling", "payments", fund=fund, hh=hh)


def check_shares(faults: list[Fault], tables: ProblemTables, own: ProblemTables) -> None:
    """Check that each group has at least its share of what is used, as exact fractions."""
    for rule, inside, total in shares_received(tables, own):
        share = exact_fraction(rule["at_least"])
        if inside * share.denominator < share.numerator * total:
            add_fault(
                faults,
                "{name}: {inside} of {total}, less than the share",
                "shares",
                name=rule["share"],
                inside=inside,
                total=total,
            )


def shares_received(tables: ProblemTables, own: ProblemTables) -> Iterator[tuple[dict[str, Any], int, int]]:
    """Yield each rule about a share with what its group receives and what all receive: fen, or units.

    Parameters
    ----------
    tables : ProblemTables
    own : ProblemTables
        The same with the chosen packages only (`tables_of_packages`).
    """
    of = dict(zip(own.packages["package"], own.packages["hh"], strict=True))
    for rule in tables.shares.to_dict("records"):
        flag = dict(zip(tables.households["hh"], tables.households[rule["group"]].astype(bool), strict=True))
        if rule["of"] == "money":
            table, amount = own.bills, "cost_fen"
        else:
            kinds = tables.resources
            chosen_rows = ((kinds["kind"] == rule["of"]) | (kinds["resource"] == rule["of"])) & (kinds["sense"] == "<=")
            table, amount = own.uses[own.uses["resource"].isin(kinds.loc[chosen_rows, "resource"])], "amount"
        total = inside = 0
        for package, number in zip(table["package"], table[amount], strict=True):
            total += int(number)
            inside += int(number) if flag[of[package]] else 0
        yield {str(key): value for key, value in rule.items()}, inside, total
