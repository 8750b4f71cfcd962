"""Papers about work, co-ops, products, contracts and helpers: their words, tables and order.

Responsible for wording. Not responsible for any figure (`povlib.runs.facts.villages`). Begin with `paper`, the paper on
jobs and villages and the page of notebook 09.
"""
