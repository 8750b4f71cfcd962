"""Decisions by hand that cannot all be kept: said in words, with who decided them, before a plan is printed.

Responsible for turning the households that clash (`povlib.allocation.clashing_pins`) into faults. Not responsible for
finding them.
"""

from __future__ import annotations

from collections.abc import Sequence

from povlib import allocation, params
from povlib.errors import Fault, InfeasiblePlanError
from povlib.runs.decisions.decided import Decided
from povlib.runs.decisions.package_rules import AND
from povlib.runs.decisions.wording import rule_words


def plan_or_clash(
    problem: allocation.Problem, settings: params.Settings, decided: Decided, catalogue: params.Catalogue
) -> allocation.Plan:
    """Return the plan of a problem.

    Raises
    ------
    InfeasiblePlanError
        Where decisions cannot all be kept, naming each of them; else as `povlib.allocation.solve`.
    """
    try:
        return allocation.solve(problem, gap=settings.gap_persons, time_limit_s=settings.time_limit_s)
    except InfeasiblePlanError as error:
        clash = clash_faults(problem, settings, decided, catalogue)
        if not clash:
            raise
        raise InfeasiblePlanError([*clash, *error.faults]) from None


def clash_faults(
    problem: allocation.Problem, settings: params.Settings, decided: Decided, catalogue: params.Catalogue
) -> list[Fault]:
    """Return the fewest decisions that no plan keeps together, each with who decided and why; none where one does."""
    named = allocation.clashing_pins(problem, settings.time_limit_s)
    return faults_of_clash(named, decided, catalogue) if named else []


def faults_of_clash(named: Sequence[str], decided: Decided, catalogue: params.Catalogue) -> list[Fault]:
    """Return in words that what was decided about some households cannot be kept together, and who decided each."""
    head = Fault("these {n} decisions cannot all be kept: money, posts or places do not reach for them together",
                 remedy="take one of them back, or decide otherwise", values={"n": len(named)})  # fmt: skip
    return [head, *(_decision_fault(hh, decided, catalogue) for hh in named)]


def _decision_fault(hh: str, decided: Decided, catalogue: params.Catalogue) -> Fault:
    if hh in decided.pins:
        return Fault(
            "household {hh}: {rule} (typed for this run)",
            values={"hh": hh, "rule": rule_words(decided.pins[hh], catalogue)},
        )
    own = decided.rules[decided.rules["hh"] == hh]
    said = decided.decisions[decided.decisions["hh"] == hh]
    who = "; ".join(f"{by}: {why}" for by, why in said[["decided_by", "reason"]].itertuples(index=False))
    return Fault(
        "household {hh}: {rule} ({who})",
        values={"hh": hh, "rule": rule_words(AND.join(own["rule"]), catalogue), "who": who},
    )
