"""Tables for outsiders: counts by village, small cells and their complements suppressed.

Responsible for which tables leave the office as statistics and for saying how they were protected. Not
responsible for the protection itself (`povlib.report.privacy.small_cells`). Every table counts households; no table
holds income, names, keys or chances.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from povlib.ledger import State
from povlib.params.tables import table as code_table
from povlib.report.model.numbers import Number, say
from povlib.report.model.paper import Column, Note, Paragraph, Report, Section, Table
from povlib.report.privacy.small_cells import suppressed, with_totals
from povlib.words import term, text

_BY = ("status", "cause", "housing_grade", "attribute")
_UNKNOWN = "?"
_TOTAL = "__total__"


def statistics_paper(
    state: State, lang: str, *, least: int = 5, villages: Sequence[str] = (), issuer: str = ""
) -> Report:
    """Return the tables: households by village and, across, status, cause, grade of the house and kind.

    Parameters
    ----------
    least : int
        Smallest count shown; 1 to `least` - 1 are hidden, with what would give them away.
    villages : sequence of str
        Their order; others follow.
    """
    frames = {by: _counts(state.households, by, villages) for by in _BY}
    rows = _hidden_rows(frames["status"], least)
    sections = tuple(_section(by, frame, rows, least, lang) for by, frame in frames.items())
    at = state.last_month
    return Report(
        title=text("Registered households: statistics", lang),
        language=lang,
        subtitle=at.label(lang) if at else "",
        issuer=issuer,
        opening=(
            say(
                "Counts from 1 to {high} are not shown, nor are other counts from which they could be worked out.",
                lang,
                high=Number("statistics.least", least - 1, "count", "", "--least"),
            ),
        ),
        sections=sections,
        manifest={text("ledger", lang): str(state.head)},
        synthetic=state.synthetic,
    )


def protected(frame: pd.DataFrame, rows: pd.Series, least: int) -> pd.DataFrame:
    """Return counts with totals, hidden ones missing; `rows` says which row totals other tables hide too."""
    inner = frame.to_numpy(dtype=np.int64)
    hidden = suppressed(inner, least, rows.reindex(frame.index).to_numpy())
    shown = pd.DataFrame(with_totals(inner), index=[*frame.index, _TOTAL], columns=[*frame.columns, _TOTAL])
    return shown.astype("Int64").mask(hidden)


def _counts(households: pd.DataFrame, by: str, villages: Sequence[str]) -> pd.DataFrame:
    told = households.assign(**{by: households[by].fillna("").replace("", _UNKNOWN)})
    found = pd.crosstab(told["village"], told[by])
    place = {name: at for at, name in enumerate(villages)}
    order = sorted(found.index, key=lambda name: (place.get(name, len(place)), name))
    labels = [*code_table(by).labels, _UNKNOWN]
    columns = sorted(found.columns, key=lambda label: (labels.index(label) if label in labels else 99, label))
    return found.loc[order, columns].astype("int64")


def _hidden_rows(frame: pd.DataFrame, least: int) -> pd.Series:
    """Return which villages' totals are hidden, in every table alike, or none would be hidden at all."""
    totals = frame.sum(axis=1).to_numpy(dtype=np.int64)
    hidden = suppressed(totals.reshape(-1, 1), least)[:-1, 0]
    return pd.Series(hidden, index=frame.index)


def _section(by: str, frame: pd.DataFrame, rows: pd.Series, least: int, lang: str) -> Section:
    shown = protected(frame, rows, least)
    codes = code_table(by)
    titles = {label: codes.show(label, lang) for label in frame.columns} | {
        _UNKNOWN: text("not known", lang),
        _TOTAL: text("Total", lang),
    }
    told = shown.rename_axis("village").reset_index()
    told["village"] = told["village"].replace(_TOTAL, text("Total", lang))
    names = {label: f"c{at}" for at, label in enumerate(shown.columns)}
    columns = (
        Column("village", term("village", lang)),
        *(Column(names[label], titles[label], "count") for label in shown.columns),
    )
    missing = int(shown.isna().to_numpy().sum())
    table = Table(by, term(by, lang), columns, told.rename(columns=names), "village", "ledger.households")
    note = Note(
        say("{n} cells are hidden.", lang, n=Number(f"statistics.{by}.hidden", missing, "count", "", "suppression"))
    )
    sentence = say("Households by village and {by}.", lang, by=term(by, lang))
    return Section(by, term(by, lang), (Paragraph(sentence), table, note), wide=len(columns) > 8)
