"""What did our help change? Effects with honest uncertainty.

Responsible for estimating effects of measures (staggered difference-in-differences, cross-fitted
AIPW, a cut-off design, naive lines beside them), for the checks that refuse or warn, and for the
posterior effect used in planning. Not responsible for projecting exits (`povlib.exits`).
"""

from povlib.impact.aipw import Aipw, aipw
from povlib.impact.compare import before_after, difference, weighted_comparison
from povlib.impact.cutoff import Cutoff, cutoff
from povlib.impact.did import did
from povlib.impact.effect import Effect, Finding
from povlib.impact.effects import Effects, evaluate
from povlib.impact.posterior import Prior, posterior
from povlib.impact.pretrend import PreTrend, pre_trend
from povlib.impact.randomisation import RandomisationTest, randomisation_test
from povlib.impact.staggered import StaggeredDiD

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
