"""Help that runs already, by the source it hangs on: what each household expects of it, month by month.

Responsible for these amounts and for the part of their variance that comes from the source. Not responsible for the
expected income itself, which holds them already (`povlib.exits.without_help`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from povlib.arrays import Floats, Ints
from povlib.exits.forecasting.income_forecast import ForecastWindow
from povlib.exits.help_effects.award_effects import AwardSpan, Effect, paid_by_month
from povlib.exits.help_effects.award_sources import NO_SOURCE, AwardSources
from povlib.exits.help_effects.running_help import RunningHelp
from povlib.exits.source_failures import Fate, standing, together_variance


@dataclass(frozen=True)
class RunningOnSources:
    """What runs already and hangs on a source that may fail.

    Attributes
    ----------
    row, source, effect : array (awards,)
        Household, source and effect of each.
    fen : array (awards x months)
        Expected paid months times fen a paid month and unit of effect.
    first : int
        Ordinal of the first month of `fen`.
    variance : array (households,)
        Fen squared: of the household's income, through its sources.
    """

    row: Ints
    source: Ints
    effect: Ints
    fen: Floats
    first: int
    variance: Floats

    def shift(self, households: Ints, effect: Floats, failures: Ints) -> Floats:
        """Return households x draws: how far sources that fail, or do not, move income from its mean.

        Parameters
        ----------
        households : array
            Rows of households; each once.
        effect : array (effects x draws)
        failures : int array (sources x draws)
            First month without each source.
        """
        moved = np.zeros((len(households), failures.shape[1]))
        at = np.arange(self.first, self.first + self.fen.shape[1])
        mine = np.flatnonzero(np.isin(self.row, households))
        place = np.searchsorted(households, self.row[mine])
        for source in np.unique(self.source[mine]).tolist():
            here = self.source[mine] == source
            rows = mine[here]
            paid = self.fen[rows] @ (standing(failures[source], at) - 1.0)
            np.add.at(moved, place[here], paid * effect[self.effect[rows]])
        return moved


def running_on_sources(
    running: RunningHelp,
    spans: Iterable[tuple[int, AwardSpan]],
    effects: tuple[Effect, ...],
    scale: Floats,
    window: ForecastWindow,
    sources: AwardSources,
    households: int,
) -> RunningOnSources | None:
    """Return the running awards that hang on a source which may fail; None without any.

    Parameters
    ----------
    spans : iterable of (int, AwardSpan)
        Awards that go on, each with its row of `running`.
    scale : array (rows of running,)
        What an award brings its household as a multiple of the mean effect.
    """
    if running.source is None:
        return None
    picked: list[int] = []
    fen: list[Floats] = []
    variance = np.zeros(households)
    for i, span in spans:
        source, effect = int(running.source[i]), effects[int(running.effect[i])]
        if source == NO_SOURCE or not sources.hazard[source] or not effect.earning.loss_per_month:
            continue
        months = paid_by_month(effect.earning, span, window.first, window.last)
        unit = float(running.unit_fen[i] * scale[i])
        fate = Fate(source, window.first, tuple(months.tolist()))
        size = unit * float(effect.earning.mean or 0.0)
        variance[running.row[i]] += size**2 * together_variance(fate, sources.hazard_of(source), sources.since)
        picked.append(i)
        fen.append(unit * months)
    if not picked:
        return None
    rows = np.array(picked, dtype=np.int64)
    return RunningOnSources(
        running.row[rows], running.source[rows], running.effect[rows], np.array(fen), window.first, variance
    )
