"""The projection: for every household and package the chance to exit by the horizon, with its range.

Responsible for putting base, packages and draws together into `Projection`. Not responsible for
choosing packages (`povlib.allocation`) or for the rule itself (`povlib.poverty.households.exit_rule`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.arrays import Bools, Floats, Ints
from povlib.exits.forecasting.household_panel import YEAR
from povlib.exits.learning.prior_sensitivity import prior_influence, total_by_draw
from povlib.exits.projection_inputs import ProjectionInputs
from povlib.exits.return_risk import ReturnHazard, fit_return_hazard, lines_ahead, return_risk
from povlib.exits.rule_chances import chances_at_end, drawn_inputs, passing_draws
from povlib.exits.shared_draws import SharedDraws, first_draws
from povlib.exits.variance_shares import PARTS, drawn_drivers, variance_shares
from povlib.exits.without_help import WithoutHelp
from povlib.params import Catalogue, Settings
from povlib.support import Offer
from povlib.support.eligibility_facts import SupportFrames
from povlib.vocabulary import GUARANTEES
from povlib.words import language_column, languages, text

Progress = Callable[[str, float], None]
# Points of the printed ranges: 90 % and 80 % of the draws lie between them.
INTERVAL, INTERVAL_80 = (0.05, 0.95), (0.1, 0.9)
# Draws for figures printed as means only (the run-rate year, the risk of return): their spread is not kept, and draws
# are antithetic. A choice that trades a little noise in those means for time; not measured.
RUN_RATE_DRAWS = 100
# Packages whose quantiles are taken at once: bounds the float64 copy of a county's draws to some 80 MB at 500 draws.
CHUNK = 20_000
# Packages worked on at once where draws are not kept: 20 MB of draws at 500, so that a county needs hardly more memory
# than a township; larger blocks were no faster.
BLOCK = 10_000


@dataclass(frozen=True)
class Projection:
    """What is expected of every package.

    Attributes
    ----------
    frame : DataFrame
        hh, package, k, p, p_low, p_high (90 % over shared effects and years), p_low_80, p_high_80,
        p_parameter, p_shock, p_model (shares of the variance of p, adding up to 1), income_fen (expected, per
        head), gap_fen (expected gap per head and year), gap_sq (expected squared gap as a share of the line),
        made_safe (chance that the package makes an unsafe dwelling safe in time),
        return_risk (chance to fail at one of the twelve month-ends after an exit), supported (over the line
        only by transfers), run_rate_p, assessable; p and what follows are NA where not assessable.
    draws : float32 array (packages x draws)
        p under draw j of shared effects, village years and everybody's year; nan where not assessable.
    inputs : DataFrame
        Which priors the total hangs on: key, measure, source, mean, sd, persons_per_sd, share,
        status, prior_source.
    not_assessable : DataFrame
        hh, reason (Chinese), reason_en.
    drivers : DataFrame
        One row a draw: the effects drawn, by key, and ``model``, the error of the forecast that all share.
    members : DataFrame
        hh, members, registered (bool), income_now_fen (per head over the last twelve months, for the fifths).
    """

    frame: pd.DataFrame
    draws: npt.NDArray[np.float32]
    inputs: pd.DataFrame
    not_assessable: pd.DataFrame
    members: pd.DataFrame
    drivers: pd.DataFrame = field(default_factory=pd.DataFrame)


def project(
    state: SupportFrames,
    offer: Offer,
    catalogue: Catalogue,
    settings: Settings,
    draws: int | None = None,
    progress: Progress | None = None,
    *,
    posterior: pd.DataFrame | None = None,
    keep_draws: bool = True,
) -> Projection:
    """Project every package of the offer to the horizon, in closed form.

    Known months count as they are. The months ahead are forecast by source from the same calendar
    months of earlier years, so a harvest a year is no risk; help already running, what the law owes and
    the package add their effects, each drawn once for all recipients from its prior; take-up is yes or
    no; guarantees are vetoes. p is the mean of P(exit) over the draws, never P at the mean effect.

    Parameters
    ----------
    state : State
    offer : Offer
        `povlib.support.offer` of the same state, catalogue and settings.
    catalogue : Catalogue
    settings : Settings
        authority, margin, stability_months, horizon, caution, draws, seed.
    draws : int, optional
        Number of draws; default ``settings.draws``.
    progress : callable, optional
        Receives stage and share done.
    posterior : DataFrame, optional
        measure, source, mean, sd of effects as learnt from the ledger (`povlib.impact.evaluate`);
        default the catalogue's priors.
    keep_draws : bool
        Whether the draws of every package are kept: a township's weigh some 20 MB, a county's 340. Without them the
        packages are worked on in blocks of whole households, and `Projection.draws` has no rows; what a plan is
        expected to bring is then drawn for the packages chosen (`povlib.exits.rule_chances`).

    Returns
    -------
    Projection

    Notes
    -----
    With several month-ends (``stability_months``) the chance to pass all of them is taken as the
    smallest: their trailing years share at least half of their months.

    Examples
    --------
    >>> from povlib import params, places
    >>> from povlib.support import offer
    >>> from povlib.support.example_township import example_township
    >>> catalogue, settings = params.load(places.DATA / "sample" / "params"), params.Settings()
    >>> state = example_township()
    >>> made = project(state, offer(state, catalogue, settings), catalogue, settings, draws=50)
    >>> bool(made.frame["p"].between(0, 1).all()), made.draws.shape[1]
    (True, 50)
    """
    tell = progress or (lambda stage, share: None)
    count = draws or settings.draws
    tell("income", 0.0)
    made, shared = drawn_inputs(state, offer, catalogue, settings, count, posterior)
    risk = ReturnOutlook(
        fit_return_hazard(state, catalogue, settings), lines_ahead(catalogue, settings.authority, settings.horizon)
    )
    packages = len(made.household)
    step = packages if keep_draws else BLOCK
    frames, total, kept = [], np.zeros(count), np.zeros((0, count), dtype=np.float32)
    for rows in household_blocks(made.household, step):
        tell("chances", 0.3 + 0.7 * rows.start / max(packages, 1))
        block = made if len(made.household) == rows.stop - rows.start else made.packages(rows)
        frame, drawn = _package_figures(block, shared, risk, offer.packages.iloc[rows])
        frames.append(frame)
        total = total + total_by_draw(drawn, frame, made.base.size[block.household])
        kept = drawn if keep_draws else kept
    base = made.base
    return Projection(
        frame=pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0],
        draws=kept,
        inputs=prior_influence(total, made.effects, shared, catalogue),
        not_assessable=_worded_reasons(base.reasons),
        members=_member_table(base, made.registered),
        drivers=drawn_drivers(made.effects, shared),
    )


def household_blocks(household: Ints, most: int) -> list[slice]:
    """Return the packages in blocks of whole households, in order, of at most `most` packages where one fits.

    Examples
    --------
    >>> household_blocks(np.array([0, 0, 0, 1, 1, 2]), 4)
    [slice(0, 3, None), slice(3, 6, None)]
    """
    count = len(household)
    bounds = np.append(np.flatnonzero(np.diff(household, prepend=-1)), count)
    blocks, first = [], 0
    while first < count:
        fits = bounds[np.searchsorted(bounds, first + most, side="right") - 1]
        last = int(fits) if fits > first else int(bounds[np.searchsorted(bounds, first, side="right")])
        blocks.append(slice(first, last))
        first = last
    return blocks or [slice(0, 0)]


@dataclass(frozen=True)
class ReturnOutlook:
    """What the risk of falling back after an exit is reckoned from: the fitted hazard, and the lines of a year on."""

    hazard: ReturnHazard
    lines: Floats


def _package_figures(
    made: ProjectionInputs, shared: SharedDraws, returns: ReturnOutlook, packages: pd.DataFrame
) -> tuple[pd.DataFrame, npt.NDArray[np.float32]]:
    """Return ``Projection.frame`` of some packages, and their chances draw by draw."""
    base, household = made.base, made.household
    few = first_draws(shared, RUN_RATE_DRAWS)
    every = [
        chances_at_end(made, few if end is base.run_rate else shared, number) for number, end in enumerate(base.ends)
    ]
    risk = return_risk(made, few, returns.hazard, returns.lines)
    veto = made.veto
    rule = every[: len(base.rule_ends)]
    ok = base.assessable[household]
    p_draws, p = passing_draws(made, shared, rule)
    end, last = base.rule_ends[-1], rule[-1]
    size = np.maximum(base.size[household], 1.0)
    # A household without members has a line of zero: it is NA in the frame, but must not divide by zero on the way.
    line = np.maximum(end.line[household], 1.0)
    low, high, low_80, high_80 = _quantiles_by_chunk(p_draws, (*INTERVAL, *INTERVAL_80))
    parts = variance_shares(p_draws, drawn_drivers(made.effects, shared))
    steady = every[-1].over.mean(axis=1, dtype=np.float64) * veto
    supported = (last.mean > line) & (last.mean - end.transfer[household] <= line)
    columns = {
        "p": p, "p_low": low, "p_high": high, "p_low_80": low_80, "p_high_80": high_80,
        **{f"p_{part}": parts[:, i] for i, part in enumerate(PARTS)},
        "income_fen": last.mean / size, "gap_fen": last.gap / size, "gap_sq": last.gap_sq / line**2,
        "return_risk": risk,
    }  # fmt: skip
    frame = packages[["hh", "package", "k"]].reset_index(drop=True)
    for name, values in columns.items():
        frame[name] = np.where(ok, values, np.nan)
    frame["made_safe"] = made.given.closed[:, GUARANTEES.index("housing")]
    frame["supported"] = supported & ok
    frame["run_rate_p"] = np.where(ok, steady, np.nan)
    frame["assessable"] = ok
    return frame, p_draws


def _quantiles_by_chunk(draws: npt.NDArray[np.float32], levels: tuple[float, ...]) -> Floats:
    """Return levels x packages: points of the distribution over draws, some packages at a time."""
    quantiles = np.empty((len(levels), len(draws)))
    for first in range(0, len(draws), CHUNK):
        some = slice(first, first + CHUNK)
        quantiles[:, some] = np.quantile(draws[some], levels, axis=1)
    return quantiles


def _worded_reasons(reasons: pd.DataFrame) -> pd.DataFrame:
    """Return the reasons with their wording added in every language."""
    frame = reasons.copy()
    for lang in languages():
        frame[language_column("reason", lang)] = [text(words, lang) for words in reasons["reason"]]
    return frame.astype("str").reset_index(drop=True)


def _member_table(base: WithoutHelp, registered: Bools) -> pd.DataFrame:
    """Return members, registration and present income per head and year (fen) of each household."""
    size = base.size
    net = sum((-1.0 if name == "cost" else 1.0) * fen for name, fen in base.steady.items())
    return pd.DataFrame(
        {
            "hh": base.hh.to_numpy(),
            "members": size.astype(np.int64),
            "registered": registered,
            "income_now_fen": np.asarray(net) * YEAR / np.maximum(size, 1.0),
        }
    )
