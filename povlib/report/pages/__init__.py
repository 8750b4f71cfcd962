"""The words and tables of every page other than the meeting paper.

In come the plain facts that `povlib.runs.facts` gathers for a page (a frozen dataclass, or a record of frames of the
room that measured them); out goes a `povlib.report.model` report. One module a page, named after it; begin reading at
`impact_page`, the shortest with every part. `effect_wording` and `ledger_wording` hold words that several pages
share. Nothing is computed here: a total, a share or a count that a sentence needs is a field of the facts
(`tests/report/test_computes_nothing.py` holds it).
"""
