"""Which priors the total hangs on.

Responsible for how far expected exits move when one prior's effect lies a standard deviation higher,
read off the draws by regression. Not responsible for the draws.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.arrays import Floats, Ints
from povlib.exits.help_effects.award_effects import Effect
from povlib.exits.shared_draws import SharedDraws
from povlib.params import Catalogue


def reference_choice(frame: pd.DataFrame) -> Ints:
    """Return the rows of each assessable household's package with the largest p (the smallest k at ties)."""
    ok = frame.loc[frame["assessable"]].sort_values(["hh", "p", "k"], ascending=[True, False, True], kind="stable")
    return ok.drop_duplicates("hh").index.to_numpy(dtype=np.int64)


def total_by_draw(draws: npt.NDArray[np.float32], frame: pd.DataFrame, members: Floats) -> Floats:
    """Return the persons who would exit, draw by draw, if every household had its package with the largest p.

    Parameters
    ----------
    draws : array (packages x draws)
    frame : DataFrame
        ``Projection.frame`` of these packages.
    members : array (packages,)
    """
    rows = reference_choice(frame)
    return np.asarray((draws[rows].astype(np.float64) * members[rows, None]).sum(axis=0))


def prior_influence(
    total: Floats, effects: tuple[Effect, ...], shared: SharedDraws, catalogue: Catalogue
) -> pd.DataFrame:
    """Return how many persons the total moves when each effect lies one standard deviation higher.

    Parameters
    ----------
    total : array (draws,)
        Persons who exit, draw by draw (`total_by_draw`).
    effects, shared
        What was drawn.
    catalogue : Catalogue

    Returns
    -------
    DataFrame
        key, measure, source, basis, mean, sd, persons_per_sd, share (of the variance of the total over
        the draws), status, prior_source; largest first.
    """
    spread = total - total.mean()
    table = []
    for effect, drawn in zip(effects, shared.effect, strict=True):
        deviation = drawn - drawn.mean()
        sd = float(effect.earning.sd or 0.0)
        slope = float(spread @ deviation / max(float(deviation @ deviation), 1e-300)) if sd > 0 else 0.0
        share = (slope * sd) ** 2 / max(float(spread.var()), 1e-300)
        table.append(
            (effect.key, effect.measure, effect.earning.source, effect.earning.basis, effect.earning.mean, sd,
             slope * sd, min(share, 1.0), effect.earning.status, effect.earning.prior_source)
        )  # fmt: skip
    columns = ["key", "measure", "source", "basis", "mean", "sd", "persons_per_sd", "share", "status", "prior_source"]
    drivers = pd.DataFrame(table, columns=columns)
    size = drivers["persons_per_sd"].abs().to_numpy(dtype=np.float64)
    return drivers.iloc[np.lexsort((drivers["key"].to_numpy(dtype=str), -size))].reset_index(drop=True)
