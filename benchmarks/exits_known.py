"""Chances as only the simulator knows them, package by package: for `exits_worlds.py` alone.

`true_chances`: the effects of help on every household are what they are, only the months ahead are drawn anew. No
office could know them. `posterior_chances`: how well measures work is drawn from what an office believes, what
help does to one household and who takes it up are drawn anew as well; help that runs already keeps its true effect
and the household its true standing. That is at least what the best model on earth could make of the office's data,
so a plan's share of it errs to the strict side. Nothing here is shared with `povlib.exits`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pandas as pd
from exits_truth import as_followed, plan_rows

from povlib import sample
from povlib.params import Catalogue
from povlib.sample.help import true_effects
from povlib.sample.truth import plan_outcomes
from povlib.sample.truth.luck import draw_luck
from povlib.support import Offer
from povlib.vocabulary import GUARANTEES

KERNEL = 0.4
"""Width of the kernel that smooths the drawn incomes of a package, in their standard deviations."""
LEAST_SD = 60.0
"""Yuan a head: two packages of one household differ by more than that or not at all."""


def true_chances(
    township: sample.Township, offer: Offer, catalogue: Catalogue, replicates: int, first: int
) -> np.ndarray:
    """Return P(exit) by row of ``offer.packages``: everything known but the months ahead, drawn from number `first`."""
    return _chances(township, offer, catalogue, [township] * replicates, first, redraw=False)


def posterior_chances(
    township: sample.Township, offer: Offer, catalogue: Catalogue, scales: list[dict[str, float]], first: int
) -> np.ndarray:
    """Return P(exit) by row of ``offer.packages`` over worlds in which measures work `scales` times as well as here."""
    measures = township.world.measures
    worlds = [
        replace(township, world=replace(township.world, measures={
            key: replace(m, yuan=m.yuan * scale.get(key, 1.0), share=m.share * scale.get(key, 1.0),
                         dividend_yuan=m.dividend_yuan * scale.get(key, 1.0))
            for key, m in measures.items()
        }))
        for scale in scales
    ]  # fmt: skip
    return _chances(township, offer, catalogue, worlds, first, redraw=True)


def _chances(
    township: sample.Township,
    offer: Offer,
    catalogue: Catalogue,
    worlds: list[sample.Township],
    first: int,
    *,
    redraw: bool,
) -> np.ndarray:
    packages, households = offer.packages, township.households
    row = pd.Series(range(len(households)), index=households["hh"]).loc[packages["hh"]].to_numpy()
    line = float(township.world.raw["exit_year_line_yuan"])
    plan_month = township.world.plan_month
    months = np.arange(plan_month.ordinal, 12 * plan_month.year + 12)
    past = township.truth.net_regular()[:, 12 * plan_month.year - int(township.months[0]) :].sum(axis=1)
    lucks = [
        draw_luck(township.seed, households["village_row"].to_numpy(), len(township.members), months, township.world,
             replicate=first + r, before=township.luck)
        for r in range(len(worlds))
    ]  # fmt: skip
    income, holds = np.zeros((len(packages), len(worlds))), np.zeros((len(packages), len(worlds)))
    ks = sorted(set(packages["k"]))
    plans = [plan_rows(offer, packages.loc[packages["k"] == k, "package"], catalogue) for k in ks]
    for r, world in enumerate(worlds):
        with _anew(township, first + r) if redraw else _as_it_is():
            for k, plan in zip(ks, plans, strict=True):
                at = np.flatnonzero(packages["k"].to_numpy() == k)
                now = sample.follow(world, as_followed(world, plan), 0)
                ahead = now.paths(now.spells, lucks[r])
                size = np.maximum(ahead.size[:, -1], 1)
                here = (past + ahead.net_regular().sum(axis=1)) / size - line
                safe = np.all([ahead.holds[g][:, -1] for g in GUARANTEES], axis=0) & (ahead.size[:, -1] > 0)
                income[at, r], holds[at, r] = here[row[at]], safe[row[at]]
    from scipy.special import ndtr

    width = KERNEL * np.maximum(income.std(axis=1, keepdims=True), LEAST_SD)
    return (ndtr(income / width) * holds).mean(axis=1)


@contextmanager
def _as_it_is() -> Iterator[None]:
    yield


@contextmanager
def _anew(township: sample.Township, number: int) -> Iterator[None]:
    """Draw anew what help does to a household and who takes it up, but for help that runs already."""
    spells = township.spells
    true, take = true_effects.true_effect, true_effects.would_take

    def drawn(measure, frame, seed, world):  # type: ignore[no-untyped-def]
        has = np.isin(np.arange(len(frame)), spells.loc[spells["measure"] == measure.key, "row"])
        known = true(township.world.measures[measure.key], frame, seed, township.world)
        return np.where(has, known, true(measure, frame, seed + 7919 * number, world))

    def taken(measure, n, seed, world):  # type: ignore[no-untyped-def]
        return take(measure, n, seed + 7919 * number, world)

    true_effects.true_effect, plan_outcomes.would_take = drawn, taken
    try:
        yield
    finally:
        true_effects.true_effect, plan_outcomes.would_take = true, take
