"""What the office of the practice township sees of the truth.

`reported_income` says which months arrive, `household_register` what the register shows, `village_survey` who is asked
in the survey; `sheet_rows`, `house_sheets` and `village_workbooks` make the workbooks a village sends, `ledger_tables`
the same rows as tables for sizes where nobody would write workbooks. Begin with `sheet_rows`.
"""
