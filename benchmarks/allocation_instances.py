"""Seeded allocation instances: township-like tables, and the random style of the measurements.

Used by the benchmarks and by the tests; nothing here is part of the package.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse

FUNDS = ("fund-a", "fund-b", "fund-c", "fund-d", "fund-e")
#: cost in hundreds of yuan, its spread, persons' exit probability added, payers, resource used
MEASURES = {
    "house": (250, 150, 0.30, ("fund-a", "fund-b"), "weeks"),
    "repair": (60, 40, 0.15, ("fund-a", "fund-b"), "weeks"),
    "cattle": (80, 40, 0.25, ("fund-b", "fund-c"), "places"),
    "job": (40, 30, 0.35, ("fund-c",), "posts"),
    "post": (60, 20, 0.30, ("fund-d", "fund-c"), "village posts"),
    "training": (20, 10, 0.10, ("fund-d", "fund-e"), None),
    "relief": (30, 20, 0.12, ("fund-e",), None),
}


def township(seed: int = 0, households: int = 340, villages: int = 12) -> dict[str, object]:
    """Tables like a real township's: values to 0.01, costs in hundreds of yuan, all kinds of rules."""
    rng = np.random.default_rng(seed)
    village = rng.integers(0, villages, households)
    members = rng.integers(1, 6, households)
    start = np.round(rng.beta(2, 3, households), 2)
    income = np.round(rng.gamma(6, 500, households)).astype(int)
    hh = [f"H{h:04d}" for h in range(households)]
    packages, uses, bills, payers = [], [], [], []
    names = list(MEASURES)
    for h in range(households):
        able = [m for m in names if rng.random() < 0.65]
        sets = [()] + [(m,) for m in able] + [(a, b) for i, a in enumerate(able) for b in able[i + 1 :]]
        cost = {m: 10000 * max(1, int(MEASURES[m][0] + rng.normal() * MEASURES[m][1])) for m in able}
        gain = {m: MEASURES[m][2] * rng.uniform(0.3, 1.7) for m in able}
        for k, chosen in enumerate(sets):
            key = f"{hh[h]}-{k:02d}"
            p = 1 - (1 - start[h]) * np.prod([1 - min(0.9, gain[m]) for m in chosen])
            packages.append((key, hh[h], k, round(members[h] * p, 2)))
            for m in chosen:
                resource = MEASURES[m][4]
                if resource in ("posts", "weeks"):
                    uses.append((key, resource, 1 if resource == "posts" else int(1 + cost[m] // 1_000_000)))
                elif resource:
                    uses.append((key, f"{resource} V{village[h]:02d}", 1))
                bills.append((key, m, cost[m]))
                first, *other = MEASURES[m][3]
                payers.append((key, m, first, cost[m] if not other else int(cost[m] * 0.8) // 10000 * 10000))
                payers += [(key, m, fund, cost[m]) for fund in other]
    packages = pd.DataFrame(packages, columns=["package", "hh", "k", "value"])
    bills = pd.DataFrame(bills, columns=["package", "measure", "cost_fen"])
    total = bills.groupby("package")["cost_fen"].sum()
    scale = households / 340
    capacity = [(fund, "fund", int(scale * amount) * 10000, None) for fund, amount in
                zip(FUNDS, (9000, 5000, 4000, 1800, 1200), strict=True)]  # fmt: skip
    capacity += [("posts", "post", int(60 * scale), None), ("weeks", "weeks", int(260 * scale), None)]
    capacity += [(f"village posts V{v:02d}", "post", 4, f"V{v:02d}") for v in range(villages)]
    capacity += [(f"places V{v:02d}", "place", 5, f"V{v:02d}") for v in range(villages)]
    resources = pd.DataFrame(capacity, columns=["resource", "kind", "capacity", "village"]).assign(sense="<=")
    floors = pd.DataFrame([(f"served V{v:02d}", "floor", 6, f"V{v:02d}", ">=") for v in range(villages)],
                          columns=["resource", "kind", "capacity", "village", "sense"])  # fmt: skip
    served = packages[packages["k"] > 0]
    of = dict(zip(hh, village, strict=True))
    uses += [(key, f"served V{of[own]:02d}", 1) for key, own in zip(served["package"], served["hh"], strict=True)]
    order = np.argsort(income, kind="stable")
    poorest = np.zeros(households, dtype=bool)
    poorest[order[np.cumsum(members[order]) <= 0.2 * members.sum()]] = True
    return {
        "packages": packages.assign(cost_fen=packages["package"].map(total).fillna(0).astype(np.int64)),
        "uses": pd.DataFrame(uses, columns=["package", "resource", "amount"]),
        "resources": pd.concat([resources, floors], ignore_index=True),
        "households": pd.DataFrame(
            {"hh": hh, "village": [f"V{v:02d}" for v in village], "members": members,
             "income_fen_per_head": income * 100, "poorest": poorest}),
        "bills": bills,
        "payers": pd.DataFrame(payers, columns=["package", "measure", "fund", "ceiling_fen"]),
        "keeps": pd.DataFrame([("fund-b", "cattle", 0.3)], columns=["fund", "measure", "share"]),
        "shares": pd.DataFrame(
            [("poorest-money", "money", "poorest", 0.2), ("poorest-posts", "post", "poorest", 0.2)],
            columns=["share", "of", "group", "at_least"]),
    }  # fmt: skip


def with_funds_of_townships(
    tables: dict[str, object], *, villages: int = 12, own_yuan: int = 45_000, ceiling_yuan: int = 8_000
) -> dict[str, object]:
    """Return the same tables with a fund of its own for each township of so many villages.

    Each pays repairs, cattle and relief of its own households up to a ceiling a household.
    """
    households, packages = tables["households"], tables["packages"]
    number = households["village"].str[1:].astype(int) // villages
    fund = dict(zip(households["hh"], number.map("fund-t{:02d}".format), strict=True))
    bills = tables["bills"]
    own = bills[bills["measure"].isin(["repair", "cattle", "relief"])]
    payer = own["package"].map(packages.set_index("package")["hh"]).map(fund)
    more = own[["package", "measure"]].assign(fund=payer, ceiling_fen=own["cost_fen"])
    keys = sorted(set(fund.values()))
    resources = pd.DataFrame(
        {"resource": keys, "kind": "fund", "capacity": own_yuan * 100, "village": None, "sense": "<=",
         "household_ceiling_fen": ceiling_yuan * 100.0}
    )  # fmt: skip
    return {
        **tables,
        "resources": pd.concat([tables["resources"], resources], ignore_index=True),
        "payers": pd.concat([tables["payers"], more], ignore_index=True),
    }


def random_arrays(
    households: int, seed: int = 0, *, per_village: int = 50, real: bool = False, apart: bool = False
) -> dict[str, object]:
    """Random instance: 5 funds, 2 job pools, weeks, crews; posts, places, minimum served per village.

    `real`: values to 0.01 and costs in whole hundreds, nearest to a real township. `apart`: a package
    uses a post of its village or a place, not both; the rows of a village are then integral by themselves.
    """
    rng = np.random.default_rng(seed)
    count = rng.integers(5, 25, households)
    owner = np.repeat(np.arange(households), count)
    first = np.r_[0, np.cumsum(count)[:-1]]
    total = len(owner)
    villages = max(1, households // per_village)
    village = np.arange(households) * villages // households
    fund = np.where(rng.random((total, 5)) < 0.35, rng.gamma(2.0, 30.0, (total, 5)), 0.0)
    pools = (rng.random((total, 2)) < 0.15).astype(float)
    weeks = np.where(rng.random((total, 2)) < 0.3, rng.integers(1, 6, (total, 2)), 0).astype(float)
    local = (rng.random((total, 2)) < 0.15).astype(float)
    if apart:
        local[:, 1] *= 1 - local[:, 0]
    money = np.rint(fund) if real else np.rint(fund * 100)
    members = np.repeat(rng.integers(1, 7, households), count)
    strength = money.sum(1) / money.sum(1).mean() + 1.2 * pools.sum(1) + 0.3 * weeks.sum(1) / 3 + 0.9 * local.sum(1)
    p0 = np.repeat(rng.uniform(0.05, 0.6, households), count)
    p = 1 - (1 - p0) * np.exp(-0.5 * strength * rng.uniform(0.4, 1.6, total))
    for block in (money, pools, weeks, local):
        block[first] = 0
    p[first] = p0[first]
    value = members * p
    value = np.round(value, 2) if real else np.round(value, 6)
    served = np.ones(total)
    served[first] = 0
    globe = np.hstack([money, pools, weeks])
    cap = np.floor(globe.sum(0) / count.mean() * np.r_[np.full(5, 0.45), 0.5, 0.5, 0.5, 0.5])
    place = village[owner]
    cols = np.concatenate([9 + 3 * place, 10 + 3 * place, 11 + 3 * place])
    data = np.concatenate([local[:, 0], local[:, 1], served])
    wide = sparse.csr_array((data, (np.tile(np.arange(total), 3), cols)), shape=(total, 9 + 3 * villages))
    wide.eliminate_zeros()
    use = sparse.csr_array(sparse.hstack([sparse.csr_array(globe), wide[:, 9:]], format="csr"))
    size = np.bincount(village, minlength=villages)
    local_cap = np.stack([np.ceil(size * 0.08), np.ceil(size * 0.08), np.ceil(size * 0.5)], axis=1).ravel()
    return {
        "value": value,
        "household": owner,
        "village": village,
        "use": use,
        "capacity": np.concatenate([cap, local_cap]),
        "resource_village": np.concatenate([np.full(9, -1), np.repeat(np.arange(villages), 3)]),
        "sense": np.array(["<="] * 9 + ["<=", "<=", ">="] * villages),
    }


def tables_of(arrays: dict[str, object]) -> dict[str, pd.DataFrame]:
    """Return the same instance as tidy tables for `Problem.from_tables`."""
    owner, where, use = arrays["household"], arrays["resource_village"], sparse.coo_array(arrays["use"])
    hh = np.array([f"H{h:07d}" for h in range(len(arrays["village"]))], dtype=object)
    k = np.arange(len(owner)) - np.searchsorted(owner, owner)
    package = np.array([f"{hh[h]}-{j:02d}" for h, j in zip(owner, k, strict=True)], dtype=object)
    name = np.array([f"r{r:05d}" for r in range(len(where))], dtype=object)
    row, column = use.coords
    return {
        "packages": pd.DataFrame({"package": package, "hh": hh[owner], "k": k, "value": arrays["value"]}),
        "uses": pd.DataFrame({"package": package[row], "resource": name[column], "amount": use.data.astype(np.int64)}),
        "resources": pd.DataFrame({"resource": name, "capacity": arrays["capacity"], "sense": arrays["sense"],
                                   "village": [None if v < 0 else f"V{v:05d}" for v in where]}),
        "households": pd.DataFrame({"hh": hh, "village": [f"V{v:05d}" for v in arrays["village"]]}),
    }  # fmt: skip
