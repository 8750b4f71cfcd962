"""What a household's own months already say about help that began lately.

A post that began three months ago shows in the wages. Responsible for weighing what was seen since the
start against the prior of the effect, household by household. Not responsible for the mean effect of a
measure, which is learnt from many (`povlib.impact`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from povlib.arrays import Floats
from povlib.exits.forecasting.household_panel import YEAR, HouseholdPanel
from povlib.exits.help_effects.award_effects import Effect
from povlib.exits.help_effects.running_help import RunningHelp
from povlib.vocabulary import INCOME_PARTS

# A household's own months may at most treble the expected effect: a choice against one windfall read as help.
LARGEST_SCALE = 3.0


@dataclass(frozen=True)
class OwnEvidence:
    """By row of running help: `scale` on the mean effect, `left`, the share of the prior's variance that is left."""

    scale: Floats
    left: Floats


def weigh_recent_help(
    panel: HouseholdPanel,
    bare: HouseholdPanel,
    running: RunningHelp,
    effects: tuple[Effect, ...],
    paid: Floats,
    alike: float,
) -> OwnEvidence:
    """Weigh the income since help began against the same months a year before.

    Parameters
    ----------
    panel, bare : HouseholdPanel
        As recorded, and less what help is expected to have brought.
    running : RunningHelp
    effects : tuple of Effect
    paid : array (rows x months)
        `povlib.exits.help_effects.running_help.unit_months`.
    alike : float
        Correlation between the months of one income: months in a row are not independent evidence.

    Notes
    -----
    For each household and source with help begun in the last twelve months: expected sum E with prior
    variance V (shared and between households), seen sum O (income less the same months of the year
    before) with noise variance N; the effect is scaled by 1 + K (O - E) / E, K = V / (V + N), and a
    share 1 - K of its variance is left (normal posterior).
    """
    scale, left = np.ones(len(running.row)), np.ones(len(running.row))
    last = panel.known.shape[1]
    if last < 2 * YEAR or not len(running.row):
        return OwnEvidence(scale, left)
    recent = running.start > panel.last.ordinal - YEAR
    for source in INCOME_PARTS:
        numbers = [i for i, effect in enumerate(effects) if effect.earning.source == source]
        rows = np.flatnonzero(recent & running.goes_on & np.isin(running.effect, numbers))
        if len(rows):
            of_household = _scale_by_household(
                panel, bare, running, effects, paid[:, last - YEAR :], source, rows, alike
            )
            scale[rows], left[rows] = (values[running.row[rows]] for values in of_household)
    return OwnEvidence(scale, left)


def _scale_by_household(
    panel: HouseholdPanel, bare: HouseholdPanel, running: RunningHelp, effects: tuple[Effect, ...], paid: Floats,
    source: str, rows: np.ndarray, alike: float,
) -> tuple[Floats, Floats]:  # fmt: skip
    """Return scale and share left by household."""
    count = len(panel.known)
    year, before = slice(-YEAR, None), slice(-2 * YEAR, -YEAR)
    running_now = np.zeros((count, YEAR), dtype=bool)
    np.logical_or.at(running_now, running.row[rows], paid[rows] > 0)
    seen = running_now & panel.known[:, year]
    mean = np.array([float(effects[i].earning.mean or 0.0) for i in running.effect[rows]])
    sd = np.array([float(effects[i].earning.sd or 0.0) for i in running.effect[rows]])
    between = np.array([effects[i].spread for i in running.effect[rows]])
    units = (paid[rows] * seen[running.row[rows]]).sum(axis=1)
    expected = np.bincount(running.row[rows], weights=units * mean, minlength=count)
    prior = np.bincount(running.row[rows], weights=units**2 * (sd**2 + (between * mean) ** 2), minlength=count)
    base = bare.income[source][:, before]
    # other help in the same months, older or of the same source, is in `panel` and out of `bare` alike
    other = panel.income[source][:, year] - bare.income[source][:, year]
    own = np.zeros((count, YEAR))
    np.add.at(own, running.row[rows], paid[rows] * mean[:, None])
    more = ((panel.income[source][:, year] - base - np.maximum(other - own, 0.0)) * seen).sum(axis=1)
    months = seen.sum(axis=1)
    noise = panel.spread[source] * (base * seen).sum(axis=1)  # standard deviation if all months moved together
    noise2 = noise**2 * (alike + (1 - alike) / np.maximum(months, 1)) + 1.0
    gain = np.where((months > 0) & (expected > 0), prior / (prior + noise2), 0.0)
    scale = 1.0 + gain * (more - expected) / np.where(expected > 0, expected, 1.0)
    return np.clip(scale, 0.0, LARGEST_SCALE), 1.0 - gain
