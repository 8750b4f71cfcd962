"""Who is paid from which fund, to the fen.

Responsible for splitting the bills of a chosen plan over the funds within every ceiling (bill
and fund, household and fund), every fund's amount and the share it keeps, by a maximal flow.
Not responsible for choosing packages: Gale's rows guarantee that the split exists.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.allocation.problem.allocation_problem import Problem
from povlib.allocation.problem.bundled_funds import NO_LIMIT, BundledFunds
from povlib.allocation.problem.integer_flow import FlowNetwork
from povlib.arrays import Ints

PAYMENT_COLUMNS = ["hh", "measure", "fund", "fen"]


def split_bills(problem: Problem, chosen: Ints) -> pd.DataFrame | None:
    """Return payments (hh, measure, fund, fen) of the chosen package rows; None if there is no split."""
    money = problem.money
    if money is None:
        no_texts: dict[str, npt.NDArray[Any]] = {name: np.empty(0, dtype=object) for name in PAYMENT_COLUMNS[:-1]}
        return pd.DataFrame({**no_texts, PAYMENT_COLUMNS[-1]: np.empty(0, dtype=np.int64)})
    bills = np.flatnonzero(np.isin(money.package, chosen))
    net, arcs = _payment_network(problem, money, bills)
    # every bill is paid in full exactly when the maximal flow is as large as all bills together
    if net.push_maximal_flow() != int(money.cost[bills].sum()):
        return None
    paid = [(bill, f, net.flow_through(arc)) for bill, f, arc in arcs if net.flow_through(arc)]
    group = [int(problem.group[money.package[bill]]) for bill, _, _ in paid]
    key = [
        str(problem.hh[g]) if g < problem.households else str(money.measure[b])
        for g, (b, _, _) in zip(group, paid, strict=True)
    ]
    payments = pd.DataFrame(
        {"hh": key, "measure": [str(money.measure[bill]) for bill, _, _ in paid],
         "fund": [money.funds[f] for _, f, _ in paid], "fen": np.array([fen for _, _, fen in paid], dtype=np.int64)}
    )  # fmt: skip
    return payments.sort_values(["hh", "measure", "fund"], ignore_index=True)


def unpaid_fen(problem: Problem, chosen: Ints) -> int:
    """Return what of the bills of chosen package rows no split over the funds can pay; 0 where all can be paid.

    A maximal flow, hence the least that is missing (Ford and Fulkerson 1956).
    """
    money = problem.money
    if money is None:
        return 0
    bills = np.flatnonzero(np.isin(money.package, chosen))
    net, _ = _payment_network(problem, money, bills)
    return int(money.cost[bills].sum()) - net.push_maximal_flow()


def _payment_network(
    problem: Problem, money: BundledFunds, bills: Ints
) -> tuple[FlowNetwork, list[tuple[int, int, int]]]:
    """Source -> bill -> (household and fund) -> child or fund -> sink."""
    funds = len(money.funds)
    limited = np.flatnonzero(money.household_ceiling < NO_LIMIT)
    ceilings = household_ceilings(problem, money, bills, [int(f) for f in limited])
    net = FlowNetwork(2 + 2 * funds + len(bills) + len(ceilings))
    for f in range(funds):
        net.add_arc(2 + f, FlowNetwork.SINK, int(money.budget[f]))
        net.add_arc(2 + funds + f, 2 + f, int(money.child[f]))
    ceiling_node: dict[tuple[int, int, bool], int] = {}
    for node, (of_household, ceiling) in enumerate(ceilings.items(), 2 + 2 * funds + len(bills)):
        _, f, kept = of_household
        ceiling_node[of_household] = node
        net.add_arc(node, 2 + f if kept else 2 + funds + f, ceiling)
    arcs = []
    for node, bill in enumerate(bills.tolist(), 2 + 2 * funds):
        net.add_arc(FlowNetwork.SOURCE, node, int(money.cost[bill]))
        group = int(problem.group[money.package[bill]])
        for f in np.flatnonzero(money.ceiling[bill]).tolist():
            kept = bool(money.kept[bill, f])
            end = ceiling_node.get((group, int(f), kept), 2 + int(f) if kept else 2 + funds + int(f))
            arcs.append((int(bill), int(f), net.add_arc(node, end, int(money.ceiling[bill, f]))))
    return net, arcs


def household_ceilings(
    problem: Problem, money: BundledFunds, bills: Ints, limited: list[int]
) -> dict[tuple[int, int, bool], int]:
    """Ceilings per household and fund.

    A facility's opening has no such ceiling: a facility is no household. Where a fund both has
    one and keeps a share, a household's ceiling is used for the kept class first: kept money is
    never scarcer than the rest of the fund.
    """
    billed: dict[tuple[int, int, bool], int] = {}
    for bill in bills:
        group = int(problem.group[money.package[bill]])
        for f in limited if group < problem.households else ():
            if money.ceiling[bill, f]:
                door = (group, f, bool(money.kept[bill, f]))
                billed[door] = billed.get(door, 0) + int(money.ceiling[bill, f])
    ceilings = {}
    for (group, f, kept), amount in sorted(billed.items()):
        limit = int(money.household_ceiling[f])
        used_by_kept = 0 if kept else min(limit, billed.get((group, f, True), 0))
        ceilings[group, f, kept] = min(amount, limit - used_by_kept)
    return ceilings
