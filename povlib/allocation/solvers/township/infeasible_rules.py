"""When rules cannot hold together: which ones, and the cheapest way out.

Responsible for an irreducible set of clashing rules by name (deletion filter: drop a rule; if
the rest still clash it was not needed; Chinneck and Dravnieks 1991) and for the least change of
the planner's own rules that lets a plan exist (elastic run, law and budget excluded). Not
responsible for finding that plan.
"""

from __future__ import annotations

import math
import time
from dataclasses import replace

import numpy as np

from povlib.allocation.problem.allocation_problem import MICRO, Problem
from povlib.allocation.problem.bundled_funds import NO_LIMIT
from povlib.allocation.problem.sparse_matrices import csr, side_by_side
from povlib.allocation.solvers.township.relaxation import relax
from povlib.allocation.solvers.township.restricted_programs import solve_part
from povlib.allocation.solvers.township.rule_clashes import (
    clashing_parts,
    seconds_for_solver,
    some_plan_possible,
    time_is_over,
)
from povlib.arrays import Bools, Ints
from povlib.errors import Fault, InfeasiblePlanError, SolverError
from povlib.money import format_yuan
from povlib.vocabulary.resource_keys import SHARE_PREFIX, SOURCE, counts_whole_persons, is_source_share
from povlib.words import language

#: nodes of the program that looks for the cheapest way out (a choice: a clash of a township needs a few)
_PROGRAM_NODES = 2000
_PINS = "pins"
#: problems of more groups are narrowed before rules are dropped one by one; ways out said at most
LARGE_GROUPS, _WAYS_OUT_SHOWN = 1500, 5
#: kinds of rules a planner may loosen by himself: not the law, not the budget
RELAXABLE = ("floor", "share", "stage", SOURCE)


def explain_infeasible(problem: Problem, time_limit_s: float = math.inf) -> InfeasiblePlanError:
    """Return the error that names clashing rules and the cheapest relaxation.

    A county is narrowed first (`povlib.allocation.solvers.township.rule_clashes`): the first clash is named rule
    by rule, the way out is given for each of the next few too. When the time is over the rules not yet dropped
    are named, and no way out.
    """
    until = time.monotonic() + time_limit_s
    parts = [problem] if problem.groups <= LARGE_GROUPS else clashing_parts(problem, _WAYS_OUT_SHOWN + 1, until)
    head = Fault("no plan keeps all of these rules together", values={})
    if time_is_over(until):
        return InfeasiblePlanError([head, _time_over_fault()])
    if not parts:
        return InfeasiblePlanError([head, Fault("whole packages clash where parts of them would not", values={})])
    faults = [_rule_fault(parts[0], rule) for rule in _irreducible_rules(parts[0], until)]
    for part in parts[:_WAYS_OUT_SHOWN]:
        if time_is_over(until):
            return InfeasiblePlanError([head, *faults, _time_over_fault()])
        faults += _cheapest_way_out(part, until)
    if len(parts) > _WAYS_OUT_SHOWN:
        faults.append(Fault("more villages or rules clash in the same way", values={}))
    return InfeasiblePlanError([head, *faults])


def _time_over_fault() -> Fault:
    return Fault("the time was over before the smallest clash was found", remedy="allow more time", values={})


def _rule_names(problem: Problem) -> list[str]:
    funds = list(problem.money.funds) if problem.money is not None else []
    pins = [_PINS] if problem.tables is not None and len(problem.tables.pins) else []
    return [*map(str, problem.rows["row"]), *funds, *pins]


def _without_rules(problem: Problem, dropped: set[str]) -> Problem:
    """Return the problem with some rules switched off."""
    row = problem.rows["row"].isin(dropped).to_numpy()
    largest = np.asarray(abs(problem.use).sum(axis=0)).ravel().astype(np.int64)
    money = problem.money
    if money is not None:
        free = np.isin(np.array(money.funds), sorted(dropped))
        budget = np.where(free, money.cost.sum(), money.budget)
        money = replace(money, budget=budget, child=np.where(free, budget, money.child),
                        household_ceiling=np.where(free, NO_LIMIT, money.household_ceiling))  # fmt: skip
    allowed = problem.allowed
    if _PINS in dropped and problem.tables is not None:
        allowed = np.ones(len(problem.value), dtype=bool)
        if problem.money is not None:
            allowed &= problem.money.demand((0,) * len(problem.money.funds)) == 0
    return replace(
        problem, capacity=np.where(row, largest, problem.capacity).astype(np.int64), money=money, allowed=allowed
    )


def _irreducible_rules(problem: Problem, until: float) -> list[str]:
    """Filter by deletion, first by halves of the rules, then one by one."""
    rules = _rule_names(problem)
    dropped: set[str] = set()
    size = max(1, len(rules) // 2)
    while size:
        left = [rule for rule in rules if rule not in dropped]
        for at in range(0, len(left), size):
            trial = dropped | set(left[at : at + size])
            if not some_plan_possible(_without_rules(problem, trial), until):
                dropped = trial
        size //= 2
    return [rule for rule in rules if rule not in dropped]


def _rule_fault(problem: Problem, rule: str) -> Fault:
    """Return a rule and its limit in words, for a list of rules that cannot be kept together."""
    if rule == _PINS:
        return Fault("the pins: {n} households are fixed or refused", rule, values={"n": _pinned_households(problem)})
    money = problem.money
    if money is not None and rule in money.funds:
        amount = format_yuan(int(money.budget[money.funds.index(rule)]))
        return Fault("the fund {rule} holds {amount}", rule, values={"rule": rule, "amount": amount})
    row = problem.rows[problem.rows["row"] == rule].iloc[0]
    if str(rule).startswith(SHARE_PREFIX):
        return Fault("the share {rule} must be kept", rule, values={"rule": rule.removeprefix(SHARE_PREFIX)})
    if row["kind"] == SOURCE:
        return _source_fault(problem, str(rule), int(row["capacity"]))
    what = "{rule}: at least {amount}" if row["sense"] == ">=" else "{rule}: at most {amount}"
    return Fault(what, rule, values={"rule": rule, "amount": int(row["capacity"])})


def _source_fault(problem: Problem, rule: str, most: int) -> Fault:
    """Return a limit on what may hang on one source, in words."""
    name = problem.names(rule)[language()]
    if is_source_share(rule):
        return Fault("{name}: no more than its share of what the plan adds", rule, values={"name": name})
    what = (
        "{name}: at most {amount} persons" if counts_whole_persons(rule) else "{name}: at most {amount} expected exits"
    )
    return Fault(what, rule, values={"name": name, "amount": f"{most / MICRO:g}"})


def _pinned_households(problem: Problem) -> int:
    return 0 if problem.tables is None else int(problem.tables.pins["hh"].nunique())


def _cheapest_way_out(problem: Problem, until: float) -> list[Fault]:
    """Loosen floors and shares as little as possible, each counted relative to its own size."""
    elastic, may = _elastic_problem(problem)
    try:
        relaxed = relax(elastic, seconds_for_solver(until)) if may.any() else None
    except SolverError:
        if time_is_over(until):
            return [_time_over_fault()]
        raise
    if relaxed is None:
        return [Fault("loosening floors and shares is not enough: money, posts or pins must change", values={})]
    free = np.full(elastic.groups, -1, dtype=np.int64)
    answer = solve_part(
        elastic, relaxed.funds, elastic.allowed, free, nodes=_PROGRAM_NODES, time_limit_s=seconds_for_solver(until)
    )
    if answer.rows is None:
        return []
    used = np.asarray(problem.use[answer.rows[: problem.groups]].sum(axis=0)).ravel()
    ways_out = []
    for r in np.flatnonzero(may & (used > problem.capacity)):
        row = problem.rows.iloc[r]
        if row["sense"] == ">=":
            values = {"rule": row["row"], "least": int(row["capacity"]), "possible": int(-used[r])}
            ways_out.append(Fault("cheapest way out: {rule} down from {least} to {possible}", values=values))
        elif row["kind"] == SOURCE and not is_source_share(str(row["row"])):
            most, needed = int(row["capacity"]), int(used[r])
            values = {"name": problem.names(str(row["row"]))[language()], "most": f"{most / MICRO:g}",
                      "needed": f"{math.ceil(needed * 10 / MICRO) / 10:g}"}  # fmt: skip
            ways_out.append(Fault("cheapest way out: {name}: up from {most} to {needed}", values=values))
        elif row["kind"] == SOURCE:
            values = {"rule": problem.names(str(row["row"]))[language()]}
            ways_out.append(Fault("cheapest way out: give up {rule}", values=values))
        else:
            ways_out.append(
                Fault("cheapest way out: give up {rule}", values={"rule": str(row["row"]).removeprefix(SHARE_PREFIX)})
            )
    return ways_out


def _elastic_problem(problem: Problem) -> tuple[Problem, Bools]:
    """Return a problem in which every relaxable row may be loosened step by step, at a cost.

    Each row gets groups of its own that choose how many doublings of slack to grant; the value is
    minus the slack relative to the row.
    """
    may = problem.rows["kind"].isin(RELAXABLE).to_numpy() | (problem.rows["sense"] == ">=").to_numpy()
    starts, values, columns, amounts = [0], [], [], []
    for r in np.flatnonzero(may):
        own = np.maximum.reduceat(problem.use[:, [r]].toarray().ravel(), problem.start[:-1])
        most = max(int(own.sum() - problem.capacity[r]), 0)
        size = max(abs(int(problem.capacity[r])), most if problem.capacity[r] == 0 else 1, 1)
        step = 1
        while step <= most:
            values += [0, -max(1, round(10**6 * step / size))]
            columns += [-1, int(r)]
            amounts += [0, -step]
            starts.append(len(values))
            step *= 2
    added = np.array(columns, dtype=np.int64)
    place = np.flatnonzero(added >= 0)
    use = csr((np.array(amounts, dtype=np.int64)[place], (place, added[place])), shape=(len(values), len(problem.rows)))
    return _with_slack_groups(problem, np.array(values, dtype=np.int64), use, np.array(starts[1:], dtype=np.int64)), may


def _with_slack_groups(problem: Problem, value: Ints, use: object, ends: Ints) -> Problem:
    """Append groups of slack to the problem; the households' own values count nothing."""
    n = len(problem.value)
    money = problem.money
    zeros = np.zeros(n, dtype=np.int64)
    return replace(
        problem,
        value=np.concatenate([zeros, value]),
        bonus=np.concatenate([zeros, np.zeros(len(value), dtype=np.int64)]),
        allowed=np.concatenate([problem.allowed, np.ones(len(value), dtype=bool)]),
        start=np.concatenate([problem.start, n + ends]),
        base=np.concatenate([problem.base, np.full(len(ends), -1, dtype=np.int64)]),
        package=np.concatenate([problem.package, np.arange(len(value)).astype(object)]),
        row=np.concatenate([problem.row, np.full(len(value), -1, dtype=np.int64)]),
        stages=(),
        use=csr(side_by_side([problem.use.T, use.T]).T),  # type: ignore[attr-defined]
        money=None if money is None else replace(money, packages=n + len(value)),
    )
