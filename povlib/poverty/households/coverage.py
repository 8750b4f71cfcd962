"""Who was reached and who was missed: the village survey of all households against the register.

Responsible for putting a survey beside the register and asking `povlib.poverty.targeting` its questions; a
household is on the register when the *ledger* says so. Not responsible for reading survey files
(`povlib.runs.office.village_survey`) or for wording.
"""

from __future__ import annotations

import warnings
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import pandas as pd

from povlib.errors import DataError
from povlib.poverty.measurement.frame_columns import checked_table, empty_cells, full_column
from povlib.poverty.measurement.poverty_line import fixed_line
from povlib.poverty.measurement.survey_design import DesignWarning
from povlib.poverty.measurement.targeting_errors import targeting, targeting_gaps, targeting_suspects

COMPARED_GROUPS = ("ill_member", "unsafe_house", "no_safe_water")
# Members from which a household counts as large, one of the groups compared. A choice.
LARGE_HOUSEHOLD = 5
# Suspects of each kind that are listed: a list to visit, not a count. A choice; the measures count everyone.
LONGEST_LIST = 30


@dataclass(frozen=True)
class Coverage:
    """What a survey of all households says about the register, in persons.

    Attributes
    ----------
    measures : DataFrame
        The tidy frame of `targeting`, with its benchmarks.
    gaps : DataFrame
        group (``stratum``, ``large`` (five members or more), ``ill_member``, ...), level, and the tidy columns of
        `targeting_gaps` (that group less everyone else).
    suspects : DataFrame
        survey_id, hh (empty outside the register), village, cluster, kind (exclusion, inclusion), income_fen,
        line_fen, distance, rank: to be visited, never a verdict. No names.
    facts : DataFrame
        One row: rows, persons (weighted), clusters, on_register (rows), unknown (rows whose household number is
        not in the ledger), line_fen, few_clusters (bool).
    """

    measures: pd.DataFrame
    gaps: pd.DataFrame
    suspects: pd.DataFrame
    facts: pd.DataFrame


def register_coverage(
    survey: pd.DataFrame, registered: Collection[str], known: Collection[str], line_fen: int
) -> Coverage:
    """Measure who of the poor is on the register, from a survey of everyone.

    Parameters
    ----------
    survey : DataFrame
        survey_id, hh ("" outside the register), village, weight (households a row stands for), size,
        income_fen_per_head; where there are: stratum, cluster, and 0/1 columns `COMPARED_GROUPS`.
    registered, known : collection of str
        Households registered as poor now, and all that the ledger knows.
    line_fen : int
        Line in fen per person and year; poor is strictly below it.

    Raises
    ------
    DataError
        If the survey holds nobody outside the register, or its design cannot give errors.

    Examples
    --------
    >>> frame = pd.DataFrame({"survey_id": ["1", "2", "3", "4"], "hh": ["A", "", "B", ""], "village": "v",
    ...     "weight": 1.0, "size": 1, "income_fen_per_head": [1, 1, 3, 3], "cluster": ["a", "b", "c", "d"]})
    >>> made = register_coverage(frame, {"A", "B"}, {"A", "B"}, 2)
    >>> made.suspects[["survey_id", "hh", "kind"]].values.tolist()
    [['2', '', 'exclusion'], ['3', 'B', 'inclusion']]
    """  # fmt: skip
    survey = checked_table(survey, ["survey_id", "hh", "village", "weight", "size", "income_fen_per_head"])
    size = full_column(survey, "size")
    if nobody := int((size <= 0).sum()):
        raise DataError("{n} households of the survey have no members", where="size", n=nobody)
    frame = survey.assign(
        line_fen=fixed_line(survey, line_fen),
        income=full_column(survey, "income_fen_per_head"),
        persons=full_column(survey, "weight") * size,
        selected=survey["hh"].isin(set(registered)).astype("int64"),
        large=(size >= LARGE_HOUSEHOLD).astype("int64"),
    )
    asked: dict[str, Any] = {"income": "income", "line": "line_fen", "selected": "selected"}
    design: dict[str, Any] = {"weight": "persons"}
    design |= {name: column for name, column in (("strata", "stratum"), ("cluster", "cluster")) if column in frame}
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", DesignWarning)
        measures = targeting(frame, **asked, **design)
        gaps = _group_gaps(frame, asked | design)
    suspects = targeting_suspects(frame, key="survey_id", **asked, most=LONGEST_LIST)
    facts = {
        "rows": len(frame),
        "persons": float(frame["persons"].sum()),
        "clusters": int(frame["cluster"].nunique()) if "cluster" in frame else len(frame),
        "on_register": int(frame["selected"].sum()),
        "unknown": int((~frame["hh"].isin({*known, ""})).sum()),
        "line_fen": int(line_fen),
        "few_clusters": any(issubclass(one.category, DesignWarning) for one in told),
    }
    return Coverage(measures, gaps, _with_place(suspects, frame), pd.DataFrame([facts]))


def _group_gaps(frame: pd.DataFrame, asked: dict[str, Any]) -> pd.DataFrame:
    """Return the gaps of every group that has households inside and outside."""
    tables = []
    for group in ("stratum", "large", *COMPARED_GROUPS):
        if group not in frame or frame[group].nunique() < 2 or empty_cells(frame[group]).any():
            continue
        table = targeting_gaps(frame, group=group, **asked)
        if group != "stratum":  # of yes and no one says it all
            table = table[table["domain"].astype("str").isin(["1", "1.0"])]
        tables.append(table.assign(group=group, level=table["domain"].astype("str")))
    columns = ["group", "level", "measure", "estimate", "se", "ci_low", "ci_high", "n", "clusters"]
    return pd.concat(tables, ignore_index=True)[columns] if tables else pd.DataFrame(columns=columns)


def _with_place(suspects: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """Say where each suspected household lives, so that it can be found."""
    where = [name for name in ("hh", "village", "cluster") if name in frame]
    placed = suspects.merge(frame[["survey_id", *where]], on="survey_id", how="left", validate="1:1")
    placed = placed.rename(columns={"income": "income_fen", "line": "line_fen"})
    order = ["survey_id", *where, "kind", "income_fen", "line_fen", "distance", "rank"]
    return placed[order].astype({"income_fen": "int64", "line_fen": "int64"})
