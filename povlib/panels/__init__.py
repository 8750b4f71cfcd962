"""How do any units change? Incomes and hazards of any long frame: one row a unit and period.

Comes in: a frame of pandas, polars, pyarrow or dask, columns by name, with gaps, late entry and early exit as they are.
Goes out: a fitted model that says what it found in words, and predicts with ranges.
Begin with `incomes` (is there one, and how much) or `hazards` (does it happen, and when). Both read a `long_frame`,
whose times are `time_steps`, and code covariates by `covariate_coding`; the fitted models with their predictions are
`income_model` and `hazard_model`. States and spells become rows at risk in `risk_sets`. Behind incomes stand
`amount_scale`, `variance_components`, `unit_standing` and `unit_spread`, and `income_backtest` beside
`simple_forecasts`; behind hazards `hazard_design` and `duration_levels`.
Knows nothing of households or ledgers; `povlib.exits` uses it for those who return to poverty.
"""

from typing import TYPE_CHECKING

from povlib.names_on_demand import import_on_demand

if TYPE_CHECKING:
    from povlib.panels.hazard_model import Hazard
    from povlib.panels.hazards import hazard
    from povlib.panels.income_model import IncomeModel
    from povlib.panels.incomes import income
    from povlib.panels.risk_sets import at_risk, person_periods

__all__ = ["Hazard", "IncomeModel", "at_risk", "hazard", "income", "person_periods"]

import_on_demand(__name__)
