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
from povlib.allocation.problem.bundled_funds import NO_LIMIT, Money
from povlib.allocation.problem.integer_flow import Network
from povlib.arrays import Ints

PAYMENT_COLUMNS = ["hh", "measure", "fund", "fen"]


def split(problem: Problem, chosen: Ints) -> pd.DataFrame | None:
    """Return payments (hh, measure, fund, fen) of the chosen package rows; None if there is no split."""
    money = problem.money
    if money is None:
        nothing: dict[str, npt.NDArray[Any]] = {name: np.empty(0, dtype=object) for name in PAYMENT_COLUMNS[:-1]}
        return pd.DataFrame({**nothing, PAYMENT_COLUMNS[-1]: np.empty(0, dtype=np.int64)})
    bills = np.flatnonzero(np.isin(money.package, chosen))
    net, arcs = _network(problem, money, bills)
    if net.maximal() != int(money.cost[bills].sum()):
        return None
    paid = [(bill, f, net.flow(arc)) for bill, f, arc in arcs if net.flow(arc)]
    group = [int(problem.group[money.package[bill]]) for bill, _, _ in paid]
    key = [
        str(problem.hh[g]) if g < problem.households else str(money.measure[b])
        for g, (b, _, _) in zip(group, paid, strict=True)
    ]
    found = pd.DataFrame(
        {"hh": key, "measure": [str(money.measure[bill]) for bill, _, _ in paid],
         "fund": [money.funds[f] for _, f, _ in paid], "fen": np.array([fen for _, _, fen in paid], dtype=np.int64)}
    )  # fmt: skip
    return found.sort_values(["hh", "measure", "fund"], ignore_index=True)


def _network(problem: Problem, money: Money, bills: Ints) -> tuple[Network, list[tuple[int, int, int]]]:
    """Source -> bill -> (household and fund) -> child or fund -> sink."""
    funds = len(money.funds)
    limited = np.flatnonzero(money.household_ceiling < NO_LIMIT)
    doors = _doors(problem, money, bills, [int(f) for f in limited])
    net = Network(2 + 2 * funds + len(bills) + len(doors))
    for f in range(funds):
        net.arc(2 + f, Network.SINK, int(money.budget[f]))
        net.arc(2 + funds + f, 2 + f, int(money.child[f]))
    door_at: dict[tuple[int, int, bool], int] = {}
    for node, (door, ceiling) in enumerate(doors.items(), 2 + 2 * funds + len(bills)):
        _, f, kept = door
        door_at[door] = node
        net.arc(node, 2 + f if kept else 2 + funds + f, ceiling)
    arcs = []
    for node, bill in enumerate(bills.tolist(), 2 + 2 * funds):
        net.arc(Network.SOURCE, node, int(money.cost[bill]))
        group = int(problem.group[money.package[bill]])
        for f in np.flatnonzero(money.ceiling[bill]).tolist():
            kept = bool(money.kept[bill, f])
            end = door_at.get((group, int(f), kept), 2 + int(f) if kept else 2 + funds + int(f))
            arcs.append((int(bill), int(f), net.arc(node, end, int(money.ceiling[bill, f]))))
    return net, arcs


def _doors(problem: Problem, money: Money, bills: Ints, limited: list[int]) -> dict[tuple[int, int, bool], int]:
    """Ceilings per household and fund.

    A facility's opening has no such ceiling: a facility is no household. Where a fund both has
    one and keeps a share, a household's ceiling is used for the kept class first: kept money is
    never scarcer than the rest of the fund.
    """
    asked: dict[tuple[int, int, bool], int] = {}
    for bill in bills:
        group = int(problem.group[money.package[bill]])
        for f in limited if group < problem.households else ():
            if money.ceiling[bill, f]:
                door = (group, f, bool(money.kept[bill, f]))
                asked[door] = asked.get(door, 0) + int(money.ceiling[bill, f])
    found = {}
    for (group, f, kept), amount in sorted(asked.items()):
        limit = int(money.household_ceiling[f])
        used = 0 if kept else min(limit, asked.get((group, f, True), 0))
        found[group, f, kept] = min(amount, limit - used)
    return found
