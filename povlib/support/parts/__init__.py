"""An offer where not everybody, or not everything, is looked at: parts of a large office, packages that a plan chose.

Comes in: the frames of a state and of an offer. Goes out: what the law takes in the other parts of an office
(`rest_of_office`), an offer with a few of its packages (`chosen_packages`).

Not responsible for what is offered (`povlib.support.help_offer`) or chosen (`povlib.allocation`).
"""
