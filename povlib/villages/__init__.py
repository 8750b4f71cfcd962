"""Villages' economy: products, co-ops, contracts, and who helps whom.

Responsible for choices of a village or the township that are no household's package: which product a village should
raise, what a co-op owes and earns, how a contract is shared, which helper (帮扶责任人) stands by which household. From
frames; nothing here opens a ledger or prints.
"""
