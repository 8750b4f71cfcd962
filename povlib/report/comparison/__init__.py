"""Plans side by side, in words: `comparison_page` for runs, `changed_household_wording` for why a household gets
something else, `sweep_page` for a grid of parameters.

Not responsible for any figure (`povlib.runs.comparison`, `povlib.runs.sweeps`).
"""
