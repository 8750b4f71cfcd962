"""Rows of few places counted whole: what the households that may use a row bring at most, in place of a price.

A village has two posts, and in some households two members would take both. At any price of a post half of such a
household fits beside a whole one, which no plan can do: a price leaves up to a quarter of a person unproved, and a
county has many such villages. Where a row has few places the best whole choice is easy to find and to check: household
after household, what the first ones bring at most with 0, 1, 2, ... places (a knapsack with a choice for each
household, by dynamic programming: Bellman 1957; Sinha and Zoltners 1979). Responsible for this arithmetic, in Python's
own whole numbers. Not responsible for lines, nor for which rows are counted
(`povlib.allocation.parts.proof.office_bounds`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import reduce
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from povlib.arrays import Ints

#: the most that some households bring with at most 0, 1, 2, ... places, in 1e-12 person; minus infinity (exact beside
#: whole numbers) where they cannot do with so few
BestByPlaces = list[float]


def no_households(places: int) -> BestByPlaces:
    """Return what nobody brings."""
    return [0] * (places + 1)


def joined_households(one: Sequence[float], other: Sequence[float]) -> BestByPlaces:
    """Return what the households of both bring, however the places are shared between them.

    Examples
    --------
    >>> joined_households([0, 3, 5], [0, 4, 4])
    [0, 4, 7]
    """
    return [max(one[own] + other[places - own] for own in range(places + 1)) for places in range(len(one))]


def best_by_places(line: npt.NDArray[np.int64], home: Ints, taken: Ints, places: int) -> BestByPlaces:
    """Return what households bring at most with 0, 1, ... `places` places of a row, one package each.

    Parameters
    ----------
    line : array (N,)
        Value of each package less the price of everything else that it uses, in 1e-12 person: int64, or Python
        integers.
    home, taken : int64 (N,)
        Household of each package, and how many places it takes (0 or more).

    Examples
    --------
    Two households whose two members would take both posts, and one that needs one:

    >>> home = np.array([0, 0, 1, 1, 2, 2])
    >>> best_by_places(np.array([0, 30, 0, 28, 0, 16]), home, np.array([0, 2, 0, 2, 0, 1]), 3)
    [0, 16, 30, 46]

    At a price of 15 a place nobody gains by more than 1, and three places are priced at 45: 46 as well. With two
    places a price proves no less than 31, half of a household among them; no plan brings more than 30.
    """
    own: dict[int, list[float]] = {}
    for of, worth, needs in zip(home.tolist(), line.tolist(), taken.tolist(), strict=True):
        best = own.setdefault(of, [-math.inf] * (places + 1))
        if needs <= places:
            best[needs] = max(best[needs], worth)
    # who may take two places may leave one of them empty
    at_most = (list(accumulate(best, max)) for best in own.values())
    return reduce(joined_households, at_most, no_households(places))
