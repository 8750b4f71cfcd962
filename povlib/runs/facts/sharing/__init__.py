"""What the villages did in a month, and what went with what they did.

What comes in: a state of the ledger. What goes out: `povlib.report.sharing.facts.DigestFacts`.

Responsible for counts and ranges. Not responsible for words.
"""
