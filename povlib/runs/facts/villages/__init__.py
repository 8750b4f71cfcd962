"""Facts about work, co-ops, products, contracts and helpers, gathered from an office's ledger, parameters and plan.

Responsible for handing frames to `povlib.villages` and figures to papers, to notebook 09 and to claims about them. Not
responsible for computing links, fulfilment or rosters (`povlib.villages`) or for words (`povlib.report.villages`).
Begin with `villages_facts`.
"""
