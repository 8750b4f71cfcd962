"""A second opinion on income to come: a general model of any long frame beside the projection of "nothing new".

Responsible for one artefact of a run: income per head of the trailing year at the horizon, by both, with their 80 %
ranges. The two share the ledger's months and nothing else: the projection forecasts one sum by source and knows of help
that runs out, the model fits net income month by month and knows only what it saw. Not responsible for either method
(`povlib.exits`, `povlib.panels`) or for words; the plan is not made with it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from povlib import panels, poverty
from povlib.calendar import Month
from povlib.errors import DataError
from povlib.exits.help_effects.award_effects import catalogue_effects
from povlib.exits.projection_inputs import projection_inputs
from povlib.poverty import registered_frames
from povlib.runs.run import Run
from povlib.runs.stages.refusals import Refused, refusal_in, result_or_refusal
from povlib.runs.storage.artefacts import Bundle, from_bundle

YEAR = 12
MODEL_DRAWS = 200  # ends of an 80 % range then rest on 20 draws each; a choice: the whole part stays under a second
_TENTH = 1.2815515655446004  # 90 % of a standard normal: half the width of an 80 % range, in standard deviations


@dataclass(frozen=True)
class SecondOpinion:
    """Both opinions of each household.

    Attributes
    ----------
    households : DataFrame
        hh, village, members, projected, projected_low, projected_high, modelled, modelled_low, modelled_high: fen per
        head of the twelve months that end at the horizon, with nothing new; ranges hold 80 %.
    """

    households: pd.DataFrame


def second_opinion(run: Run) -> SecondOpinion | Refused:
    """Return both opinions, made once a run; refused where the horizon lies beyond a year or nobody can be compared."""
    made = run.stored("opinion", lambda: result_or_refusal(lambda: _compare(run)))
    return refusal_in(made) or from_bundle(SecondOpinion, made)


def _compare(run: Run) -> SecondOpinion:
    """Return the projection's ranges beside another model's; refuse horizons beyond a year."""
    ahead = run.settings.horizon - run.at
    if not 1 <= ahead <= YEAR:
        raise DataError("the horizon lies {n} months ahead: a second opinion reaches one year", n=ahead)
    model = run.stored("modelled", lambda: Bundle({"households": modelled_income(run, ahead)})).frames["households"]
    made = projected_ranges(run).merge(model, on="hh", validate="1:1")
    made = made[made.pop("known")].reset_index(drop=True)
    if not len(made):
        raise DataError("no household can be compared: months of the last year are missing")
    return SecondOpinion(made)


def modelled_income(run: Run, ahead: int) -> pd.DataFrame:
    """Return the model's income per head by household, and whether the household's months of that year are all known.

    It asks nothing of money and posts, so a run with another budget takes it over.

    Returns
    -------
    DataFrame
        hh, modelled, modelled_low, modelled_high (fen per head of the twelve months that end `ahead` months on), known.
    """
    given = run.given("modelled")
    state = registered_frames(run.state)
    first = Month.from_ordinal(int(state.observations["month"].min()))
    panel = poverty.income_panel(state, first, run.at, given.catalogue)
    count, months = panel.known.shape
    net = np.where(panel.known, panel.net().astype(np.float64), np.nan)
    houses = state.households
    long = pd.DataFrame(
        {
            "hh": np.repeat(houses["hh"].to_numpy(), months),
            "month": np.tile(np.arange(first.ordinal, first.ordinal + months), count),
            "net": net.ravel(),
            "livelihood": np.repeat(houses["livelihood"].astype("str").to_numpy(), months),
        }
    )
    # by livelihood: a harvest comes in other months than a wage, and each livelihood gets seasons of its own
    fitted = panels.income(long, id="hh", time="month", amount="net", season=YEAR, group="livelihood")
    told = fitted.predict(
        ahead, draws=MODEL_DRAWS, seed=given.settings.seed, together=True, quantiles=(0.1, 0.9), after=run.at.ordinal
    ).set_index("hh")
    since = net[:, months - (YEAR - ahead) :] if ahead < YEAR else net[:, :0]
    whole = pd.Series(np.isfinite(since).all(axis=1), index=houses["hh"])
    received = pd.Series(since.sum(axis=1), index=houses["hh"])
    size = houses.set_index("hh")["size"].astype("float64")
    frame = pd.DataFrame({"hh": houses["hh"].to_numpy()})
    for name, column in (("modelled", "mean"), ("modelled_low", "q10"), ("modelled_high", "q90")):
        frame[name] = ((received + told[column]) / size).reindex(frame["hh"]).to_numpy()
    frame["known"] = (whole & (size.reindex(whole.index) > 0)).reindex(frame["hh"]).to_numpy(dtype=bool)
    return frame


def projected_ranges(run: Run) -> pd.DataFrame:
    """Return the projection's income per head with nothing new, and its 80 % range from its own spread."""
    effects = catalogue_effects(run.catalogue, run.planned_effects, run.settings.caution)
    base = projection_inputs(run.with_months, run.offer, run.catalogue, run.settings, effects).base
    size = np.where(base.size > 0, base.size, np.nan)
    half = pd.Series(_TENTH * base.rule_ends[-1].spread / size, index=base.hh)
    frame = run.projection.frame
    own = frame[(frame["k"] == 0) & frame["assessable"].astype(bool) & frame["hh"].isin(run.state.poor["hh"])]
    houses = run.state.households.set_index("hh")
    mean, width = own["income_fen"].astype("float64"), own["hh"].map(half)
    return pd.DataFrame(
        {
            "hh": own["hh"],
            "village": own["hh"].map(houses["village"]),
            "members": own["hh"].map(houses["size"]).astype("float64"),
            "projected": mean,
            "projected_low": mean - width,
            "projected_high": mean + width,
        }
    ).reset_index(drop=True)
