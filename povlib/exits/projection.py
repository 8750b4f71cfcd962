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

from povlib.arrays import Bools, Floats
from povlib.exits.exit_chances import ExitChances
from povlib.exits.forecasting.household_panel import YEAR
from povlib.exits.learning.prior_sensitivity import prior_influence
from povlib.exits.projection_inputs import ProjectionInputs
from povlib.exits.return_risk import fit_return_hazard, lines_ahead, return_risk
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
    every = []
    for number, end in enumerate(made.base.ends):
        tell("chances", 0.3 + 0.6 * number / len(made.base.ends))
        used = first_draws(shared, RUN_RATE_DRAWS) if end is made.base.run_rate else shared
        every.append(chances_at_end(made, used, number))
    tell("returns", 0.95)
    lines = lines_ahead(catalogue, settings.authority, settings.horizon)
    risk = return_risk(made, first_draws(shared, RUN_RATE_DRAWS), fit_return_hazard(state, catalogue, settings), lines)
    return _assemble_projection(made, offer, catalogue, shared, every, risk)


def _assemble_projection(
    made: ProjectionInputs,
    offer: Offer,
    catalogue: Catalogue,
    shared: SharedDraws,
    every: list[ExitChances],
    risk: Floats,
) -> Projection:
    """Put together chances, ranges, shares of variance and reasons of all packages as the projection."""
    base, household = made.base, made.household
    veto = made.veto
    rule = every[: len(base.rule_ends)]
    ok = base.assessable[household]
    p_draws, p = passing_draws(made, shared, rule)
    end, last = base.rule_ends[-1], rule[-1]
    size = np.maximum(base.size[household], 1.0)
    # A household without members has a line of zero: it is NA in the frame, but must not divide by zero on the way.
    line = np.maximum(end.line[household], 1.0)
    low, high, low_80, high_80 = _quantiles_by_chunk(p_draws, (*INTERVAL, *INTERVAL_80))
    drawn = drawn_drivers(made.effects, shared)
    parts = variance_shares(p_draws, drawn)
    steady = every[-1].over.mean(axis=1, dtype=np.float64) * veto
    supported = (last.mean > line) & (last.mean - end.transfer[household] <= line)
    columns = {
        "p": p, "p_low": low, "p_high": high, "p_low_80": low_80, "p_high_80": high_80,
        **{f"p_{part}": parts[:, i] for i, part in enumerate(PARTS)},
        "income_fen": last.mean / size, "gap_fen": last.gap / size, "gap_sq": last.gap_sq / line**2,
        "return_risk": risk,
    }  # fmt: skip
    frame = offer.packages[["hh", "package", "k"]].reset_index(drop=True)
    for name, values in columns.items():
        frame[name] = np.where(ok, values, np.nan)
    frame["made_safe"] = made.given.closed[:, GUARANTEES.index("housing")]
    frame["supported"] = supported & ok
    frame["run_rate_p"] = np.where(ok, steady, np.nan)
    frame["assessable"] = ok
    return Projection(
        frame=frame,
        draws=p_draws,
        inputs=prior_influence(p_draws, frame, base.size[household], made.effects, shared, catalogue),
        not_assessable=_worded_reasons(base.reasons),
        members=_member_table(base, made.registered),
        drivers=drawn,
    )


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
