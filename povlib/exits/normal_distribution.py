"""Closed forms of a normal income under a line: chance to be over, expected gap, expected squared gap.

Responsible for these three formulas and their limits when nothing is uncertain. Not responsible for
where mean and spread come from.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from povlib.arrays import Floats

# Fen: an income whose spread is no larger counts as known, and is compared with the line exactly.
_TINY = 1e-9


def _standardised_line(
    mean: npt.ArrayLike, spread: npt.ArrayLike, line: npt.ArrayLike
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return mean, spread, line and the line's score, broadcast; spread and score are 0 where income is certain."""
    mean, spread, line = np.broadcast_arrays(*(np.asarray(a, dtype=np.float64) for a in (mean, spread, line)))
    certain = spread <= _TINY
    score = np.where(certain, 0.0, (line - mean) / np.where(certain, 1.0, spread))
    return mean, np.where(certain, 0.0, spread), line, score


def chance_over(mean: npt.ArrayLike, spread: npt.ArrayLike, line: npt.ArrayLike) -> Floats:
    """Return P(income > line) of a normal income; 1 or 0 where nothing is uncertain (equal is not over).

    Examples
    --------
    >>> chance_over([3146.0, 3147.0, 3146.0], [0.0, 0.0, 10.0], 3146.0).tolist()
    [0.0, 1.0, 0.5]
    """
    from scipy.special import ndtr  # 0.1 s of import that a start without projection need not pay

    mean, spread, line, score = _standardised_line(mean, spread, line)
    return np.where(spread == 0, (mean > line).astype(np.float64), ndtr(-score))


def expected_gap(mean: npt.ArrayLike, spread: npt.ArrayLike, line: npt.ArrayLike) -> Floats:
    """Return E[max(line - income, 0)] = s (d Phi(d) + phi(d)),  d = (line - mean) / s.

    Examples
    --------
    >>> expected_gap([3000.0, 4000.0], 0.0, 3146.0).tolist()
    [146.0, 0.0]
    """
    from scipy.special import ndtr

    mean, spread, line, d = _standardised_line(mean, spread, line)
    phi = np.exp(-0.5 * d**2) / np.sqrt(2 * np.pi)
    return np.where(spread == 0, np.maximum(line - mean, 0.0), spread * (d * ndtr(d) + phi))


def expected_squared_gap(mean: npt.ArrayLike, spread: npt.ArrayLike, line: npt.ArrayLike) -> Floats:
    """Return E[max(line - income, 0)^2] = s^2 ((d^2 + 1) Phi(d) + d phi(d)).

    Examples
    --------
    >>> expected_squared_gap([3136.0, 4000.0], 0.0, 3146.0).tolist()
    [100.0, 0.0]
    """
    from scipy.special import ndtr

    mean, spread, line, d = _standardised_line(mean, spread, line)
    phi = np.exp(-0.5 * d**2) / np.sqrt(2 * np.pi)
    normal = spread**2 * ((d**2 + 1) * ndtr(d) + d * phi)
    return np.where(spread == 0, np.maximum(line - mean, 0.0) ** 2, np.maximum(normal, 0.0))
