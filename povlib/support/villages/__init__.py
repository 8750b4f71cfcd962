"""What may be opened in the villages, and what help there hangs on: openings by month, sources that could fail.

Responsible for the seats that openings add with the rows that hold them, and for the employers, firms and products
behind each award. Not responsible for what is opened or given (`povlib.allocation`).
"""
