"""The household's voice in the ledger: postings of plans, what households said of them, and what was answered.

Nothing here is a fact about a household: these rows never enter a State, and no run's id follows from them. Begin
with `household_words`; what a plan waits for before it is approved is `approval_gate`.
"""
