"""Tables for outsiders: households counted by village, small cells and their complements hidden.

Responsible for which tables leave the office as statistics. Not responsible for what must be hidden
(`povlib.report.privacy.small_cells`) or for words (`povlib.report.pages.village_statistics`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from povlib.ledger import State
from povlib.params.tables import table as code_table
from povlib.report.pages.village_statistics import TOTAL, UNKNOWN, StatisticsFacts
from povlib.report.privacy.small_cells import hidden_cells, with_totals
from povlib.runs.facts.village_order import office_order

FIELDS = ("status", "cause", "housing_grade", "attribute")


def statistics_facts(
    state: State,
    *,
    least: int = 5,
    villages: Sequence[str] = (),
    hidden: Mapping[str, frozenset[tuple[str, str]]] | None = None,
) -> StatisticsFacts:
    """Return the tables: households by village and, across, status, cause, grade of the house and kind.

    Parameters
    ----------
    least : int
        Smallest count shown; 1 to `least` - 1 are hidden, with what would give them away. The usual choice of
        statistical offices is 3 to 5; the larger protects more and shows less.
    villages : sequence of str
        Their order; others follow.
    hidden : mapping, optional
        By field the cells (village, label) that earlier tables hid: they stay hidden.
    """
    before = hidden or {}
    # a total stands in every table: hidden in one, it is hidden in all
    totals = frozenset(cell for cells in before.values() for cell in cells if cell[1] == TOTAL)
    counts = {field: _counts_by_village(state.households, field, villages) for field in FIELDS}
    rows = _hidden_rows(counts["status"], least, totals)
    tables = {
        field: protected_counts(frame, rows, least, before.get(field, frozenset()) - totals)
        for field, frame in counts.items()
    }
    return StatisticsFacts(tables, least, state.last_month, str(state.head), state.synthetic)


def protected_counts(
    frame: pd.DataFrame, rows: pd.Series, least: int, before: frozenset[tuple[str, str]] = frozenset()
) -> pd.DataFrame:
    """Return counts with totals, hidden ones missing.

    `rows` says which row totals other tables hide too, `before` which cells (village, label) earlier tables hid.
    """
    inner = frame.to_numpy(dtype=np.int64)
    kept = [[(str(row), str(label)) in before for label in (*frame.columns, TOTAL)] for row in (*frame.index, TOTAL)]
    hidden = hidden_cells(inner, least, rows.reindex(frame.index).to_numpy(), np.array(kept, dtype=bool))
    shown = pd.DataFrame(with_totals(inner), index=[*frame.index, TOTAL], columns=[*frame.columns, TOTAL])
    return shown.astype("Int64").mask(hidden)


def _counts_by_village(households: pd.DataFrame, by: str, villages: Sequence[str]) -> pd.DataFrame:
    """Return how many households each village (rows) has of each label of `by`, unknown ones last."""
    known = households.assign(**{by: households[by].fillna("").replace("", UNKNOWN)})
    counts = pd.crosstab(known["village"], known[by])
    order = sorted(counts.index, key=office_order(villages))
    labels = [*code_table(by).labels, UNKNOWN]
    columns = sorted(counts.columns, key=lambda label: (labels.index(label) if label in labels else 99, label))
    return counts.loc[order, columns].astype("int64")


def _hidden_rows(frame: pd.DataFrame, least: int, before: frozenset[tuple[str, str]]) -> pd.Series:
    """Return which villages' totals are hidden, in every table alike, or none would be hidden at all."""
    totals = frame.sum(axis=1).to_numpy(dtype=np.int64)
    kept = np.array([[(str(row), TOTAL) in before] * 2 for row in (*frame.index, TOTAL)], dtype=bool)
    hidden = hidden_cells(totals.reshape(-1, 1), least, before=kept)[:-1, 0]
    return pd.Series(hidden, index=frame.index)
