"""Exact sizes and bounds for a list of houses visited in random order, each at most once.

Responsible for the hypergeometric arithmetic of one list: how many wrong entries contradict a claim, how many visits
fixed beforehand confirm it, and how many wrong entries are compatible with what was found. Not responsible for
looking after every visit: these sizes hold for ONE number of visits fixed in advance; whoever wants to stop early
uses `sequential_confirmation`.

Sources: Cochran (1977), Sampling Techniques, 3rd ed., ch. 3; Konijn (1973) for the one-sided bounds.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil, comb, floor

import numpy as np
import numpy.typing as npt

from povlib.errors import WorkbenchError

RISK = 0.05
"""Chance of confirming a list that is as bad as the claim rules out: the 5 % that risk-limiting audits state."""


def contradicting_number(entries: int, share: float | str | Fraction, *, at_most: bool = False) -> int:
    """Return the smallest number of wrong entries that contradicts a claim about their share.

    Parameters
    ----------
    entries : int
        Entries of the list.
    share : float, str or Fraction
        Share of wrong entries that the claim names, 0 to 1; read as the decimal that is written.
    at_most : bool
        The claim is "at most `share` are wrong" instead of "fewer than `share` are wrong".

    Raises
    ------
    WorkbenchError
        When the list is empty or the share is not between 0 and 1.

    Examples
    --------
    >>> contradicting_number(340, 0.05), contradicting_number(340, 0.05, at_most=True)
    (17, 18)
    >>> contradicting_number(100, 0.07)  # 0.07 * 100 is 7.000000000000001 for a machine
    7
    """
    if entries < 1:
        raise WorkbenchError("an inspection needs a list with at least one entry")
    exact = Fraction(str(share))
    if not 0 <= exact <= 1:
        raise WorkbenchError("the share of wrong entries is {share}", allowed="a number from 0 to 1", share=share)
    return floor(exact * entries) + 1 if at_most else ceil(exact * entries)


def confirmation_risk(entries: int, contradicting: int, visits: int, wrong_found: int) -> float:
    """Return the chance of finding at most `wrong_found` wrong in `visits` when `contradicting` entries are wrong.

    Examples
    --------
    >>> round(confirmation_risk(29, 1, 28, 0), 10)
    0.0344827586
    """
    return float(_exact_chance(wrong_found, entries, contradicting, visits))


def visits_needed(entries: int, contradicting: int, wrong_allowed: int = 0, risk: float = RISK) -> int | None:
    """Return the smallest number of visits, fixed beforehand, that confirms a claim; None when none does.

    Parameters
    ----------
    entries, contradicting : int
        Entries of the list; wrong ones that contradict the claim (`contradicting_number`).
    wrong_allowed : int
        Wrong entries that may be found and the claim still be confirmed.
    risk : float
        Largest chance of confirming a list with `contradicting` wrong entries.

    Returns
    -------
    int or None
        None when so many wrong entries are allowed that the claim itself would be contradicted.

    Examples
    --------
    >>> visits_needed(340, 17), visits_needed(29, 1), visits_needed(29, 1, wrong_allowed=1)
    (54, 28, None)
    """
    if wrong_allowed >= contradicting:
        return None
    visits = np.arange(entries + 1)
    # the chance falls with every visit: the first number under the risk is the smallest
    enough = _within(risk, entries, contradicting, visits, wrong_allowed)
    return int(visits[enough][0]) if enough.any() else None


def most_wrong_entries(entries: int, visits: int, wrong_found: int, risk: float = RISK) -> int:
    """Return the largest number of wrong entries in the whole list that the findings do not rule out.

    Raises
    ------
    WorkbenchError
        When more were found than visited, or more visited than the list holds.

    Examples
    --------
    >>> most_wrong_entries(29, 10, 0), most_wrong_entries(29, 10, 2)
    (6, 13)
    """
    refuse_impossible_findings(entries, visits, wrong_found)
    possible = np.arange(wrong_found, entries - (visits - wrong_found) + 1)
    kept = possible[~_within(risk, entries, possible, visits, wrong_found)]
    return int(kept[-1])


def least_wrong_entries(entries: int, visits: int, wrong_found: int, risk: float = RISK) -> int:
    """Return the smallest number of wrong entries in the whole list that the findings do not rule out.

    Examples
    --------
    >>> least_wrong_entries(29, 10, 0), least_wrong_entries(29, 10, 2)
    (0, 2)
    """
    refuse_impossible_findings(entries, visits, wrong_found)
    possible = np.arange(wrong_found, entries - (visits - wrong_found) + 1)
    # so many wrong ones or more among the visited: as many right ones or fewer, with right and wrong exchanged
    kept = possible[~_within(risk, entries, entries - possible, visits, visits - wrong_found)]
    return int(kept[0])


def _within(
    risk: float, entries: int, wrong: npt.ArrayLike, visits: npt.ArrayLike, found: int
) -> npt.NDArray[np.bool_]:
    """Tell where P(at most `found` wrong among the visited) <= `risk`; exactly, also where it equals the risk."""
    wrong, visits = np.broadcast_arrays(np.asarray(wrong), np.asarray(visits))
    chance = _chances(found, entries, wrong, visits)
    within = np.asarray(chance <= risk)
    # a chance of exactly 5 % is common in short lists (6 houses, 3 wrong, 3 visits) and floats miss it by an ulp
    for place in np.flatnonzero(np.abs(chance - risk) < 1e-9):
        within[place] = _exact_chance(found, entries, int(wrong[place]), int(visits[place])) <= Fraction(str(risk))
    return within


def _exact_chance(found: int, entries: int, wrong: int, visits: int) -> Fraction:
    """Return P(at most `found` wrong among the visited): the hypergeometric distribution, in whole numbers."""
    ways = sum(comb(wrong, k) * comb(entries - wrong, visits - k) for k in range(min(found, wrong, visits) + 1))
    return Fraction(ways, comb(entries, visits))


def _chances(
    found: int, entries: int, wrong: npt.NDArray[np.int64], visits: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """Return `_exact_chance` for many lists at once, by logarithms of factorials: off by 1e-11 at most.

    Not by SciPy's distributions: importing them takes longer than a round of inspection.
    """
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, entries + 1, dtype="float64")))])
    right = entries - wrong
    every = logs[entries] - logs[visits] - logs[entries - visits]
    chance = np.zeros(wrong.shape)
    for k in range(found + 1):
        possible = (k <= wrong) & (k <= visits) & (visits - k <= right)
        bad, seen = np.where(possible, wrong, k), np.where(possible, visits, k)
        good = np.where(possible, right, 0)
        ways = logs[bad] - logs[k] - logs[bad - k] + logs[good] - logs[seen - k] - logs[good - seen + k]
        chance += np.where(possible, np.exp(np.where(possible, ways - every, 0.0)), 0.0)
    return np.minimum(chance, 1.0)


def refuse_impossible_findings(entries: int, visits: int, wrong_found: int) -> None:
    """Refuse findings that no visits to such a list can have.

    Raises
    ------
    WorkbenchError
        When more were found than visited, or more visited than the list holds.
    """
    if not 0 <= wrong_found <= visits <= entries:
        raise WorkbenchError(
            "{wrong} wrong entries were found in {visits} visits to a list of {entries}",
            allowed="wrong entries at most as many as visits, visits at most as many as entries",
            wrong=wrong_found,
            visits=visits,
            entries=entries,
        )
