"""What an office is told about a file: the check as a whole, audit rules, receipts.

`check` takes files through the reader, the sheets and the rule packs to a verdict each; `audit` evaluates the packs of
``params/rules`` on the facts of `audit_facts`; `receipts` and `receipt_workbooks` write what a village gets back.
Nothing here writes to the ledger. Begin with `check`.
"""
