"""Random tiny townships with every kind of rule, and a brute-force oracle that shares no code."""

from fractions import Fraction

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


class Oracle:
    """Every choice of a tiny township tried, straight from the words of the rules; NumPy and SciPy only.

    Capacities that no money touches are tried for all choices at once; whether the bills can be
    split is SciPy's maximal flow, choice by choice from the best down (Gale's rows play no part).
    """

    def __init__(self, tables):
        self.tables = tables
        packages = tables["packages"]
        self.owner = dict(zip(packages["package"], packages["hh"], strict=True))
        self.units = [[(key, None) for key in own["package"]] for _, own in packages.groupby("hh")]
        for _, own in tables.get("facilities", pd.DataFrame(columns=["facility"])).groupby("facility"):
            levels = [{**rows.iloc[0].to_dict(), "adds": dict(zip(rows["resource"], rows["added"], strict=True))}
                      for _, rows in own.groupby("level")]  # fmt: skip
            self.units.append([(None, None), *((None, level) for level in levels)])
        self.bills, self.payers = {}, {}
        for package, measure, cost in tables["bills"].itertuples(index=False):
            self.bills.setdefault(package, []).append((measure, int(cost)))
        for package, measure, fund, most in tables["payers"].itertuples(index=False):
            self.payers.setdefault((package, measure), []).append((fund, int(most)))
        keeps = tables.get("keeps", pd.DataFrame(columns=["fund", "measure", "share"]))
        self.keeps = {
            fund: (Fraction(str(own["share"].max())), set(own["measure"])) for fund, own in keeps.groupby("fund")
        }

    def _values(self):
        """Micro-persons of each stage of the objective, by package."""
        objective, packages = self.tables.get("objective", "value"), self.tables["packages"]
        for stage in objective if isinstance(objective, list) else [objective]:
            weights = {stage: 1.0} if isinstance(stage, str) else stage
            total = sum(packages[c].to_numpy() * w for c, w in sorted(weights.items()))
            yield dict(zip(packages["package"], np.rint(total * 1e6).astype(int), strict=True))

    def _rules(self, resources):
        """Coefficients and limit (<=) of every rule that no money touches; (package, facility) -> int."""
        tables = self.tables
        kind = dict(zip(resources["resource"], resources["kind"], strict=True))
        uses: dict = {}
        for package, resource, amount in tables["uses"].itertuples(index=False):
            uses.setdefault(resource, {}).setdefault(package, []).append(int(amount))
        for name, most, sense in resources.loc[
            resources["kind"] != "fund", ["resource", "capacity", "sense"]
        ].itertuples(index=False):
            sign, own = (1 if sense == "<=" else -1), uses.get(name, {})
            yield (
                lambda p, f, n=name, s=sign, o=own: s * (sum(o.get(p, ())) - (f["adds"].get(n, 0) if f else 0)),
                sign * int(most),
            )
        poor = dict(zip(tables["households"]["hh"], tables["households"]["poor"], strict=True))
        for of, least in tables["shares"][["of", "at_least"]].itertuples(index=False):
            share, amount = Fraction(str(least)), {}
            for package in self.owner:
                if of == "money":
                    amount[package] = sum(cost for _, cost in self.bills.get(package, ()))
                else:
                    amount[package] = sum(sum(own.get(package, ())) for name, own in uses.items() if kind[name] == of)
            yield (
                lambda p, f, s=share, a=amount: (
                    0 if p is None else a[p] * (s.numerator - s.denominator * bool(poor[self.owner[p]]))
                ),
                0,
            )
        for _, package, pin in tables.get("pins", pd.DataFrame(columns=["hh", "package", "pin"])).itertuples(
            index=False
        ):
            sign = 1 if pin == "refused" else -1
            yield lambda p, f, k=package, s=sign: s * (p == k), 0 if pin == "refused" else -1

    def best(self, capacity=None):
        """Best value in micro-persons of the last objective, None when no choice keeps every rule."""
        resources = self.tables["resources"]
        if capacity:
            changed = [capacity.get(r, c) for r, c in zip(resources["resource"], resources["capacity"], strict=True)]
            resources = resources.assign(capacity=changed)
        values, rules = list(self._values()), list(self._rules(resources))
        total = np.zeros((1, len(values) + len(rules)), dtype=np.int64)
        for options in self.units:
            own = [[v.get(p, 0) for v in values] + [rule(p, f) for rule, _ in rules] for p, f in options]
            total = (total[:, None, :] + np.array(own, dtype=np.int64)[None]).reshape(-1, total.shape[1])
        limit = np.array([most for _, most in rules], dtype=np.int64)
        kept = np.flatnonzero((total[:, len(values) :] <= limit).all(axis=1))
        order = kept[np.lexsort(tuple(-total[kept, at] for at in range(len(values) - 1, -1, -1)))]
        money = resources.set_index("resource")[["capacity", "household_ceiling_fen"]]
        shape = [len(options) for options in self.units]
        for at in order.tolist():
            chosen = [options[i] for options, i in zip(self.units, np.unravel_index(at, shape), strict=True)]
            if self._payable(chosen, money.to_dict("index")):
                return int(total[at, len(values) - 1])
        return None

    def _payable(self, chosen, money):
        nodes, arcs, due = {"s": 0, "t": 1}, [], 0

        def arc(a, b, c):
            arcs.append((nodes.setdefault(a, len(nodes)), nodes.setdefault(b, len(nodes)), int(c)))

        bills = [
            (self.owner[p], m, cost, self.payers.get((p, m), []))
            for p, _ in chosen
            if p
            for m, cost in self.bills.get(p, [])
        ]
        for f in (f for _, f in chosen if f):
            own = [(fund, f["opening_fen"]) for fund in f["fund"].split("+")]
            bills.append((None, f["facility"], f["opening_fen"], own))
        for fund in sorted({fund for *_, own in bills for fund, _ in own}):
            share = self.keeps[fund][0] if fund in self.keeps else 0
            arc(("f", fund), "t", money[fund]["capacity"])
            arc(("rest", fund), ("f", fund), int(money[fund]["capacity"] * (1 - share)))
        doors = set()
        for hh, m, cost, own in bills:
            arc("s", (hh, m), cost)
            due += cost
            for fund, most in own:
                end = ("f", fund) if fund not in self.keeps or m in self.keeps[fund][1] else ("rest", fund)
                limit = money[fund]["household_ceiling_fen"]
                if hh is not None and not np.isnan(limit):  # a facility is no household
                    if (hh, fund) not in doors:
                        doors.add((hh, fund))
                        arc((hh, fund), end, limit)
                    end = (hh, fund)
                arc((hh, m), end, most)
        if not arcs or due == 0:
            return True
        a = np.array(arcs)
        graph = csr_array((a[:, 2].astype(np.int32), (a[:, 0], a[:, 1])), shape=(len(nodes), len(nodes)))
        return maximum_flow(graph, 0, 1).flow_value == due


def brute_force(tables):
    """Best value in micro-persons of the last objective, None when no choice keeps every rule."""
    return Oracle(tables).best()
