"""Which helper may not stand by which household, and why: kin, and households of the helper's own village.

Responsible for the two rules that no balance may break. Not responsible for the choice (`helper_plan`).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib.errors import DataError, Fault

OWN_VILLAGE, KIN, FULL = "own_village", "kin", "full"
"""Why a helper does not stand by a household: its village is the helper's own, they are kin, the helper has no room."""


def pairs(households: pd.DataFrame, helpers: pd.DataFrame, kin: pd.DataFrame) -> pd.DataFrame:
    """Return every pair of household and helper with what bars it.

    Parameters
    ----------
    households : DataFrame
        hh, village.
    helpers : DataFrame
        helper, home_village (missing: of no village here), capacity (households).
    kin : DataFrame
        helper, hh: whom a helper is related to. Pairs that name nobody of the two lists are passed over.

    Returns
    -------
    DataFrame
        hh, village, helper, barred ("" where the pair may be made, else `OWN_VILLAGE` or `KIN`), by hh and helper.

    Raises
    ------
    DataError
        A helper or household that stands twice, a household without a village, a capacity that is no whole number
        from 0 on; all at once.

    Examples
    --------
    >>> hh = pd.DataFrame({"hh": ["1", "2"], "village": ["A", "B"]})
    >>> staff = pd.DataFrame({"helper": ["a"], "home_village": ["A"], "capacity": [3]})
    >>> pairs(hh, staff, pd.DataFrame({"helper": ["a"], "hh": ["2"]}))["barred"].tolist()
    ['own_village', 'kin']
    """
    _refuse_what_does_not_fit(households, helpers)
    left = households[["hh", "village"]].sort_values("hh")
    right = helpers[["helper", "home_village"]].sort_values("helper")
    made = left.merge(right, how="cross")
    related = pd.MultiIndex.from_frame(kin[["hh", "helper"]].astype("str"))
    of_kin = pd.MultiIndex.from_frame(made[["hh", "helper"]].astype("str")).isin(related)
    at_home = made["village"].eq(made["home_village"]).fillna(False).to_numpy(dtype=bool)
    made["barred"] = np.select([at_home, of_kin], [OWN_VILLAGE, KIN], "")
    return made.drop(columns="home_village").reset_index(drop=True)


def _refuse_what_does_not_fit(households: pd.DataFrame, helpers: pd.DataFrame) -> None:
    faults = [
        Fault("{key} stands in the list twice", values={"key": key})
        for frame, name in ((households, "hh"), (helpers, "helper"))
        for key in frame.loc[frame[name].duplicated(), name].unique()
    ]
    faults += [
        Fault("household {hh} has no village", values={"hh": hh})
        for hh in households.loc[households["village"].isna() | households["village"].eq(""), "hh"]
    ]
    capacity = pd.to_numeric(helpers["capacity"], errors="coerce")
    wrong = ~(capacity.ge(0) & capacity.mod(1).eq(0)).fillna(False).to_numpy(dtype=bool)
    faults += [
        Fault("helper {key}: how many households can be taken is {value}", allowed="a whole number, 0 or more",
              values={"key": key, "value": value})
        for key, value in helpers.loc[wrong, ["helper", "capacity"]].itertuples(index=False)
    ]  # fmt: skip
    if faults:
        raise DataError(faults)
