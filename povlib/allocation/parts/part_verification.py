"""Repeat a plan over parts and its proof from their files, one part in memory at a time, in exact whole numbers.

Responsible for finding whatever the plan claims and does not hold: a household moved, a row over, a price or a bound
altered. No solver is asked, and nothing is taken from the search but prices, choices and the divisors of
shares. Not responsible for whether the estimates are right.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from povlib.allocation.parts.fund_flow import bill_counts, unpaid_by_funds
from povlib.allocation.parts.joined_office import JoinedOffice, OfficeTables, join_parts
from povlib.allocation.parts.part_arithmetic import PartArithmetic
from povlib.allocation.parts.part_plan import PartPlan, digest_of_choices
from povlib.allocation.proof.certificate import UNITS_PER_MICRO, UNITS_PER_PERSON, exact_sum
from povlib.allocation.proof.payment_checks import add_fault
from povlib.allocation.proof.verification import Check
from povlib.arrays import Ints
from povlib.errors import Fault
from povlib.vocabulary.resource_keys import outside_kept_share


def verify_parts(plan: PartPlan, folders: Sequence[Path | str], office: OfficeTables | None = None) -> Check:
    """Check a plan over parts against their files and the office's tables.

    Parameters
    ----------
    plan : PartPlan
    folders, office
        As `plan_of_parts` was given them.

    Returns
    -------
    Check
        Every fault found and the certified gap, recomputed.
    """
    faults: list[Fault] = []
    joined = join_parts(folders, office)
    proof = plan.certificate
    if len(plan.parts) != len(joined.parts) or len(plan.divisor) != len(joined.shares):
        return Check((Fault("the plan speaks of a problem of another form"),))
    if proof.digest != joined.digest or any(part.digest_of_files() != part.digest for part in joined.parts):
        add_fault(faults, "the certificate speaks of another problem", "certificate.digest")
    if proof.plan != digest_of_choices(plan.folder, len(joined.parts)):
        add_fault(faults, "the certificate or the plan was altered after it was made", "certificate.seal")
    prices = proof.prices
    if any(not isinstance(price, int) or price < 0 for price in prices.values()):
        add_fault(faults, "a price is negative or no whole number", "prices")
        return Check(tuple(faults))
    for name in sorted(set(prices) - set(joined.names)):
        add_fault(faults, "{name} has a price but is no rule of the problem", "prices", name=name)
    value, bound, additional = _sums_of_parts(faults, plan, joined)
    bound += price_of_capacities(joined, prices)
    if proof.value != value * UNITS_PER_MICRO or plan.value != value * UNITS_PER_MICRO / UNITS_PER_PERSON:
        add_fault(faults, "the value is not that of the plan", "value")
    if plan.additional != additional * UNITS_PER_MICRO / UNITS_PER_PERSON:
        add_fault(faults, "the value is not that of the plan", "additional")
    if proof.bound != bound or plan.price_bound != bound / UNITS_PER_PERSON:
        add_fault(faults, "the bound is not what the prices prove", "price_bound")
    if bound < value * UNITS_PER_MICRO:
        add_fault(faults, "the bound is below the value: one of them is wrong", "price_bound")
    return Check(tuple(faults), (bound - value * UNITS_PER_MICRO) / UNITS_PER_PERSON)


def _sums_of_parts(faults: list[Fault], plan: PartPlan, office: JoinedOffice) -> tuple[int, int, int]:
    """Add up value, best lines and gain of every part; check rows, money and shares of all together."""
    value = bound = nothing = 0
    used: dict[str, int] = {}
    received = [[0, 0] for _ in office.shares]
    bills: dict[tuple[object, ...], int] = {}
    for at in range(len(office.parts)):
        arithmetic = PartArithmetic(office, at, plan.divisor)
        try:
            bound += arithmetic.bound(plan.certificate.prices)
        except ArithmeticError:
            add_fault(faults, "the bound is not what the prices prove", "divisor")
            return 0, 0, 0
        rows = _choice_of_part(faults, plan, arithmetic)
        if rows is None:
            continue
        worth, base = arithmetic.part.numbers("value"), arithmetic.part.numbers("base")
        value += exact_sum(worth[rows])
        nothing += exact_sum(worth[base[base >= 0]])
        for name, amount in arithmetic.used(rows).items():
            used[name] = used.get(name, 0) + amount
        for s, sums in enumerate(received):
            inside, total = arithmetic.received(s, rows)
            sums[0], sums[1] = sums[0] + inside, sums[1] + total
        for told, count in bill_counts(office, at, rows).items():
            bills[told] = bills.get(told, 0) + count
    _check_rows(faults, office, used)
    _check_shares(faults, office, received)
    if (missing := unpaid_by_funds(office, bills)) > 0:
        add_fault(faults, "the funds cannot pay {fen} fen of the plan's bills", "payments", fen=missing)
    return value, bound, value - nothing


def _choice_of_part(faults: list[Fault], plan: PartPlan, arithmetic: PartArithmetic) -> Ints | None:
    """Return the chosen packages of a part, one of its own for each household and none a pin forbids."""
    rows, start = plan.choice(arithmetic.at), arithmetic.start
    if len(rows) != len(start) - 1 or (rows < start[:-1]).any() or (rows >= start[1:]).any():
        add_fault(faults, "the plan does not choose one package for each household", f"choice[{arithmetic.at}]")
        return None
    barred = arithmetic.part.pinned_out()[rows]
    if barred.any():
        add_fault(faults, "{n} households have a package that a pin or a missing payer forbids", "choice",
                  n=int(barred.sum()))  # fmt: skip
    return rows


def _check_rows(faults: list[Fault], office: JoinedOffice, used: dict[str, int]) -> None:
    """Check that every capacity and floor is kept."""
    for name, sense, capacity in office.rows[["row", "sense", "capacity"]].itertuples(index=False):
        amount = used.get(name, 0)
        if (amount > capacity) if sense == "<=" else (amount < capacity):
            what = (
                "{name}: {used} used, {capacity} there is" if sense == "<=" else "{name}: {used}, at least {capacity}"
            )
            add_fault(faults, what, "resources", name=name, used=amount, capacity=int(capacity))


def _check_shares(faults: list[Fault], office: JoinedOffice, received: list[list[int]]) -> None:
    """Check that each group has at least its share of what is used, as exact fractions."""
    for rule, (inside, total) in zip(office.shares, received, strict=True):
        if inside * rule.share.denominator < rule.share.numerator * total:
            add_fault(faults, "{name}: {inside} of {total}, less than the share", "shares", name=rule.name,
                      inside=inside, total=total)  # fmt: skip


def price_of_capacities(office: JoinedOffice, prices: dict[str, int]) -> int:
    """Return price x capacity of every row and fund, a Python integer."""
    total = 0
    for name, sense, capacity in office.rows[["row", "sense", "capacity"]].itertuples(index=False):
        total += prices.get(name, 0) * int(capacity) * (1 if sense == "<=" else -1)
    for fund, budget, child in zip(office.funds, office.budget.tolist(), office.child.tolist(), strict=True):
        total += prices.get(fund, 0) * budget + prices.get(outside_kept_share(fund), 0) * child
    return total
