"""What may be opened in the villages, and who lives where: openings by month, households by their villages.

Responsible for the seats that openings add with the rows that hold them, and for which households live in the villages
that a fund, post or place is open to. Not responsible for what is opened or given (`povlib.allocation`).
"""
