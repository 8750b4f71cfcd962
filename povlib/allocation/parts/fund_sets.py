"""Sets of funds that a plan over parts needs a row for: all where they are few, else those that bind.

16 townships with a fund each beside 4 of the county have a million sets, of which a plan feels a few dozen. Responsible
for finding them (`povlib.allocation.problem.fund_tree`) among what all parts are billed. Not responsible for their rows
(`compact_parts`) nor for the search that asks again until none is missed (`part_search`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from povlib.allocation.parts.compact_parts import KindsOfPart
from povlib.allocation.problem.bundled_funds import BundledFunds
from povlib.allocation.problem.fund_tree import fund_tree
from povlib.arrays import Ints

#: sets that are all written out: 8 funds that may all pay the same have 255; each is a column of every kind
MOST_WRITTEN = 300
#: of what a set holds: a relaxation may ask so much more by the solver's tolerance without the set being missed
RELAXED_TOLERANCE = 1e-7


class FundSets:
    """The sets of funds that have a row.

    Parameters
    ----------
    kinds : sequence of KindsOfPart
        Of every part.

    Attributes
    ----------
    states : list of tuple
        As `povlib.allocation.problem.bundled_funds.BundledFunds` writes them.
    are_all : bool
        No other set can bind: none need be looked for.
    """

    def __init__(self, kinds: Sequence[KindsOfPart]) -> None:
        self._kinds = kinds
        self._money = _joined_bills([found.bills for found in kinds])
        self.are_all = self._money.states <= MOST_WRITTEN
        self.states = self._money.binding_states() if self.are_all else self._money.single_states()

    def add_missed(self, taken: Iterable[tuple[int, Ints, npt.NDArray[np.number]]]) -> bool:
        """Add the sets whose funds hold less than chosen packages ask of them alone; return whether there are any.

        Parameters
        ----------
        taken : iterable of (int, int64 (N,), number (N,))
            Part, packages of the part, how much of each is taken: whole numbers of a plan, parts of a relaxation.
        """
        if self.are_all:
            return False
        first = np.cumsum([0, *(found.bills.packages for found in self._kinds)])
        every = np.zeros(int(first[-1]))
        for part, packages, amount in taken:
            np.add.at(every, first[part] + self._kinds[part].kind[packages], amount)
        whole = np.rint(every)
        # counts of a plan are whole: asked exactly, without a tolerance
        exact = bool((every == whole).all())
        found = fund_tree(self._money).worst_states(whole.astype(np.int64) if exact else every)
        known = set(self.states)
        allowed = 0.0 if exact else RELAXED_TOLERANCE
        missed = [s for by, s in found if s not in known and by > allowed * self._money.budget_of(s)]
        self.states = [*self.states, *missed]
        return bool(missed)


def _joined_bills(bills: Sequence[BundledFunds]) -> BundledFunds:
    """Return the bills of the kinds of all parts, one after the other."""
    first = np.cumsum([0, *(own.packages for own in bills)])
    return replace(
        bills[0],
        package=np.concatenate([own.package + before for own, before in zip(bills, first[:-1], strict=True)]),
        measure=np.concatenate([own.measure for own in bills]),
        cost=np.concatenate([own.cost for own in bills]),
        ceiling=np.concatenate([own.ceiling for own in bills]),
        kept=np.concatenate([own.kept for own in bills]),
        packages=int(first[-1]), own=sum(own.own for own in bills),
    )  # fmt: skip
