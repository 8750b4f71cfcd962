"""Problems that little but one choice fits."""

import numpy as np
import pytest
from scipy import sparse

from povlib.allocation import Problem


def tight_problem(seed, groups, items, rows, spare=0):
    """Return groups whose capacities are what one random choice uses: little else fits."""
    rng = np.random.default_rng(seed)
    use = rng.integers(1, 11, (groups * items, rows))
    one = np.arange(groups) * items + rng.integers(0, items, groups)
    return Problem.from_arrays(
        (5 * use.sum(axis=1) + rng.integers(-40, 41, len(use))).astype(float),
        np.repeat(np.arange(groups), items), np.zeros(groups, dtype=np.int64), sparse.csr_array(use),
        use[one].sum(axis=0) + spare,
    )  # fmt: skip


@pytest.fixture(scope="session")
def tight():
    return tight_problem
