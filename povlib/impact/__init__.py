"""What did our help change? Effects with honest uncertainty.

Responsible for estimating effects of measures (staggered difference-in-differences, cross-fitted
AIPW, a cut-off design, naive lines beside them), for the checks that refuse or warn, and for the
posterior effect used in planning. Not responsible for projecting exits (`povlib.exits`).
"""

from povlib.impact.augmented_weighting import Aipw, aipw
from povlib.impact.comparisons import before_after, difference, weighted_comparison
from povlib.impact.difference_in_differences import did
from povlib.impact.effect_posterior import Prior, posterior
from povlib.impact.effect_result import Effect, Finding
from povlib.impact.evaluation import Effects, evaluate
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
    "randomisation_test",
    "weighted_comparison",
]
