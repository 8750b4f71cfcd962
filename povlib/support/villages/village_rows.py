"""Which households of a table live in which villages, looked up once for each set of villages.

A large office has hundreds of funds and posts, each open to the villages of some area, and every measure is tested
against all of them. Responsible for that lookup. Not responsible for what is open to which area (`povlib.params`).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib.arrays import Bools


class VillageRows:
    """The rows of households by the villages they live in.

    Parameters
    ----------
    village : Series of str
        Village of each household; a household whose village is not known lives in none.

    Examples
    --------
    >>> rows = VillageRows(pd.Series(["East", "West", None]))
    >>> rows.within(frozenset({"West"})).tolist(), rows.reaches(frozenset({"North"}))
    ([False, True, False], False)
    """

    def __init__(self, village: pd.Series) -> None:
        codes, names = pd.factorize(village)
        self._codes, self._names = codes, [str(name) for name in names]
        self._known: dict[frozenset[str], Bools] = {}

    def within(self, villages: frozenset[str] | None) -> Bools:
        """Return which households live in one of some villages, as an array not to be written to; None: all do."""
        if villages is None:
            return np.ones(len(self._codes), dtype=bool)
        found = self._known.get(villages)
        if found is None:
            # behind the last village stands the one that is not known: its code is -1
            among = np.array([*(name in villages for name in self._names), False])
            found = among[self._codes]
            found.flags.writeable = False
            self._known[villages] = found
        return found

    def reaches(self, villages: frozenset[str] | None) -> bool:
        """Return whether any household lives in one of some villages; None: all do."""
        return villages is None or bool(self.within(villages).any())
