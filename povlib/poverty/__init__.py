"""Who is poor, and how deeply: income, the exit rule, measures with standard errors.

Two houses. `povlib.poverty.measurement` takes any survey frame and the names of its columns and returns tidy tables of
measures with design-based errors; it knows nothing of the ledger. `povlib.poverty.households` takes the frames of a
ledger state and returns verdicts by the one exit rule, overviews of the register, spells and steps of the procedure.

Begin with `trailing_income` and `assess` for a household, with `measure` for a survey. The functions listed here are
the room's public face; each is documented where it is defined.

Responsible for the one exit rule, for measures of poverty, inequality and deprivation with
design-based errors, and for their splits. Not responsible for what help exists (`povlib.support`),
what it changed (`povlib.impact`) or what will happen (`povlib.exits`).
"""

from typing import TYPE_CHECKING

from povlib.names_on_demand import import_on_demand

if TYPE_CHECKING:
    from povlib.poverty.households.coverage import Coverage, register_coverage
    from povlib.poverty.households.exit_rule import assess, month_ends
    from povlib.poverty.households.household_income import income_by_source, income_panel, trailing_income
    from povlib.poverty.households.line_crossings import Movements, movements
    from povlib.poverty.households.poverty_spells import Spells, hazard, monthly_status, spells
    from povlib.poverty.households.register_checks import deprivations_of_register, quality_against_survey
    from povlib.poverty.households.township_overview import Overview, change_since, overview, registered_frames
    from povlib.poverty.households.vulnerability import vulnerability
    from povlib.poverty.measurement.change_decomposition import decompose_change
    from povlib.poverty.measurement.decompositions import by_component, by_source, by_subgroup
    from povlib.poverty.measurement.deprivation_counting import multidimensional, multidimensional_estimates
    from povlib.poverty.measurement.estimates import Estimates
    from povlib.poverty.measurement.lorenz_curves import lorenz, measure_grouped
    from povlib.poverty.measurement.measures import estimate, measure
    from povlib.poverty.measurement.poverty_line import RelativeLine
    from povlib.poverty.measurement.register_quality import register_quality
    from povlib.poverty.measurement.replication import Replicates
    from povlib.poverty.measurement.survey_design import Design, DesignWarning, design_from
    from povlib.poverty.measurement.targeting_errors import targeting, targeting_gaps, targeting_suspects

__all__ = [
    "Coverage",
    "Design",
    "DesignWarning",
    "Estimates",
    "Movements",
    "Overview",
    "RelativeLine",
    "Replicates",
    "Spells",
    "assess",
    "by_component",
    "by_source",
    "by_subgroup",
    "change_since",
    "decompose_change",
    "deprivations_of_register",
    "design_from",
    "estimate",
    "hazard",
    "income_by_source",
    "income_panel",
    "lorenz",
    "measure",
    "measure_grouped",
    "month_ends",
    "monthly_status",
    "movements",
    "multidimensional",
    "multidimensional_estimates",
    "overview",
    "quality_against_survey",
    "register_coverage",
    "register_quality",
    "registered_frames",
    "spells",
    "targeting",
    "targeting_gaps",
    "targeting_suspects",
    "trailing_income",
    "vulnerability",
]

import_on_demand(__name__)
