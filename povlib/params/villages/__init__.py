"""What a plan may open in the villages, and how much of it may hang on one employer, firm or product.

Responsible for the records of ``openings.yaml`` with their checks, and for the limits on single sources of help.
Not responsible for what is opened or chosen (`povlib.allocation`).
"""
