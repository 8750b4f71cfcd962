"""How do any units change? Incomes and hazards of any long frame: one row a unit and period.

Read `incomes` (is there one, and how much) or `hazards` (does it happen, and when) first; both begin with a
`long_frame`.
Knows nothing of households or ledgers; `povlib.exits` uses it for those who return to poverty.
"""

from povlib.panels.hazards import Hazard, hazard
from povlib.panels.incomes import IncomeModel, income
from povlib.panels.risk_sets import at_risk, person_periods

__all__ = ["Hazard", "IncomeModel", "at_risk", "hazard", "income", "person_periods"]
