"""Packages: compatible sets of awards for one household, and what each is made of.

Responsible for giving every household the packages of its kind and for their components with person,
post, co-operative and start. Not responsible for the rules on which awards meet
(`povlib.support.package_enumeration`) or for their bills (`povlib.support.package_bills`).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.arrays import Ints
from povlib.calendar import Month
from povlib.params import Settings
from povlib.support.bundling_matrix import BundlingMatrix
from povlib.support.eligibility import RegisterFacts
from povlib.support.package_enumeration import HouseholdKind, Package, PackageEnumerator
from povlib.support.single_awards import NO_MEMBER, AwardOption, Awards
from povlib.vocabulary import GUARANTEES


def expected_gain(option: AwardOption, horizon: Month) -> float:
    """Return what an award is expected to bring by the horizon, in fen, as far as the catalogue alone says.

    Used only to decide which packages stay when there are too many; shares of a household's own
    income are left out because they differ between households.
    """
    total = 0.0
    for earning in option.measure.earns:
        first = option.start + earning.delay_months
        paid = sum(month.month in earning.paid_in for month in first.through(horizon))
        mean = (earning.mean or 0.0) * earning.takeup
        if earning.basis == "post_wage" and option.post is not None:
            total += mean * option.post.wage_fen_per_month * paid
        elif earning.basis == "yuan_per_month":
            total += mean * 100 * paid
    return total


def package_components(
    register: RegisterFacts, awards: Awards, matrix: BundlingMatrix, settings: Settings
) -> pd.DataFrame:
    """Return the awards of every package, sorted by row, k, option, order.

    Package 0 ("nothing new") has no rows.

    Returns
    -------
    DataFrame
        row (of ``register.households``), k, option, order, person, cost_fen; `list` and `listed` say
        which list of packages the household has and which place in it: packages of the same list and
        place hold the same options.
    """
    gains = [expected_gain(option, settings.horizon) for option in awards.options]
    enumerator = PackageEnumerator(awards.options, gains, matrix, settings.most_awards)
    which, kinds = _household_kinds(register, awards)
    lists = [enumerator.packages(kind) for kind in kinds]
    flat = [_award_triples(packages) for packages in lists]
    return _components_of_households(awards, which, flat)


def _household_kinds(register: RegisterFacts, awards: Awards) -> tuple[Ints, list[HouseholdKind]]:
    """Return the kind of every household (-1: nothing is open to it) and the kinds."""
    table, count = awards.table, len(register.households)
    missing = _missing_guarantee_bits(register)
    code = table["option"].to_numpy() * 1000 + table["order"].to_numpy() + 1
    bounds = np.searchsorted(table["row"].to_numpy(), np.arange(count + 1))
    number_by_facts: dict[tuple[bytes, int], int] = {}
    which = np.full(count, -1, dtype=np.int64)
    kinds: list[HouseholdKind] = []
    for row, (start, stop) in enumerate(pairwise(bounds.tolist())):
        if start == stop:
            continue
        key = (code[start:stop].tobytes(), int(missing[row]))
        if key not in number_by_facts:
            number_by_facts[key] = len(kinds)
            kinds.append(_kind_from_codes(code[start:stop].tolist(), int(missing[row])))
        which[row] = number_by_facts[key]
    return which, kinds


def _kind_from_codes(codes: list[int], missing: int) -> HouseholdKind:
    members: dict[int, list[int]] = {}
    for code in codes:
        members.setdefault(code // 1000, []).append(code % 1000 - 1)
    lacks = frozenset(name for i, name in enumerate(GUARANTEES) if missing >> i & 1)
    return HouseholdKind({option: tuple(who) for option, who in members.items()}, lacks)


def _missing_guarantee_bits(register: RegisterFacts) -> Ints:
    held = [(register.households[name] == 1).fillna(False).to_numpy(dtype=bool) for name in GUARANTEES]
    return np.asarray(np.sum([(~column).astype(np.int64) << i for i, column in enumerate(held)], axis=0))


def _award_triples(packages: list[Package]) -> Ints:
    """Return k, option, order of every award of a list of packages."""
    rows = [(k, option, member) for k, package in enumerate(packages) for option, member in package]
    return np.array(rows, dtype=np.int64).reshape(-1, 3)


def _components_of_households(awards: Awards, which: Ints, flat: list[Ints]) -> pd.DataFrame:
    sizes = np.array([len(rows) for rows in flat], dtype=np.int64)
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    every = np.concatenate(flat) if flat else np.zeros((0, 3), dtype=np.int64)
    rows = np.flatnonzero(which >= 0)
    count = sizes[which[rows]]
    owner = np.repeat(rows, count)
    within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    taken = every[np.repeat(offsets[which[rows]], count) + within]
    frame = pd.DataFrame({"row": owner, "k": taken[:, 0], "option": taken[:, 1], "order": taken[:, 2]})
    frame["list"], frame["listed"] = which[owner], taken[:, 0]
    table = awards.table
    at = np.searchsorted(_award_key(table), _award_key(frame))
    frame["person"] = table["person"].to_numpy()[at]
    frame["person"] = frame["person"].astype("str")
    frame["cost_fen"] = table["cost_fen"].to_numpy()[at]
    return frame.sort_values(["row", "k", "option", "order"], kind="stable").reset_index(drop=True)


def _award_key(frame: pd.DataFrame) -> Ints:
    row, option, order = (frame[name].to_numpy(dtype=np.int64) for name in ("row", "option", "order"))
    return np.asarray((row * 100_000 + option) * 1000 + order - NO_MEMBER)


def renumber_packages(parts: pd.DataFrame, keep: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """Return the components of the packages that stay, k renumbered 1, 2, ... in each household.

    Parameters
    ----------
    parts : DataFrame
        `package_components`.
    keep : array of bool
        Which rows belong to packages that stay (the same for all rows of a package).
    """
    kept = parts.loc[keep].reset_index(drop=True)
    new = kept["k"].ne(kept["k"].shift()) | kept["row"].ne(kept["row"].shift())
    kept["k"] = new.astype(np.int64).groupby(kept["row"]).cumsum()
    return kept
