"""Chance: named random streams, and picks that reach exact totals.

A stream is named by the seed, a word and whole numbers (a month, a year, a replicate), so that adding
a draw somewhere never moves the draws elsewhere and a later month never changes an earlier one.
Not responsible for what is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import numpy as np
import numpy.typing as npt

from povlib.arrays import Bools, Floats, Ints


def random_stream(seed: int, name: str, *keys: int) -> np.random.Generator:
    """Return the random stream of a name and whole-number keys.

    Examples
    --------
    >>> random_stream(1, "wage", 24196).integers(10) == random_stream(1, "wage", 24196).integers(10)
    np.True_
    """
    return np.random.default_rng([seed, crc32(name.encode()), *keys])


def apportion(weights: npt.ArrayLike, total: int) -> Ints:
    """Split `total` into whole parts in proportion to `weights` (largest remainder; ties to the first).

    Examples
    --------
    >>> apportion([1, 1, 1], 5).tolist()
    [2, 2, 1]
    """
    share = np.asarray(weights, dtype=np.float64)
    exact = share / share.sum() * total
    parts: Ints = np.floor(exact).astype(np.int64)
    order = np.argsort(-(exact - parts), kind="stable")
    parts[order[: total - int(parts.sum())]] += 1
    return parts


def household_sizes(share: dict[int, float], households: int, persons: int) -> Ints:
    """Return one size a household, sorted, so that there are exactly `persons`.

    Examples
    --------
    >>> int(household_sizes({1: 0.2, 2: 0.4, 3: 0.4}, 10, 23).sum())
    23
    """
    keys = np.array(sorted(share), dtype=np.int64)
    sizes = np.repeat(keys, apportion([share[int(k)] for k in keys], households))
    short = persons - int(sizes.sum())
    step = 1 if short > 0 else -1
    movable = np.flatnonzero((sizes + step >= keys[0]) & (sizes + step <= keys[-1]))
    spread = movable[np.linspace(0, len(movable) - 1, min(abs(short), len(movable))).astype(np.int64)]
    np.add.at(sizes, spread, step)
    return (
        np.sort(sizes) if int(sizes.sum()) == persons else household_sizes(_shares_of_sizes(sizes), households, persons)
    )


def _shares_of_sizes(sizes: Ints) -> dict[int, float]:
    values, counts = np.unique(sizes, return_counts=True)
    return {int(v): int(c) / len(sizes) for v, c in zip(values, counts, strict=True)}


def draw_labels(
    rng: np.random.Generator, labels: Sequence[str], weights: npt.ArrayLike, n: int
) -> npt.NDArray[np.str_]:
    """Draw `n` labels with the given weights."""
    p = np.asarray(weights, dtype=np.float64)
    return np.asarray(labels)[rng.choice(len(labels), size=n, p=p / p.sum())]


def pick_to_total(score: Floats, size: Ints, pool: Bools, k: int, total: int | None = None) -> Ints:
    """Pick `k` rows of the pool, highest score first, and swap until their sizes sum to `total`.

    Swaps change the sum by as much as is still missing, never more, and give up as little score as they can.
    Where the pool cannot reach the total, the nearest sum found is returned: callers that need it exact check it.

    Examples
    --------
    >>> pick_to_total(np.array([3., 2., 1.]), np.array([1, 1, 4]), np.ones(3, bool), 2, 5).tolist()
    [0, 2]
    """
    rows = np.flatnonzero(pool)
    rows = rows[np.argsort(-score[rows], kind="stable")]
    inside = np.zeros(len(score), dtype=bool)
    inside[rows[:k]] = True
    while total is not None and (missing := total - int(size[inside].sum())) != 0:
        leave, enter = _best_swaps(score, size, pool, inside, missing)
        if not len(leave):
            break
        inside[leave], inside[enter] = False, True
    return np.flatnonzero(inside)


def _best_swaps(score: Floats, size: Ints, pool: Bools, inside: Bools, missing: int) -> tuple[Ints, Ints]:
    """Rows to swap out and in: of the largest useful change, where least score is lost; many at once when far off."""
    sign = 1 if missing > 0 else -1
    for change in range(min(abs(missing), int(size.max()) - 1), 0, -1):
        found: list[tuple[float, int, Ints, Ints]] = []
        for old in range(1, int(size.max()) + 1):
            leave = np.flatnonzero(inside & (size == old))
            enter = np.flatnonzero(pool & ~inside & (size == old + sign * change))
            if len(leave) and len(enter):
                leave = leave[np.argsort(score[leave], kind="stable")]
                enter = enter[np.argsort(-score[enter], kind="stable")]
                found.append((float(score[leave[0]] - score[enter[0]]), old, leave, enter))
        if found:
            _, _, leave, enter = min(found, key=lambda f: f[:2])
            # Far from the total many pairs are swapped at once, near it one by one, so that it is met and not passed.
            pairs = min(max(1, abs(missing) // (16 * change)), len(leave), len(enter))
            return leave[:pairs], enter[:pairs]
    return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
