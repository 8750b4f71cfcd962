"""Ranges of counts that hold as often as they say: split-conformal by group, adaptive in time.

Responsible for ranges of village counts made from how far earlier projections were off, in units of their
own spread. Not responsible for the projections or for what they missed (`povlib.review.backtest`).

Sources: Vovk, Gammerman and Shafer (2005) for Mondrian groups; Lei et al. (2018) for residuals in units of
a spread; Gibbs and Candes (2021) for the level that adapts in time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.arrays import Bools, Floats, Ints
from povlib.errors import DataError

NEEDED = ("origin", "horizon", "expected", "sd", "observed")
GROUP, ALL, MODEL = "group", "all", "model"


def conformal_quantile(scores: npt.ArrayLike, level: float) -> float:
    """Return the conformal quantile: the ceil((n + 1) level)-th smallest score, infinite when n is too small.

    With exchangeable scores the next one lies at or below it with probability `level` or more.

    Examples
    --------
    >>> conformal_quantile([3, 1, 2, 4, 5, 6, 7, 8, 9], 0.9), conformal_quantile([1, 2, 3], 0.9)
    (9.0, inf)
    """
    known = np.sort(np.asarray(scores, dtype=np.float64))
    # 1e-9: a level such as 0.9 times 10 must not become 9.000000000000002
    at = math.ceil((len(known) + 1) * level - 1e-9)
    if level <= 0 or at < 1:
        return 0.0
    return float(known[at - 1]) if at <= len(known) else math.inf


def conformal_ranges(
    counts: pd.DataFrame, *, level: float = 0.9, group: str | None = None, step: float = 0.05, most: str | None = None
) -> pd.DataFrame:
    """Return a range for every count, from the misses of earlier origins whose outcome was known by then.

    Parameters
    ----------
    counts : DataFrame
        origin, horizon (ordinals), expected, sd (of the projected count), observed (NaN: not known yet); one
        row a cluster (village) and origin. Optional low, high: the projection's own range, used while the
        known misses are too few.
    level : float
        How often a range should hold.
    group : str, optional
        Column of Mondrian groups: each has its own misses; one with too few borrows those of all.
    step : float
        How fast the level adapts: after each origin it rises by step x (share missed - share allowed).
        0: it stays.
    most : str, optional
        Column with the largest possible count (persons).

    Returns
    -------
    DataFrame
        `counts` in order of origin with conformal_low, conformal_high, level_used, basis (``group``, ``all`` or
        ``model``: whose misses made it) and held (boolean, NA where the outcome is not known).

    Raises
    ------
    DataError
        If a column is missing, a spread is negative, or the level does not lie between 0 and 1.
    """
    _check_counts(counts, level, [*NEEDED, *([group] if group else []), *([most] if most else [])])
    frame = counts.sort_values("origin", kind="stable").reset_index(drop=True)
    expected, observed = (frame[name].to_numpy(dtype=np.float64) for name in ("expected", "observed"))
    spread = np.maximum(frame["sd"].to_numpy(dtype=np.float64), 1e-9)
    score = np.abs(observed - expected) / spread
    top = frame[most].to_numpy(dtype=np.float64) if most else np.full(len(frame), np.inf)
    names = frame[group].astype("str").to_numpy() if group else np.full(len(frame), "")
    origins, ends = frame["origin"].to_numpy(), frame["horizon"].to_numpy()
    low, high, used = np.full(len(frame), np.nan), np.full(len(frame), np.nan), np.full(len(frame), level)
    basis = np.full(len(frame), MODEL, dtype=object)
    for origin in np.unique(origins):
        now = np.flatnonzero(origins == origin)
        # a miss counts once its outcome is in, as it would have for the office
        past = (ends <= origin) & (origins < origin) & ~np.isnan(score)
        out = (observed < low) | (observed > high)
        used[now] = _adapted_level(
            [float(out[past & (origins == o)].mean()) for o in np.unique(origins[past])], level, step
        )
        own = _model_range(frame, now)
        for place, i in enumerate(now):
            reach, basis[i] = _range_width(score[past], names[past] == names[i], level, float(used[i]), bool(group))
            far = reach * spread[i]
            low[i] = max(expected[i] - far, 0.0) if np.isfinite(reach) else own[0][place]
            high[i] = min(expected[i] + far, top[i]) if np.isfinite(reach) else own[1][place]
    held = pd.Series((low <= observed) & (observed <= high), dtype="boolean").mask(np.isnan(observed))
    return frame.assign(conformal_low=low, conformal_high=high, level_used=used, basis=basis, held=held)


def _adapted_level(missed: Sequence[float], level: float, step: float) -> float:
    """Return the level after the shares missed so far, kept between one half and nearly all."""
    return float(np.clip(level + step * sum(share - (1 - level) for share in missed), 0.5, 0.995))


def _range_width(scores: Floats, mine: Bools, level: float, used: float, grouped: bool) -> tuple[float, str]:
    """Return how many spreads a range reaches, and whose misses said so."""
    for name, own in ((GROUP, scores[mine]), (ALL, scores)):
        # a level that adapted beyond what so many misses can say takes the largest of them
        if (grouped or name == ALL) and np.isfinite(conformal_quantile(own, level)):
            return conformal_quantile(own, min(used, len(own) / (len(own) + 1))), name
    return math.inf, MODEL


def _model_range(frame: pd.DataFrame, rows: Ints) -> tuple[Floats, Floats]:
    """Return lower and upper ends of the model's own ranges, NaN where the frame has none."""
    if not {"low", "high"} <= set(frame.columns):
        return np.full(len(rows), np.nan), np.full(len(rows), np.nan)
    low, high = (frame[name].to_numpy(dtype=np.float64)[rows] for name in ("low", "high"))
    return low, high


def _check_counts(counts: pd.DataFrame, level: float, needed: list[str]) -> None:
    """Refuse counts without a needed column, a level outside 0 to 1, or a negative spread."""
    missing = [name for name in needed if name not in counts.columns]
    if missing:
        raise DataError("the column {name} is missing", where="counts", name=", ".join(missing))
    if not 0 < level < 1:
        raise DataError("the level of a range lies between 0 and 1", where="level")
    if (counts["sd"] < 0).any():
        raise DataError("{n} spreads are negative", where="counts.sd", n=int((counts["sd"] < 0).sum()))
