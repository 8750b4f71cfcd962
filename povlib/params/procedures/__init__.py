"""Procedures as configured: the steps of an exit, the rules of an inspection.

What comes in: ``procedure.yaml`` and ``inspection.yaml`` of an office, or the project's where it has none. What goes
out: typed, checked rules. Not responsible for what follows from them (`povlib.poverty`, `povlib.housing`).
"""
