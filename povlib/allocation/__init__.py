"""Who should get what? One package for each household, a proof, and a reason.

In come the packages each household may have, what each is worth (`povlib.exits`), what they use and who may pay;
out comes a plan, a certificate that bounds every other plan, and what a meeting asks of it. Four wings:

- `problem`: tables or arrays become whole numbers (`Problem`). Begin to read here.
- `solvers`: townships exactly, counties by prices, millions out of core (`solve`); which of equal plans
  (`plan_by_second_rule`); a township's problem as a model for any solver (`township_model`).
- `proof`: plans, certificates and a check that trusts no solver (`verify`).
- `questions`: what more money would bring (`frontier`, `value_of_one_more`, `rule_costs`), bad years
  (`worst_case_plan`, `regret`), simple ways (`baselines`, `one_page_rule`), reasons (`explain`), who gains
  (`fairness`), a slice by lot (`draw_by_lot`), payments that bring little (`weak_payments`).

Not responsible for what a package is worth or for who may have it (`povlib.support`).
"""

from typing import TYPE_CHECKING

from povlib.names_on_demand import import_on_demand

if TYPE_CHECKING:
    from povlib.allocation.plan_verification import verify
    from povlib.allocation.problem.allocation_problem import Priority, Problem
    from povlib.allocation.problem.household_groups import poorest_fifth
    from povlib.allocation.proof.certificate import Certificate
    from povlib.allocation.proof.plan import Plan
    from povlib.allocation.proof.verification import Check
    from povlib.allocation.questions.baseline_rules import Baseline, baseline_table, baselines
    from povlib.allocation.questions.capacity_frontier import aim_frontier, frontier, frontier_bound, share_frontier
    from povlib.allocation.questions.explanation import Explanation, explain, price_table
    from povlib.allocation.questions.group_fairness import fairness
    from povlib.allocation.questions.lottery import LotteryPlan, draw_by_lot
    from povlib.allocation.questions.marginal_worth import is_solved_again, rule_costs, value_of_one_more
    from povlib.allocation.questions.one_page_rule import OnePageRule, one_page_rule
    from povlib.allocation.questions.opening_worth import break_even_places, opening_worth, worth_by_level
    from povlib.allocation.questions.pin_costs import clashing_pins, pin_costs
    from povlib.allocation.questions.regret import regret
    from povlib.allocation.questions.weak_payments import weak_payments
    from povlib.allocation.questions.worst_case import WorstCasePlan, worst_case_mean, worst_case_plan
    from povlib.allocation.solvers.dispatch import solve
    from povlib.allocation.solvers.second_rule import plan_by_second_rule
    from povlib.allocation.solvers.township.search_clock import searches_counted_in_steps
    from povlib.allocation.solvers.township_model import ModelAnswer, TownshipModel, township_model

__all__ = [
    "Baseline",
    "Certificate",
    "Check",
    "Explanation",
    "LotteryPlan",
    "ModelAnswer",
    "OnePageRule",
    "Plan",
    "Priority",
    "Problem",
    "TownshipModel",
    "WorstCasePlan",
    "aim_frontier",
    "baseline_table",
    "baselines",
    "break_even_places",
    "clashing_pins",
    "draw_by_lot",
    "explain",
    "fairness",
    "frontier",
    "frontier_bound",
    "is_solved_again",
    "one_page_rule",
    "opening_worth",
    "pin_costs",
    "plan_by_second_rule",
    "poorest_fifth",
    "price_table",
    "regret",
    "rule_costs",
    "searches_counted_in_steps",
    "share_frontier",
    "solve",
    "township_model",
    "value_of_one_more",
    "verify",
    "weak_payments",
    "worst_case_mean",
    "worst_case_plan",
    "worth_by_level",
]

import_on_demand(__name__)
