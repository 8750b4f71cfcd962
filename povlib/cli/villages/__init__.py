"""Words of the command line about work, co-ops, products, helpers and the plan of one household.

Each module declares its ``WORDS`` as those of `povlib.cli` do; `povlib.cli.parser` lists the modules.

Responsible for arguments and answers. Not responsible for what is counted or decided (`povlib.villages`).
"""
