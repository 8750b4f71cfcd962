"""Who will get out? The projection of every package to the horizon, with honest ranges.

Comes in: the ledger's state, the packages on offer, the catalogue's priors. Goes out: by household and package the
chance to pass the exit test by the horizon, gaps, draws, the risk to fall back, and a plan's total with its range.
Begin with `projection.project`. It takes every household without new help (`without_help`, from `forecasting` and
`help_effects`), adds what packages bring (`projection_inputs`), draws once what all recipients share (`shared_draws`)
and gives chances in closed form (`exit_chances`), which `simulation_check` checks world by world. `plan_totals` and
`by_month` add up a plan; `return_risk` asks who falls back; `learning` is what the office's own records teach.
Not responsible for the exit rule (`povlib.poverty`) or for choosing packages (`povlib.allocation`).
"""

from typing import TYPE_CHECKING

from povlib.names_on_demand import import_on_demand

if TYPE_CHECKING:
    from povlib.exits.by_month import by_month
    from povlib.exits.learning.optimisers_curse import optimisers_curse, posterior_effects
    from povlib.exits.learning.prior_refit import PriorRefit, refit_priors
    from povlib.exits.plan_totals import Totals, package_values, totals
    from povlib.exits.projection import Projection, project

__all__ = [
    "PriorRefit",
    "Projection",
    "Totals",
    "by_month",
    "optimisers_curse",
    "package_values",
    "posterior_effects",
    "project",
    "refit_priors",
    "totals",
]

import_on_demand(__name__)
