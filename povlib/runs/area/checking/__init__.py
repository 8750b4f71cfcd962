"""A plan by parts checked: its parts made again from the ledger, its sums added up anew, its proof repeated.

Comes in: a finished run by parts. Goes out: every fault found, and what was checked in words, part by part. Begin with
`area_verification` (the order of it); `parts_again` makes every part a second time, `part_sums` adds up money, law,
seats, floors and exits from the stored rows. Not responsible for files, seals and the chain
(`povlib.runs.verification`).
"""
