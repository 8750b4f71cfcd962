"""The projection: for every household and package the chance to exit by the horizon, with its range.

Responsible for putting base, packages and draws together into `Projection`. Not responsible for
choosing packages (`povlib.allocation`) or for the rule itself (`povlib.poverty.rule`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.exits.base import Base, Ends, households_base
from povlib.exits.chances import Chances, Withdrawal, chances
from povlib.exits.effects import Shared, fewer, shared_draws
from povlib.exits.help import Effect, Span, effects_of, paid_months, unit_fen
from povlib.exits.influence import influence
from povlib.exits.package import Awarded, allowance, awarded, owed_closings, owed_top_ups
from povlib.exits.panel import YEAR, Floats, Ints
from povlib.params import Catalogue, Settings
from povlib.support import Offer
from povlib.support.subjects import State
from povlib.words import text

Progress = Callable[[str, float], None]
INTERVAL = (0.05, 0.95)
RUN_RATE_DRAWS = 100


@dataclass(frozen=True)
class Projection:
    """What is expected of every package.

    Attributes
    ----------
    frame : DataFrame
        hh, package, k, p, p_low, p_high (90 % over shared effects and years), income_fen (expected, per
        head), gap_fen (expected gap per head and year), gap_sq (expected squared gap as a share of the
        line), return_risk (NA), supported (over the line only by transfers), run_rate_p, assessable;
        p and what follows are NA where not assessable.
    draws : float32 array (packages x draws)
        p under draw j of shared effects, village years and everybody's year; nan where not assessable.
    inputs : DataFrame
        Which priors the total hangs on: key, measure, source, mean, sd, persons_per_sd, share,
        status, prior_source.
    not_assessable : DataFrame
        hh, reason (Chinese), reason_en.
    members : DataFrame
        hh, members, registered (bool), income_fen (per head over the last twelve months, for the fifths).
    """

    frame: pd.DataFrame
    draws: npt.NDArray[np.float32]
    inputs: pd.DataFrame
    not_assessable: pd.DataFrame
    members: pd.DataFrame


def project(
    state: State,
    offer: Offer,
    catalogue: Catalogue,
    settings: Settings,
    draws: int | None = None,
    progress: Progress | None = None,
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
        authority, margin, stability_months, horizon, draws, seed.
    draws : int, optional
        Number of draws; default ``settings.draws``.
    progress : callable, optional
        Receives stage and share done.

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
    >>> from povlib.support.example import township
    >>> catalogue, settings = params.load(places.DATA / "sample" / "params"), params.Settings()
    >>> made = project(township(), offer(township(), catalogue, settings), catalogue, settings, draws=50)
    >>> bool(made.frame["p"].between(0, 1).all()), made.draws.shape[1]
    (True, 50)
    """
    tell = progress or (lambda stage, share: None)
    count = draws or settings.draws
    tell("income", 0.0)
    effects = effects_of(catalogue)
    base = households_base(state, catalogue, settings, effects)
    households = state.households.sort_values("hh", kind="stable")
    villages = sorted(set(households["village"].astype("str")))
    shared = shared_draws(effects, villages, count, settings.seed)
    base = _with_owed(base, offer, catalogue, effects)
    packages = offer.packages
    household = base.hh.get_indexer(pd.Index(packages["hh"])).astype(np.int64)
    village = np.searchsorted(villages, households["village"].astype("str").to_numpy())[household]
    tell("packages", 0.3)
    given = awarded(offer.components, household, base, catalogue, effects)
    drawn, standard = allowance(state.transfers, base.hh, catalogue, state.last_month)
    every = []
    for number, end in enumerate(base.ends):
        tell("chances", 0.4 + 0.5 * number / len(base.ends))
        shrink = _withdrawal(base, end, drawn, standard)
        used = fewer(shared, RUN_RATE_DRAWS) if end is base.run_rate else shared
        every.append(chances(end, given.added[number], given.takeup, household, village, used, shrink))
    return _projection(base, offer, catalogue, settings, effects, shared, household, given, every, households)


def _with_owed(base: Base, offer: Offer, catalogue: Catalogue, effects: tuple[Effect, ...]) -> Base:
    """Add what the law owes: top-ups, effects of owed measures, guarantees they close."""
    ends = []
    for end in base.ends:
        first, last = max(end.month.ordinal - YEAR, base.panel.last.ordinal) + 1, end.month.ordinal
        top = owed_top_ups(offer.entitlements, base.hh, catalogue, first, last)
        mean, effect = end.mean + top, end.effect.copy()
        for number, one in enumerate(effects):
            fen = _owed_effect(base, offer, one, first, last)
            effect[:, number] += fen
            mean = mean + fen * float(one.earning.mean or 0.0)
        ends.append(Ends(end.month, mean, end.spread, end.transfer + top, end.line, effect, end.ahead, end.year))
    closed = owed_closings(offer.entitlements, base.hh, catalogue, base.open_end)
    holds = np.where(np.isnan(base.holds), np.nan, 1.0 - (1.0 - base.holds) * (1.0 - closed))
    return Base(base.hh, base.size, tuple(ends), holds, base.assessable, base.reasons, base.panel, base.steady)


def _owed_effect(base: Base, offer: Offer, effect: Effect, first: int, last: int) -> Floats:
    rows = offer.entitlements.loc[
        (offer.entitlements["measure"] == effect.measure) & offer.entitlements["covered"].eq(True)
    ].drop_duplicates(["hh", "person"])
    found = np.zeros(len(base.hh))
    for start, mine in rows.groupby("start", sort=True):
        at = base.hh.get_indexer(pd.Index(mine["hh"]))
        months, _ = paid_months(effect.earning, Span(int(str(start))), first, last)
        unit = np.asarray(unit_fen(effect.earning, 0.0, base.steady[effect.earning.source][at]))
        np.add.at(found, at, np.broadcast_to(unit * months * effect.earning.takeup, (len(at),)))
    return found


def _withdrawal(base: Base, end: Ends, drawn: Floats, standard: Floats) -> Withdrawal:
    """Return how running top-ups shrink in the months ahead of a month-end.

    A top-up is what income per head lacks to the standard; it falls fen by fen once income from other
    sources exceeds what the amount drawn now stands for.
    """
    months = 0 if end.ahead is None else end.ahead.length
    other = np.asarray(end.mean - end.transfer) / YEAR
    lack = np.maximum(standard * base.size - other, 0.0)
    return Withdrawal(drawn * months, np.maximum(lack - drawn, 0.0) * months)


def _projection(
    base: Base, offer: Offer, catalogue: Catalogue, settings: Settings, effects: tuple[Effect, ...], shared: Shared,
    household: Ints, given: Awarded, every: list[Chances], households: pd.DataFrame,
) -> Projection:  # fmt: skip
    holds = 1.0 - (1.0 - base.holds[household]) * (1.0 - given.closed)
    veto = holds.prod(axis=1)
    rule = every[: len(base.rule_ends)]
    over = rule[0].over
    for other in rule[1:]:
        over = np.minimum(over, other.over)
    ok = base.assessable[household]
    p_draws = np.where(ok[:, None], over * veto[:, None].astype(np.float32), np.float32(np.nan)).astype(np.float32)
    end, last = base.rule_ends[-1], rule[-1]
    size = np.maximum(base.size[household], 1.0)
    line = np.maximum(end.line[household], 1.0)
    p = np.clip(p_draws.mean(axis=1, dtype=np.float64), 0.0, 1.0)
    low, high = (np.quantile(p_draws, q, axis=1) for q in INTERVAL)
    steady = every[-1].over.mean(axis=1, dtype=np.float64) * veto
    supported = (last.mean > line) & (last.mean - end.transfer[household] <= line)
    columns = {
        "p": p, "p_low": low, "p_high": high, "income_fen": last.mean / size, "gap_fen": last.gap / size,
        "gap_sq": last.gap_sq / line**2, "return_risk": np.full(len(p), np.nan),
    }  # fmt: skip
    frame = offer.packages[["hh", "package", "k"]].reset_index(drop=True)
    for name, values in columns.items():
        frame[name] = np.where(ok, values, np.nan)
    frame["supported"] = supported & ok
    frame["run_rate_p"] = np.where(ok, steady, np.nan)
    frame["assessable"] = ok
    return Projection(
        frame=frame,
        draws=p_draws,
        inputs=influence(p_draws, frame, base.size[household], effects, shared, catalogue),
        not_assessable=_listed(base.reasons),
        members=_members(base, households),
    )


def _listed(reasons: pd.DataFrame) -> pd.DataFrame:
    frame = reasons.copy()
    frame["reason_en"] = [text(words, "en") for words in reasons["reason"]]
    frame["reason"] = [text(words, "zh") for words in reasons["reason"]]
    return frame.astype("str").reset_index(drop=True)


def _members(base: Base, households: pd.DataFrame) -> pd.DataFrame:
    size = base.size
    net = sum((-1.0 if name == "cost" else 1.0) * fen for name, fen in base.steady.items())
    return pd.DataFrame(
        {
            "hh": base.hh.to_numpy(),
            "members": size.astype(np.int64),
            "registered": households["status"].isin(("未脱贫", "预脱贫", "返贫")).to_numpy(dtype=bool),
            "income_fen": np.asarray(net) * YEAR / np.maximum(size, 1.0),
        }
    )
