"""Decisions by hand: what a person decided for a household, from the workbook of the meeting to the next plan.

What comes in are rows of the ledger (`povlib.ledger.household_decisions`), pins typed for one run, or a workbook that
came back; what goes out are pins of the allocation problem and what each of them costs. Begin with `package_rules`,
then `decided`. Not responsible for the table of the ledger or for the plan.
"""
