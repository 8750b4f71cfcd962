"""Words of the command line about houses: their photos, works, papers and inspection.

Each module declares its ``WORDS`` as those of `povlib.cli` do; `povlib.cli.parser` lists the modules.

Responsible for arguments and answers. Not responsible for what is counted or decided (`povlib.housing`, `povlib.runs`).
"""

from povlib.cli.word import Group

HOUSES = Group("houses", "houses: who is owed one, what it costs, how far it is, who looks at it")
"""The word before every word about houses."""
