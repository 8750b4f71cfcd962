"""Who is poor, and how deeply: income, the exit rule, measures with standard errors.

Responsible for the one exit rule, for measures of poverty, inequality and deprivation with
design-based errors, and for their splits. Not responsible for what help exists (`povlib.support`),
what it changed (`povlib.impact`) or what will happen (`povlib.exits`).
"""

from povlib.poverty.income import income_by_source, income_panel, trailing_income
from povlib.poverty.rule import assess, month_ends

__all__ = ["assess", "income_by_source", "income_panel", "month_ends", "trailing_income"]
