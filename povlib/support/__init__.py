"""What help exists: entitlements, who may have which measure, and the packages of each household.

What comes in: a ledger state and the catalogue of ``params/``. What goes out: an `Offer`, tables of entitlements,
packages, bills, payers, uses of scarce resources and refusals. In the order of the work: `eligibility_facts` (facts of
households and members), `entitlements` (what the law owes, taken out of the funds first), `eligibility` with
`conditions` and `refusals` (who may have a measure, and why others may not), `single_awards` with `months_of_start`
and `award_cost` (one measure at one place from one month on), `package_enumeration` and `household_packages` (which
awards go together, by the `bundling_matrix`), `package_bills` (who can pay) and `resources` (what is scarce). Begin
with `help_offer`, which calls them all; `example_township` is a state small enough to follow by hand.

Responsible for reading measures, posts, places and funds against the ledger and laying out every
compatible package with bills, payers and uses. Not responsible for what a package is worth
(`povlib.exits`) or who gets it (`povlib.allocation`).
"""

from typing import TYPE_CHECKING

from povlib.names_on_demand import import_on_demand

if TYPE_CHECKING:
    from povlib.support.entitlements import entitlements_outside
    from povlib.support.help_offer import Offer, offer

__all__ = ["Offer", "entitlements_outside", "offer"]

import_on_demand(__name__)
