"""Who should get what? One package for each household, a proof, and a reason.

Responsible for the allocation problem (`Problem`), plans (`solve`), what re-proves them
(`verify`), what they are compared with (`baselines`) and their reasons (`explain`, `one_more`,
`rule_costs`). Not responsible for what a package is worth (`povlib.exits`) or who may have it
(`povlib.support`).
"""

from povlib.allocation.baselines import Baseline, baseline_table, baselines
from povlib.allocation.certificate import Certificate
from povlib.allocation.explain import Explanation, explain, price_table
from povlib.allocation.groups import poorest_fifth
from povlib.allocation.marginal import one_more, rule_costs
from povlib.allocation.plan import Plan
from povlib.allocation.problem import Priority, Problem
from povlib.allocation.solving import solve
from povlib.allocation.verify import Check, verify

__all__ = [
    "Baseline",
    "Certificate",
    "Check",
    "Explanation",
    "Plan",
    "Priority",
    "Problem",
    "baseline_table",
    "baselines",
    "explain",
    "one_more",
    "poorest_fifth",
    "price_table",
    "rule_costs",
    "solve",
    "verify",
]
