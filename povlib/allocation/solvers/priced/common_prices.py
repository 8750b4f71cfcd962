"""Prices of the rows that several villages use, of least bound: on samples of whole villages first, then on everything.

Responsible for the order and effort of these passes. Not responsible for a single pass (`dual_bound`), for a step
(`lbfgs`), or for whole choices (`core_plans`).
"""

from __future__ import annotations

import numpy as np

from povlib.allocation.solvers.priced.dual_bound import DualBound, PriceBound
from povlib.allocation.solvers.priced.lbfgs import (
    SMALLEST_PRICE,
    Bound,
    minimise,
    price_scale,
    scaled_curvature,
)
from povlib.allocation.solvers.priced.price_store import PriceStore
from povlib.allocation.solvers.priced.stage_task import (
    StageTask,
    greatest_plan_value,
    least_plan_value,
    prices_of_relaxation,
)
from povlib.allocation.solvers.priced.village_choices import SettledVillages, settle_open_villages
from povlib.arrays import Floats, Ints

#: households of the samples, smallest first; a sample serves where everything is three times as large
SAMPLE_HOUSEHOLDS = (4_000, 30_000)
#: evaluations on each sample, and on everything: a pass over everything costs as much as many over a sample
SAMPLE_CALLS, FULL_CALLS = 60, 40
#: passes with villages chosen exactly
EXACT_CALLS = 16
#: a step that gains less than this part of the bound ends the search for prices: a sample's, everything's
SAMPLE_TOLERANCE, FULL_TOLERANCE = 1e-7, 1e-9
#: or less than this part of the gap asked for
TOLERANCE_OF_GAP = 0.02


def minimised_bound(task: StageTask, warm: dict[str, float] | None, gap: float) -> DualBound:
    """Minimise the bound on samples of whole villages, then on everything."""
    store = task.store
    scale, floor = price_scale(store.cap, greatest_plan_value(store)), least_plan_value(store)
    start = 0.3 * scale
    dual = DualBound(store)
    if warm is not None and task.relaxed is None:
        start = np.maximum(_common_prices_of_plan(task, warm), 0.0)
    elif (sifted := _relaxed_prices(task)) is not None:
        start, warm = sifted[store.common], {}
    near = max(FULL_TOLERANCE, TOLERANCE_OF_GAP * gap * 1e6 / greatest_plan_value(store))
    known, before = task.known, 1
    for size in SAMPLE_HOUSEHOLDS if warm is None else ():
        if 3 * size > store.households:
            break
        sample = DualBound(store.sample(_evenly_spread_villages(store, size)))
        known[:], before = scaled_curvature(known, sample.store.households / before), sample.store.households
        width = np.maximum(start, SMALLEST_PRICE * scale)
        start = minimise(
            _bound_function(sample), start, width, SAMPLE_CALLS, near=max(near, SAMPLE_TOLERANCE), known=known
        )
    known[:] = scaled_curvature(known, store.households / before)
    width = np.maximum(start, SMALLEST_PRICE * scale)
    minimise(_bound_function(dual), start, width, FULL_CALLS, floor=floor, near=near, known=known)
    task.passes += dual.passes
    return dual


def _relaxed_prices(task: StageTask) -> Floats | None:
    """Return the prices of the relaxation: those that told which sets of funds are rows, else found now."""
    if task.funds.tree is not None:
        return task.relaxed
    prices, unfinished = prices_of_relaxation(task.problem, task.funds, task.left_s)
    task.unfinished += unfinished
    return prices


def prices_for_exact_villages(
    task: StageTask, found: PriceBound, settled: SettledVillages, gap: float
) -> tuple[PriceBound, SettledVillages]:
    """Move the prices to the least bound with exact villages; return that bound and its villages."""
    dual, worth = DualBound(task.store, local=found.local.copy()), greatest_plan_value(task.store)
    best = [(found, settled)]

    def bound(common: Floats) -> tuple[float, Floats]:
        passed = dual(common)
        chosen = settle_open_villages(task.store, passed)
        task.nodes += chosen.nodes
        if chosen.bound < best[0][1].bound and not chosen.lost:
            best[0] = (passed, chosen)
        return chosen.bound, np.asarray(task.store.cap - chosen.used, dtype=np.float64)

    width = np.maximum(found.common, SMALLEST_PRICE * price_scale(task.store.cap, worth))
    near = max(FULL_TOLERANCE, TOLERANCE_OF_GAP * gap * 1e6 / worth)
    minimise(bound, found.common, width, EXACT_CALLS, floor=least_plan_value(task.store), near=near, known=task.known)
    task.passes += dual.passes
    return best[0]


def _bound_function(dual: DualBound) -> Bound:
    """Return a function of the common prices that gives the bound and its slope."""

    def bound(common: Floats) -> tuple[float, Floats]:
        found = dual(common)
        return found.bound, found.slope

    return bound


def _evenly_spread_villages(store: PriceStore, size: int) -> Ints:
    """Return whole villages spread evenly over the list, about `size` households in all."""
    step = max(1, store.households // size)
    return np.arange(step // 2, store.villages, step)


def _common_prices_of_plan(task: StageTask, prices: dict[str, float]) -> Floats:
    """Return common prices in micro-persons from posted ones; sets of funds from the funds in them."""
    names = task.problem.rows["row"].astype(str).tolist()
    money = task.problem.money
    single = [
        money.funds[int(np.argmax(state))] if money is not None and sum(t > 0 for t in state) == 1 else ""
        for state in task.funds.states
    ]
    posted = [prices.get(name, 0.0) * 1e6 for name in [*names, *single]]
    return np.array(posted, dtype=np.float64)[task.store.common]
