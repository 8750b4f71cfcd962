"""Words about papers that a plan has: written again or asked for, cards of families, whether all say the same.

Each module declares its ``WORDS`` as those of `povlib.cli` do; `povlib.cli.parser` lists the modules.

Responsible for arguments and answers. Not responsible for what is written (`povlib.runs.papers`).
"""
