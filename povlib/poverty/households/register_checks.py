"""What else is wrong in registered households, and how far the register can be trusted, from a run's own frames.

Responsible for handing the households of `Overview` to the measures of any frame: deprivations counted together
(`multidimensional`), and the register against what a survey found (`register_quality`). Not responsible for formulas.
"""

from __future__ import annotations

import pandas as pd

from povlib.errors import DataError
from povlib.poverty.measurement.deprivation_counting import multidimensional
from povlib.poverty.measurement.frame_columns import checked_number, checked_table, finite_column
from povlib.poverty.measurement.register_quality import register_quality
from povlib.vocabulary import GUARANTEES


def deprivations_of_register(houses: pd.DataFrame, *, k: float = 0.5, by: str | None = "village") -> pd.DataFrame:
    """Count deprivations of registered households: income not above the line, and each guarantee not secured.

    Income weighs one half, the guarantees share the other half; persons are the weights. Households with anything not
    known are left out.

    Parameters
    ----------
    houses : DataFrame
        ``households`` of `povlib.poverty.Overview`.
    k : float
        Share of the weighted deprivations from which a household is poor.
    by : str, optional
        Column of ``houses`` whose values are domains beside "all".

    Returns
    -------
    DataFrame
        The tidy frame of `povlib.poverty.multidimensional`: a census, so without sampling error.
    """
    frame = houses.assign(
        income=1 - houses["over_line"].astype("Float64"),
        persons=houses["size"].astype("float64"),
        **{name: 1 - houses[name].astype("Float64") for name in GUARANTEES},
    )
    dimensions = {"income": ["income"], "guarantees": list(GUARANTEES)}
    sized = frame[frame["persons"] > 0]
    return multidimensional(
        sized, deprivations=dimensions, k=k, weight="persons", by=by, missing="drop", overall=True, census=True
    )


def quality_against_survey(houses: pd.DataFrame, survey: pd.DataFrame, line_fen: int) -> pd.DataFrame:
    """Hold the recorded poverty of registered households against what a survey found in some of them.

    Parameters
    ----------
    houses : DataFrame
        ``households`` of `povlib.poverty.Overview`.
    survey : DataFrame
        Rows of the village survey: ``hh`` ("" outside the register), ``income_fen_per_head``.
    line_fen : int
        Line in fen per person and year; on it is poor, as in the exit rule.

    Returns
    -------
    DataFrame
        The tidy frame of `povlib.poverty.register_quality`; errors clustered by village.

    Raises
    ------
    DataError
        If the survey met no registered household.
    """
    survey = checked_table(survey, ["hh", "income_fen_per_head"])
    survey = survey.assign(income_fen_per_head=finite_column(survey, "income_fen_per_head"))
    met = survey.loc[survey["hh"].isin(houses["hh"]), ["hh", "income_fen_per_head"]].drop_duplicates()
    if doubled := int(met["hh"].duplicated().sum()):
        # taking the first would let the order of rows decide who is poor
        raise DataError("{n} households stand in the survey with more than one income", where="survey", n=doubled)
    surveyed = met.set_index("hh")["income_fen_per_head"]
    line = checked_number(line_fen, "line_fen")
    if surveyed.notna().sum() == 0:
        raise DataError("nobody was inspected", where="survey", remedy="fill in what inspection found")
    income = houses["hh"].map(surveyed).astype("Float64")
    frame = houses.assign(
        recorded=1 - houses["over_line"].astype("Float64"),
        found=(income <= line).astype("Float64").mask(income.isna()),
        persons=houses["size"].astype("float64"),
    )
    return register_quality(
        frame[frame["persons"] > 0], recorded="recorded", found="found", weight="persons", cluster="village"
    )
