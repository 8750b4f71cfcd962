"""Repeat a plan over parts and its proof from their files, one part in memory at a time, in exact whole numbers.

Responsible for finding whatever the plan claims and does not hold: a household moved, a row over, a price or a bound
altered. No solver is asked, and nothing is taken from the search but prices, choices and the divisors of
shares. Not responsible for whether the estimates are right.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from povlib.allocation.parts.joined_office import JoinedOffice, OfficeTables, join_parts
from povlib.allocation.parts.part_plan import PartPlan, digest_of_choices
from povlib.allocation.parts.proof.fund_flow import bill_counts, unpaid_by_funds
from povlib.allocation.parts.proof.office_bounds import proved_bounds
from povlib.allocation.parts.proof.part_arithmetic import PartArithmetic
from povlib.allocation.proof.certificate import UNITS_PER_MICRO, UNITS_PER_PERSON, exact_sum
from povlib.allocation.proof.opening_cases import cover_every_decision
from povlib.allocation.proof.payment_checks import add_fault
from povlib.allocation.proof.verification import Check
from povlib.arrays import Ints
from povlib.errors import Fault


def opened_rows(plan: PartPlan, office: JoinedOffice) -> Ints | None:
    """Return the package of each facility at the level of the plan; None where the plan names another one."""
    return None if office.openings is None else office.openings.rows_of(plan.opened)


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
    if len(plan.parts) != len(joined.homes) or len(plan.divisor) != len(joined.shares):
        return Check((Fault("the plan speaks of a problem of another form"),))
    if proof.digest != joined.digest or any(part.digest_of_files() != part.digest for part in joined.parts):
        add_fault(faults, "the certificate speaks of another problem", "certificate.digest")
    if proof.plan != digest_of_choices(plan.folder, len(joined.homes), plan.opened):
        add_fault(faults, "the certificate or the plan was altered after it was made", "certificate.seal")
    bound = _bound_of_prices(faults, plan, joined)
    if bound is None:
        return Check(tuple(faults))
    value, additional = _sums_of_parts(faults, plan, joined)
    if proof.value != value * UNITS_PER_MICRO or plan.value != value * UNITS_PER_MICRO / UNITS_PER_PERSON:
        add_fault(faults, "the value is not that of the plan", "value")
    if plan.additional != additional * UNITS_PER_MICRO / UNITS_PER_PERSON:
        add_fault(faults, "the value is not that of the plan", "additional")
    if proof.bound != bound or plan.price_bound != bound / UNITS_PER_PERSON:
        add_fault(faults, "the bound is not what the prices prove", "price_bound")
    if bound < value * UNITS_PER_MICRO:
        add_fault(faults, "the bound is below the value: one of them is wrong", "price_bound")
    return Check(tuple(faults), (bound - value * UNITS_PER_MICRO) / UNITS_PER_PERSON)


def _bound_of_prices(faults: list[Fault], plan: PartPlan, office: JoinedOffice) -> int | None:
    """Return the bound that the prices prove, case by case of what is opened; None where a price is no price.

    The greatest bound of the cases is one for every plan, where every way to open belongs to one of them.
    """
    proof = plan.certificate
    cases = [(case.levels, case.prices) for case in proof.cases] or [({}, proof.prices)]
    for prices in (proof.prices, *(prices for _, prices in cases)):
        if any(not isinstance(price, int) or price < 0 for price in prices.values()):
            add_fault(faults, "a price is negative or no whole number", "prices")
            return None
        for name in sorted(set(prices) - set(office.names)):
            add_fault(faults, "{name} has a price but is no rule of the problem", "prices", name=name)
    try:
        bounds = proved_bounds(office, plan.divisor, cases, proof.counted)
    except ArithmeticError as told:
        add_fault(faults, "the bound is not what the prices prove", str(told))
        return None
    if proof.cases:
        levels = {} if office.openings is None else office.openings.levels
        if not cover_every_decision([case.levels for case in proof.cases], levels):
            add_fault(faults, "the cases of the certificate leave out a way to open", "certificate.cases")
        for at, (case, bound) in enumerate(zip(proof.cases, bounds, strict=True)):
            if case.bound != bound:
                add_fault(faults, "the bound is not what the prices prove", f"cases[{at}]")
        if all(case.prices != proof.prices or not case.holds(plan.opened) for case in proof.cases):
            add_fault(faults, "the prices of the plan are not those of its certificate", "prices")
    return max(bounds)


def _sums_of_parts(faults: list[Fault], plan: PartPlan, office: JoinedOffice) -> tuple[int, int]:
    """Add up value and gain of every part; check rows, money and shares of all together."""
    value = nothing = 0
    used: dict[str, int] = {}
    received = [[0, 0] for _ in office.shares]
    bills: dict[tuple[object, ...], int] = {}
    for at in range(len(office.parts)):
        arithmetic = PartArithmetic(office, at, plan.divisor)
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
    return value, value - nothing


def _choice_of_part(faults: list[Fault], plan: PartPlan, arithmetic: PartArithmetic) -> Ints | None:
    """Return the chosen packages of a part, one of its own for each household and none a pin forbids."""
    if arithmetic.part.is_of_openings:
        opened = opened_rows(plan, arithmetic.office)
        if opened is None:
            add_fault(faults, "the plan opens something in a way that is not allowed", "opened")
        return opened
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
