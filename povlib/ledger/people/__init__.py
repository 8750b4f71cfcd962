"""Households and persons: opened once, their identities sealed, every look at a name recorded.

What comes in are households, members and identity numbers of a batch; what goes out are keys without names, and
names only on request with a reason. Begin with `sealed_identities`, then `name_access`. Money is
`povlib.ledger.money`.
"""
