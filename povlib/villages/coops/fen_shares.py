"""Whole fen shared out: parts in proportion that sum to exactly what there is.

Responsible for that arithmetic. Not responsible for who has a part in what.
"""

from __future__ import annotations

from collections.abc import Sequence


def fen_shares(total_fen: int, weights: Sequence[int]) -> list[int]:
    """Return `total_fen` in parts in proportion to `weights`, by largest remainder, ties to the first.

    Parameters
    ----------
    total_fen : int
        Not below 0.
    weights : sequence of int
        Not below 0; all 0: nothing is shared out, every part is 0.

    Examples
    --------
    >>> fen_shares(100, [1, 1, 1]), fen_shares(5, [0, 2, 3]), fen_shares(7, [0, 0])
    ([34, 33, 33], [0, 2, 3], [0, 0])
    """
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    parts = [total_fen * weight // whole for weight in weights]
    # remainders as whole numbers: no rounding decides who has the last fen
    order = sorted(range(len(weights)), key=lambda i: (-(total_fen * weights[i] % whole), i))
    for i in order[: total_fen - sum(parts)]:
        parts[i] += 1
    return parts
