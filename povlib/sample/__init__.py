"""A synthetic township to practise on, with known truth; every person, amount and number in it is made up.

Responsible for the village workbooks of the sample, the truth behind them and what truly happens when a plan is
followed. Shares no code with the rooms that measure, project or plan: a simulator that did would prove nothing.
"""

from povlib.sample.follow import exit_probability, follow, outcomes
from povlib.sample.sheets import sheets
from povlib.sample.survey import survey
from povlib.sample.tables import ledger_rows
from povlib.sample.township import Township, simulate
from povlib.sample.truth import truth_tables, write_sample, write_truth
from povlib.sample.workbook import write_workbooks

__all__ = [
    "Township",
    "exit_probability",
    "follow",
    "ledger_rows",
    "outcomes",
    "sheets",
    "simulate",
    "survey",
    "truth_tables",
    "write_sample",
    "write_truth",
    "write_workbooks",
]
