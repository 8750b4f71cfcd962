"""Words of the planner's desk: scenarios, sweeps, questions, runs side by side, decisions by hand, the month's job.

Each module declares its ``WORDS`` as those of `povlib.cli` do; `povlib.cli.parser` lists the modules.

Responsible for arguments and answers. Not responsible for what is compared or decided (`povlib.runs`).
"""
