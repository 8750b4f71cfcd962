"""The plan that takes later money as announced beside the one that knows it is uncertain, on the same futures.

Responsible for the futures of ``horizon.yaml``, for what both plans bring in each and for simulated worlds. Not
responsible for the two-stage program (`povlib.allocation.horizon.uncertain_money`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from povlib.allocation.horizon.horizon_search import solve_horizon
from povlib.allocation.horizon.uncertain_money import (
    NEAR_COLUMNS,
    DecidedNow,
    decided_by,
    decided_knowing,
    future_bounds,
)
from povlib.arrays import Floats
from povlib.errors import ParameterError
from povlib.exits.plan_totals import possible_totals
from povlib.runs.horizon.exits_path import chosen_draws
from povlib.runs.horizon.horizon_inputs import HorizonInputs, horizon_inputs
from povlib.runs.horizon.horizon_money import money_in_future
from povlib.runs.run import Run
from povlib.words import language_column, languages

#: simulated worlds: a future of the money, a draw of effects and years, luck; 5 % points rest on 200 of them
WORLDS = 4_000
_NODES, _GAP = 60, 0.5


@dataclass(frozen=True)
class FuturesCompared:
    """What not knowing costs.

    Attributes
    ----------
    futures : DataFrame
        key, name_<language>, probability, naive, knowing (persons of the objective), bound (no plan that knew this
        future could be worth more).
    cost : float
        Expected value of the plan that knows, less that of the naive one: never below nothing.
    sure_cost : float
        What it costs at least: against the most that the naive plan could come to.
    decided_otherwise : int
        Households whose first period differs between the two.
    worlds : DataFrame
        naive and knowing: mean, low, high (90 %) of exits at the end, over the same simulated worlds.
    simulated : int
    """

    futures: pd.DataFrame
    cost: float
    sure_cost: float
    decided_otherwise: int
    worlds: pd.DataFrame
    simulated: int


def compare_futures(
    run: Run, progress: Callable[[str, float], None] = lambda stage, share: None, inputs: HorizonInputs | None = None
) -> FuturesCompared:
    """Compare both plans on the futures of the office's ``horizon.yaml``.

    Raises
    ------
    ParameterError
        If no futures are entered.
    """
    inputs = inputs or horizon_inputs(run, progress)
    given = inputs.horizon.futures
    if not given:
        raise ParameterError("no futures of the money are entered", where="horizon.yaml: futures")
    calendars = [
        money_in_future(run.catalogue, inputs.horizon, inputs.offers, one, inputs.calendar, inputs.fixed.outside)
        for one in given
    ]
    problems = [inputs.problem.with_calendar(calendar) for calendar in calendars]
    probability = np.array([one.probability for one in given])
    progress("plan", 0.85)
    programs, loss, bounds = future_bounds(problems)
    announced = solve_horizon(inputs.problem, gap=inputs.horizon.certified_persons)
    order = np.argsort(loss, kind="stable")
    near = order[:NEAR_COLUMNS][np.isfinite(loss[order[:NEAR_COLUMNS]])]
    base = inputs.problem.problem.base
    column = np.unique(np.concatenate([near, announced.rows, base[base >= 0]]))
    naive = decided_by(problems, probability, announced.rows, gap=_GAP)
    progress("plan", 0.92)
    now = decided_knowing(programs, probability, column, gap=_GAP, nodes=_NODES, first=naive)
    knowing = naive if now is None else decided_by(problems, probability, now, gap=_GAP)
    if knowing.expected < naive.expected:  # its searches found less: what is known to be better is kept
        knowing = naive
    first = inputs.problem.period
    early = [np.where(first[made.rows[0]] == 0, made.rows[0], -1) for made in (naive, knowing)]
    names = {language_column("name", lang): [one.names.show(lang) for one in given] for lang in languages()}
    frame = pd.DataFrame(
        {"key": [one.key for one in given], **names, "probability": probability, "naive": naive.worth,
         "knowing": knowing.worth, "bound": bounds}
    )  # fmt: skip
    worlds = _simulated(inputs, (naive, knowing), probability, run.settings.seed)
    return FuturesCompared(
        frame,
        knowing.expected - naive.expected,
        max(knowing.expected - float(probability @ naive.bound), 0.0),
        int((early[0] != early[1]).sum()),
        worlds,
        WORLDS,
    )


def _simulated(
    inputs: HorizonInputs, plans: tuple[DecidedNow, DecidedNow], probability: Floats, seed: int
) -> pd.DataFrame:
    """Return exits at the horizon's end over simulated worlds: the same futures, draws and luck for both plans."""
    rng = np.random.default_rng([seed, 11])
    future = rng.choice(len(probability), WORLDS, p=probability / probability.sum())
    rows = []
    for made in plans:
        exits = np.empty(WORLDS)
        for s, chosen in enumerate(made.rows):
            mine = np.flatnonzero(future == s)
            totals = _possible_exits(inputs, chosen, seed)
            # worlds of one future take its draws in turn: the same ones for both plans
            exits[mine] = totals[np.arange(len(mine)) % len(totals)]
        low, high = np.quantile(exits, [0.05, 0.95])
        rows.append((float(exits.mean()), float(low), float(high)))
    return pd.DataFrame(rows, columns=["mean", "low", "high"], index=["naive", "knowing"])


def _possible_exits(inputs: HorizonInputs, rows: np.ndarray, seed: int) -> Floats:
    problem = inputs.problem.problem
    own = rows[: problem.households]
    chosen = pd.DataFrame({"hh": problem.hh, "package": problem.package[own], "period": inputs.problem.period[own]})
    members, _, _, draws = chosen_draws(inputs, chosen, len(inputs.chances.ends) - 1)
    return possible_totals(members, draws, np.random.default_rng([seed, 12]))
