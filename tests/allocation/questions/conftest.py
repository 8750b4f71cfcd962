"""Small problems whose every plan can be written down."""

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from povlib.allocation import Problem


def _small(seed, households=4, packages=3, worlds=6):
    """One fund, one pool of posts, two villages; draws around the values."""
    rng = np.random.default_rng(seed)
    household = np.repeat(np.arange(households), packages)
    value = np.round(rng.random(households * packages) * 4, 2)
    value[::packages] = 0
    use = np.column_stack([rng.integers(1, 9, len(value)), rng.integers(0, 2, len(value))])
    use[::packages] = 0
    capacity = [int(rng.integers(3, 18)), int(rng.integers(0, 3))]
    problem = Problem.from_arrays(value, household, np.arange(households) % 2, sparse.csr_array(use), capacity)
    draws = np.maximum(
        value[:, None] * (1 + rng.normal(0, 0.5, (1, worlds))) + rng.normal(0, 0.3, (len(value), worlds)), 0
    )
    draws[::packages] = 0
    return problem, draws


def _plans(problem):
    """Every choice that keeps every rule."""
    own = [range(problem.start[g], problem.start[g + 1]) for g in range(problem.groups)]
    for rows in itertools.product(*own):
        rows = np.array(rows)
        if (np.asarray(problem.use[rows].sum(axis=0)).ravel() <= problem.capacity).all():
            yield rows


def _town():
    """Three households, one fund; the poorer one costs more."""
    return Problem.from_tables(
        pd.DataFrame({"package": ["a0", "a1", "b0", "b1", "c0", "c1"], "hh": list("aabbcc"),
                      "persons": [0, 2.0, 0, 2.5, 0, 1.0], "depth": [0, 0.1, 0, 0.1, 0, 0.9]}),
        pd.DataFrame({"package": ["a1"], "resource": "posts", "amount": 1}),
        pd.DataFrame({"resource": ["posts", "fund"], "kind": ["post", "fund"], "capacity": [1, 300]}),
        pd.DataFrame({"hh": list("abc"), "village": list("AAB"), "members": [3, 4, 2], "poor": [False, False, True]}),
        bills=pd.DataFrame({"package": ["a1", "b1", "c1"], "measure": "m", "cost_fen": [100, 200, 300]}),
        payers=pd.DataFrame({"package": ["a1", "b1", "c1"], "measure": "m", "fund": "fund",
                             "ceiling_fen": [100, 200, 300]}),
        shares=pd.DataFrame({"share": ["kept"], "of": ["money"], "group": ["poor"], "at_least": [0.0]}),
        objective="persons",
    )  # fmt: skip


@pytest.fixture
def small():
    """Make a small problem with draws from a seed."""
    return _small


@pytest.fixture
def plans():
    """List every choice of a problem that keeps every rule."""
    return _plans


@pytest.fixture
def town():
    """Three households, one fund; the poorer one costs more."""
    return _town()
