"""Runs side by side: which there are, how two differ, what several bring, who changed and why, which is safest.

`run_listing` lists them, `run_difference` tells two apart, `plan_comparison` gathers what a comparison shows and
`comparison_paper` writes it. Responsible for comparing runs that are there. Not responsible for making them
(`povlib.runs.completion`), nor for words and pictures (`povlib.report.comparison.comparison_page`).
"""
