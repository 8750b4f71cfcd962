"""Who is poor, and how deeply: income, the exit rule, measures with standard errors.

Responsible for the one exit rule, for measures of poverty, inequality and deprivation with
design-based errors, and for their splits. Not responsible for what help exists (`povlib.support`),
what it changed (`povlib.impact`) or what will happen (`povlib.exits`).
"""

from povlib.poverty.change import decompose_change
from povlib.poverty.design import Design, DesignWarning, design_from
from povlib.poverty.estimates import Estimates
from povlib.poverty.income import income_by_source, income_panel, trailing_income
from povlib.poverty.line import Relative
from povlib.poverty.lorenz import grouped, lorenz
from povlib.poverty.measure import estimate, measure
from povlib.poverty.movements import Movements, movements
from povlib.poverty.multidimensional import multidimensional, multidimensional_estimates
from povlib.poverty.overview import Overview, change_since, overview, registered
from povlib.poverty.quality import register_quality
from povlib.poverty.reached import Reached, reached
from povlib.poverty.replicate import Replicates
from povlib.poverty.rule import assess, month_ends
from povlib.poverty.spells import Spells, hazard, monthly_status, spells, vulnerability
from povlib.poverty.splits import by_component, by_source, by_subgroup
from povlib.poverty.targeting import targeting, targeting_gaps, targeting_suspects

__all__ = [
    "Design",
    "DesignWarning",
    "Estimates",
    "Movements",
    "Overview",
    "Reached",
    "Relative",
    "Replicates",
    "Spells",
    "assess",
    "by_component",
    "by_source",
    "by_subgroup",
    "change_since",
    "decompose_change",
    "design_from",
    "estimate",
    "grouped",
    "hazard",
    "income_by_source",
    "income_panel",
    "lorenz",
    "measure",
    "month_ends",
    "monthly_status",
    "movements",
    "multidimensional",
    "multidimensional_estimates",
    "overview",
    "reached",
    "register_quality",
    "registered",
    "spells",
    "targeting",
    "targeting_gaps",
    "targeting_suspects",
    "trailing_income",
    "vulnerability",
]
