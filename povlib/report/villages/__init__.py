"""Papers about work, co-ops, products and helpers: their words, tables and order.

Responsible for wording. Not responsible for any figure (`povlib.runs.facts.villages`).
"""
