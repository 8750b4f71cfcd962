"""A synthetic township to practise on, with known truth; every person, amount and number in it is made up.

What comes in is a seed and a number of households; what goes out is what an office would receive (workbooks, or the
same rows as ledger tables), and the truth behind it: income and guarantees by month, true effects of help, and what
truly happens when a plan is followed.

`township.simulate` puts it together from `population` (who lives there), `housing` (works on houses), `help` (who got
what, and what it truly brings) and `truth` (luck, income, exits, a source removed); `villages` are its co-ops, firms,
contracts, work and helpers; `office` makes of it what the office sees; `world` reads every constant from ``world.yaml``
and ``economy.yaml``; `chance` names every random stream. Begin with `township`.

Shares no code with the rooms that measure, project or plan: a simulator that did would prove nothing.
"""

from typing import TYPE_CHECKING

from povlib.names_on_demand import import_on_demand

if TYPE_CHECKING:
    from povlib.sample.housing.drawn_photos import write_photos
    from povlib.sample.housing.house_standing import list_truth
    from povlib.sample.housing.inspection_round import found_on_visits
    from povlib.sample.housing.site_records import works_truth
    from povlib.sample.office.ledger_tables import house_rows, ledger_rows
    from povlib.sample.office.sheet_rows import sheets
    from povlib.sample.office.village_survey import survey
    from povlib.sample.office.village_workbooks import write_workbooks
    from povlib.sample.township import Township, simulate
    from povlib.sample.truth.plan_outcomes import exit_probability, follow, outcomes
    from povlib.sample.truth.source_removal import outcomes_without, sources_of_spells
    from povlib.sample.truth.truth_files import truth_tables, write_sample, write_truth
    from povlib.sample.villages.bird_contracts import contract_truth
    from povlib.sample.villages.village_tables import village_rows
    from povlib.sample.villages.work_stock import retention_truth

__all__ = [
    "Township",
    "contract_truth",
    "exit_probability",
    "follow",
    "found_on_visits",
    "house_rows",
    "ledger_rows",
    "list_truth",
    "outcomes",
    "outcomes_without",
    "retention_truth",
    "sheets",
    "simulate",
    "sources_of_spells",
    "survey",
    "truth_tables",
    "village_rows",
    "works_truth",
    "write_photos",
    "write_sample",
    "write_truth",
    "write_workbooks",
]

import_on_demand(__name__)
