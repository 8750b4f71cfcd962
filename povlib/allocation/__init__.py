"""Who should get what? One package for each household, a proof, and a reason.

Responsible for the allocation problem (`Problem`), plans (`solve`), what re-proves them
(`verify`), what they are compared with (`baselines`), their reasons (`explain`, `one_more`,
`rule_costs`), what more or less would bring (`frontier`), bad years (`averse`) and a rule on one page
(`simple_rule`). Not responsible for what a package is worth (`povlib.exits`) or who may have it
(`povlib.support`).
"""

from povlib.allocation.plan_verification import verify
from povlib.allocation.problem.allocation_problem import Priority, Problem
from povlib.allocation.problem.household_groups import poorest_fifth
from povlib.allocation.proof.certificate import Certificate
from povlib.allocation.proof.plan import Plan
from povlib.allocation.proof.verification import Check
from povlib.allocation.questions.baseline_rules import Baseline, baseline_table, baselines
from povlib.allocation.questions.explanation import Explanation, explain, price_table
from povlib.allocation.questions.group_fairness import fairness
from povlib.allocation.questions.lottery import Explored, explore
from povlib.allocation.questions.marginal_worth import one_more, rule_costs
from povlib.allocation.questions.money_frontier import at_most, between, frontier, kept_share
from povlib.allocation.questions.one_page_rule import SimpleRule, simple_rule
from povlib.allocation.questions.regret import regret
from povlib.allocation.questions.worst_case import Averse, averse, worst_mean
from povlib.allocation.solvers.dispatch import solve

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
