"""Whether the funds can pay all bills of a plan over parts: a maximal flow over bills that are alike.

Bills of a township are few kinds many times over, so that the flow has a node for each kind and not for each bill.
Equal packages that can be paid together can be paid each alone: the polytope of one is integral (Hoffman 1960).
Responsible for the counts of equal bills and the flow, from the parts' files. Not responsible for choosing packages.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from povlib.allocation.parts.joined_office import JoinedOffice
from povlib.allocation.problem.bundled_funds import NO_LIMIT
from povlib.allocation.problem.integer_flow import FlowNetwork
from povlib.arrays import Ints

BillsOfPackage = tuple[object, ...]
"""Whether it belongs to a household, then (cost, (fund, ceiling, kept), ...) of each bill of a package."""


def bill_counts(office: JoinedOffice, at: int, chosen: Ints) -> dict[BillsOfPackage, int]:
    """Return how often each list of bills occurs among the chosen packages of a part."""
    part = office.parts[at]
    taken = np.zeros(part.packages, dtype=bool)
    taken[chosen] = True
    cost, bill_of, measure = (part.numbers(f"bill.{name}") for name in ("cost", "package", "measure"))
    bills = np.flatnonzero(taken[bill_of] & (cost > 0))
    paid = part.numbers("payer.bill")
    first, last = np.searchsorted(paid, bills), np.searchsorted(paid, bills, side="right")
    fund = office.fund_of[at][part.numbers("payer.fund")]
    ceiling = part.numbers("payer.ceiling")
    kept = office.kept[at]
    of_package: dict[int, list[tuple[object, ...]]] = {}
    for bill, low, high in zip(bills.tolist(), first.tolist(), last.tolist(), strict=True):
        due, funds = int(cost[bill]), fund[low:high]
        payers = zip(funds.tolist(), np.minimum(ceiling[low:high], due).tolist(), kept[measure[bill], funds].tolist(),
                     strict=True)  # fmt: skip
        of_package.setdefault(int(bill_of[bill]), []).append((due, *payers))
    counts: dict[BillsOfPackage, int] = {}
    for own_bills in of_package.values():
        told = (not part.is_of_openings, *own_bills)
        counts[told] = counts.get(told, 0) + 1
    return counts


def unpaid_by_funds(office: JoinedOffice, bills: Mapping[BillsOfPackage, int]) -> int:
    """Return what of all bills no split over the funds can pay, in fen; 0 where everything is paid."""
    net, due, _ = _payment_network(office, bills)
    return due - net.push_maximal_flow()


def paid_by_funds(office: JoinedOffice, bills: Mapping[BillsOfPackage, int]) -> dict[BillsOfPackage, dict[int, int]]:
    """Return who pays in one split that pays as much as can be paid: bills that are alike -> fund -> fen of all."""
    net, _, arcs = _payment_network(office, bills)
    net.push_maximal_flow()
    paid: dict[BillsOfPackage, dict[int, int]] = {told: {} for told in bills}
    for told, fund, arc in arcs:
        paid[told][fund] = paid[told].get(fund, 0) + net.flow_through(arc)
    return paid


def _payment_network(
    office: JoinedOffice, bills: Mapping[BillsOfPackage, int]
) -> tuple[FlowNetwork, int, list[tuple[BillsOfPackage, int, int]]]:
    """Return the network, the bills in fen, and the arcs from bills to who pays: bills, fund, number of the arc."""
    funds, due = len(office.funds), 0
    nodes = sum(len(told) - 1 for told in bills)
    doors: list[tuple[int, int, int]] = []  # fund, kept, fen: of households that reach a ceiling
    arcs: list[tuple[int, int, int]] = []
    payers_of: list[tuple[BillsOfPackage, int]] = []
    first_door = 2 + 2 * funds + nodes
    node = 2 + 2 * funds
    costs = []
    for told, count in bills.items():
        ceilings = _door_ceilings(office, told) if told[0] else {}
        door_of = {}
        for (fund, kept), fen in ceilings.items():
            door_of[fund, kept] = first_door + len(doors)
            doors.append((fund, int(kept), fen * count))
        for cost, *payers in told[1:]:  # type: ignore[misc]
            costs.append((node, cost * count))  # type: ignore[has-type]
            due += cost * count  # type: ignore[has-type]
            for fund, ceiling, kept in payers:  # type: ignore[has-type]
                end = door_of.get((fund, kept), 2 + fund if kept else 2 + funds + fund)
                arcs.append((node, end, ceiling * count))
                payers_of.append((told, fund))
            node += 1
    net = FlowNetwork(first_door + len(doors))
    for f in range(funds):
        net.add_arc(2 + f, FlowNetwork.SINK, int(office.budget[f]))
        net.add_arc(2 + funds + f, 2 + f, int(office.child[f]))
    for at, cost in costs:
        net.add_arc(FlowNetwork.SOURCE, at, cost)
    for at, (fund, kept_, fen) in enumerate(doors, first_door):
        net.add_arc(at, 2 + fund if kept_ else 2 + funds + fund, fen)
    paying = [
        (told, fund, net.add_arc(start, end, fen))
        for (start, end, fen), (told, fund) in zip(arcs, payers_of, strict=True)
    ]
    return net, due, paying


def _door_ceilings(office: JoinedOffice, told: BillsOfPackage) -> dict[tuple[int, bool], int]:
    """Return what each fund with a ceiling per household may pay of a package, in its kept class and outside.

    Where a fund both has a ceiling and keeps a share, the ceiling is used for the kept class first: kept money is
    never scarcer than the rest of the fund.
    """
    billed: dict[tuple[int, bool], int] = {}
    for _, *payers in told[1:]:  # type: ignore[misc]
        for fund, ceiling, kept in payers:  # type: ignore[has-type]
            if office.ceiling[fund] < NO_LIMIT and ceiling:
                billed[fund, kept] = billed.get((fund, kept), 0) + ceiling
    ceilings = {}
    for (fund, kept), amount in sorted(billed.items()):
        limit = int(office.ceiling[fund])
        before = 0 if kept else min(limit, billed.get((fund, True), 0))
        ceilings[fund, kept] = min(amount, limit - before)
    return ceilings
