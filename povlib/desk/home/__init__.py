"""The page a planner's day begins with: facts of the office, and the main jobs as buttons.

Begin with `open_home`. `job` starts a command of the command line as a process of its own and tells how far it is;
`buttons` are its widgets; `front_end` says whether anybody is there to press them.

Responsible for showing and for starting jobs, one at a time in an office. Not responsible for the facts
(`povlib.runs.routine`) or for what a command does (`povlib.cli`).
"""

from typing import TYPE_CHECKING

from povlib.names_on_demand import import_on_demand

if TYPE_CHECKING:
    from povlib.desk.home.page import Home, open_home

__all__ = ["Home", "open_home"]

import_on_demand(__name__)
