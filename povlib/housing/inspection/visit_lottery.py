"""The draw: whole assignments with weights whose mean is exactly the chances that were set.

The chances of `visit_probabilities` are a flow from inspectors through (home, village) to villages. While any part of
it is a fraction, a whole flow between its floors and ceilings is taken out with the largest weight that keeps the rest
within them; at least one more part is whole afterwards, so it ends. What remains is a list of assignments, each
keeping every rule, with weights that sum to one. It is published before the draw; one number from the public seed
picks a line. Anybody can check the list against the chances, and the pick against the seed.

Responsible for the list and the pick. Not responsible for the chances.

Source: Birkhoff (1946) and von Neumann (1953), in the form of Budish et al. (2013), American Economic Review 103(2).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array

from povlib.errors import WorkbenchError

Flow = npt.NDArray[np.float64]

_WHOLE = 1e-7
"""A flow nearer than this to a whole number is whole: the solver answers to 1e-9, and steps add a little each."""


@dataclass(frozen=True)
class VisitLottery:
    """Assignments and their weights.

    Parameters
    ----------
    visits : (assignments, inspectors, villages) bool array
    weights : (assignments,) array
        Positive, sum 1; in the order in which they are drawn from.
    inspectors, villages : tuple of str
    """

    visits: npt.NDArray[np.bool_]
    weights: Flow
    inspectors: tuple[str, ...]
    villages: tuple[str, ...]

    def probabilities(self) -> pd.DataFrame:
        """Return the chance of every visit that this lottery gives: inspectors by villages."""
        mean = np.tensordot(self.weights, self.visits.astype(float), axes=1)
        return pd.DataFrame(mean, index=list(self.inspectors), columns=list(self.villages))

    def line(self, seed: int, draw: int = 0) -> int:
        """Return which assignment a public seed picks: the first whose summed weight exceeds the seed's number.

        `draw` counts draws from one seed, 0 for the first; only simulations need another.
        """
        number = np.random.default_rng([seed, draw]).random()
        # the last sum is 1 but for the last digit: no number may fall behind it
        return min(int(np.searchsorted(np.cumsum(self.weights), number, side="right")), len(self.weights) - 1)

    def assignment(self, seed: int) -> pd.DataFrame:
        """Return who visits where by a public seed: inspector, village, in the order of the inspectors."""
        chosen = np.argwhere(self.visits[self.line(seed)])
        return pd.DataFrame(
            {"inspector": [self.inspectors[i] for i, _ in chosen], "village": [self.villages[j] for _, j in chosen]}
        )


def visit_lottery(probabilities: pd.DataFrame, home: pd.Series, *, apart: bool = True) -> VisitLottery:
    """Return whole assignments with weights whose mean is `probabilities`.

    Parameters
    ----------
    probabilities : DataFrame
        From `visit_probabilities`: inspectors by villages.
    home : Series
        Village of each inspector, by inspector.
    apart : bool
        No two of one home go to one village: kept in every assignment, not only on average.

    Raises
    ------
    WorkbenchError
        When the chances are no lottery over whole assignments: a village's do not sum to a whole number.

    Examples
    --------
    >>> p = pd.DataFrame(0.5, index=["a", "b"], columns=["C", "D"])
    >>> lottery = visit_lottery(p, pd.Series({"a": "A", "b": "B"}))
    >>> lottery.weights.tolist(), lottery.probabilities().to_numpy().tolist()
    ([0.5, 0.5], [[0.5, 0.5], [0.5, 0.5]])
    """
    whole = probabilities.sum().round()
    if (probabilities.sum() - whole).abs().max() > 1e-6:  # ten times what flows are rounded by
        raise WorkbenchError("the chances of a village do not sum to a whole number of visitors")
    cells = np.argwhere(probabilities.to_numpy() > _WHOLE)
    rest = probabilities.to_numpy()[cells[:, 0], cells[:, 1]]
    sums = _partial_sums(cells, home.loc[probabilities.index].tolist(), apart=apart)
    found, weights, left = [], [], 1.0
    while True:
        flow = sums @ rest
        floors, ceilings = np.floor(flow + _WHOLE), np.ceil(flow - _WHOLE)
        taken = _whole_flow(sums, floors, ceilings, rest)
        at = sums @ taken
        share = _largest_share(flow, at, floors, ceilings)
        found.append(taken)
        weights.append(left * share)
        if share >= 1 - _WHOLE:
            break
        rest = np.clip((rest - share * taken) / (1 - share), 0.0, 1.0)
        left *= 1 - share
    visits = np.zeros((len(found), *probabilities.shape), dtype=bool)
    for k, taken in enumerate(found):
        visits[k, cells[:, 0], cells[:, 1]] = taken > 0.5
    return VisitLottery(
        visits,
        np.array(weights) / np.sum(weights),
        tuple(map(str, probabilities.index)),
        tuple(map(str, probabilities.columns)),
    )


def _partial_sums(cells: npt.NDArray[np.intp], home: list[str], *, apart: bool) -> csr_array:
    """Return the matrix from cells to every sum that must stay between its floor and its ceiling."""
    groups: list[npt.NDArray[np.intp]] = [np.arange(len(cells)), cells[:, 0], cells[:, 1]]
    if apart:
        names = pd.factorize(np.array(home))[0]
        groups.append(names[cells[:, 0]] * (cells[:, 1].max() + 1) + cells[:, 1])
    rows, offset = [], 0
    for group in groups:
        codes, distinct = pd.factorize(group)
        rows.append(codes + offset)
        offset += len(distinct)
    column = np.tile(np.arange(len(cells)), len(groups))
    return coo_array((np.ones(len(column)), (np.concatenate(rows), column)), shape=(offset, len(cells))).tocsr()


def _whole_flow(sums: csr_array, floors: Flow, ceilings: Flow, rest: Flow) -> Flow:
    """Return a 0/1 assignment between all floors and ceilings, near what is left so that its weight is large.

    The two nested families of sums make the matrix totally unimodular: where the linear program has a solution, a
    whole one is as good, so asking for whole numbers costs no search.
    """
    answer = milp(
        -rest,
        constraints=LinearConstraint(sums, floors, ceilings),
        bounds=Bounds(0, 1),
        integrality=np.ones(len(rest), dtype=np.int64),
    )
    if answer.status != 0:
        raise WorkbenchError("these chances are not a lottery over whole assignments")
    return np.asarray(answer.x).round()


def _largest_share(flow: Flow, at: Flow, floors: Flow, ceilings: Flow) -> float:
    """Return the largest weight of an assignment that leaves every sum between its floor and its ceiling."""
    open_ = ceilings > floors
    room = np.where(at <= floors, ceilings - flow, flow - floors)[open_]
    return float(min(1.0, room.min(initial=1.0)))
