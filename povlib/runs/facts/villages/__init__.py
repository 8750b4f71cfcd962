"""Facts about work, co-ops, products and helpers, gathered from an office's ledger and parameters.

Responsible for handing frames to `povlib.villages` and answers to papers. Not responsible for either.
"""
