"""Words of what an office shares: the monthly digest, and the letter that brings it.

What comes in: facts of a month (`facts.DigestFacts`). What goes out: a `Report`.

Responsible for words and tables. Not responsible for figures (`povlib.runs.facts.sharing`) or for sending
(`povlib.runs.sharing`).
"""
