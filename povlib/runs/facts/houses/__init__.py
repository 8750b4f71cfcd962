"""有其屋: figures of the paper on houses, of notebook 05 and of the file of each house.

Responsible for gathering what the ledger holds and what `povlib.housing` computes, in the office's own order and
language. Not responsible for words (`povlib.report.houses`). Begin with `houses_facts`.
"""
