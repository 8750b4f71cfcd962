"""The scale on which amounts of a long frame are modelled: as they are, logarithms, or asinh.

Responsible for choosing it from the data and for moving amounts there and back. Not responsible for the
model on that scale (`povlib.panels.incomes`). Source: Box and Cox (1964) for judging a scale by the
likelihood with its Jacobian; Burbidge, Magee and Robb (1988) for asinh.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from povlib.arrays import Floats, Ints
from povlib.least_squares import least_squares

FLOOR = 0.01
TRIED_OFFSETS = (0.25, 1.0, 4.0)
"""Offsets tried: of log(amount + c), c in medians of the size; of asinh(amount / d), d in the same."""
LEAST_ROWS = 30
"""Fewer amounts cannot tell scales apart: log, or asinh where some are negative."""
MOST_ROWS = 50_000
"""With more rows, whole units of about so many decide."""
LIKELIHOOD_TOLERANCE = 2.0
"""Log likelihoods so near count as alike."""


@dataclass(frozen=True)
class AmountScale:
    """How amounts are bent before they are modelled.

    Attributes
    ----------
    kind : {"log", "asinh", "plain"}
        log(amount + offset), asinh(amount / offset), amount / offset.
    offset : float
    signed : bool
        Whether amounts may be negative; otherwise none is below 0 on the way back.
    """

    kind: str
    offset: float
    signed: bool

    def bend(self, amount: Floats) -> Floats:
        """Return bent amounts."""
        if self.kind == "plain":
            return np.asarray(amount / self.offset)
        return np.arcsinh(amount / self.offset) if self.kind == "asinh" else np.log(amount + self.offset)

    def straighten(self, value: Floats) -> Floats:
        """Return amounts.

        Examples
        --------
        >>> AmountScale("asinh", 100.0, signed=True).straighten(np.array([-1.0, 0.0, 1.0])).round(1).tolist()
        [-117.5, 0.0, 117.5]
        """
        if self.kind == "plain":
            amount = value * self.offset
        else:
            inside = np.clip(value, -60.0, 60.0)
            amount = np.sinh(inside) * self.offset if self.kind == "asinh" else np.exp(inside) - self.offset
        return np.asarray(amount if self.signed else np.maximum(amount, 0.0))

    def log_slope(self, amount: Floats) -> Floats:
        """Return log of d bent / d amount."""
        if self.kind == "plain":
            return np.full(len(amount), -np.log(self.offset))
        if self.kind == "asinh":
            return np.asarray(-0.5 * np.log(amount**2 + self.offset**2))
        return np.asarray(-np.log(amount + self.offset))


def choose_scale(amount: Floats, design: Floats, unit: Ints) -> AmountScale:
    """Return the scale under which errors of the regression, units apart, are likeliest.

    Parameters
    ----------
    amount : array (rows)
        Amounts other than zero.
    design : array (rows x terms)
    unit : int array (rows)

    Notes
    -----
    Laplace likelihood with the Jacobian, -n log(mean |e|) + sum log slope: a few wild amounts do not decide.
    e is the residual of least squares less, halfway, the unit's mean residual: what is to be foretold is
    neither the unit's level alone nor the change alone.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> unit, one = np.repeat(np.arange(100), 5), np.ones((500, 1))
    >>> noise = rng.normal(0, 0.3, 100)[unit] + rng.normal(0, 0.2, 500)
    >>> choose_scale(np.exp(8 + noise), one, unit).kind, choose_scale(2 + 4 * noise, one, unit).kind
    ('log', 'plain')
    """
    if not len(amount):
        return AmountScale("log", 1.0, signed=False)
    size = float(np.median(np.abs(amount)))
    signed = bool((amount < 0).any())
    usual = AmountScale("asinh" if signed else "log", (TRIED_OFFSETS[0] if signed else FLOOR) * size or 1.0, signed)
    if len(amount) < LEAST_ROWS or size <= 0 or np.ptp(amount) <= 0:
        return usual
    # of the amounts' own spread, so that limits and priors on the bent scale mean the same in yuan and in fen
    plain = AmountScale("plain", float(amount.std()), signed)
    more = [AmountScale(usual.kind, bend * size, signed) for bend in TRIED_OFFSETS if bend * size != usual.offset]
    tried = [usual, plain, *more]
    some = unit % (1 + len(amount) // MOST_ROWS) == 0
    fits = np.array([_laplace_log_likelihood(scale, amount[some], design[some], unit[some]) for scale in tried])
    # the first in order of plainness that is about as likely as the best
    return tried[int(np.flatnonzero(fits > fits.max() - LIKELIHOOD_TOLERANCE)[0])]


def _laplace_log_likelihood(scale: AmountScale, amount: Floats, design: Floats, unit: Ints) -> float:
    bent = scale.bend(amount)
    error = least_squares(design, bent).residual
    codes = np.unique(unit, return_inverse=True)[1]
    mean = np.bincount(codes, weights=error) / np.bincount(codes)
    spread = float(np.abs(error - 0.5 * mean[codes]).mean())
    return float(-len(amount) * np.log(max(spread, 1e-12)) + scale.log_slope(amount).sum())
