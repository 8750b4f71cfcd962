"""Return after exit: the chance that a household out of poverty fails the test within a year.

Responsible for the hazard of falling back as the ledger's own history shows it, by how far above the
line a household came out, and for carrying it over to packages whose help goes on, grows or ends.
Not responsible for the chance to exit (`povlib.exits.exit_chances`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from povlib import poverty
from povlib.arrays import Floats
from povlib.calendar import Month
from povlib.exits.exit_chances import income_variance, large_shock_variance, takeup_branches
from povlib.exits.forecasting.household_panel import YEAR
from povlib.exits.help_effects.delivery_rates import DeliveryRates
from povlib.exits.help_effects.guarantee_outlook import guarantee_rates
from povlib.exits.projection_constants import projection_constants
from povlib.exits.projection_inputs import ProjectionInputs
from povlib.exits.shared_draws import SharedDraws
from povlib.panels.hazard_model import Hazard
from povlib.panels.hazards import hazard
from povlib.panels.risk_sets import at_risk
from povlib.params import Catalogue, Settings
from povlib.support.eligibility_facts import SupportFrames
from povlib.vocabulary.register import exited_status

# Returns that must have been seen for a fitted hazard: the usual ten events a model; below it the assumed rate stands.
FEWEST_EVENTS = 10
MOST_HOUSEHOLDS = 4_000
"""Histories learnt from: more would sharpen nothing that a paper shows."""
# Log of income over the line at which the curve is computed (60 % to 740 % of it), linear between: steps of 2.5 %.
_GRID = np.linspace(-0.5, 2.0, 101)
_STEPS = np.arange(1, YEAR + 1)
# Nine nodes over the income given exit, three over how far help moves it. A choice, not measured: every pair costs one
# look-up of the curve for every package and branch.
_POINTS, _SHARES = np.polynomial.legendre.leggauss(9)
_NODES, _NODE_SHARES = 0.5 * (_POINTS + 1.0), 0.5 * _SHARES
_BENDS, _BEND_SHARES = np.polynomial.hermite_e.hermegauss(3)


@dataclass(frozen=True)
class ReturnHazard:
    """The hazard of falling back.

    Attributes
    ----------
    model : Hazard or None
        None: too few returns were seen, and `rate` alone is used.
    rate : float
        Returns a month at risk, what was assumed included.
    seen : int
        Returns seen in the ledger.
    losing : float
        Chance to lose some guarantee within twelve months.
    """

    model: Hazard | None
    rate: float
    seen: int
    losing: float

    @property
    def status(self) -> str:
        """Return "learnt" or "assumed"."""
        return "assumed" if self.model is None else "learnt"

    def within_a_year(self, margin: Floats, lines: Floats) -> Floats:
        """Return the chance to fail at one of the twelve month-ends after the exit.

        Parameters
        ----------
        margin : array
            Log of income over the line at the exit.
        lines : array (12,)
            Lines at the month-ends after it, relative to the line at the exit.
        """
        return np.asarray(np.interp(margin, _GRID, self._curve(lines)))

    def _curve(self, lines: Floats) -> Floats:
        """Return the chance of return within a year, by margin over the line (rows) and line (columns)."""
        if self.model is None:
            stays = np.full(len(_GRID), (1.0 - self.rate) ** YEAR)
        else:
            margin = _GRID[:, None] - np.log(lines)[None, :]
            rows = pd.DataFrame(
                {"hh": np.arange(margin.size), "month": 0, "margin": margin.ravel(),
                 "duration": np.tile(_STEPS, len(_GRID)), "start_hidden": 0.0}
            )  # fmt: skip
            each = self.model.predict(rows, 1, draws=0)["hazard"].to_numpy().reshape(margin.shape)
            stays = (1.0 - each).prod(axis=1)
        return np.asarray(1.0 - stays * (1.0 - self.losing))


def fit_return_hazard(state: SupportFrames, catalogue: Catalogue, settings: Settings) -> ReturnHazard:
    """Learn the hazard of falling back from every household's month-ends over the line.

    At risk is a month-end over the line; the event is one not over it the month after; covariates are the
    log of the income with which the household came out over the line then in force, the time since, and
    whether the coming out was seen. A month not known is taken from the year before.
    """
    prior = projection_constants(catalogue)
    lose, _ = guarantee_rates(state.observations, prior)
    losing = float(1.0 - np.prod((1.0 - lose) ** YEAR))
    rows = _months_at_risk(state, catalogue, settings)
    seen = int(rows["event"].sum()) if len(rows) else 0
    rate = (seen + prior.return_weight * prior.return_rate) / (len(rows) + prior.return_weight)
    if seen < FEWEST_EVENTS:
        return ReturnHazard(None, float(rate), seen, losing)
    model = hazard(
        rows, id="hh", time="month", event="event", covariates=["margin", "start_hidden"], duration="duration"
    )
    return ReturnHazard(model, float(rate), seen, losing)


def _months_at_risk(state: SupportFrames, catalogue: Catalogue, settings: Settings) -> pd.DataFrame:
    """Return a sample of household-months out of poverty, ``event`` where it fell back; empty for short records."""
    last = state.last_month
    months = state.observations["month"]
    if last is None or not len(months) or int(months.min()) + YEAR > last.ordinal:
        return pd.DataFrame({"event": pd.Series(dtype="int64")})
    first = Month.from_ordinal(int(months.min()) + YEAR - 1)
    some = _every_nth_household(state)
    panel = poverty.monthly_status(some, first, last, catalogue, settings, missing="same_month_last_year")
    panel["poor"] = panel["poor"].astype("Float64")
    risk = at_risk(panel, id="hh", time="month", state="poor", leaves=0).dropna(subset=["event"])
    risk = risk.loc[risk["income_fen_per_head"].astype("Float64").fillna(0) > 0]
    started = risk.assign(spell=risk["month"] - risk["duration"])
    started = started.loc[~_began_with_a_plan(started, some.households)]
    risk = risk.loc[started.index]
    came = started.groupby(["hh", "spell"])["income_fen_per_head"].transform("first").astype("float64")
    ahead = {
        m: line_in_force(catalogue, settings.authority, Month.from_ordinal(m) + 1) for m in set(risk["month"].tolist())
    }
    line = risk["month"].map(ahead).to_numpy(dtype=np.float64) * (1.0 + settings.margin)
    return pd.DataFrame(
        {
            "hh": risk["hh"].to_numpy(),
            "month": risk["month"].to_numpy(),
            "event": risk["event"].to_numpy(dtype=np.int64),
            "margin": np.clip(np.log(came.to_numpy() / line), _GRID[0], _GRID[-1]),
            "duration": risk["duration"].to_numpy(),
            "start_hidden": 1.0 - risk["start_seen"].to_numpy(dtype=np.float64),
        }
    )


def _began_with_a_plan(started: pd.DataFrame, households: pd.DataFrame) -> pd.Series:
    """Return the rows of spells that began when the register says the household was exited, or the year after.

    What a year's plan brought it goes on as that plan's help does, which the projection adds by itself; what is to be
    learnt is how long those stay out whom nothing new carries.
    """
    exited = households.loc[households["status"].eq(exited_status())].set_index("hh")["exit_year"]
    year = started["hh"].map(exited).astype("Float64")
    began = started["spell"] // YEAR
    return (started["start_seen"].astype(bool) & ((began == year) | (began == year + 1)).fillna(False)).astype(bool)


def line_in_force(catalogue: Catalogue, authority: str, month: Month) -> float:
    """Return the line of a month, or the newest one before it where that of its year has not been entered yet."""
    years = [line.year for line in catalogue.lines.values() if line.authority == authority and line.line_fen]
    before = [year for year in years if year <= month.year]
    year = max(before) if before else month.year
    return float(catalogue.line_fen(authority, Month(year, 12)))


def lines_ahead(catalogue: Catalogue, authority: str, month: Month) -> Floats:
    """Return the lines of the twelve month-ends after a month, relative to its own."""
    own = line_in_force(catalogue, authority, month)
    return np.array([line_in_force(catalogue, authority, month + step) / own for step in range(1, YEAR + 1)])


@dataclass(frozen=True)
class _SampledState:
    households: pd.DataFrame
    observations: pd.DataFrame
    transfers: pd.DataFrame


def _every_nth_household(state: SupportFrames) -> _SampledState:
    """Return every n-th household in order of its key, so that a county is learnt from as fast as a township."""
    every = -(-len(state.households) // MOST_HOUSEHOLDS)
    households = state.households.sort_values("hh", kind="stable").iloc[::every].reset_index(drop=True)
    keep = set(households["hh"])
    observations, transfers = state.observations, state.transfers
    if every > 1:
        observations = observations.loc[observations["hh"].isin(keep)]
        transfers = transfers.loc[transfers["hh"].isin(keep)]
    return _SampledState(households, observations, transfers)


def return_risk(made: ProjectionInputs, shared: SharedDraws, returns: ReturnHazard, lines: Floats) -> Floats:
    """Return by package the chance to fail within twelve months after an exit at the horizon.

    Parameters
    ----------
    made : ProjectionInputs
    shared : SharedDraws
        Draws, for the spread they give to income.
    returns : ReturnHazard
    lines : array (12,)
        Lines at the month-ends after the horizon relative to that at the horizon.

    Notes
    -----
    The mean, over the income with which the household comes out and over take-up, of the hazard at that
    income moved by what help brings in the twelve months after more than in the twelve before (a post that
    began in June is paid twelve months then, or has ended). Income given exit is a normal cut off at the
    line (nine Gauss-Legendre nodes); that awards may end spreads the move (three Gauss-Hermite nodes).
    """
    number = len(made.base.rule_ends) - 1
    end, after = made.base.rule_ends[number], made.base.after
    # The risk is printed without a range, so one draw at the means will do; the spread of income enters by `spread_of`.
    mean_only = SharedDraws(
        shared.effect.mean(axis=1, keepdims=True), np.zeros((len(shared.village), 1)), np.zeros(1), np.zeros(1),
        DeliveryRates(shared.rates.takeup.mean(axis=1, keepdims=True), shared.rates.loss[:, :1] * 0.0, {}),
    )  # fmt: skip
    curve = returns._curve(lines)
    count = len(made.household)
    # Not zero, so that a package that cannot exit still has a quotient.
    total, weight_sum = np.zeros(count), np.full(count, 1e-300)
    sizes = np.maximum(made.base.size, 1.0)
    moved = after.mean - end.mean
    extra_own = np.maximum(after.spread**2 - end.spread**2, 0.0)
    spread_of = income_variance(end, made.household, made.village, shared)
    large_shocks, shock_variance = large_shock_variance(end, made.household)
    now, then = made.withdrawals[number], made.withdrawals[-1]
    now = replace(now, drawn=np.maximum(now.drawn, (then.drawn > 0) * 1e-9))  # the same households in both
    taken = made.given.takeup, made.given.taker
    pairs = zip(
        takeup_branches(made.given.added[number], *taken, made.household, mean_only, now),
        takeup_branches(made.given.added[-1], *taken, made.household, mean_only, then),
        strict=True,
    )
    for (rows, of_draws, more, extra2), (_, _, later, later2) in pairs:
        h, weight = made.household[rows], of_draws[:, 0]
        move = moved[h] + later[:, 0] - more[:, 0]
        move_sd = np.sqrt(np.maximum(later2 - extra2, 0.0) + extra_own[h])
        for share, wide2 in ((1.0 - large_shocks.share, 0.0), (large_shocks.share, shock_variance[rows])):
            income, spread = end.mean[h] + more[:, 0], np.sqrt(spread_of[rows] + extra2 + wide2)
            over, risk = _risk_given_exit(income, spread, end.line[h], move, move_sd, sizes[h], curve)
            total[rows] += weight * share * over * risk
            weight_sum[rows] += weight * share * over
    return np.asarray(np.clip(total / weight_sum, 0.0, 1.0))


def _risk_given_exit(
    income: Floats, spread: Floats, line: Floats, move: Floats, move_sd: Floats, size: Floats, curve: Floats
) -> tuple[Floats, Floats]:
    """Return the chance to be over the line, and the risk to fall back given that."""
    from scipy.special import ndtr, ndtri

    certain, line = np.maximum(spread, 1e-6), np.maximum(line, 1.0)
    under = ndtr((line - income) / certain)
    over = 1.0 - under
    rank = np.clip(under[:, None] + over[:, None] * _NODES[None, :], 1e-12, 1.0 - 1e-12)
    came = np.maximum(income[:, None] + certain[:, None] * ndtri(rank), line[:, None])
    risk = np.zeros(len(income))
    for bend, share in zip(_BENDS, _BEND_SHARES / _BEND_SHARES.sum(), strict=True):
        # The logarithm needs an income above zero; at a twentieth of the line the curve has long been flat.
        later = np.maximum(came + (move + bend * move_sd)[:, None], 0.05 * line[:, None])
        risk += share * (np.interp(np.log(later / line[:, None]), _GRID, curve) @ _NODE_SHARES)
    return np.maximum(over, 1e-12), risk
