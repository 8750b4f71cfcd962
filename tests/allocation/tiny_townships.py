"""Random tiny townships with every kind of rule, and a brute-force oracle that shares no code."""

from fractions import Fraction
from itertools import product

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow


def tiny(seed, *, infeasible_floors=False, doors=0.25, mills=0.3):
    """Tables of a township of 2-5 households; every rule occurs in some of them.

    doors, mills: how often a fund has a ceiling per household, how often there is a facility.
    """
    rng = np.random.default_rng(seed)
    households = int(rng.integers(2, 6))
    funds = [f"f{i}" for i in range(rng.integers(1, 4))]
    measures = ["house", "cattle", "job"]
    payers_of = {m: sorted(rng.choice(funds, rng.integers(1, len(funds) + 1), replace=False)) for m in measures}
    hh = [f"h{i}" for i in range(households)]
    village = rng.choice(["A", "B"], households)
    packages, uses, bills, payers = [], [], [], []
    for i, own in enumerate(hh):
        for k in range(rng.integers(1, 5)):
            key = f"{own}-{k}"
            packages.append(
                (key, own, k, round(float(rng.random() * 4), 6 if rng.random() < 0.5 else 1), float(rng.integers(0, 3)))
            )
            if k == 0:
                continue
            uses.append((key, f"served {village[i]}", 1))
            for m in sorted(rng.choice(measures, rng.integers(1, 3), replace=False)):
                cost = int(rng.integers(1, 30)) * (1 if rng.random() < 0.5 else 10)
                bills.append((key, m, cost))
                for fund in payers_of[m]:
                    payers.append((key, m, fund, int(rng.integers(0, 2 * cost + 1)) if rng.random() < 0.6 else cost))
                if m == "job":
                    uses.append(
                        (key, "posts" if rng.random() < 0.5 else f"posts {village[i]}", int(rng.integers(1, 3)))
                    )
    resources = []
    for f in funds:
        budget, door = int(rng.integers(0, 150)), rng.random() < doors
        resources.append((f, "fund", budget, "<=", int(rng.integers(10, 100)) if door else np.nan))
    resources += [("posts", "post", int(rng.integers(0, 3)), "<=", np.nan)]
    for v in "AB":
        resources += [(f"posts {v}", "post", int(rng.integers(0, 3)), "<=", np.nan)]
        resources += [
            (
                f"served {v}",
                "floor",
                int(rng.integers(1, 4)) if infeasible_floors else int(rng.random() < 0.2),
                ">=",
                np.nan,
            )
        ]
    resources = pd.DataFrame(resources, columns=["resource", "kind", "capacity", "sense", "household_ceiling_fen"])
    ceiling = resources.set_index("resource")["household_ceiling_fen"]
    free = [f for f in funds if np.isnan(ceiling[f])]
    tables = {
        "packages": pd.DataFrame(packages, columns=["package", "hh", "k", "value", "other"]),
        "uses": pd.DataFrame(uses, columns=["package", "resource", "amount"]),
        "resources": resources,
        "households": pd.DataFrame({"hh": hh, "village": village, "members": rng.integers(1, 5, households),
                                    "poor": rng.random(households) < 0.5}),
        "bills": pd.DataFrame(bills, columns=["package", "measure", "cost_fen"]),
        "payers": pd.DataFrame(payers, columns=["package", "measure", "fund", "ceiling_fen"]),
    }  # fmt: skip
    if free and rng.random() < 0.5:
        tables["keeps"] = pd.DataFrame([(free[0], "cattle", 0.3)], columns=["fund", "measure", "share"])
    shares = [("money", "money", "poor", 0.3), ("jobs", "post", "poor", 0.25)][: rng.integers(0, 3)]
    tables["shares"] = pd.DataFrame(shares, columns=["share", "of", "group", "at_least"])
    keys = [row[0] for row in packages]
    if rng.random() < 0.3:
        chosen = rng.choice(keys)
        pin = rng.choice(["approved", "refused", "by_hand"])
        tables["pins"] = pd.DataFrame([(chosen.split("-")[0], chosen, pin)], columns=["hh", "package", "pin"])
    if rng.random() < mills:
        tables["facilities"] = pd.DataFrame(
            [("mill", level, r, added * level, 20 * level, "+".join(funds[:2]))
             for level in range(1, rng.integers(2, 4)) for r, added in (("posts", 2), ("posts A", 1))],
            columns=["facility", "level", "resource", "added", "opening_fen", "fund"])  # fmt: skip
    if rng.random() < 0.25:
        tables["objective"] = ["other", "value"] if rng.random() < 0.5 else {"value": 1.0, "other": 0.5}
    return tables


def payable(tables, chosen, opened):
    """Whether the bills can be split, by SciPy's maximal flow (Gale's rows play no part here)."""
    bills = tables["bills"][tables["bills"]["package"].isin(chosen)]
    owner = tables["packages"].set_index("package")["hh"]
    rows = [(owner[b.package], b.measure, b.cost_fen, None) for b in bills.itertuples()]
    ceilings = {(owner[p.package], p.measure, p.fund): p.ceiling_fen
                for p in tables["payers"].itertuples() if p.package in chosen}  # fmt: skip
    for f in opened:
        rows.append((f["facility"], f["facility"], f["opening_fen"], f["fund"]))
        ceilings |= {(f["facility"], f["facility"], fund): f["opening_fen"] for fund in f["fund"].split("+")}
    resources = tables["resources"].set_index("resource")
    keeps = tables.get("keeps", pd.DataFrame(columns=["fund", "measure", "share"]))
    nodes: dict = {"s": 0, "t": 1}
    arcs = []

    def arc(a, b, c):
        arcs.append((nodes.setdefault(a, len(nodes)), nodes.setdefault(b, len(nodes)), int(c)))

    for fund in sorted({fund for *_, fund in ceilings}):
        budget = int(resources.loc[fund, "capacity"])
        arc(("f", fund), "t", budget)
        share = (
            Fraction(str(keeps.loc[keeps["fund"] == fund, "share"].max()))
            if (keeps["fund"] == fund).any()
            else Fraction(0)
        )
        arc(("rest", fund), ("f", fund), int(budget * (1 - share)))
    doors, households = set(), set(owner)
    for hh, m, cost, _ in rows:
        arc("s", ("b", hh, m), cost)
        for (h, measure, fund), most in ceilings.items():
            if (h, measure) == (hh, m):
                kept = not (keeps["fund"] == fund).any() or m in set(keeps.loc[keeps["fund"] == fund, "measure"])
                limit = resources.loc[fund, "household_ceiling_fen"]
                end = ("f", fund) if kept else ("rest", fund)
                if not np.isnan(limit) and hh in households:
                    door = ("d", hh, fund)
                    if door not in doors:
                        doors.add(door)
                        arc(door, end, int(limit))
                    end = door
                arc(("b", hh, m), end, most)
    if not rows:
        return True
    a = np.array(arcs)
    graph = csr_array((a[:, 2].astype(np.int32), (a[:, 0], a[:, 1])), shape=(len(nodes), len(nodes)))
    return maximum_flow(graph, 0, 1).flow_value == sum(row[2] for row in rows)


def plain(tables):
    """The rules as lists, so that thousands of choices can be tried."""
    resources = tables["resources"]
    kind = resources.set_index("resource")["kind"]
    poor = tables["households"].set_index("hh")["poor"]
    uses = [(u.package, u.resource, u.amount) for u in tables["uses"].itertuples()]
    shares = []
    for s in tables["shares"].itertuples():
        if s.of == "money":
            amounts = list(tables["bills"][["package", "cost_fen"]].itertuples(index=False, name=None))
        else:
            amounts = [(package, amount) for package, resource, amount in uses if kind[resource] == s.of]
        shares.append((Fraction(str(s.at_least)), [(p, c, bool(poor[p.split("-")[0]])) for p, c in amounts]))
    pins = tables.get("pins", pd.DataFrame(columns=["hh", "package", "pin"]))
    return {
        "limits": [(r.resource, r.capacity, r.sense) for r in resources[resources["kind"] != "fund"].itertuples()],
        "uses": uses,
        "shares": shares,
        "pins": [(p.package, p.pin) for p in pins.itertuples()],
    }


def holds(tables, rules, chosen, opened):
    """Whether a choice keeps every rule; straight from the rules' words."""
    used = dict.fromkeys([name for name, *_ in rules["limits"]], 0)
    for package, resource, amount in rules["uses"]:
        if package in chosen:
            used[resource] += amount
    for f in opened:
        for resource, added in f["adds"].items():
            used[resource] -= added
    if any(used[name] > most if sense == "<=" else used[name] < most for name, most, sense in rules["limits"]):
        return False
    for share, amounts in rules["shares"]:
        mine = [(c, inside) for p, c, inside in amounts if p in chosen]
        if sum(c for c, inside in mine if inside) < share * sum(c for c, _ in mine):
            return False
    if any((package in chosen) == (pin == "refused") for package, pin in rules["pins"]):
        return False
    return payable(tables, chosen, opened)


def brute_force(tables):
    """Best value in micro-persons of the last objective, None when no choice keeps every rule."""
    by_hh = [list(own["package"]) for _, own in tables["packages"].groupby("hh")]
    facilities = tables.get("facilities", pd.DataFrame(columns=["facility"]))
    levels = []
    for _, own in facilities.groupby("facility"):
        options = [None]
        for _, rows in own.groupby("level"):
            options.append({**rows.iloc[0].to_dict(), "adds": dict(zip(rows["resource"], rows["added"], strict=True))})
        levels.append(options)
    objective = tables.get("objective", "value")
    stages = objective if isinstance(objective, list) else [objective]
    columns = []
    for stage in stages:
        weights = {stage: 1.0} if isinstance(stage, str) else stage
        total = sum(tables["packages"][c].to_numpy() * w for c, w in sorted(weights.items()))
        columns.append(dict(zip(tables["packages"]["package"], np.rint(total * 1e6).astype(int), strict=True)))
    scored = []
    for choice in product(*by_hh, *levels):
        chosen, opened = set(choice[: len(by_hh)]), [f for f in choice[len(by_hh) :] if f]
        scored.append((tuple(int(sum(v[p] for p in chosen)) for v in columns), sorted(chosen), opened))
    scored.sort(key=lambda row: row[0], reverse=True)
    rules = plain(tables)
    for value, chosen, opened in scored:
        if holds(tables, rules, set(chosen), opened):
            return value[-1]
    return None
