"""Who leads, and whether anybody does: one result of the villages compared with what luck leaves open.

Responsible for putting rates, ranks and the two short lists together. Not responsible for the results themselves
(`povlib.runs.facts.contest`) or for words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from povlib.arrays import Bools
from povlib.review.contest.case_mix import expected_chances
from povlib.review.contest.rank_sets import perhaps_best, perhaps_last, rank_sets
from povlib.review.contest.village_rates import village_rates


@dataclass(frozen=True, eq=False)
class VillageContest:
    """One result, compared between villages.

    Attributes
    ----------
    table : DataFrame
        Columns of `village_rates.village_rates` with rank (of the adjusted rate, 1 = best), first, last (ranks that
        luck leaves possible, each village's own question).
    best, last : tuple of str
        Villages that may be among the best (last) few: all who truly are stand in the list, as often as `level` says.
    few : int
        How many places count as the best or the last.
    level : float
        0-1.
    """

    table: pd.DataFrame
    best: tuple[str, ...]
    last: tuple[str, ...]
    few: int
    level: float

    @property
    def told_apart(self) -> bool:
        """Whether any village is told from any other: otherwise no rank means anything."""
        count = len(self.table)
        return bool(((self.table["first"] > 1) | (self.table["last"] < count)).any())


def village_contest(
    villages: Sequence[str] | pd.Series, reached: Bools, facts: pd.DataFrame, *, few: int = 3, level: float = 0.95
) -> VillageContest:
    """Return the comparison of one result that households reached or not.

    Parameters
    ----------
    villages : sequence of str (households)
    reached : array of bool (households)
    facts : DataFrame (households x facts)
        What made it easier or harder from the start; never what the village did.
    few : int
        Places that count as the best or last few.
    level : float
        How often the sets shall hold, 0.5-1.

    Raises
    ------
    DataError
        As `expected_chances`, `village_rates` and `rank_sets`.

    Examples
    --------
    >>> import numpy as np
    >>> found = village_contest(
    ...     ["A"] * 40 + ["B"] * 40, np.arange(80) < 39, pd.DataFrame({"workers": [1, 2] * 40}), few=1
    ... )
    >>> found.best, found.last, found.told_apart
    (('A',), ('B',), True)
    """
    rates = village_rates(villages, reached, expected_chances(facts, reached))
    names, figures, errors = rates["village"].tolist(), rates["rate"].to_numpy(), rates["se"].to_numpy()
    own = rank_sets(names, figures, errors, level=level).table
    ahead = rank_sets(names, figures, errors, level=level, simultaneous=True, side="best")
    behind = rank_sets(names, figures, errors, level=level, simultaneous=True, side="last")
    table = rates.assign(rank=own["rank"], first=own["low"], last=own["high"])
    return VillageContest(table, perhaps_best(ahead, few), perhaps_last(behind, few), few, level)
