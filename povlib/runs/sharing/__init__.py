"""Sharing what the villages did: the monthly digest as files, as letters, and what is not public as a sealed package.

What comes in: a state of the ledger and a month. What goes out: the digest in the office's ``sharing/`` folder, and
letters in its ``outbox/``, each with what became of it.

Responsible for that nothing is sent twice, nothing is lost, and nothing leaves that has not passed the privacy gate.
Not responsible for figures (`povlib.runs.facts.sharing`) or words (`povlib.report.sharing`).
"""
