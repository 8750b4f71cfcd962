"""Which packages may be chosen at all.

Responsible for "nothing new" (package 0) of each household, for pins, and for dropping packages
that no funds may pay. Not responsible for whether capacities and budgets suffice together.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.allocation.problem.bundled_funds import Money
from povlib.allocation.problem.problem_tables import Tables
from povlib.allocation.problem.sparse_matrices import Sparse
from povlib.allocation.problem.table_checks import Faults
from povlib.arrays import Bools, Ints


def nothing_new(tables: Tables, use: Sparse, paid: Money | None, start: Ints) -> Ints:
    """Package 0 of each household: marked k = 0, else the first that uses and costs nothing."""
    if "k" in tables.packages:
        nothing = (pd.to_numeric(tables.packages["k"]) == 0).to_numpy(bool)
    else:
        nothing = np.diff(use.indptr)[: len(tables.packages)] == 0
        if paid is not None:
            nothing &= paid.total[: len(tables.packages)] == 0
    households = len(tables.households)
    found = np.full(len(start) - 1, -1, dtype=np.int64)
    found[households:] = start[households:-1]
    at = np.flatnonzero(nothing)
    group = np.searchsorted(start, at, side="right") - 1
    found[group[::-1]] = at[::-1]
    return found


def allowed_packages(
    faults: Faults, tables: Tables, key: pd.Index, base: Ints, paid: Money | None, hh: npt.NDArray[Any]
) -> tuple[Bools, tuple[str, ...]]:
    """Apply pins, then drop what nobody may pay (d_{} > 0, `design.md` 6)."""
    allowed = np.ones(len(key), dtype=bool)
    owner = tables.place["packages.hh"]
    for pin in tables.pins.to_dict("records"):
        household = int(pd.Index(hh).get_loc(pin["hh"]))
        own = np.flatnonzero(owner == household)
        if pin["pin"] != "refused":
            allowed[own[key[own] != pin["package"]]] = False
        elif pin["package"] is None or pd.isna(pin["package"]):
            allowed[own[own != base[household]]] = False
        else:
            allowed[key.get_loc(pin["package"])] = False
    unpayable: tuple[str, ...] = ()
    if paid is not None:
        short = paid.demand((0,) * len(paid.funds)) > 0
        unpayable = tuple(str(name) for name in key[short & allowed])
        allowed &= ~short
    left = np.bincount(owner[allowed[: len(owner)]], minlength=len(hh))
    faults.add_keys(
        "{n} households have no package left after pins and what funds may pay: {keys}", "pins", hh[left == 0]
    )
    return allowed, unpayable
