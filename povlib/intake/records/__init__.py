"""From checked rows to a batch of the ledger.

`ledger_rows` puts every field where the form says it belongs; `loading` adds what only the ledger can tell (loaded
before, older month, number held elsewhere) and appends one batch a file; `review` lists households that may be the
same and records what someone decided. Begin with `loading`.
"""
