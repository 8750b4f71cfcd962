"""Where a range comes from: help and how it comes (parameter), years and luck (shock), the forecast itself (model).

Responsible for splitting variance over the draws into these three shares, which add up to 1. Not
responsible for the draws (`povlib.exits.shared_draws`).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.arrays import Floats
from povlib.exits.help_effects.award_effects import Effect
from povlib.exits.shared_draws import SharedDraws

PARTS = ("parameter", "shock", "model")
MODEL = "model"
_CHUNK = 20_000


def drawn_drivers(effects: tuple[Effect, ...], shared: SharedDraws) -> pd.DataFrame:
    """Return what was drawn once for all, one column each: effects by key, uncertain rates, and ``model``."""
    columns = {effect.key: drawn for effect, drawn in zip(effects, shared.effect, strict=True)}
    for what, every in (("takeup", shared.rates.takeup), ("loss", shared.rates.loss)):
        columns |= {f"{what}:{e.measure}": drawn for e, drawn in zip(effects, every, strict=True) if np.ptp(drawn) > 0}
    columns |= {f"closing:{key}": drawn for key, drawn in shared.rates.closing.items()}
    return pd.DataFrame({**columns, MODEL: shared.centre})


def variance_shares(draws: npt.NDArray[np.floating], drawn: pd.DataFrame, luck: Floats | float = 0.0) -> Floats:
    """Return rows x (parameter, shock, model): shares of the variance of each row over the draws.

    Parameters
    ----------
    draws : array (rows x draws)
        A row that is nan (not assessable) has no variance.
    drawn : DataFrame
        `drawn_drivers`.
    luck : array or float
        Variance of own luck to add to the shocks.

    Notes
    -----
    The share of a set of drivers is R^2 of the linear regression on them, less what as many columns of
    noise would explain, k (1 - R^2) / (n - 1 - k); the model's driver and the effects are drawn apart. What
    they do not explain is shock: village and common years, curvature, luck. A row without variance is all
    shock.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> one = pd.DataFrame({"job.0": rng.normal(size=400), "model": rng.normal(size=400)})
    >>> rows = (3.0 * one["job.0"] + 1.0 * one["model"]).to_numpy()[None, :]
    >>> variance_shares(rows, one).round(1).tolist()
    [[0.9, 0.0, 0.1]]
    """
    effects = drawn.drop(columns=MODEL).to_numpy(dtype=np.float64)
    bases = [_orthonormal_basis(effects), _orthonormal_basis(drawn[[MODEL]].to_numpy(dtype=np.float64))]
    shares = np.zeros((len(draws), 3))
    more = np.broadcast_to(np.asarray(luck, dtype=np.float64), (len(draws),))
    for first in range(0, len(draws), _CHUNK):
        some = slice(first, first + _CHUNK)
        rows = np.nan_to_num(draws[some].astype(np.float64))
        rows = rows - rows.mean(axis=1, keepdims=True)
        variance = (rows**2).mean(axis=1)
        total = variance + more[some]
        parts = [_explained_variance(rows, basis, variance) for basis in bases]
        parts = [np.divide(part, total, out=np.zeros(len(rows)), where=total > 0) for part in parts]
        scale = np.maximum(parts[0] + parts[1], 1.0)
        shares[some, 0], shares[some, 2] = parts[0] / scale, parts[1] / scale
    shares[:, 1] = np.maximum(1.0 - shares[:, 0] - shares[:, 2], 0.0)
    return shares


def _orthonormal_basis(columns: Floats) -> Floats:
    """Return an orthonormal basis of centred columns, those that do not vary left out."""
    centred = columns - columns.mean(axis=0)
    left, size, _ = np.linalg.svd(centred, full_matrices=False)
    return np.asarray(left[:, size > 1e-9 * max(float(size.max(initial=0.0)), 1e-300)])


def _explained_variance(rows: Floats, basis: Floats, variance: Floats) -> Floats:
    """Return how much of each row's variance the basis explains, less what noise alone would."""
    count, width = rows.shape[1], basis.shape[1]
    if not width or count <= width + 1:
        return np.zeros(len(rows))
    seen = ((rows @ basis) ** 2).sum(axis=1) / count
    noise = np.maximum(variance - seen, 0.0) * width / (count - 1 - width)
    return np.asarray(np.clip(seen - noise, 0.0, None))
