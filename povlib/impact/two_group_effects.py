"""One comparison of a treated with a control group: plain, doubly robust, or in proportion.

Responsible for the effect on the treated in one comparison, its influence, and the spread that a single treated
unit borrows. Not responsible for which groups are compared.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from povlib.arrays import Bools, Floats, Ints
from povlib.errors import DataError
from povlib.impact.identification_checks import propensity_fit
from povlib.least_squares import least_squares

# Odds of controls are capped at about 200, so that one control never outweighs the rest. A choice.
_HIGHEST_PROPENSITY = 0.995


def doubly_robust_effect(
    change: Floats,
    treated: Bools,
    covariates: list[Floats],
    *,
    weight: Floats | None = None,
    small_sample: bool = False,
    owners: Sequence[str] = (),
) -> tuple[float, Floats, Floats]:
    """Return the effect on the treated, its influence (mean zero over the units given) and residual changes.

    Without covariates: the difference of mean changes. With them: Sant'Anna and Zhao (2020), logit
    propensity and linear outcome change among controls, in orthogonal coordinates (`povlib.least_squares`), so that
    units and means of covariates do not matter. `owners` names the covariate of each column. `small_sample` divides
    by n - 1 in each group (the unpooled two-sample error) where there are no covariates.

    Raises
    ------
    DataError
        If the covariates separate the groups.
    """
    w = np.ones(len(change)) if weight is None else weight / weight.mean()
    n, d = len(change), treated.astype(np.float64)
    if not covariates:
        own, other = w * d, w * (1 - d)
        mean_own, mean_other = float(own @ change / own.sum()), float(other @ change / other.sum())
        part_own = own / own.mean() * (change - mean_own)
        part_other = other / other.mean() * (change - mean_other)
        if small_sample:
            part_own, part_other = (
                part_own * _small_sample_factor(int(d.sum())),
                part_other * _small_sample_factor(int((1 - d).sum())),
            )
        return mean_own - mean_other, part_own - part_other, change - mean_other
    raw = np.column_stack(covariates)
    names = list(owners) or [str(j + 1) for j in range(raw.shape[1])]
    chance, x = propensity_fit(raw, d, names, w)
    chance = np.minimum(chance, _HIGHEST_PROPENSITY)
    outcome = least_squares(x[~treated], change[~treated], w[~treated])
    residual = change - x @ outcome.coefficients
    own, other = w * d, w * chance * (1 - d) / (1 - chance)
    mean_own, mean_other = own.mean(), other.mean()
    if not mean_other > 0:
        raise DataError("the two groups are separated by the covariates, so there is no finite fit")
    eta_own, eta_other = (own * residual).mean() / mean_own, (other * residual).mean() / mean_other
    d_outcome = x * (w * (1 - d) * residual)[:, None] @ outcome.bread * n
    hessian = least_squares(x, d, w * chance * (1 - chance)).bread * n
    d_chance = x * (w * (d - chance))[:, None] @ hessian
    part_own = own * (residual - eta_own) - d_outcome @ (own[:, None] * x).mean(axis=0)
    part_other = other * (residual - eta_other)
    part_other = part_other + d_chance @ ((other * (residual - eta_other))[:, None] * x).mean(axis=0)
    part_other = part_other - d_outcome @ (other[:, None] * x).mean(axis=0)
    return float(eta_own - eta_other), part_own / mean_own - part_other / mean_other, residual


def proportional_effect(
    now: Floats, then: Floats, treated: Bools, weight: Floats, *, small_sample: bool = False
) -> tuple[float, Floats, Floats] | None:
    """Return effect, influence and residuals if both groups would have grown by the same factor; or None.

    Effect on the treated = mean now - factor x mean then; influence and residual changes as in `doubly_robust_effect`.
    None where the controls' mean before is not above zero.

    Source: ratio-of-means counterfactual of exponential-mean models, Wooldridge (2023), Econometrics Journal 26.
    """
    w = weight / weight.mean()
    own, other = w * treated, w * ~treated
    before = float(other @ then)
    if not before > 0:
        return None
    residual = now - float(other @ now) / before * then
    effect = float(own @ residual / own.sum())
    scale = float(own @ then / own.sum()) / (before / other.sum())  # a level apart weighs the controls' noise
    part_own = own / own.mean() * (residual - effect)
    part_other = other / other.mean() * residual * scale
    if small_sample:
        part_own = part_own * _small_sample_factor(int(treated.sum()))
        part_other = part_other * _small_sample_factor(int((~treated).sum()))
    return effect, part_own - part_other, residual


def borrowed_spread(residual: Floats, treated: Bools, cluster: Ints, weight: Floats, size: int) -> Floats:
    """Return contributions that stand for the spread of a treated group of a single unit or cluster.

    One unit (or cluster) has no spread of its own, so its influence is nil and the error would be that of the
    controls alone. It borrows the spread of the controls' residual changes (means of clusters): one
    contribution a control cluster (codes 0 to size - 1), together the variance of one such mean. All zero when
    the group has two or more.
    """
    result = np.zeros(size)
    total = np.bincount(cluster[~treated], weight[~treated], minlength=size)
    present = total > 0
    if len(np.unique(cluster[treated])) > 1 or present.sum() < 2:
        return result
    means = np.bincount(cluster[~treated], (weight * residual)[~treated], minlength=size)[present] / total[present]
    result[present] = (means - means.mean()) / np.sqrt(len(means) - 1)
    return result


def _small_sample_factor(count: int) -> float:
    return float(np.sqrt(count / (count - 1))) if count > 1 else 1.0  # a single one borrows its spread
