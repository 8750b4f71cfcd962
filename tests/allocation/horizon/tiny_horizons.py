"""Random tiny horizons with every kind of rule, and a brute-force oracle that shares no code with the room."""

from itertools import product

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from povlib.allocation.horizon.horizon_problem import HorizonProblem
from povlib.allocation.horizon.money_calendar import money_calendar
from povlib.allocation.horizon.period_tables import PeriodTables

RESOURCES = ["resource", "kind", "village", "capacity", "unit", "names", "household_ceiling_fen", "sense"]


def tiny(seed, *, mills=0.3):
    """Return the plain rows of a horizon of 2-4 households and 2-3 periods."""
    rng = np.random.default_rng(seed)
    periods, hh = int(rng.integers(2, 4)), [f"h{i}" for i in range(rng.integers(2, 5))]
    funds = ["f0", "f1"][: rng.integers(1, 3)]
    offered = []
    for _ in range(periods):
        rows = []
        for own in hh:
            rows.append((own, 0, 0.0, (), 0, 0))
            for k in range(1, int(rng.integers(2, 4))):
                bills = tuple(
                    (
                        m,
                        int(rng.integers(1, 40)),
                        tuple(sorted(rng.choice(funds, rng.integers(1, len(funds) + 1), replace=False))),
                    )
                    for m in sorted(rng.choice(["cattle", "house"], rng.integers(1, 3), replace=False))
                )
                rows.append(
                    (own, k, round(float(rng.random() * 3), 3), bills, int(rng.random() < 0.4), int(rng.random() < 0.3))
                )
        offered.append(rows)
    tranches = []
    for fund in funds:
        for arrives in range(periods):
            if rng.random() < 0.75 or arrives == 0:
                amount = int(rng.integers(0, 60))
                kept = int(rng.integers(0, amount + 1)) if fund == "f0" and rng.random() < 0.4 else 0
                tranches.append((f"{fund}:{arrives}", fund, arrives, int(rng.integers(arrives, periods)), amount, kept))
    return {
        "periods": periods, "hh": hh, "funds": funds, "offered": offered, "tranches": tranches,
        "posts": [int(n) for n in np.cumsum(rng.integers(0, 2, periods))],
        "weeks": [int(rng.integers(0, 3)) for _ in range(periods)],
        "ceiling": {"f1": int(rng.integers(5, 40))} if "f1" in funds and rng.random() < 0.5 else {},
        "mill": (int(rng.integers(1, 3)), int(rng.integers(0, 20))) if rng.random() < mills else None,
    }  # fmt: skip


def horizon_of(made):
    """Return the horizon problem of the rows."""
    periods = []
    for t, rows in enumerate(made["offered"]):
        packages, uses, bills, payers = [], [], [], []
        for own, k, value, billed, posts, weeks in rows:
            key = f"{own}-{k}"
            packages.append((key, own, k, value))
            uses += [(key, "post:a", posts)] * (posts > 0) + [(key, f"weeks:c:{t}", weeks)] * (weeks > 0)
            for measure, cost, paying in billed:
                bills.append((key, measure, cost))
                payers += [(key, measure, fund, cost) for fund in paying]
        resources = [(f, "fund", None, 0, "fen", None, made["ceiling"].get(f, np.nan), "<=") for f in made["funds"]]
        resources.append(("post:a", "post", None, made["posts"][t], "posts", None, np.nan, "<="))
        resources.append((f"weeks:c:{t}", "weeks", None, made["weeks"][t], "weeks", None, np.nan, "<="))
        mill = [("mill", 1, "post:a", made["mill"][0], made["mill"][1], "f0")] if made["mill"] else []
        keeps = [("f0", "cattle", 0.5)] if any(row[5] for row in made["tranches"]) else []
        periods.append(
            PeriodTables(
                packages=pd.DataFrame(packages, columns=["package", "hh", "k", "value"]),
                uses=pd.DataFrame(uses, columns=["package", "resource", "amount"]),
                resources=pd.DataFrame(resources, columns=RESOURCES),
                facilities=pd.DataFrame(
                    mill, columns=["facility", "level", "resource", "added", "opening_fen", "fund"]
                ),
                bills=pd.DataFrame(bills, columns=["package", "measure", "cost_fen"]),
                payers=pd.DataFrame(payers, columns=["package", "measure", "fund", "ceiling_fen"]),
                keeps=pd.DataFrame(keeps, columns=["fund", "measure", "share"]),
            )
        )
    table = pd.DataFrame(made["tranches"], columns=["tranche", "fund", "arrives", "until", "amount_fen", "kept_fen"])
    households = pd.DataFrame({"hh": made["hh"], "village": "A", "members": 1})
    return HorizonProblem.from_periods(periods, households, money_calendar(table, made["periods"]))


def best_by_enumeration(made):
    """Return the greatest value of any choice that keeps every rule, by trying all of them; micro-persons."""
    options = []
    for own in made["hh"]:
        mine = [(-1, 0, (), 0, 0)]
        for t, rows in enumerate(made["offered"]):
            mine += [
                (t, round(value * 1e6), bills, posts, weeks)
                for h, k, value, bills, posts, weeks in rows
                if h == own and k
            ]
        options.append(mine)
    openings = [-1, *range(made["periods"])] if made["mill"] else [-1]
    best = -1
    for choice in product(*options):
        value = sum(c[1] for c in choice)
        if value <= best:
            continue
        if any(keeps_rules(made, choice, opened) for opened in openings):
            best = value
    return best


def keeps_rules(made, choice, opened):
    """Say whether a choice keeps posts, weeks and money; opened: the period in which the mill opens, -1 never."""
    for t in range(made["periods"]):
        seats = made["posts"][t] + (made["mill"][0] if opened >= 0 and opened <= t else 0)
        if sum(c[3] for c in choice if 0 <= c[0] <= t) > seats:
            return False
        if sum(c[4] for c in choice if c[0] == t) > made["weeks"][t]:
            return False
    bills = [(i, c[0], m, cost, funds) for i, c in enumerate(choice) for m, cost, funds in c[2]]
    if opened >= 0 and made["mill"][1]:
        bills.append((None, opened, "opening", made["mill"][1], ("f0",)))
    return can_be_paid(made, bills)


def can_be_paid(made, bills):
    """Say whether tranches can pay all bills: a maximal flow of SciPy over bill, household and fund, tranche."""
    nodes = {"s": 0, "t": 1}
    arcs = {}

    def arc(a, b, amount):
        key = nodes.setdefault(a, len(nodes)), nodes.setdefault(b, len(nodes))
        arcs[key] = arcs.get(key, 0) + amount

    for name, _fund, _arrives, _until, amount, kept in made["tranches"]:
        arc(("tranche", name), "t", amount)
        arc(("outside", name), ("tranche", name), amount - kept)
    for number, (i, t, measure, cost, funds) in enumerate(bills):
        arc("s", ("bill", number), cost)
        for fund in funds:
            gate = ("bill", number)
            if i is not None and fund in made["ceiling"]:
                arc(gate, ("door", i, fund, t), cost)
                gate = ("door", i, fund, t)
            for name, f, arrives, until, amount, kept in made["tranches"]:
                if f == fund and arrives <= t <= until:
                    end = ("tranche", name) if measure == "cattle" and kept else ("outside", name)
                    # a household's ceiling holds over all tranches of a fund: one node before the arcs that part
                    key = nodes.setdefault((*gate, "x"), len(nodes)), nodes.setdefault(end, len(nodes))
                    arcs[key] = min(cost + arcs.get(key, 0), amount)
            if i is not None and fund in made["ceiling"]:
                arcs[nodes[gate], nodes.setdefault((*gate, "x"), len(nodes))] = made["ceiling"][fund]
            else:
                arc(gate, (*gate, "x"), cost)
    total = sum(bill[3] for bill in bills)
    if not total:
        return True
    size = len(nodes)
    rows, columns = (np.array([key[n] for key in arcs]) for n in (0, 1))
    graph = csr_array((np.array(list(arcs.values()), dtype=np.int32), (rows, columns)), shape=(size, size))
    return maximum_flow(graph, 0, 1).flow_value == total
