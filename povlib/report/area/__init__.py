"""The paper of an office of many townships, planned by parts: four numbers, townships side by side, money, proof.

Comes in: `AreaFacts`, figures as plain values and frames. Goes out: the paper (`paper`), and what each household of a
part receives (`household_list`). Not responsible for any figure (`povlib.runs.area`).
"""
