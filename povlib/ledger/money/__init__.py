"""Money and promises: double-entry fund movements, what is left of each fund, and what was promised.

What comes in are appropriations, commitments, payments and approved plans; what goes out are balances, open
commitments and the score of every promise. Begin with `fund_movements`. Amounts are whole fen.
"""
