"""Arrays of a few villages, small enough that every choice can be tried."""

import itertools

import numpy as np
from scipy import sparse

from povlib.allocation.problem.sparse_matrices import csr
from povlib.allocation.solvers.priced.price_store import store_of


def small(seed, *, villages=3, wide=1, yuan=False):
    """Arrays of a few villages: `wide` common rows, two rows of each village, in slots or in yuan."""
    rng = np.random.default_rng(seed)
    households = int(rng.integers(villages, 3 * villages + 1))
    village = np.sort(rng.integers(0, villages, households))
    village = np.unique(village, return_inverse=True)[1].astype(np.int64)
    count = rng.integers(1, 5, households)
    start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    total = int(start[-1])
    of = np.repeat(np.arange(households), count)
    common = rng.integers(0, 30, (total, wide)) * (rng.random((total, wide)) < 0.6)
    own = rng.integers(0, 50 if yuan else 2, (total, 2)) * (rng.random((total, 2)) < 0.6)
    first = start[:-1]
    common[first], own[first] = 0, 0
    wide_use = np.zeros((total, wide + 2 * (village.max() + 1)), dtype=np.int64)
    wide_use[:, :wide] = common
    for j in range(2):
        wide_use[np.arange(total), wide + 2 * village[of] + j] = own[:, j]
    capacity = np.concatenate(
        [common.sum(axis=0) // 4 + 1, rng.integers(0, 60 if yuan else 3, 2 * (village.max() + 1))]
    ).astype(np.int64)
    value = rng.integers(0, 4_000_000, total)
    value[first] = rng.integers(0, 500_000, households)
    return value, csr(sparse.csr_array(wide_use)), capacity, start, village


def best_of(value, use, capacity, start):
    """Best value of any choice that keeps every row: every choice tried."""
    rows = [range(start[g], start[g + 1]) for g in range(len(start) - 1)]
    dense = use.toarray()
    found = None
    for choice in itertools.product(*rows):
        at = list(choice)
        if (dense[at].sum(axis=0) <= capacity).all():
            found = max(found if found is not None else -1, int(value[at].sum()))
    return found


def store(seed, **options):
    value, use, capacity, start, village = small(seed, **options)
    return store_of(value, use, capacity, start, village, np.ones(len(value), dtype=bool))
