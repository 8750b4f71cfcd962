"""Who will get out? The projection of every package to the horizon, with honest ranges.

Responsible for p, gaps and draws by household and package, and for the ranges of totals. Not
responsible for the exit rule (`povlib.poverty.rule`) or for choosing packages (`povlib.allocation`).
"""

from povlib.exits.path import by_month
from povlib.exits.projection import Projection, project
from povlib.exits.totals import Totals, totals, values

__all__ = ["Projection", "Totals", "by_month", "project", "totals", "values"]
