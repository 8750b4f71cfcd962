"""Which packages may be chosen at all.

Responsible for "nothing new" (package 0) of each household, for pins, and for dropping packages
that no funds may pay. Not responsible for whether capacities and budgets suffice together.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.allocation.problem.bundled_funds import BundledFunds
from povlib.allocation.problem.problem_tables import ProblemTables
from povlib.allocation.problem.sparse_matrices import Sparse
from povlib.allocation.problem.table_checks import FaultList
from povlib.arrays import Bools, Ints


def nothing_new_packages(tables: ProblemTables, use: Sparse, paid: BundledFunds | None, start: Ints) -> Ints:
    """Package 0 of each household: marked k = 0, else the first that uses and costs nothing."""
    if "k" in tables.packages:
        is_nothing = (pd.to_numeric(tables.packages["k"]) == 0).to_numpy(bool)
    else:
        is_nothing = np.diff(use.indptr)[: len(tables.packages)] == 0
        if paid is not None:
            is_nothing &= paid.total[: len(tables.packages)] == 0
    households = len(tables.households)
    first = np.full(len(start) - 1, -1, dtype=np.int64)
    first[households:] = start[households:-1]
    at = np.flatnonzero(is_nothing)
    group = np.searchsorted(start, at, side="right") - 1
    first[group[::-1]] = at[::-1]  # written backwards, so that the first of a household stays
    return first


def allowed_packages(
    faults: FaultList, tables: ProblemTables, key: pd.Index, base: Ints, paid: BundledFunds | None, hh: npt.NDArray[Any]
) -> tuple[Bools, tuple[str, ...]]:
    """Apply pins, then drop what no fund may pay in full, however much it holds (demand of the empty set of funds)."""
    allowed = np.ones(len(key), dtype=bool)
    household_of = tables.place["packages.hh"]
    for pin in tables.pins.to_dict("records"):
        household = int(pd.Index(hh).get_loc(pin["hh"]))
        own = np.flatnonzero(household_of == household)
        if pin["pin"] != "refused":
            allowed[own[key[own] != pin["package"]]] = False
        elif pin["package"] is None or pd.isna(pin["package"]):
            allowed[own[own != base[household]]] = False
        else:
            allowed[key.get_loc(pin["package"])] = False
    unpayable: tuple[str, ...] = ()
    if paid is not None:
        unpaid = paid.demand((0,) * len(paid.funds)) > 0
        unpayable = tuple(str(name) for name in key[unpaid & allowed])
        allowed &= ~unpaid
    left = np.bincount(household_of[allowed[: len(household_of)]], minlength=len(hh))
    faults.add_keys(
        "{n} households have no package left after pins and what funds may pay: {keys}", "pins", hh[left == 0]
    )
    return allowed, unpayable
