"""What an office does with its own place under ``work/``: folders, survey, promises, procedure, money.

What comes in is the office's ledger, parameters and inbox; what goes out are rows written back to the ledger
(promises, scores, steps of the exit procedure, commitments) and the pages that belong to no single run. Begin
reading with `office_place`, which makes and finds the place; `promise_keeping` approves a run and scores it when
its month is closed.
"""
