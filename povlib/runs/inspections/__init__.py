"""Cross-village inspection of an office: rounds announced and drawn, forms, findings, lists, objections.

Responsible for what an inspection reads from and writes into the ledger and the office's folder. Not responsible for
the arithmetic (`povlib.housing.inspection`) or for words on paper (`povlib.report`).
"""
