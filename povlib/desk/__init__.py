"""The desk in the lab: what a planner touches while deciding, and sees at once.

What comes in: an office and its runs. What goes out: widgets in a notebook. `panel` is the live panel (sliders, the
plan that follows, what changed), `home` the page a day begins with (what waits, what is due, the main jobs as
buttons). Nothing is computed here that the rooms above do not compute: every number shown is the number of a run.

Responsible for showing and for starting jobs. Not responsible for what a job does (`povlib.runs`) or for the command
line (`povlib.cli`).
"""

from typing import TYPE_CHECKING

from povlib.names_on_demand import import_on_demand

if TYPE_CHECKING:
    from povlib.desk.panel.shown_panel import live_panel

__all__ = ["live_panel"]

import_on_demand(__name__)
