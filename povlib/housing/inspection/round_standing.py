"""What the findings of a round say so far: confirmed, go on, or check every house; village by village with limits.

Only houses visited in the drawn order count: the longest beginning of it without a gap. What was visited beyond a gap
or because an audit rule asked for it is shown beside and never enters the estimate, since nobody drew it.

Responsible for decision and limits. Not responsible for reading findings or for changing the list
(`povlib.runs.inspections`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.housing.inspection.finite_lists import least_wrong_entries, most_wrong_entries, visits_needed
from povlib.housing.inspection.sequential_confirmation import mixture_p_values, wrong_entries_at_any_time

RIGHT = "ok"
Decision = Literal["confirmed", "go_on", "full_check"]


@dataclass(frozen=True, eq=False)
class RoundStanding:
    """Where a round stands.

    Parameters
    ----------
    decision : {"confirmed", "go_on", "full_check"}
    entries, contradicting, planned : int
        Houses of the list; wrong ones that contradict the claim; visits of the fixed-size plan.
    counted, wrong : int
        Visits in the drawn order without a gap, and wrong ones among them.
    p : float
        Chance of evidence as strong as this, stopping at any time, were the claim false; 1 before the first visit.
    confirmed_at : int
        The visit that confirmed the claim, 0 for none.
    still : int
        Further visits that confirm it if all are right; 0 when it is decided.
    fixed : bool or None
        What the fixed-size plan says: confirmed or not; None until all its houses are visited.
    least, most : int
        Wrong entries of the whole list that are not ruled out, valid at any time.
    villages : DataFrame
        village, listed, planned, visited (counted in the order of the village), wrong, rate (share of the counted),
        least, most, exact (limits for a size fixed beforehand, else valid at any time), extra, extra_wrong, decision.
    log : DataFrame
        place, hh, village, finding, p after the visit: the counted visits.
    """

    decision: Decision
    entries: int
    contradicting: int
    planned: int
    counted: int
    wrong: int
    p: float
    confirmed_at: int
    still: int
    fixed: bool | None
    least: int
    most: int
    villages: pd.DataFrame
    log: pd.DataFrame


def round_standing(
    order: pd.DataFrame, findings: Mapping[str, str], contradicting: int, planned: int, risk: float
) -> RoundStanding:
    """Return where a round stands.

    Parameters
    ----------
    order : DataFrame
        place, hh, village, planned (bool), in the drawn order (`public_draw.PublicDraw.order`).
    findings : mapping
        Household -> code of the finding.
    contradicting, planned : int
    risk : float

    Examples
    --------
    >>> houses = [str(k) for k in range(29)]
    >>> order = pd.DataFrame({"place": range(1, 30), "hh": houses, "village": "A", "planned": True})
    >>> found = round_standing(order, {str(k): "ok" for k in range(28)}, 1, 28, 0.05)
    >>> found.decision, found.confirmed_at, found.fixed
    ('confirmed', 28, True)
    """
    entries = len(order)
    found = order["hh"].map(dict(findings))
    counted = _unbroken(found)
    right = np.asarray(found[:counted].eq(RIGHT), dtype=np.int64)
    p = mixture_p_values(right, entries, contradicting) if counted else np.array([])
    confirmed_at = int(np.argmax(p <= risk)) + 1 if (p <= risk).any() else 0
    wrong = int(counted - right.sum())
    still = 0 if confirmed_at else _visits_still_needed(right, entries, contradicting, risk)
    least, most = wrong_entries_at_any_time(entries, counted, wrong, risk)
    if confirmed_at:
        decision: Decision = "confirmed"
    elif wrong >= contradicting or still == 0:
        decision = "full_check"
    else:
        decision = "go_on"
    log = order[:counted][["place", "hh", "village"]].assign(finding=found[:counted], p=p)
    return RoundStanding(
        decision,
        entries,
        contradicting,
        planned,
        counted,
        wrong,
        float(p[-1]) if counted else 1.0,
        confirmed_at,
        0 if decision == "full_check" else still,
        None if counted < planned else bool(right[:planned].all()),
        least,
        most,
        _by_village(order.assign(finding=found), contradicting / entries, risk),
        log.reset_index(drop=True),
    )


def _unbroken(found: pd.Series) -> int:
    """Return how many houses from the first on were visited without a gap."""
    gaps = np.flatnonzero(found.isna().to_numpy())
    return int(gaps[0]) if len(gaps) else len(found)


def _visits_still_needed(right: npt.NDArray[np.int64], entries: int, contradicting: int, risk: float) -> int:
    """Return how many more right houses in a row confirm the claim; 0 when none are enough."""
    all_right = np.concatenate([right, np.ones(entries - len(right), dtype=np.int64)])
    # the last visit leaves nothing to guess: only a count then, and a full check is what it is
    reached = np.flatnonzero(mixture_p_values(all_right, entries, contradicting)[:-1] <= risk)
    later = reached[reached >= len(right)]
    return int(later[0]) + 1 - len(right) if len(later) else 0


def _by_village(order: pd.DataFrame, claimed: float, risk: float) -> pd.DataFrame:
    rows = []
    for village, own in order.groupby("village", sort=True):
        listed, planned, counted = len(own), int(own["planned"].sum()), _unbroken(own["finding"])
        exact = counted >= planned > 0
        visited = planned if exact else counted
        wrong = int((own["finding"][:visited] != RIGHT).sum())
        limits = (
            (least_wrong_entries(listed, visited, wrong, risk), most_wrong_entries(listed, visited, wrong, risk))
            if exact
            else wrong_entries_at_any_time(listed, visited, wrong, risk)
        )
        beyond = own["finding"][visited:].dropna()
        rows.append(
            {
                "village": village,
                "listed": listed,
                "planned": planned,
                "visited": visited,
                "wrong": wrong,
                "rate": wrong / visited if visited else float("nan"),
                "least": limits[0],
                "most": limits[1],
                "exact": exact,
                "extra": len(beyond),
                "extra_wrong": int((beyond != RIGHT).sum()),
                # so many are wrong here that the claim fails in this village whatever the rest would show
                "decision": "full_check" if limits[0] >= max(1.0, claimed * listed) else "go_on",
            }
        )
    return pd.DataFrame(rows)


def fixed_size(entries: int, contradicting: int, risk: float) -> int:
    """Return the visits of the plan that is fixed beforehand; the whole list where no smaller number confirms it."""
    return visits_needed(entries, contradicting, 0, risk) or entries


@dataclass(frozen=True)
class FigureBounds:
    """What a round implies for a figure: as recorded, and the least and most it can truly be."""

    recorded: int
    least: int
    most: int


def poverty_bounds(
    listed: pd.DataFrame, findings: Mapping[str, str], unseen_wrong: int, recorded: Mapping[str, int]
) -> dict[str, FigureBounds]:
    """Return what wrong entries imply for poor households and persons of the township, at worst and at best.

    At worst every entry found not eligible, absent or listed twice is no poor household, and so are as many unvisited
    ones as the findings do not rule out, the largest first. At best only those absent or listed twice are none.

    Parameters
    ----------
    listed : DataFrame
        hh, size, poor (bool): the list.
    findings : mapping
    unseen_wrong : int
        Most wrong entries among those not visited.
    recorded : mapping
        ``households`` and ``persons``: the figures of the whole township.

    Examples
    --------
    >>> listed = pd.DataFrame({"hh": ["1", "2", "3"], "size": [2, 4, 3], "poor": [True, True, True]})
    >>> bounds = poverty_bounds(listed, {"1": "not_eligible"}, 1, {"households": 10, "persons": 30})
    >>> bounds["households"], bounds["persons"]
    (FigureBounds(recorded=10, least=8, most=10), FigureBounds(recorded=30, least=24, most=30))
    """
    poor = listed[listed["poor"].fillna(False).astype(bool)]
    finding = poor["hh"].map(dict(findings))
    sure = poor[finding.isin(["absent", "duplicate"])]
    doubted = poor[finding.isin(["absent", "duplicate", "not_eligible"])]
    unseen = poor[finding.isna()].sort_values("size", ascending=False, kind="stable")[:unseen_wrong]
    return {
        "households": FigureBounds(
            recorded["households"],
            recorded["households"] - len(doubted) - len(unseen),
            recorded["households"] - len(sure),
        ),
        "persons": FigureBounds(
            recorded["persons"],
            recorded["persons"] - int(doubted["size"].sum()) - int(unseen["size"].sum()),
            recorded["persons"] - int(sure["size"].sum()),
        ),
    }
