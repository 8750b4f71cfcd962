"""What a village could be expected to reach with the households it has: a fair start for a comparison.

Responsible for the chance of each household to reach a result, had every village worked as the township does on
average. Not responsible for comparing villages (`village_rates`) or for choosing the facts.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib.arrays import Bools, Floats
from povlib.binary_regression import logistic, ridge_logit
from povlib.errors import DataError

# one over the variance of the prior of a coefficient, per standard deviation of its fact: odds between e^-2 and e^2 are
# thought likely. Wider priors let a fact that one small village alone has explain away the work of that village
_PENALTY = 1.0


def expected_chances(facts: pd.DataFrame, reached: Bools) -> Floats:
    """Return each household's chance by its own facts alone; together they expect what was reached.

    A logit with a normal prior on every coefficient but the constant, over all villages at once. The constant is free,
    so the chances sum to the count reached (its score equation).

    Parameters
    ----------
    facts : DataFrame (households x facts)
        Numbers or booleans; a missing one counts as the mean of those known.
    reached : array of bool (households)

    Raises
    ------
    DataError
        No households, or as many chances as results that cannot be told: all or none reached it.

    Examples
    --------
    >>> facts = pd.DataFrame({"workers": [0, 0, 1, 1, 2, 2]})
    >>> chances = expected_chances(facts, np.array([False, False, False, True, True, True]))
    >>> bool(chances[0] < chances[2] < chances[4]), round(float(chances.sum()), 6)
    (True, 3.0)
    """
    if not 0 < reached.sum() < len(reached):
        raise DataError("all or none of {n} reached it: there is nothing to compare", n=str(len(reached)))
    numbers = facts.astype("float64")
    centred = (numbers - numbers.mean()).fillna(0.0)
    spread = centred.std(ddof=0)
    varied = centred.loc[:, spread > 0] / spread[spread > 0]
    design = np.column_stack([np.ones(len(varied)), varied.to_numpy()])
    penalty = np.r_[0.0, np.full(varied.shape[1], _PENALTY)]
    return logistic(design @ ridge_logit(design, reached.astype(np.float64), penalty))
