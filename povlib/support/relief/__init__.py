"""Relief that the law owes: what is due to each household each month, what was paid, and the budget of the year.

What comes in: a ledger state and the catalogue. What goes out: `ReliefReview`, tables of dues, payments, findings
(entitled and not receiving, receiving and not entitled, paid late, paid twice) and totals. Begin with `relief_review`,
which calls `monthly_dues`, `payments`, `findings` and `yearly_budget`.

Responsible for holding payments against rules. Not responsible for the bills that a plan pays out of its own funds
(`povlib.support.entitlements`).
"""
