"""From what may be given and what it would bring to one allocation problem, and back to tables.

Responsible for the value of a package, the groups that shares are kept for, and pins. Not responsible
for what is offered (`povlib.support`), what it brings (`povlib.exits`) or the choice (`povlib.allocation`).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from povlib.exits import Projection

from povlib.allocation import Problem
from povlib.ledger import State
from povlib.params import Catalogue, Settings
from povlib.poverty import trailing_income
from povlib.support import Offer

POOREST = "poorest_fifth"


def household_groups(state: State, catalogue: Catalogue) -> pd.DataFrame:
    """Return the households of a problem with the groups that shares and fairness speak of.

    The poorest fifth is counted in registered *persons*: households in order of income per head when
    the plan is made, until a fifth of the registered persons is reached. A household whose income of
    the last twelve months is not complete is ranked by the same month of the year before where a month
    is missing, and after all others where that is missing too.

    Returns
    -------
    DataFrame
        hh, village, members, registered, income_fen_per_head, poorest_fifth, one row a household.
    """
    households = state.households[["hh", "village", "size"]].rename(columns={"size": "members"})
    if state.last_month is None:
        raise ValueError("a state without a month cannot be planned on")
    income = trailing_income(state, state.last_month, catalogue, missing="same_month_last_year")
    frame = households.merge(income[["hh", "income_fen_per_head"]], on="hh", how="left")
    frame["registered"] = frame["hh"].isin(state.poor["hh"])
    ranked = frame[frame["registered"]].sort_values(["income_fen_per_head", "hh"], na_position="last")
    before = ranked["members"].cumsum() - ranked["members"]
    within = ranked["hh"][before < 0.2 * ranked["members"].sum()]
    known = ranked.loc[ranked["income_fen_per_head"].notna(), "hh"]
    frame[POOREST] = frame["hh"].isin(set(within) & set(known))
    return frame


def package_values(offer: Offer, projection: Projection, households: pd.DataFrame) -> pd.DataFrame:
    """Return what each package of a registered household is worth under each objective.

    Households that exited in earlier years are followed, not planned for: an exit counts once.

    Returns
    -------
    DataFrame
        package, hh, k, persons (expected persons over the line), households (probability), fgt2
        (members x squared gap closed against package 0).
    """
    registered = offer.packages["hh"].isin(households.loc[households["registered"], "hh"])
    packages = offer.packages.loc[registered, ["package", "hh", "k"]].merge(
        projection.frame[["package", "p", "gap_sq"]], on="package", validate="1:1"
    )
    members = packages["hh"].map(households.set_index("hh")["members"]).to_numpy(np.float64)
    nothing = packages["hh"].map(packages[packages["k"] == 0].set_index("hh")["gap_sq"])
    # a household that cannot be assessed is worth nothing to any plan; it is listed, never guessed
    chance = packages["p"].astype("float64").fillna(0.0)
    closed = (nothing - packages["gap_sq"]).astype("float64").fillna(0.0)
    return pd.DataFrame(
        {
            "package": packages["package"],
            "hh": packages["hh"],
            "k": packages["k"],
            "persons": members * chance,
            "households": chance,
            "fgt2": members * closed,
        }
    )


def build_problem(
    state: State,
    offer: Offer,
    projection: Projection,
    catalogue: Catalogue,
    settings: Settings,
    *,
    pins: pd.DataFrame | None = None,
    previous: pd.DataFrame | None = None,
) -> Problem:
    """Return the allocation problem of a township.

    Parameters
    ----------
    pins, previous : DataFrame, optional
        As in `povlib.allocation.Problem.from_tables`.

    Raises
    ------
    ProblemError
        With every fault of every table.
    """
    households = household_groups(state, catalogue)
    households = households[households["registered"]].reset_index(drop=True)
    objective = {name: weight for name, weight in settings.objective if weight}
    return Problem.from_tables(
        package_values(offer, projection, households),
        offer.uses,
        offer.resources,
        households,
        offer.facilities,
        bills=offer.bills,
        payers=offer.payers,
        keeps=offer.keeps,
        shares=_shares(settings),
        pins=pins,
        previous=previous,
        objective=objective,
    )


def _shares(settings: Settings) -> pd.DataFrame:
    """Keep shares of the new money and, apart, of the new posts for the poorest fifth."""
    rows = [
        {
            "share": "poorest_fifth_money",
            "of": "money",
            "group": POOREST,
            "at_least": settings.poorest_fifth_money_share,
            "names": {"zh": "最贫困五分之一人口的新增资金份额", "en": "share of new money for the poorest fifth"},
        },
        {
            "share": "poorest_fifth_posts",
            "of": "post",
            "group": POOREST,
            "at_least": settings.poorest_fifth_post_share,
            "names": {"zh": "最贫困五分之一人口的新增岗位份额", "en": "share of new posts for the poorest fifth"},
        },
    ]
    columns = ["share", "of", "group", "at_least", "names"]
    return pd.DataFrame([row for row in rows if row["at_least"]], columns=columns)
