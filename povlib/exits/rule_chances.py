"""The chance of every package to pass the exit rule, draw by draw, and nothing else.

Responsible for the one way from inputs and shared draws to chances, which the whole projection
(`povlib.exits.projection`) and plans over several years take. Not responsible for incomes, gaps, risks of return or
shares of variance: who needs chances alone does not pay for them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.arrays import Bools, Floats
from povlib.exits.exit_chances import ExitChances, exit_chances
from povlib.exits.help_effects.award_effects import catalogue_effects
from povlib.exits.projection_constants import projection_constants
from povlib.exits.projection_inputs import ProjectionInputs, apply_guarantee_veto, projection_inputs
from povlib.exits.shared_draws import SharedDraws, draw_shared_quantities
from povlib.params import Catalogue, Settings
from povlib.support import Offer
from povlib.support.eligibility_facts import SupportFrames


@dataclass(frozen=True)
class RuleChances:
    """Chances to pass the exit rule.

    Attributes
    ----------
    p : array (packages,)
        Mean over the draws; NaN where not assessable.
    draws : float32 array (packages x draws)
    assessable : array of bool (packages,)
    members : DataFrame
        hh, members, registered, assessable: by household.
    """

    p: Floats
    draws: npt.NDArray[np.float32]
    assessable: Bools
    members: pd.DataFrame


def drawn_inputs(
    state: SupportFrames,
    offer: Offer,
    catalogue: Catalogue,
    settings: Settings,
    draws: int,
    posterior: pd.DataFrame | None,
) -> tuple[ProjectionInputs, SharedDraws]:
    """Return what a projection is made from, and the draws that all recipients share."""
    effects = catalogue_effects(catalogue, posterior, settings.caution)
    made = projection_inputs(state, offer, catalogue, settings, effects)
    shared = draw_shared_quantities(
        made.effects,
        made.villages,
        draws,
        settings.seed,
        closers=[measure for measure in catalogue.measures.values() if measure.closes],
        rate_weight=projection_constants(catalogue).rate_weight,
        sources=made.base.sources,
        hanging_on=made.sources_in_use,
    )
    return made, shared


def chances_at_end(made: ProjectionInputs, shared: SharedDraws, number: int) -> ExitChances:
    """Return the chances at one of ``made.base.ends``."""
    return exit_chances(
        made.base.ends[number],
        made.given.added[number],
        made.given.takeup,
        made.given.taker,
        made.household,
        made.village,
        shared,
        made.withdrawals[number],
    )


def passing_draws(
    made: ProjectionInputs, shared: SharedDraws, rule: list[ExitChances]
) -> tuple[npt.NDArray[np.float32], Floats]:
    """Return the chance to pass every month-end of the rule by package and draw, and its mean by package.

    The array of the first month-end is used up: packages x draws is what a county's projection weighs, and nothing of
    that size is copied.
    """
    over = rule[0].over
    for other in rule[1:]:
        np.minimum(over, other.over, out=over)
    found = apply_guarantee_veto(over, made.veto, made.by_closing, shared.rates.closing)
    found[~made.base.assessable[made.household]] = np.nan
    return found, np.asarray(np.clip(found.mean(axis=1, dtype=np.float64), 0.0, 1.0))


def rule_chances(
    state: SupportFrames,
    offer: Offer,
    catalogue: Catalogue,
    settings: Settings,
    draws: int,
    *,
    posterior: pd.DataFrame | None = None,
) -> RuleChances:
    """Return the chances of every package of an offer: those of `povlib.exits.project`, to the bit.

    Parameters
    ----------
    state, offer, catalogue, settings, draws, posterior
        As `povlib.exits.project` takes them.

    Examples
    --------
    >>> from povlib import params, places
    >>> from povlib.support import offer
    >>> from povlib.support.example_township import example_township
    >>> catalogue, settings = params.load(places.DATA / "sample" / "params"), params.Settings()
    >>> state = example_township()
    >>> made = rule_chances(state, offer(state, catalogue, settings), catalogue, settings, 50)
    >>> made.draws.shape[1], bool(((made.p >= 0) & (made.p <= 1))[made.assessable].all())
    (50, True)
    """
    made, shared = drawn_inputs(state, offer, catalogue, settings, draws, posterior)
    rule = [chances_at_end(made, shared, number) for number in range(len(made.base.rule_ends))]
    found, p = passing_draws(made, shared, rule)
    members = pd.DataFrame(
        {"hh": made.base.hh.to_numpy(), "members": made.base.size.astype(np.int64), "registered": made.registered,
         "assessable": made.base.assessable}
    )  # fmt: skip
    return RuleChances(p, found, np.asarray(made.base.assessable[made.household]), members)
