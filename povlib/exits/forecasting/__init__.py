"""What will a household earn in the months ahead, if nothing new is done?

Comes in: monthly income by source as the ledger has it. Goes out: mean and spread of the sum over the months ahead.
Begin with `household_panel` (months not known are filled and marked), then `income_forecast`: the weights of last year,
recent months and livelihood. `forecast_spread` learns from earlier misses how far it can be off, as a mixture of the
usual error and rare large shocks; `robust_regression` keeps a few households from bending the fit.
"""
