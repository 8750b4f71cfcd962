"""Totals of a meeting paper: where we stand, what the plan would bring, how close to the best, how far to be trusted.

Responsible for the shape of the single figures. Not responsible for the frames beside them
(`povlib.report.meeting.facts`), nor for any figure.
"""

from __future__ import annotations

from dataclasses import dataclass

from povlib.calendar import Month


@dataclass(frozen=True)
class Total:
    """A total in persons with its range from the projection's own draws; None where there is none."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Standing:
    """Where we stand: the register and how complete the ledger is.

    Parameters
    ----------
    complete_share : float
        Household-months observed of those due, 0-1.
    missing_months : int
        Household-months that are due and not there.
    unassessable : int
        Households whose exit at the horizon cannot be projected; those that cannot be assessed now stand
        in `MeetingFacts.lines`.
    batch, head : int, str
        Closing batch and its hash.
    """

    households: int
    persons: int
    villages: int
    last_month: Month
    complete_share: float
    missing_months: int
    unassessable: int
    batch: int
    head: str
    exited_households: int = 0
    exited_persons: int = 0
    unlisted_households: int = 0
    unlisted_persons: int = 0


@dataclass(frozen=True)
class Poorest:
    """What the plan does for the poorest fifth of registered persons."""

    persons: int
    households: int
    money_share: float | None
    post_share: float | None
    additional: float
    money_floor: float | None = None
    post_floor: float | None = None


@dataclass(frozen=True)
class Outcome:
    """What the plan would bring about, in persons and fen.

    Parameters
    ----------
    additional : Total
        Exits beyond package 0; its range is that of the *difference*.
    expected, without : Total
        All expected exits with the plan, and with no new help.
    run_rate : Total, optional
        Expected exits counted on the income of the next 12 months.
    supported : float, optional
        Of `expected`, persons over the line by transfers alone.
    opening_fen : int
        Of `money_fen`, what opens facilities (a co-op house, a workshop): no household's own bill.
    """

    additional: Total
    expected: Total
    without: Total
    money_fen: int
    entitlement_fen: int
    served: int
    posts: int
    poorest: Poorest
    run_rate: Total | None = None
    supported: float | None = None
    opening_fen: int = 0


@dataclass(frozen=True)
class Proof:
    """How close the plan is to the best one, under these estimates.

    Parameters
    ----------
    value, price_bound : float
        Worth of the plan and certified upper bound, in the unit of the objective (persons).
    gap_persons : float
        Their difference.
    verified : bool
        Whether exact arithmetic repeated the plan and the bound without a solver.
    solver_bound : float, optional
        The solver's own word, which certifies nothing.
    by_prices : bool
        Whether a relaxation did not end in its time, and posted prices took its place.
    """

    value: float
    price_bound: float
    gap_persons: float
    verified: bool
    solver_bound: float | None = None
    draws: int = 0
    status: str = ""
    by_prices: bool = False


@dataclass(frozen=True)
class TrackRecord:
    """How earlier projections fared: the three figures that stand beside every projected total.

    Parameters
    ----------
    ratio, ratio_low, ratio_high : float, optional
        Realised / projected persons among those given new help, with its 95 % interval.
    others, others_low, others_high : float, optional
        The same among those given nothing new.
    skill, skill_low, skill_high : float, optional
        1 - Brier / Brier of `against` on the same households.
    against : {"pooled_logit", "base_rate"}
    held, ranges : int
        90 % ranges of village counts that held, and how many there were.
    origins, months : int
        Earlier months projected from, and months from each to its outcome.
    first, last : Month
        The earliest and the latest of them.
    corrected : float, optional
        This plan's expected persons, each chance corrected by what came true up to `corrected_by`.
    correction_skill : float, optional
        1 - Brier with such a correction / Brier without it, at earlier origins.
    priors_alone : int
        Origins at which the records known then could not be evaluated.
    """

    ratio: float | None
    skill: float | None
    held: int
    ranges: int
    origins: int
    months: int
    first: Month
    last: Month
    against: str = "pooled_logit"
    others: float | None = None
    others_low: float | None = None
    others_high: float | None = None
    ratio_low: float | None = None
    ratio_high: float | None = None
    skill_low: float | None = None
    skill_high: float | None = None
    corrected: float | None = None
    corrected_by: Month | None = None
    correction_skill: float | None = None
    priors_alone: int = 0


@dataclass(frozen=True)
class Decision:
    """One decision about this plan, as the ledger has it.

    Parameters
    ----------
    decision : {"approved", "replaced", "withdrawn"}
    officer, day, reason : str
        Who, when (ISO date) and why; an empty reason was not given.
    successor : str
        Run that took its place; only for ``replaced``.
    """

    decision: str
    officer: str
    day: str
    reason: str = ""
    successor: str = ""


@dataclass(frozen=True)
class Target:
    """A number of exits that was asked for or announced, and the chance that at least so many come."""

    persons: int
    chance: float


@dataclass(frozen=True)
class SecondRule:
    """Which of equally good plans was taken, and what that changed against the plan found first.

    Parameters
    ----------
    rule : {"least_money", "poorest_first"}
    equal : float
        Plans count as equal up to so many persons (units of the objective).
    saved_fen : int
        New money that the plan found first would have spent more; below 0: less.
    fewer : float
        By how much the plan found first was worth more, in units of the objective.
    """

    rule: str
    equal: float
    saved_fen: int
    fewer: float


@dataclass(frozen=True)
class Lot:
    """The slice of the plan given by lot among packages as good, and what it costs.

    Parameters
    ----------
    households, changed, eligible : int
        In the slice; of them with another package than without the lot; households that had a choice.
    points : float
        By how much the points of packages as good may differ.
    cost : float
        Expected exits that the lot costs, in persons (below 0: that it brings).
    """

    households: int
    changed: int
    eligible: int
    points: float
    cost: float
