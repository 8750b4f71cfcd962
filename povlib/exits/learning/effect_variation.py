"""How far households differ in what the same help brings them, learnt from those who have it.

Responsible for the standard deviation of each measure's effect between households as a share of its
mean, from gains seen since help began, less what incomes move anyhow. Not responsible for the mean
effect of a measure (`povlib.impact`) or for one household's own (`povlib.exits.learning.recent_help`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from povlib.arrays import Bools, Floats
from povlib.exits.forecasting.household_panel import YEAR, HouseholdPanel
from povlib.exits.help_effects.award_effects import Effect, assumed_spread
from povlib.exits.help_effects.running_help import RunningHelp
from povlib.exits.projection_constants import ProjectionConstants

# Households needed in all, and of one measure: choices; below them the assumed spread of effects stands.
FEWEST, FEW = 10, 5
LEAST_GAIN = 0.1
"""Least mean gain of a measure relative to what was expected: ratios to a gain near nothing would teach noise."""
LEAST_NOISE = 0.05
"""Least noise variance of a gain relative to what was expected: no household weighs more than twenty others."""


def effect_spread_between_households(
    panel: HouseholdPanel,
    bare: HouseholdPanel,
    running: RunningHelp,
    effects: Sequence[Effect],
    paid: Floats,
    prior: ProjectionConstants,
) -> dict[str, float]:
    """Return by measure the standard deviation of its effect between households, as a share of its mean.

    Parameters
    ----------
    panel, bare : HouseholdPanel
        As recorded, and less what help is expected to have brought.
    running : RunningHelp
    effects : sequence of Effect
    paid : array (rows x months)
        `povlib.exits.help_effects.running_help.unit_months`.
    prior : ProjectionConstants
        What is believed before seeing any; kept where fewer than `FEWEST` households can be seen in all.

    Notes
    -----
    Measure by measure. For a household whose help began in the last twelve months, r = gain over the same
    months a year before / gain expected. Without help incomes move too: v is the variance of that change,
    relative to income, among households without help in both years, times (income / gain expected)^2. Then
    E (r - mean r)^2 = spread^2 + v (method of moments; weights 1 / (v + `LEAST_NOISE`)^2). All posts
    together, and all other measures together, are put together with what was assumed of them, and each measure with
    those of its kind, by numbers of households.
    """
    # Posts, whose wage is fixed, and earnings from one's own work differ by different amounts: each kind has an
    # assumption of its own, and what is seen of one says nothing of the other.
    assumed: dict[str, float] = {}
    for effect in effects:
        own = assumed_spread(effect.earning, prior)
        assumed[effect.measure] = max(assumed.get(effect.measure, own), own)
    if panel.known.shape[1] < 2 * YEAR or not len(running.row):
        return assumed
    seen = {m: _measure_deviations(panel, bare, running, effects, paid, m) for m in sorted(assumed)}
    if sum(len(square) for square, _ in seen.values()) < FEWEST:
        return assumed
    weight = prior.effect_spread_weight
    spread: dict[str, float] = {}
    for kind in sorted(set(assumed.values())):
        alike = [measure for measure in seen if assumed[measure] == kind]
        square, noise = (np.concatenate([seen[measure][i] for measure in alike]) for i in (0, 1))
        pooled = _shrunk_square(square, noise, kind**2, weight)
        spread |= {measure: float(np.sqrt(_shrunk_square(*seen[measure], pooled, weight))) for measure in alike}
    return spread


def _measure_deviations(
    panel: HouseholdPanel, bare: HouseholdPanel, running: RunningHelp, effects: Sequence[Effect], paid: Floats,
    measure: str,
) -> tuple[Floats, Floats]:  # fmt: skip
    """Return squared relative deviations of a measure's gains and their noise, of all its sources of income."""
    sources = sorted({effect.earning.source for effect in effects if effect.measure == measure})
    parts = [
        _squared_deviations(*_gain_ratios(panel, bare, running, effects, paid, measure, source)) for source in sources
    ]
    return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])


def _shrunk_square(square: Floats, noise: Floats, towards: float, households: float) -> float:
    """Return the squared spread seen, put together with one that counts like so many households."""
    if not len(square):
        return towards
    weight = 1.0 / (noise + LEAST_NOISE)
    seen = max(float(weight**2 @ (square - noise) / (weight**2).sum()), 0.0)
    count = float(weight.sum() ** 2 / (weight**2).sum())
    return (households * towards + count * seen) / (households + count)


def _squared_deviations(ratio: Floats, noise: Floats) -> tuple[Floats, Floats]:
    """Return squared deviations from the measure's own mean gain, relative to it, and the noise in the same unit.

    So a prior mean that is wrong for all recipients of a measure is not taken for a difference between them.
    """
    weight = 1.0 / (noise + LEAST_NOISE)
    mean = float(weight @ ratio / weight.sum()) if len(ratio) else 0.0
    if len(ratio) < FEW or mean < LEAST_GAIN:
        return np.zeros(0), np.zeros(0)
    # Gives back the degree of freedom that the mean took.
    lost = len(ratio) / (len(ratio) - 1)
    return lost * (ratio / mean - 1.0) ** 2, noise / mean**2


def _gain_ratios(
    panel: HouseholdPanel,
    bare: HouseholdPanel,
    running: RunningHelp,
    effects: Sequence[Effect],
    paid: Floats,
    measure: str,
    source: str,
) -> tuple[Floats, Floats]:
    """Return gain / expected gain and its noise variance, one a household with this measure alone, lately begun."""
    none = np.zeros(0), np.zeros(0)
    numbers = [i for i, effect in enumerate(effects) if effect.earning.source == source]
    own = [i for i in numbers if effects[i].measure == measure]
    help_of_source = np.isin(running.effect, numbers)
    mine = np.isin(running.effect, own)
    recent = mine & running.goes_on & (running.start > panel.last.ordinal - YEAR)
    if not recent.any():
        return none
    count = len(panel.known)
    now, before = slice(-YEAR, None), slice(-2 * YEAR, -YEAR)
    means = np.array([float(effect.earning.mean or 0.0) for effect in effects])
    expected = np.zeros((count, YEAR))
    np.add.at(expected, running.row[recent], paid[recent][:, now] * means[running.effect[recent]][:, None])
    # Other help of the same source within the two years would pass for this measure's gain: its households are left
    # out.
    older = help_of_source & ~recent & (running.until > panel.last.ordinal - 2 * YEAR)
    moved = np.zeros(count, dtype=bool)
    moved[running.row[older]] = True
    known = panel.known[:, now] & panel.known[:, before]
    months = (expected > 0).sum(axis=1)
    change = panel.income[source][:, now] - panel.income[source][:, before]
    base = bare.income[source][:, before]
    rates = _income_change_variance(change, base, known.all(axis=1) & ~moved & (months == 0))
    inside = np.arange(YEAR)[None, :] >= YEAR - months[:, None]
    used = (months > 0) & ~moved & (known | ~inside).all(axis=1) & (expected.sum(axis=1) > 0)
    total = np.where(used, expected.sum(axis=1), 1.0)
    gain, level = ((part * inside).sum(axis=1) / total for part in (change, base))
    return gain[used], (rates[np.maximum(months, 1) - 1] * level**2)[used]


def _income_change_variance(change: Floats, base: Floats, without: Bools) -> Floats:
    """Return, for the last 1 to 12 months together, the variance of change relative to squared income."""
    # Counted back from the newest month, since help that began lately covers the last months of the year.
    change, base = change[without][:, ::-1].cumsum(axis=1), base[without][:, ::-1].cumsum(axis=1)
    return np.asarray((change**2).sum(axis=0) / np.maximum((base**2).sum(axis=0), 1.0))
