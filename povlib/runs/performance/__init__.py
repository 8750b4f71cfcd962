"""Performance evaluation 绩效评价 of an office in a year: every figure counted from the ledger's own rows.

Begin with `figures`; which indicators there are and how they earn points is ``performance.yaml``. Where no row says
anything, an indicator is not recorded: it is never zero, and no total is printed over it.
"""
