"""Generated offices cut into parts, for the tests of plans over parts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import allocation_instances as instances
import numpy as np
import pandas as pd

from povlib.allocation import Problem
from povlib.allocation.parts import OfficeTables, write_part
from povlib.allocation.parts.compact_parts import CompactOffice, compact_office, kinds_of_office
from povlib.allocation.parts.fund_sets import FundSets
from povlib.allocation.parts.joined_office import join_parts

CUT = ("packages", "uses", "households", "bills", "payers", "pins")


def township(seed: int, households: int = 60, villages: int = 6) -> dict[str, Any]:
    """Return a township with every rule: pins, ceilings per household, kept shares, shares, floors."""
    tables = instances.township(seed, households, villages)
    rng = np.random.default_rng(seed)
    packages, resources = tables["packages"], tables["resources"]
    some = packages[packages["k"] > 0].sample(3, random_state=seed).drop_duplicates("hh")
    kinds = np.array(["approved", "refused", "refused"])[: len(some)]
    pins = pd.DataFrame({"hh": some["hh"], "package": some["package"], "pin": kinds})
    floor = resources["sense"] == ">="
    ceiling = np.where(resources["resource"] == "fund-d", 800_000 if rng.random() < 0.5 else np.nan, np.nan)
    capacity = np.where(floor, 1, np.maximum(resources["capacity"], 1))
    tables["resources"] = resources.assign(capacity=capacity, household_ceiling_fen=ceiling)
    return {**tables, "pins": pins}


def with_funds_of_villages(tables: dict[str, Any], seed: int = 0) -> dict[str, Any]:
    """Return the township with a fund of its own for every village, which may pay a part of any bill there."""
    households, packages = tables["households"], tables["packages"]
    village = packages.set_index("package")["hh"].map(households.set_index("hh")["village"])
    bills = tables["bills"]
    own = "own-" + bills["package"].map(village).astype(str)
    paid = pd.DataFrame(
        {"package": bills["package"], "measure": bills["measure"], "fund": own, "ceiling_fen": bills["cost_fen"] // 2}
    )
    funds, rng = sorted(own.unique()), np.random.default_rng(seed)
    money = rng.integers(0, int(bills["cost_fen"].max()), len(funds))
    rows = pd.DataFrame({"resource": funds, "kind": "fund", "capacity": money, "sense": "<=", "unit": "fen"})
    payers = pd.concat([tables["payers"], paid[paid["ceiling_fen"] > 0]], ignore_index=True)
    return {**tables, "payers": payers, "resources": pd.concat([tables["resources"], rows], ignore_index=True)}


def whole(tables: dict[str, Any]) -> Problem:
    """Return the township as one problem."""
    return Problem.from_tables(**tables)


def office_tables(tables: dict[str, Any]) -> OfficeTables:
    """Return the rules of the whole office; with openings, the amounts of the rows that these alone name."""
    if "facilities" not in tables:
        return OfficeTables(keeps=tables.get("keeps"), shares=tables["shares"])
    return OfficeTables(tables["resources"], tables.get("keeps"), tables["shares"], tables["facilities"])


def compact(folders: list[Path], office: OfficeTables) -> CompactOffice:
    """Return an office in parts as prices read it, with a row for every set of funds that can bind."""
    joined = join_parts(folders, office)
    kinds = kinds_of_office(joined)
    return compact_office(joined, kinds, FundSets(kinds).states)


def cut(tables: dict[str, Any], folder: Path, parts: int, seed: int = 0) -> list[Path]:
    """Write the township in parts of whole villages drawn at random, rows of each table shuffled."""
    rng = np.random.default_rng(seed)
    households = tables["households"]
    villages = sorted(households["village"].unique())
    of_village = dict(zip(villages, rng.permutation(np.arange(len(villages)) % parts), strict=True))
    part_of_hh = dict(zip(households["hh"], households["village"].map(of_village), strict=True))
    hh_of = dict(zip(tables["packages"]["package"], tables["packages"]["hh"], strict=True))
    folders = []
    for part in sorted(set(of_village.values())):
        own: dict[str, pd.DataFrame] = {}
        for name in CUT:
            frame = tables[name]
            hh = frame["hh"] if "hh" in frame else frame["package"].map(hh_of)
            own[name] = frame[hh.map(part_of_hh) == part].sample(frac=1.0, random_state=seed)
        named = {*own["uses"]["resource"], *own["payers"]["fund"]}
        resources = tables["resources"]
        mine = resources["village"].map(of_village) == part
        own["resources"] = resources[mine | resources["resource"].isin(named)].sample(frac=1.0, random_state=seed)
        write_part(folder / f"part-{part}", **own)
        folders.append(folder / f"part-{part}")
    return [folders[at] for at in rng.permutation(len(folders))]


def with_openings(tables: dict[str, Any], seed: int, count: int = 5) -> dict[str, Any]:
    """Return a township in which posts and places of villages are scarce and workshops may be opened, some in two ways.

    Every third one asks for posts taken; some add to posts of the whole township too.
    """
    rng = np.random.default_rng([seed, 11])
    villages = sorted(tables["households"]["village"].unique())
    resources = tables["resources"].copy()
    scarce = resources["resource"].str.startswith(("village posts", "places"))
    resources.loc[scarce, "capacity"] = rng.integers(0, 2, scarce.sum())
    uses, ways, least = [tables["uses"]], [], []
    for at in range(count):
        row = f"{rng.choice(['village posts', 'places'])} {rng.choice(villages)}"
        key, cost = f"shop{at}", int(rng.integers(5, 60)) * 100_000
        for level in range(1, int(rng.integers(2, 4))):
            head = (cost * level, "fund-d+fund-c")
            ways.append((key, level, row, 3 * level + int(rng.integers(0, 4)), *head))
            if rng.random() < 0.3:
                ways.append((key, level, "posts", 2, *head))
            if at % 3 == 0:
                ways.append((key, level, f"least:{key}", 2 * level, *head))
        if at % 3 == 0:
            least.append((f"least:{key}", "least", 0, ">="))
            own = tables["uses"][tables["uses"]["resource"] == row]
            uses.append(own.assign(resource=f"least:{key}"))
    more = pd.DataFrame(least, columns=["resource", "kind", "capacity", "sense"]).assign(village=None)
    columns = ["facility", "level", "resource", "added", "opening_fen", "fund"]
    return {
        **tables,
        "resources": pd.concat([resources, more], ignore_index=True),
        "uses": pd.concat(uses, ignore_index=True),
        "facilities": pd.DataFrame(ways, columns=columns),
    }
