"""Who is paid from which tranche, to the fen, over all periods.

Responsible for splitting the bills of chosen packages over tranches by a maximal flow, within every ceiling, every
tranche's amount and the share it keeps, and for the account of every fund period by period. Not responsible for the
choice: rows of sets of funds (`horizon_program`) guarantee that a split exists, and where a solver's rounding says
otherwise there is none.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib.allocation.horizon.horizon_problem import HorizonProblem
from povlib.allocation.horizon.money_calendar import MoneyCalendar
from povlib.allocation.problem.bundled_funds import NO_LIMIT
from povlib.allocation.problem.integer_flow import FlowNetwork
from povlib.allocation.proof.fund_split import household_ceilings
from povlib.arrays import Ints

PAYMENT_COLUMNS = ["hh", "measure", "fund", "period", "tranche", "fen"]


def split_over_tranches(horizon: HorizonProblem, chosen: Ints) -> pd.DataFrame | None:
    """Return payments (hh, measure, fund, period, tranche, fen) of chosen package rows; None if there is no split.

    Two flows follow each other: bills to funds in their period, and these to tranches; both are arcs of one network.
    """
    problem, calendar = horizon.problem, horizon.calendar
    money = problem.money
    if money is None:
        return pd.DataFrame(columns=PAYMENT_COLUMNS)
    bills = np.flatnonzero(np.isin(money.package, chosen))
    limited = [int(f) for f in np.flatnonzero(money.household_ceiling < NO_LIMIT)]
    ceilings = household_ceilings(problem, money, bills, limited)
    tranches, funds = len(calendar.amount), len(money.funds)
    # nodes: source, sink, tranches, tranches outside the kept class, funds (kept class, outside), bills, ceilings
    first_fund = 2 + 2 * tranches
    first_bill = first_fund + 2 * funds
    net = FlowNetwork(first_bill + len(bills) + len(ceilings))
    for a in range(tranches):
        net.add_arc(2 + a, FlowNetwork.SINK, int(calendar.amount[a]))
        net.add_arc(2 + tranches + a, 2 + a, int(calendar.outside[a]))
    releases = []
    for f in range(funds):
        for a in horizon.tranches_of(f).tolist():
            for outside in (False, True):
                end = 2 + tranches * outside + a
                arc = net.add_arc(first_fund + 2 * f + outside, end, int(calendar.amount[a]))
                releases.append((f, outside, a, arc))
    door: dict[tuple[int, int, bool], int] = {}
    for node, ((group, f, kept), ceiling) in enumerate(ceilings.items(), first_bill + len(bills)):
        door[group, f, kept] = node
        net.add_arc(node, first_fund + 2 * f + (not kept), ceiling)
    paid = []
    for node, bill in enumerate(bills.tolist(), first_bill):
        net.add_arc(FlowNetwork.SOURCE, node, int(money.cost[bill]))
        group = int(problem.group[money.package[bill]])
        for f in np.flatnonzero(money.ceiling[bill]).tolist():
            kept = bool(money.kept[bill, f])
            end = door.get((group, f, kept), first_fund + 2 * f + (not kept))
            paid.append((bill, f, not kept, net.add_arc(node, end, int(money.ceiling[bill, f]))))
    if net.push_maximal_flow() != int(money.cost[bills].sum()):
        return None
    return _payments(horizon, net, paid, releases)


def _payments(
    horizon: HorizonProblem,
    net: FlowNetwork,
    paid: list[tuple[int, int, bool, int]],
    releases: list[tuple[int, bool, int, int]],
) -> pd.DataFrame:
    """Return who is paid what by which tranche: within a fund, period and class bills take tranches in turn."""
    problem, calendar, money = horizon.problem, horizon.calendar, horizon.problem.money
    assert money is not None
    left: dict[tuple[int, bool], list[list[int]]] = {}
    for f, outside, a, arc in releases:
        if net.flow_through(arc):
            left.setdefault((f, outside), []).append([a, net.flow_through(arc)])
    tranche = calendar.table["tranche"].tolist()
    rows = []
    for bill, f, outside, arc in paid:
        due = net.flow_through(arc)
        group = int(problem.group[money.package[bill]])
        own = group < problem.households
        who = str(problem.hh[group]) if own else str(money.measure[bill])
        fund, period = horizon.fund_and_period[f]
        while due:
            source = left[f, outside][0]
            fen = min(due, source[1])
            rows.append((who, str(money.measure[bill]), fund, period, tranche[source[0]], fen))
            due, source[1] = due - fen, source[1] - fen
            if not source[1]:
                left[f, outside].pop(0)
    frame = pd.DataFrame(rows, columns=PAYMENT_COLUMNS).astype({"period": "int64", "fen": "int64"})
    return frame.sort_values(PAYMENT_COLUMNS[:-1], ignore_index=True)


def fund_accounts(payments: pd.DataFrame, calendar: MoneyCalendar) -> pd.DataFrame:
    """Return the account of every fund, period by period.

    Returns
    -------
    DataFrame
        fund, period, brought_fen (from the period before), arrived_fen, spent_fen, lapsed_fen (could be spent in this
        period for the last time and was not), carried_fen. Brought + arrived = spent + lapsed + carried, to the fen.

    Examples
    --------
    >>> from povlib.allocation.horizon.money_calendar import money_calendar
    >>> first = {"tranche": "a1", "fund": "a", "arrives": 0, "until": 1, "amount_fen": 5, "kept_fen": 0}
    >>> paid = pd.DataFrame([("h", "m", "a", 1, "a1", 2)], columns=PAYMENT_COLUMNS)
    >>> fund_accounts(paid, money_calendar(pd.DataFrame([first]), 2)).values.tolist()
    [['a', 0, 0, 5, 0, 0, 5], ['a', 1, 5, 0, 2, 3, 0]]
    """
    rows = []
    table = calendar.table
    spent_by = payments.groupby(["tranche", "period"])["fen"].sum()
    for fund in calendar.funds:
        brought = 0
        mine = table[table["fund"] == fund]
        spent_so_far = dict.fromkeys(mine["tranche"], 0)
        for period in range(calendar.periods):
            arrived = int(mine.loc[mine["arrives"] == period, "amount_fen"].sum())
            spent = {key: int(spent_by.get((key, period), 0)) for key in spent_so_far}
            spent_so_far = {key: spent_so_far[key] + spent[key] for key in spent}
            ends = mine[mine["until"] == period]
            lapsed = sum(
                int(fen) - spent_so_far[key] for key, fen in zip(ends["tranche"], ends["amount_fen"], strict=True)
            )
            carried = brought + arrived - sum(spent.values()) - lapsed
            rows.append((fund, period, brought, arrived, sum(spent.values()), lapsed, carried))
            brought = carried
    columns = ["fund", "period", "brought_fen", "arrived_fen", "spent_fen", "lapsed_fen", "carried_fen"]
    return pd.DataFrame(rows, columns=columns)
