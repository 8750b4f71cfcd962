"""Would another way of handing out have been better after all? Regret over possible worlds.

Responsible for comparing plans in the same worlds (draws): how often each is best, and what is lost
against the best of them. Not responsible for the plans or the worlds.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.allocation.problem.allocation_problem import Problem
from povlib.allocation.questions.world_draws import checked_draws
from povlib.arrays import Ints
from povlib.errors import ProblemError

_COLUMNS = ["key", "mean", "low", "high", "best_share", "regret_mean", "regret_p90", "regret_max", "behind_share"]


def regret(
    problem: Problem, draws: npt.ArrayLike, choices: Mapping[str, Ints], *, range_share: float = 0.9
) -> pd.DataFrame:
    """Compare plans in the same possible worlds.

    Parameters
    ----------
    draws : float (P, S)
        As for `povlib.allocation.questions.worst_case.worst_case_plan`.
    choices : mapping of key -> int (H,) or (G,)
        Package rows of each plan; the first is the plan in question.
    range_share : float
        Share of worlds between low and high.

    Returns
    -------
    DataFrame
        key, mean, low, high (value over the worlds), best_share (part of worlds in which no other plan is
        better), regret_mean, regret_p90, regret_max (value lost against the best of them in each world),
        behind_share (part of worlds in which the plan in question is behind this one).

    Raises
    ------
    ProblemError
        If the draws do not fit the problem, or nothing is compared.

    Examples
    --------
    >>> from scipy import sparse
    >>> problem = Problem.from_arrays([0, 5], [0, 0], [0], sparse.csr_array([[0], [1]]), [1])
    >>> found = regret(problem, [[0.0, 0.0], [6.0, -1.0]], {"plan": np.array([1]), "nothing": np.array([0])})
    >>> found[["key", "mean", "best_share", "regret_max"]].to_numpy().tolist()
    [['plan', 2.5, 0.5, 1.0], ['nothing', 0.0, 0.5, 6.0]]
    """
    if not choices:
        raise ProblemError("there is nothing to compare", where="choices")
    values = checked_draws(problem, draws)
    own = problem.households
    worlds = np.stack([values[np.asarray(rows)[:own]].sum(axis=0) for rows in choices.values()])
    lost = worlds.max(axis=0) - worlds
    edge = (1.0 - range_share) / 2
    frame = pd.DataFrame(
        {
            "key": list(choices), "mean": worlds.mean(axis=1), "low": np.quantile(worlds, edge, axis=1),
            "high": np.quantile(worlds, 1.0 - edge, axis=1), "best_share": (lost == 0).mean(axis=1),
            "regret_mean": lost.mean(axis=1), "regret_p90": np.quantile(lost, 0.9, axis=1),
            "regret_max": lost.max(axis=1), "behind_share": (worlds > worlds[0]).mean(axis=1),
        }
    )  # fmt: skip
    return frame[_COLUMNS]
