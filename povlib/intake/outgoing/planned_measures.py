"""Measures of an approved plan in the form that goes out: shown as planned; back unchanged they say nothing.

Responsible for their rows and for telling, when a form comes back, which of them were left as they went out: what is
approved stands in the record already, and help that has not begun is no help given. Not responsible for which plan is
approved.
"""

from __future__ import annotations

import hashlib
from typing import Any

import pandas as pd

from povlib.params.tables import table
from povlib.vocabulary.help_and_works import help_not_given, help_planned

#: what their number begins with; a measure that a village enters itself has a number of its own
_BEGINS = "计划-"
#: digits of the digest in a number: a choice; enough that no two measures of one household share them
_DIGITS = 8
_SAID = ("hh", "measure", "from_month", "to_month", "fen", "fund")


def planned_rows(planned: pd.DataFrame, support: pd.DataFrame) -> pd.DataFrame:
    """Return measures of approved plans as rows of ``support``, those of which the ledger tells already left out.

    Parameters
    ----------
    planned : DataFrame
        hh, measure, from_month (ordinal), fen, fund: one row a household and measure.
    support : DataFrame
        What the ledger holds.

    Examples
    --------
    >>> planned = pd.DataFrame({"hh": ["001"], "measure": ["training"], "from_month": [24200], "fen": [80000],
    ...                         "fund": ["专项资金"]})
    >>> rows = planned_rows(planned, pd.DataFrame(columns=["id", "hh", "measure", "from_month", "status"]))
    >>> rows["id"].item()[:7], rows["status"].item(), is_left_as_planned(rows).item()
    ('计划-001-', '计划', True)
    """
    names = {code.key or code.label for code in table("measure").codes}
    rows = planned[planned["measure"].isin(names)].assign(to_month=None, person=None, status=help_planned())
    rows = rows.assign(id=[_number(row) for row in rows[[*_SAID]].itertuples(index=False, name=None)])
    given = support[~support["status"].isin(help_not_given())]
    # of each household and measure the last that was begun: in or after the plan's first month it is the planned one
    last = given.groupby(["hh", "measure"])["from_month"].max().rename("begun").reset_index()
    begun = rows.merge(last, on=["hh", "measure"], how="left")["begun"].astype("float64").to_numpy()
    told = rows["id"].isin(support["id"]).to_numpy() | (begun >= rows["from_month"].astype("float64").to_numpy())
    return rows[~told].reset_index(drop=True)


def is_left_as_planned(rows: pd.DataFrame) -> pd.Series:
    """Return which rows of ``support`` are a planned measure that came back as it went out."""
    said = rows.reindex(columns=[*_SAID]).itertuples(index=False, name=None)
    numbers = pd.Series([_number(row) for row in said], index=rows.index, dtype="object")
    return (rows["id"].astype("object") == numbers) & (rows["status"] == help_planned())


def _number(row: tuple[Any, ...]) -> str:
    """Return the number of a planned measure: the household, and a digest of all that the row says."""
    cells = ["" if value is None or pd.isna(value) else value for value in row]
    texts = [str(int(value)) if isinstance(value, (int, float)) else str(value) for value in cells]
    return f"{_BEGINS}{cells[0]}-{hashlib.sha256('|'.join(texts).encode()).hexdigest()[:_DIGITS]}"
