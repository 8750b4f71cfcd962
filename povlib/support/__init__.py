"""What help exists: entitlements, who may have which measure, and the packages of each household.

Responsible for reading measures, posts, places and funds against the ledger and laying out every
compatible package with bills, payers and uses. Not responsible for what a package is worth
(`povlib.exits`) or who gets it (`povlib.allocation`).
"""

from povlib.support.help_offer import Offer, offer

__all__ = ["Offer", "offer"]
