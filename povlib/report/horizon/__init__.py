"""The plan over several years in papers: its sentences, its chart and its tables.

Responsible for wording. Not responsible for any figure (`povlib.runs.horizon`). Begin with `horizon_section`.
"""
