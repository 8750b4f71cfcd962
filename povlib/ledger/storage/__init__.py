"""How the record is kept: tables, connections, guards against change, the chain of hashes, backups, locks.

What comes in are rows that `povlib.ledger.batch_writing` has checked; what goes out are Arrow tables and a chain
that shows any later change. The same SQL runs on SQLite (one office) and PostgreSQL (a county's server).
Begin with `table_schema` (every column of the ledger), then `connections`.
"""
