"""Who will get out? The projection of every package to the horizon, with honest ranges.

Responsible for p, gaps and draws by household and package, and for the ranges of totals. Not
responsible for the exit rule (`povlib.poverty.rule`) or for choosing packages (`povlib.allocation`).
"""

from povlib.exits.curse import believed, curse
from povlib.exits.hazards import Hazard, hazard
from povlib.exits.incomes import IncomeModel, income
from povlib.exits.path import by_month
from povlib.exits.projection import Projection, project
from povlib.exits.refit import Refit, refitted
from povlib.exits.risk_sets import at_risk, person_periods
from povlib.exits.totals import Totals, totals, value_draws, values

__all__ = [
    "Hazard",
    "IncomeModel",
    "Projection",
    "Refit",
    "Totals",
    "at_risk",
    "believed",
    "by_month",
    "curse",
    "hazard",
    "income",
    "person_periods",
    "project",
    "refitted",
    "totals",
    "value_draws",
    "values",
]
