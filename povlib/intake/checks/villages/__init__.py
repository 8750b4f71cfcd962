"""What cannot be in the sheets about work, co-ops, contracts, products and helpers.

`told_rows` sets the rows of a file beside what the ledger holds; `coop_rules`, `contract_rules` and `work_rules` each
yield what cannot be, with the reason; `village_checks` refuses those rows and flags them. `audited_facts` derives what
the audit rules speak of.
"""
