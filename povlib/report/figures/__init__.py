"""Charts of the papers: tidy frames in, PNG bytes with alternative text out.

Responsible for charts that read in black and white and are the same bytes on every run; matplotlib
is loaded when the first one is drawn. Not responsible for computing what they show.
"""

from povlib.report.figures.bars import fund_use, income_by_source, price_bars, village_money
from povlib.report.figures.curves import budget_curves, lorenz_curve, scenario_dots
from povlib.report.figures.flows import movement_bars
from povlib.report.figures.forest import forest
from povlib.report.figures.grids import causes_by_village, missing_guarantees
from povlib.report.figures.money_flows import money_flows
from povlib.report.figures.plan_steps import plan_steps
from povlib.report.figures.projections import fan, procedure_bars, reliability, tornado
from povlib.report.figures.ranges import frontier, interval_dots
from povlib.report.figures.village_panels import village_panels

__all__ = [
    "budget_curves",
    "causes_by_village",
    "fan",
    "forest",
    "frontier",
    "fund_use",
    "income_by_source",
    "interval_dots",
    "lorenz_curve",
    "missing_guarantees",
    "money_flows",
    "movement_bars",
    "plan_steps",
    "price_bars",
    "procedure_bars",
    "reliability",
    "scenario_dots",
    "tornado",
    "village_money",
    "village_panels",
]
