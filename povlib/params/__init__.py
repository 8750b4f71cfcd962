"""Parameters: what a planner may change, typed, dated and sourced.

Responsible for reading and checking a ``params/`` folder and the code lists of ``data/tables``.
Not responsible for layering scenarios (`povlib.scenarios`) or for using any value.
"""

from typing import TYPE_CHECKING

from povlib.names_on_demand import import_on_demand

if TYPE_CHECKING:
    from povlib.params.assumptions import ASSUMPTIONS, Assumption
    from povlib.params.catalogue import Bundling, Catalogue
    from povlib.params.causes import CauseRule
    from povlib.params.claimable_figures import claimable_figures
    from povlib.params.claims import CLAIMS_FILE, Claim, Document, claims_of_office, load_claims
    from povlib.params.conditions import FIELDS, Condition, ConditionField
    from povlib.params.houses import HouseItem, HousePrice, HouseWork
    from povlib.params.kinds import Names, Records, Window
    from povlib.params.loading import load
    from povlib.params.objectives import AIM_OF_UNIT, AIMS, Aim, Objective, worth_by_aim
    from povlib.params.pairs import Pair
    from povlib.params.procedures.exit_procedure import Procedure, load_procedure
    from povlib.params.resources import Coop, Crew, Facility, Fund, GrantStep, Keep, OpeningLevel, Post, Site
    from povlib.params.settings import Settings
    from povlib.params.standards import Line, TransferKind, Village
    from povlib.params.support import Closing, Cost, Credit, Earning, Entitlement, Measure, Payer, Use
    from povlib.params.tables import CodeTable, table, table_names
    from povlib.params.villages.openings import Opening, OpeningWay

__all__ = [
    "AIMS",
    "AIM_OF_UNIT",
    "ASSUMPTIONS",
    "CLAIMS_FILE",
    "FIELDS",
    "Aim",
    "Assumption",
    "Bundling",
    "Catalogue",
    "CauseRule",
    "Claim",
    "Closing",
    "CodeTable",
    "Condition",
    "ConditionField",
    "Coop",
    "Cost",
    "Credit",
    "Crew",
    "Document",
    "Earning",
    "Entitlement",
    "Facility",
    "Fund",
    "GrantStep",
    "HouseItem",
    "HousePrice",
    "HouseWork",
    "Keep",
    "Line",
    "Measure",
    "Names",
    "Objective",
    "Opening",
    "OpeningLevel",
    "OpeningWay",
    "Pair",
    "Payer",
    "Post",
    "Procedure",
    "Records",
    "Settings",
    "Site",
    "TransferKind",
    "Use",
    "Village",
    "Window",
    "claimable_figures",
    "claims_of_office",
    "load",
    "load_claims",
    "load_procedure",
    "table",
    "table_names",
    "worth_by_aim",
]

import_on_demand(__name__)
