"""Values of the ledger as the cells of a form show them.

Responsible for months, days, yuan, codes and yes or no. Not responsible for which rows a form shows (`form_rows`).
"""

from __future__ import annotations

import pandas as pd

from povlib.calendar import Month
from povlib.money import FEN_PER_YUAN
from povlib.params.tables import table


def month_text(months: pd.Series) -> pd.Series:
    """Return ordinals as ``2016-04``; missing stays missing."""
    return as_cells([None if pd.isna(m) else str(Month.from_ordinal(int(m))) for m in months], months)


def yes_or_no(values: pd.Series) -> pd.Series:
    """Return 1 and 0 as 是 and 否; missing stays missing."""
    return as_cells([None if pd.isna(v) else "是" if v else "否" for v in values], values)


def as_cells(values: list[str | None], like: pd.Series) -> pd.Series:
    """Return texts as a column beside another."""
    return pd.Series(values, index=like.index, dtype=object)


def in_yuan(values: pd.Series) -> pd.Series:
    """Return fen as yuan; missing stays missing."""
    return pd.to_numeric(values, errors="coerce").astype("float64") / FEN_PER_YUAN


def written_days(weeks: pd.Series) -> pd.Series:
    """Return days stored as ``yyyymmdd`` as ``yyyy-mm-dd``."""
    told = [None if pd.isna(week) else f"{int(week):08d}" for week in weeks]
    return as_cells([None if day is None else f"{day[:4]}-{day[4:6]}-{day[6:]}" for day in told], weeks)


def written_codes(values: pd.Series, codes: str) -> pd.Series:
    """Return codes by their labels."""
    return as_cells([None if pd.isna(v) else table(codes).show(str(v)) for v in values], values)
