"""The doubly robust comparison of changes: outcome regression and propensity in one estimate.

Responsible for one comparison of a treated with a control group, and its influence. Not responsible
for which groups are compared.
"""

from __future__ import annotations

import numpy as np

from povlib.errors import DataError
from povlib.impact.effect import Bools, Floats
from povlib.poverty.logit import fit_logit

_MOST = 0.995


def doubly_robust(
    change: Floats, treated: Bools, covariates: list[Floats], *, small_sample: bool = False
) -> tuple[float, Floats]:
    """Return the effect on the treated and its influence (mean zero over the units given).

    Without covariates: the difference of mean changes. With them: Sant'Anna and Zhao (2020), logit
    propensity and linear outcome change among controls. `small_sample` divides by n - 1 in each group
    (the unpooled two-sample error) where there are no covariates.

    Raises
    ------
    DataError
        If the covariates separate the groups.
    """
    n, d = len(change), treated.astype(np.float64)
    if not covariates:
        effect = change[treated].mean() - change[~treated].mean()
        share = d.mean()
        own = d / share * (change - change[treated].mean())
        other = (1 - d) / (1 - share) * (change - change[~treated].mean())
        if small_sample:
            own, other = own * _correction(int(d.sum())), other * _correction(int((1 - d).sum()))
        return float(effect), own - other
    x = np.column_stack([np.ones(n), *covariates])
    x = x[:, _independent(x)]
    fit = fit_logit(x, d, errors=False)
    chance = np.minimum(fit.fitted, _MOST)
    outcome = np.linalg.lstsq(x[~treated], change[~treated], rcond=None)[0]
    residual = change - x @ outcome
    own, other = d, chance * (1 - d) / (1 - chance)
    mean_own, mean_other = own.mean(), other.mean()
    if not mean_other > 0:
        raise DataError("the two groups are separated by the covariates, so there is no finite fit")
    eta_own, eta_other = (own * residual).mean() / mean_own, (other * residual).mean() / mean_other
    gram = np.linalg.pinv((x * (1 - d)[:, None]).T @ x / n)
    d_outcome = x * ((1 - d) * residual)[:, None] @ gram
    hessian = np.linalg.pinv((x * (chance * (1 - chance))[:, None]).T @ x / n)
    d_chance = x * (d - chance)[:, None] @ hessian
    part_own = own * (residual - eta_own) - d_outcome @ (own[:, None] * x).mean(axis=0)
    part_other = other * (residual - eta_other)
    part_other = part_other + d_chance @ ((other * (residual - eta_other))[:, None] * x).mean(axis=0)
    part_other = part_other - d_outcome @ (other[:, None] * x).mean(axis=0)
    return float(eta_own - eta_other), part_own / mean_own - part_other / mean_other


def _correction(count: int) -> float:
    return float(np.sqrt(count / (count - 1))) if count > 1 else float("nan")


def _independent(x: Floats) -> list[int]:
    """Return columns that are not combinations of earlier ones."""
    kept: list[int] = []
    for j in range(x.shape[1]):
        trial = [*kept, j]
        scaled = x[:, trial] / np.maximum(np.abs(x[:, trial]).max(axis=0), 1e-300)
        if np.linalg.matrix_rank(scaled) == len(trial):
            kept.append(j)
    return kept
