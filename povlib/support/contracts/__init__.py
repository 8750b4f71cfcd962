"""Places that contracts of sale leave open: what a partner still buys, as places of a measure.

Responsible for their number. Not responsible for who delivers and who is behind (`povlib.villages.contracts`).
"""
