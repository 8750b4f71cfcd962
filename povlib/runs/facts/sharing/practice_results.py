"""What villages say they do, each practice beside the income of those whom it reached, with ranges.

Responsible for setting a practice beside its result: what went with it, never what it caused (for that:
`povlib.impact`). Not responsible for words.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from povlib.calendar import Month
from povlib.ledger import State
from povlib.poverty.measurement.median_range import MedianRange, median_with_range

_YEAR = 12


def practice_results(state: State, month: Month, change: pd.Series, names: Mapping[str, str]) -> pd.DataFrame:
    """Return the practices of the twelve months that end with `month`, newest first.

    Parameters
    ----------
    change : Series of float, by hh
        By how much a member's yearly net income changed within a year, fen; missing where not known.
    names : mapping of str to str
        Measures in the language of the paper.

    Returns
    -------
    DataFrame
        As `povlib.report.sharing.facts.DigestFacts.practices`.

    Notes
    -----
    With the measure are registered households for whom it ran in the month or ended within the year before; the others
    are the registered households of the same village for whom it did not.
    """
    told = state.village_practices
    told = told[told["month"].between(month.ordinal - _YEAR + 1, month.ordinal)]
    told = told.sort_values(["month", "village", "practice"], ascending=[False, True, True], ignore_index=True)
    poor = state.poor.set_index("hh")["village"]
    changes = change.reindex(poor.index)
    rows = [_result(state, month, row, poor, changes, names) for row in told.to_dict("records")]
    columns = ("measure", "households", "change_fen", "low_fen", "high_fen",
               "others", "others_fen", "others_low_fen", "others_high_fen")  # fmt: skip
    results = pd.DataFrame(rows, columns=list(columns), index=told.index)
    whole = [name for name in columns if name != "measure"]
    results[whole] = results[whole].astype("float64").round().astype("Int64")
    kept = told[["month", "village", "practice", "words"]].assign(words=told["words"].fillna(""))
    return pd.concat([kept, results], axis=1)


def _result(
    state: State,
    month: Month,
    row: Mapping[object, object],
    poor: pd.Series,
    changes: pd.Series,
    names: Mapping[str, str],
) -> tuple[object, ...]:
    measure = row["measure"]
    if not isinstance(measure, str):
        return ("", *[float("nan")] * 8)
    own = poor.index[poor.eq(str(row["village"]))]
    having = state.support[
        state.support["measure"].eq(measure)
        & state.support["from_month"].le(month.ordinal)
        & (state.support["to_month"].isna() | state.support["to_month"].gt(month.ordinal - _YEAR))
    ]["hh"]
    with_it = own.isin(having)
    reached = median_with_range(changes[own[with_it]].to_numpy(dtype="float64", na_value=float("nan")))
    others = median_with_range(changes[own[~with_it]].to_numpy(dtype="float64", na_value=float("nan")))
    return (names.get(measure, measure), *_parts(reached), *_parts(others))


def _parts(found: MedianRange) -> tuple[float, ...]:
    return (found.n, found.median, found.low, found.high)
