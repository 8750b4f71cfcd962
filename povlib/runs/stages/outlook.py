"""How far a plan's projection can be trusted, and what lies ahead of it: two artefacts of the run.

Responsible for the back-test of the projection at earlier months, and for the outlook of the plan: exits by
month and village, and what the total hangs on. Not responsible for any of these computations (`povlib.review`,
`povlib.exits`) or for words.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from povlib import exits, ledger, review
from povlib.exits.by_month import by_month
from povlib.review import conformal_ranges
from povlib.review.backtest import empty_backtest
from povlib.review.parted_projection import parts_of_projection
from povlib.review.total_drivers import Township, total_drivers
from povlib.runs.facts.proposal import chosen_packages, planned_households
from povlib.runs.run import Run
from povlib.runs.stages.plan_outcome import expected_exits, probability_of
from povlib.runs.storage.artefacts import from_bundle, to_bundle
from povlib.support.eligibility_facts import SupportFrames as StateWithMonths

# choices that trade smooth ranges for time: every origin of the back-test, and every month of the fan, projects the
# whole township anew. Totals in the paper use `Settings.draws`.
BACKTEST_DRAWS, FAN_DRAWS = 100, 100


@dataclass(frozen=True)
class Outlook:
    """What lies ahead of a plan.

    Attributes
    ----------
    months : DataFrame
        `povlib.exits.by_month.by_month`, from the first month of help to the horizon.
    drivers : DataFrame
        `povlib.review.total_drivers.total_drivers`.
    villages : DataFrame
        village, households, persons (in them), expected, sd, low, high (90 % by the draws), additional,
        conformal_low, conformal_high, basis (`povlib.review.conformal_ranges.conformal_ranges`).
    chance : float
        Chance to reach ``Settings.target_persons``; 1 when none is set.
    """

    months: pd.DataFrame
    drivers: pd.DataFrame
    villages: pd.DataFrame
    chance: float


def backtest_of(run: Run) -> review.Backtest:
    """Return the back-test of the projection: what it would have said in earlier months, made once a run.

    With the effects believed at each origin, as plans are made: priors and what the records known then taught, or
    where the setting ``effects`` is "prior" (or those records could not be evaluated) the priors alone.
    """
    return from_bundle(review.Backtest, run.stored("backtest", lambda: to_bundle(backtest_from(run, run.with_months))))


def backtest_from(run: Run, state: StateWithMonths, villages: Collection[str] | None = None) -> review.Backtest:
    """Test the projection on earlier origins as far ahead as the plan looks; empty when months are too few.

    Parameters
    ----------
    state : State
        What is known now: of everybody, or of some villages.
    villages : collection of str, optional
        Those villages.
    """
    given = run.given("backtest")
    settings = given.settings
    origins = review.backtest_origins(state, settings)
    # too few months lie behind the plan to have projected anything from them
    if not origins:
        return empty_backtest()
    with ledger.open(run.office.ledger_place) as book:
        known = review.known_then(book, state, villages)
        # as far ahead as the plan itself looks: errors grow with the distance
        months = settings.horizon - run.at
        return review.backtest(state, given.catalogue, settings, origins, months, known=known, draws=BACKTEST_DRAWS)


def outlook(run: Run) -> Outlook:
    """Return what lies ahead of the run's plan, made once a run."""
    return from_bundle(Outlook, run.stored("outlook", lambda: to_bundle(_compute_outlook(run))))


def _compute_outlook(run: Run) -> Outlook:
    """Compute exits by month and village, drivers, and the chance of the target (1 where there is none)."""
    choice = planned_households(run)["package"]
    posterior = run.planned_effects
    township = Township(run.with_months, run.offer, run.catalogue, run.settings, posterior)
    target = run.settings.target_persons
    return Outlook(
        months=_exits_by_month(run, choice, posterior),
        drivers=total_drivers(township, run.projection, choice),
        villages=_exits_by_village(run, choice),
        chance=probability_of(run.projection, chosen_packages(run), target) if target else 1.0,
    )


def _exits_by_month(run: Run, choice: pd.Series, posterior: pd.DataFrame | None) -> pd.DataFrame:
    """Return the fan; its last month is the run's own projection, so that it ends where the paper's totals stand."""
    settings = run.settings
    before = list(settings.help_from.through(settings.horizon))[:-1]
    state, offer, catalogue = run.with_months, run.offer, run.catalogue
    parts = []
    if before:
        parts = [by_month(state, offer, catalogue, settings, choice, before, draws=FAN_DRAWS, posterior=posterior)]
    total = exits.totals(run.projection, choice)
    printed = expected_exits(run.projection, chosen_packages(run))
    last = {"month": settings.horizon.ordinal, "persons": total.persons, "additional": total.additional,
            "without": total.persons - total.additional}  # fmt: skip
    for share in (50, 80):
        last[f"low_{share}"], last[f"high_{share}"] = total.interval("persons", share / 100)
    last["low_90"], last["high_90"] = printed.low, printed.high
    last["additional_low_90"], last["additional_high_90"] = total.interval("additional")
    return pd.concat([*parts, pd.DataFrame([last])], ignore_index=True)


def _exits_by_village(run: Run, choice: pd.Series) -> pd.DataFrame:
    """Return the plan by village with the draws' own range and the range that earlier misses ask for."""
    frame = run.projection.frame
    households = planned_households(run)
    able = households["hh"].isin(frame.loc[(frame["k"] == 0) & frame["assessable"].astype(bool), "hh"])
    chosen = households.assign(package=choice.to_numpy())
    parts = dict(parts_of_projection(run.projection, chosen, "village"))
    rows = []
    for village, mine in households.groupby("village", sort=True):
        total = exits.totals(parts[village], choice[mine.index], among=mine["hh"])
        # a household that cannot be assessed adds to no total, so its members cannot be among those who exit
        judged = mine.loc[able[mine.index], "members"]
        rows.append(
            (village, len(mine), int(judged.sum()), total.persons, float(total.persons_draws.std()),
             *total.interval(), total.additional)
        )  # fmt: skip
    columns = ["village", "households", "persons", "expected", "sd", "low", "high", "additional"]
    plan = pd.DataFrame(rows, columns=columns)
    dates = {"origin": run.at.ordinal, "horizon": run.settings.horizon.ordinal, "observed": np.nan}
    known = backtest_of(run).villages
    ranges = conformal_ranges.conformal_ranges(
        pd.concat([known, plan.assign(**dates)], ignore_index=True), most="persons"
    )
    with_ranges = ranges.loc[ranges["origin"] == run.at.ordinal, [*columns, "conformal_low", "conformal_high", "basis"]]
    return with_ranges.reset_index(drop=True)
