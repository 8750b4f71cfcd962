"""The proof of a plan over parts, repeated from their files: exact whole numbers, one part in memory at a time.

Comes in: the joined office, posted prices, what is opened case by case, and a choice a part. Goes out: the bound that
prices prove, and every fault of a plan that claims another.

Begin with `part_arithmetic` (one part at posted prices), then `office_bounds` (all parts together). `fund_flow` asks
whether the funds can pay all bills; `part_verification` does it all again without the solver's word.
"""
