"""What did our help change? Effects with honest uncertainty.

What comes in: a ledger state (households, months of income, awards) and a catalogue with priors, or any frame of units
and periods. What goes out: effects with intervals, the checks that warn of them or refuse them, and the posterior that
planning uses. Begin with `evaluation` (every recorded measure), then `measure_panels` (from the ledger to a panel of
one measure) and `difference_in_differences` (cells by cohort and period, over `cohort_panels` and `two_group_effects`,
put together by `group_time_effects`, tested by `pretrend_test` and `randomisation_inference`). `augmented_weighting`,
`comparisons` and `regression_discontinuity` are the other designs; all return an `effect_result` or findings of it,
with errors from `influence_errors`. `effect_posterior` joins estimates and priors.

Responsible for estimating effects of measures (staggered difference-in-differences, cross-fitted
AIPW, a cut-off design, naive lines beside them), for the checks that refuse or warn, and for the
posterior effect used in planning. Not responsible for projecting exits (`povlib.exits`).
"""

from typing import TYPE_CHECKING

from povlib.names_on_demand import import_on_demand

if TYPE_CHECKING:
    from povlib.impact.augmented_weighting import Aipw, aipw
    from povlib.impact.comparisons import before_after, difference, weighted_comparison
    from povlib.impact.difference_in_differences import did
    from povlib.impact.effect_posterior import Prior, posterior
    from povlib.impact.effect_result import Effect, Finding
    from povlib.impact.evaluation import Effects, evaluate, randomisation_of_measure
    from povlib.impact.group_time_effects import StaggeredDiD
    from povlib.impact.pretrend_test import PreTrend, pre_trend
    from povlib.impact.randomisation_inference import RandomisationTest, randomisation_test
    from povlib.impact.regression_discontinuity import Cutoff, cutoff

__all__ = [
    "Aipw",
    "Cutoff",
    "Effect",
    "Effects",
    "Finding",
    "PreTrend",
    "Prior",
    "RandomisationTest",
    "StaggeredDiD",
    "aipw",
    "before_after",
    "cutoff",
    "did",
    "difference",
    "evaluate",
    "posterior",
    "pre_trend",
    "randomisation_of_measure",
    "randomisation_test",
    "weighted_comparison",
]

import_on_demand(__name__)
