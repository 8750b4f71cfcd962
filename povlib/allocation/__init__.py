"""Who should get what? One package for each household, a proof, and a reason.

Responsible for the allocation problem (`Problem`), plans (`solve`), what re-proves them
(`verify`), what they are compared with (`baselines`) and their reasons (`explain`). Not
responsible for what a package is worth (`povlib.exits`) or who may have it (`povlib.support`).
"""

from povlib.allocation.certificate import Certificate
from povlib.allocation.plan import Plan
from povlib.allocation.problem import Priority, Problem
from povlib.allocation.solving import solve
from povlib.allocation.verify import Check, verify

__all__ = ["Certificate", "Check", "Plan", "Priority", "Problem", "solve", "verify"]
