"""What a household's living hangs on: an employer, a co-op, the firm behind it, a buyer, a product.

`household_sources` reads the links from the rows of the ledger; `concentration` counts what hangs on each;
`closures` says what is left of a ledger when a source closes at a month.

Responsible for links and for what a closing takes away. Not responsible for what a plan does about it
(`povlib.allocation`) or for chances of exit (`povlib.exits`).
"""
