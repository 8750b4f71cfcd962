"""The constants of the projection, read from ``exits.yaml``.

Responsible for handing them out by name. Not responsible for their values, units and sources, which
stand in ``params/exits.yaml``.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from povlib.params import Catalogue
from povlib.params.assumptions import LATER_ASSUMPTIONS


@dataclass(frozen=True)
class ProjectionConstants:
    """What is believed before the office's records say more; units as in ``exits.yaml``.

    Parameters
    ----------
    effect_spread, post_effect_spread, effect_spread_weight : float
        Standard deviation of an effect between households as a share of its mean, in general and of posts whose wage
        is fixed; the weight of both in households.
    own_spread_weight : float
        Years of everybody's forecast errors against a household's own years.
    income_spread : float
        Spread of income, as a share, where no earlier window exists to learn from.
    common_share, common_share_weight : float
        Share of that variance in everybody's year; its weight in years.
    allowance_cut, allowance_cut_sd : float
        Share of the lawful cut of a top-up that is made; its standard deviation.
    source_failure : float
        Chance a year that an employer, co-op or firm fails; 0 in files written before it was there.
    months_alike : float
        Correlation between the months of one income.
    rate_weight : float
        Households that the rates of take-up, loss and timely works count like.
    guarantee_rate, guarantee_weight : float
        Monthly rate at which a guarantee is lost or won; its weight in months.
    return_rate, return_weight : float
        Monthly rate of return after an exit; its weight in months.
    prior_shift_sd, prior_scale_sd : float
        How far all priors may be off together: in standard deviations, and in log spread.
    """

    effect_spread: float
    post_effect_spread: float
    effect_spread_weight: float
    own_spread_weight: float
    income_spread: float
    common_share: float
    common_share_weight: float
    allowance_cut: float
    allowance_cut_sd: float
    source_failure: float
    months_alike: float
    rate_weight: float
    guarantee_rate: float
    guarantee_weight: float
    return_rate: float
    return_weight: float
    prior_shift_sd: float
    prior_scale_sd: float


def projection_constants(catalogue: Catalogue) -> ProjectionConstants:
    """Return the constants of a catalogue.

    Examples
    --------
    >>> from povlib import params, places
    >>> projection_constants(params.load(places.PARAMS)).allowance_cut
    1.0
    """
    listed = set(catalogue.exits)
    keys = {field.name: field.name for field in fields(ProjectionConstants)}
    stands_for = {key: before for key, before in LATER_ASSUMPTIONS.items() if key not in listed}
    values = {name: _value(catalogue, stands_for.get(key, key)) for name, key in keys.items()}
    return ProjectionConstants(**values)


def _value(catalogue: Catalogue, key: str | float) -> float:
    return float(catalogue.exits[key].value) if isinstance(key, str) else key
