"""Who will get out? The projection of every package to the horizon, with honest ranges.

Responsible for p, gaps and draws by household and package, and for the ranges of totals. Not
responsible for the exit rule (`povlib.poverty.households.exit_rule`) or for choosing packages (`povlib.allocation`).
"""

from povlib.exits.by_month import by_month
from povlib.exits.curse import believed, curse
from povlib.exits.projection import Projection, project
from povlib.exits.refit import Refit, refitted
from povlib.exits.totals import Totals, totals, value_draws, values

__all__ = [
    "Projection",
    "Refit",
    "Totals",
    "believed",
    "by_month",
    "curse",
    "project",
    "refitted",
    "totals",
    "value_draws",
    "values",
]
