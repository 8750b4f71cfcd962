"""For how many more households a contract still has room: what it lacks, in places of so many units a year.

Responsible for that number. Not responsible for who gets a place (`povlib.allocation`).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor

import pandas as pd

from povlib.errors import DataError

_ALMOST = 1e-9


@dataclass(frozen=True)
class OpenPlaces:
    """Room of a contract.

    Attributes
    ----------
    asked : float
        Units a year of the contract.
    held : float
        Units that households with a share can be counted on for: their share, and never more than what lives of
        their capacity.
    lacking : float
        The rest, never below 0.
    per_place : float
        Units a year of one household.
    places : int
        Whole households that the rest has room for; a place never sells more than the partner buys.
    """

    asked: float
    held: float
    lacking: float
    per_place: float
    places: int


def open_places(asked: float, shares: pd.DataFrame, per_place: float, mortality: float) -> OpenPlaces:
    """Return for how many more households a contract has room.

    Parameters
    ----------
    asked : float
        Units a year of the contract.
    shares : DataFrame
        Rows of ``contract_shares`` of this contract: quantity, capacity (missing: not known, the share counts whole).
    per_place : float
        Units that one further household delivers a year.
    mortality : float
        Share of what is raised that dies.

    Raises
    ------
    DataError
        If a place is to bring nothing, or mortality is no share.

    Examples
    --------
    >>> shares = pd.DataFrame({"quantity": [80.0, 80.0], "capacity": [100.0, 60.0]})
    >>> open_places(4000, shares, 80, 0.1)
    OpenPlaces(asked=4000, held=134.0, lacking=3866.0, per_place=80, places=48)
    """
    if not per_place > 0:
        raise DataError("{n} units a year are no place of a contract", allowed="more than 0", n=f"{per_place:g}")
    if not 0 <= mortality < 1:
        raise DataError("a mortality of {share} leaves nothing", allowed="0 to below 1", share=f"{mortality:g}")
    living = shares["capacity"].astype("float64") * (1 - mortality)
    share = shares["quantity"].astype("float64")
    held = float(share.where(living.isna() | (share <= living), living).sum())
    lacking = max(asked - held, 0.0)
    return OpenPlaces(asked, held, lacking, per_place, floor(lacking / per_place + _ALMOST))
