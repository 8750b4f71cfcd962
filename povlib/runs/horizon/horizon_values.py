"""What each package of each period is worth: exits that hold at the end of every year up to the horizon's end.

Responsible for the projections at the ends of years and for the value they add up to. Help that starts in a later
period has fewer months to work by then, and has used fewer of them up. Not responsible for the projection
(`povlib.exits`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.arrays import Floats
from povlib.calendar import Month
from povlib.exits.rule_chances import rule_chances
from povlib.params.procedures.rolling_horizon import RollingHorizon
from povlib.runs.horizon.period_offers import PeriodOffer
from povlib.runs.run import Run
from povlib.runs.stages.stage_inputs import offer_to_project

#: draws of a projection at the end of one year; the plan is made from their means, its range from all of them. A choice
#: that trades smooth ranges for time: eight projections of a township
DRAWS = 100


@dataclass(frozen=True)
class YearEnd:
    """The projection of one period's packages at the end of one year."""

    p: Floats
    draws: npt.NDArray[np.float32]


@dataclass(frozen=True)
class HorizonValues:
    """What packages are worth.

    Attributes
    ----------
    ends : list of Month
        Ends of years, the horizon's end last.
    projected : dict
        (period, end) -> `YearEnd`, rows as the packages of the period's offer; only ends after the period begins.
    members : Series
        Registered persons who can be assessed, by household; 0 for others.
    base_row : Series
        Row of "nothing new" in the first period's offer, by household.
    """

    ends: list[Month]
    projected: dict[tuple[int, int], YearEnd]
    members: pd.Series
    base_row: pd.Series

    def without_help(self, end: int) -> pd.Series:
        """Return the chance of each household at an end of a year without new help."""
        return pd.Series(self.projected[0, end].p[self.base_row.to_numpy()], index=self.base_row.index)


def year_ends(horizon: RollingHorizon) -> list[Month]:
    """Return December of every year of the horizon, and its last month.

    Examples
    --------
    >>> from povlib.params.procedures.rolling_horizon import load_rolling_horizon
    >>> [str(month) for month in year_ends(load_rolling_horizon())]
    ['2016-12', '2017-12', '2018-12']
    """
    years = range(horizon.periods[0].year, horizon.end.year)
    return [*(Month(year, 12) for year in years), horizon.end]


def horizon_values(
    run: Run,
    horizon: RollingHorizon,
    offers: Sequence[PeriodOffer],
    progress: Callable[[float], None] = lambda share: None,
) -> HorizonValues:
    """Project every package of every period to the end of each year in which it can have begun."""
    ends = year_ends(horizon)
    asked = [(made, e) for made in offers for e, end in enumerate(ends) if made.first <= end]
    projected = {}
    members: pd.Series | None = None
    for done, (made, e) in enumerate(asked):
        progress(done / len(asked))
        settings = made.settings.model_copy(update={"horizon": ends[e]})
        found = rule_chances(
            run.with_months, offer_to_project(made.offer), made.catalogue, settings, DRAWS,
            posterior=run.planned_effects,
        )  # fmt: skip
        projected[made.period, e] = YearEnd(np.nan_to_num(found.p), np.nan_to_num(found.draws))
        if members is None:
            people = found.members.set_index("hh")
            members = people["members"].where(people["registered"] & people["assessable"], 0).astype(np.int64)
    assert members is not None
    first_offer = offers[0].offer.packages.reset_index(drop=True)
    nothing = first_offer[first_offer["k"] == 0]
    base_row = pd.Series(nothing.index.to_numpy(np.int64), index=pd.Index(nothing["hh"]))
    return HorizonValues(ends, projected, members, base_row)


def package_worth(values: HorizonValues, made: PeriodOffer, weight: float) -> Floats:
    """Return what each package of a period's offer is worth: exits at the end, and at earlier years' ends by `weight`.

    At the end of a year before the period begins a household has what it has without new help.
    """
    packages = made.offer.packages
    members = values.members.reindex(packages["hh"]).fillna(0).to_numpy(dtype=np.float64)
    total = np.zeros(len(packages))
    for e in range(len(values.ends)):
        of_end = 1.0 if e == len(values.ends) - 1 else weight
        if (made.period, e) in values.projected:
            total += of_end * values.projected[made.period, e].p
        else:
            total += of_end * values.without_help(e).reindex(packages["hh"]).to_numpy(dtype=np.float64)
    return np.asarray(members * total)
