"""The best matching of persons and vacancies: as many filled as can be, and of those the one that fits best.

Responsible for an exact optimum. Not responsible for who may be matched (`povlib.support.matching.fit_rules`).
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment

from povlib.arrays import Bools, Ints


def best_matching(may: Bools, points: Ints, slots: Ints) -> Ints:
    """Return by person the post that it is matched with, -1 for none; nobody has two, no post more than its slots.

    Parameters
    ----------
    may : array of bool (persons x posts)
    points : array of int (persons x posts)
        What speaks for each pair, not negative.
    slots : array of int (posts,)
        Vacancies.

    Raises
    ------
    ValueError
        If points or slots are negative, or the points are too large to be told apart from one vacancy filled.

    Notes
    -----
    Lexicographic by weights: a pair weighs 1 + (the most points that all pairs together can have) and its points, so
    that one vacancy more outweighs any fit. The weights are whole numbers that doubles hold exactly, and an assignment
    (Jonker and Volgenant; scipy) with weight 0 where a pair may not meet is a matching of largest weight.

    Examples
    --------
    >>> may = np.array([[True, True], [True, False]])
    >>> best_matching(may, np.array([[9, 0], [1, 0]]), np.array([1, 1])).tolist()
    [1, 0]
    """
    persons, posts = may.shape
    if (points < 0).any() or (slots < 0).any():
        raise ValueError("points and slots are not negative")
    matched = np.full(persons, -1, dtype=np.int64)
    # no post needs more columns than persons who may have it
    columns = np.repeat(np.arange(posts), np.minimum(slots, may.sum(axis=0)))
    rows = np.flatnonzero(may[:, columns].any(axis=1)) if len(columns) else np.zeros(0, dtype=np.int64)
    if not len(rows):
        return matched
    pairs = min(len(rows), len(columns))
    whole = int(points.max()) * pairs + 1
    if (whole + int(points.max())) * pairs >= 2**53:
        raise ValueError("points too large to be added up exactly")
    allowed = may[np.ix_(rows, columns)]
    weight = np.where(allowed, whole + points[np.ix_(rows, columns)], 0).astype(np.float64)
    at, to = linear_sum_assignment(weight, maximize=True)
    real = allowed[at, to]
    matched[rows[at[real]]] = columns[to[real]]
    return matched
