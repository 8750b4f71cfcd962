"""One plan over all parts of an office.

Responsible for the order of the work: join the parts, find prices and a choice, write the choice part by part, reckon
value and bound exactly from the files. Not responsible for the rules (`joined_office`, `compact_parts`).
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from povlib.allocation.parts.compact_form import CompactOffice
from povlib.allocation.parts.compact_parts import compact_office, kinds_of_office
from povlib.allocation.parts.fund_sets import FundSets
from povlib.allocation.parts.joined_office import JoinedOffice, OfficeTables, join_parts
from povlib.allocation.parts.office_prices import (
    OfficePrices,
    office_prices,
    posted_prices,
    samples_of,
    with_more_sets,
)
from povlib.allocation.parts.office_problem import (
    NOTHING_NEW,
    SearchedOffice,
    choices_at_once,
    least_packages,
    nothing_new,
)
from povlib.allocation.parts.opening_search import OfficeCases
from povlib.allocation.parts.part_groups import MOST_PACKAGES, Numbers, PartGroups, grouped_parts
from povlib.allocation.parts.part_plan import PartPlan, digest_of_choices, write_choice
from povlib.allocation.parts.proof.office_bounds import added_by_openings, proved_bounds, rows_worth_counting
from povlib.allocation.parts.proof.part_arithmetic import PartArithmetic
from povlib.allocation.parts.proof.part_verification import verify_parts
from povlib.allocation.problem.stage_objectives import MICRO
from povlib.allocation.proof.certificate import UNITS_PER_MICRO, UNITS_PER_PERSON, Certificate, exact_sum
from povlib.allocation.proof.opening_cases import CaseProof
from povlib.allocation.solvers.dispatch import PRICED_FROM
from povlib.arrays import Ints
from povlib.errors import InfeasiblePlanError, ProblemError, SolverError

#: of the value: the gap that is asked for where none is named
DEFAULT_GAP_OF_VALUE = 1e-5
#: of the gap asked for: what the choices of all groups may miss of their bounds. The rest is for what prices leave
#: unproved where rows of few places are counted whole: next to nothing
CHOICES_OF_GAP = 0.8
#: searches with more sets of funds each; see `fund_sets`
MOST_FUND_ROUNDS = 40


def plan_of_parts(
    folders: Sequence[Path | str],
    office: OfficeTables | None = None,
    *,
    folder: Path | str | None = None,
    gap: float | None = None,
    time_limit_s: float = 3600.0,
    scheduler: str | None = None,
) -> PartPlan:
    """Find one plan over all parts of an office, and the prices that prove how good it is.

    Parameters
    ----------
    folders : sequence of Path
        Parts as `write_part` wrote them, in any order.
    office : OfficeTables, optional
        Rows, funds, kept shares and shares of the whole office, and what may be opened.
    folder : Path, optional
        Where the choices are written, a file a part; default a new temporary folder.
    gap : float, optional
        Persons at which the search may stop; default 1e-5 of the value.
    time_limit_s : float
        A safety; a plan stopped by it says so.
    scheduler : str, optional
        Address of a Dask cluster ("tcp://...") that sees the same files.

    Raises
    ------
    ProblemError
        With every fault of the parts and tables together.
    InfeasiblePlanError
        If the rules cannot hold together.
    SolverError
        If no plan was found within the limits, and pins or floors forbid to give nothing new to anybody.

    Examples
    --------
    >>> from povlib.allocation.parts import write_part, verify_parts
    >>> place = Path(tempfile.mkdtemp())
    >>> for hh in "ab":
    ...     _ = write_part(
    ...         place / hh,
    ...         pd.DataFrame({"package": [f"{hh}0", f"{hh}1"], "hh": hh, "value": [0.1, 0.5 if hh == "a" else 0.9]}),
    ...         pd.DataFrame({"package": [f"{hh}1"], "resource": "posts", "amount": 1}),
    ...         pd.DataFrame({"resource": ["posts"], "capacity": [1]}),
    ...         pd.DataFrame({"hh": [hh], "village": hh, "members": 3}),
    ...     )
    >>> plan = plan_of_parts([place / "b", place / "a"], gap=0.0)
    >>> plan.value, plan.gap, [package for chosen in plan.each_chosen() for package in chosen["package"]]
    (1.0, 0.0, ['a0', 'b1'])
    >>> verify_parts(plan, [place / "a", place / "b"]).ok
    True
    """
    if scheduler is not None:
        raise ProblemError(
            "a plan by parts is found on this computer alone: leave the scheduler out", where="scheduler"
        )
    deadline = time.monotonic() + time_limit_s
    joined = join_parts(folders, office)
    place = Path(folder) if folder is not None else Path(tempfile.mkdtemp(prefix="povlib-plan-"))
    found, asked = _payable_choices(joined, gap, deadline)
    if isinstance(found, SearchedOffice):
        plan = proved_plan(joined, place, found)
        status = "gap" if plan.gap <= asked else "time" if time.monotonic() >= deadline else "effort"
        return replace(plan, status=status)
    plan = replace(proved_plan(joined, place, found.instead), status=NOTHING_NEW)
    # pins or floors may ask for help: then it is no plan, and why the search ended says what to do
    if not verify_parts(plan, folders, office).ok:
        raise found.why
    return plan


@dataclass(frozen=True)
class _NoChoices:
    """A search that ended without a plan: why, and what can be given instead."""

    why: SolverError
    instead: SearchedOffice


def _payable_choices(
    joined: JoinedOffice, gap: float | None, deadline: float
) -> tuple[SearchedOffice | _NoChoices, float]:
    """Find choices that the funds can pay, sets of funds added as they are missed; and the gap asked for.

    After `MOST_FUND_ROUNDS`, or where a search ends without a plan, nothing new for anybody stands in their place.
    """
    kinds = kinds_of_office(joined)
    sets = FundSets(kinds)
    why = SolverError(
        "no plan was found whose bills the funds of all areas can pay",
        remedy="join funds that pay the same measures, or give each measure fewer payers",
    )
    cases: list[tuple[dict[str, int], dict[str, int]]] = []
    near, samples = None, samples_of(joined.households)
    for _ in range(MOST_FUND_ROUNDS):
        compact = compact_office(joined, kinds, sets.states)
        whole = grouped_parts(compact, sum(len(part.value) for part in compact.parts))
        asked, found = _gap_asked(compact, gap), None
        priced, prices = joined.households > PRICED_FROM, None
        missed = False
        while priced or not sets.are_all:
            prices = office_prices(whole.compact, near, samples[0])
            missed = prices is not None and sets.add_missed(_relaxed(whole, prices))
            # what comes next, a finer sample or the same with more sets, begins at these prices
            near = None if prices is None else with_more_sets(prices, whole.compact, len(sets.states))
            if missed or samples[0] == 1:
                break
            samples = samples[1:]
        if prices is not None:
            cases = [({}, posted_prices(whole.compact, prices))]
        if missed:
            continue
        if priced and prices is not None:
            found = _choices_by_prices(whole.compact, compact, prices, asked, deadline)
        if found is None and priced and len(whole.compact.parts[0].value) > MOST_PACKAGES:
            # as one problem in memory it would take what no computer of an office has: 5,000 households hold 7 GB
            why = SolverError(
                "prices led to no plan that keeps every rule, and the office is too large to search at once"
            )
            break
        if found is None:
            try:
                found = choices_at_once(whole, asked, max(deadline - time.monotonic(), 1.0))
            except SolverError as error:
                why = error
                break
            except InfeasiblePlanError:
                raise _clash(compact) from None
        cases = found.cases
        if sets.are_all or not sets.add_missed(_chosen(joined, found)):
            return found, asked
        near = None if prices is None else with_more_sets(prices, whole.compact, len(sets.states))
    return _NoChoices(why, nothing_new(compact, cases)), asked


def _clash(compact: CompactOffice) -> InfeasiblePlanError:
    """Return that no plan keeps every rule, by the keys of the parts: of households whose help is decided by hand."""
    homes = compact.office.homes
    keys = []
    for at, (part, given) in enumerate(zip(homes, compact.parts, strict=False)):
        helped = least_packages(compact, at) != part.numbers("base")
        keys += [str(key) for key in np.asarray(part.column("hh"))[helped[: given.households]]]
    return InfeasiblePlanError(
        "{n} households are given help by hand, and no plan keeps that with every fund, post and floor: {keys}",
        remedy="take one of these decisions back, or give the funds more", n=len(keys), keys=", ".join(keys[:20]),
    )  # fmt: skip


def _relaxed(whole: PartGroups, prices: OfficePrices) -> Iterator[tuple[int, Ints, Numbers]]:
    """Yield part, packages and weights of the relaxed optimum at some prices, openings last."""
    part = whole.compact.parts[0]
    yield from whole.taken(0, prices.taken, prices.weight)
    if part.openings:
        yield len(whole.compact.office.homes), part.package[part.first_way :].astype(np.int64), prices.opened


def _chosen(joined: JoinedOffice, found: SearchedOffice) -> Iterator[tuple[int, Ints, Numbers]]:
    """Yield part, packages and one for each of the choices, openings last."""
    rows = [*found.rows]
    if joined.openings is not None and (ways := joined.openings.rows_of(found.opened)) is not None:
        rows.append(ways)
    for at, own in enumerate(rows):
        yield at, own, np.ones(len(own), dtype=np.int64)


def _choices_by_prices(
    whole: CompactOffice, parts: CompactOffice, prices: OfficePrices, asked: float, deadline: float
) -> SearchedOffice | None:
    """Decide case by case what is opened, and find whole choices, group by group; None where that fails."""
    cases = OfficeCases(whole, parts, prices, MOST_PACKAGES, CHOICES_OF_GAP * asked * MICRO, deadline)
    cases.search(asked * MICRO)
    if cases.choices is None:
        return None
    posted = [(case.levels, posted_prices(whole, case.prices)) for case in cases.cases]
    effort = {"nodes": cases.nodes, "relaxations": cases.relaxations}
    if whole.office.openings is not None:
        effort |= {"cases": len(cases.cases), "plans": cases.plans}
    return SearchedOffice(cases.rows, cases.opened, posted, whole.divisor, cases.bound_micro / MICRO, effort)


def _gap_asked(compact: CompactOffice, gap: float | None) -> float:
    """Return the gap asked for in persons."""
    if gap is not None:
        return gap
    worth = sum(float(np.maximum.reduceat(part.value, part.start[:-1]).sum()) for part in compact.parts)
    return DEFAULT_GAP_OF_VALUE * worth / MICRO


def proved_plan(office: JoinedOffice, folder: Path, found: SearchedOffice) -> PartPlan:
    """Write the choices and return the plan, its value and bound reckoned exactly from the files of the parts."""
    opened = found.opened
    value = nothing = 0
    used: dict[str, int] = {}
    for at, rows in enumerate(found.rows):
        write_choice(folder, at, rows)
        arithmetic = PartArithmetic(office, at, found.divisor)
        worth, base = arithmetic.part.numbers("value"), arithmetic.part.numbers("base")
        value += exact_sum(worth[rows])
        nothing += exact_sum(worth[base[base >= 0]])
        for name, amount in arithmetic.used(rows).items():
            used[name] = used.get(name, 0) + amount
    counted = rows_worth_counting(office, found.divisor, found.cases)
    try:
        bounds = proved_bounds(office, found.divisor, found.cases, counted)
    except ArithmeticError:  # decisions by hand ask for more places than a row has: no plan keeps it, counted or not
        counted = ()
        bounds = proved_bounds(office, found.divisor, found.cases)
    proofs = tuple(
        CaseProof(levels, prices, bound) for (levels, prices), bound in zip(found.cases, bounds, strict=True)
    )
    own = next(proof for proof in proofs if proof.holds(opened))
    bound = max(bounds)
    certificate = Certificate(
        office.digest, own.prices, bound, value * UNITS_PER_MICRO,
        plan=digest_of_choices(folder, len(found.rows), opened), cases=proofs if len(proofs) > 1 else (),
        counted=counted,
    )  # fmt: skip
    persons = value * UNITS_PER_MICRO / UNITS_PER_PERSON
    return PartPlan(
        folder=folder, parts=tuple(part.folder for part in office.homes), value=persons,
        additional=(value - nothing) * UNITS_PER_MICRO / UNITS_PER_PERSON, price_bound=bound / UNITS_PER_PERSON,
        solver_bound=min(max(found.solver_bound, persons), bound / UNITS_PER_PERSON),
        used=_used_rows(office, used, opened), divisor=found.divisor, status="effort", certificate=certificate,
        effort=dict(sorted(found.effort.items())), opened=opened,
    )  # fmt: skip


def _used_rows(office: JoinedOffice, used: dict[str, int], opened: dict[str, int]) -> pd.DataFrame:
    """Return every row with what households use of it, and what there is with what is opened."""
    amount = [used.get(str(name), 0) for name in office.rows["row"]]
    added = added_by_openings(office, opened)
    capacity = office.rows["capacity"].to_numpy(np.int64) + [added.get(str(name), 0) for name in office.rows["row"]]
    return office.rows[["row", "kind", "village", "part", "sense"]].assign(
        used=np.array(amount, dtype=np.int64), capacity=capacity
    )
