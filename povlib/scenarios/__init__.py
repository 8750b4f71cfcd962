"""What if? Scenarios: small files that change a few values of the catalogue and the settings.

Responsible for reading them, for inheritance and precedence, and for the trace of which layer set
what. Not responsible for the records themselves (`povlib.params`) or for running anything.
"""

from typing import TYPE_CHECKING

from povlib.names_on_demand import import_on_demand

if TYPE_CHECKING:
    from povlib.scenarios.layers import Resolved, TraceRow, resolve, resolve_all
    from povlib.scenarios.new_files import Proposal, new_scenario, proposed_scenario
    from povlib.scenarios.run_info import RunInfo
    from povlib.scenarios.scenario_files import Scenario, load, load_all

__all__ = [
    "Proposal",
    "Resolved",
    "RunInfo",
    "Scenario",
    "TraceRow",
    "load",
    "load_all",
    "new_scenario",
    "proposed_scenario",
    "resolve",
    "resolve_all",
]

import_on_demand(__name__)
