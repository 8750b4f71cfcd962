"""Who should get what? One package for each household, a proof, and a reason.

Responsible for the allocation problem (`Problem`), plans (`solve`), what re-proves them
(`verify`), what they are compared with (`baselines`), their reasons (`explain`, `one_more`,
`rule_costs`), what more or less would bring (`frontier`), bad years (`averse`) and a rule on one page
(`simple_rule`). Not responsible for what a package is worth (`povlib.exits`) or who may have it
(`povlib.support`).
"""

from povlib.allocation.averse import Averse, averse, worst_mean
from povlib.allocation.baselines import Baseline, baseline_table, baselines
from povlib.allocation.certificate import Certificate
from povlib.allocation.explain import Explanation, explain, price_table
from povlib.allocation.exploring import Explored, explore
from povlib.allocation.fairness import fairness
from povlib.allocation.frontier import at_most, between, frontier, kept_share
from povlib.allocation.groups import poorest_fifth
from povlib.allocation.marginal import one_more, rule_costs
from povlib.allocation.plan import Plan
from povlib.allocation.problem import Priority, Problem
from povlib.allocation.regret import regret
from povlib.allocation.simple_rule import SimpleRule, simple_rule
from povlib.allocation.solving import solve
from povlib.allocation.verify import Check, verify

__all__ = [
    "Averse",
    "Baseline",
    "Certificate",
    "Check",
    "Explanation",
    "Explored",
    "Plan",
    "Priority",
    "Problem",
    "SimpleRule",
    "at_most",
    "averse",
    "baseline_table",
    "baselines",
    "between",
    "explain",
    "explore",
    "fairness",
    "frontier",
    "kept_share",
    "one_more",
    "poorest_fifth",
    "price_table",
    "regret",
    "rule_costs",
    "simple_rule",
    "solve",
    "verify",
    "worst_mean",
]
