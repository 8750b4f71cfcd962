"""``python -m povlib.cli``."""

import sys

from povlib.cli import main
from povlib.cli.interruption import EXIT_CODE, end_at_once, end_soon_after_ctrl_c
from povlib.cli.signs_of_life import signs_of_life

# a process of its own only: whoever calls `main` in a program keeps the signals and the threads of that program
end_soon_after_ctrl_c()
with signs_of_life():
    code = main()
if code == EXIT_CODE:
    end_at_once()
sys.exit(code)
