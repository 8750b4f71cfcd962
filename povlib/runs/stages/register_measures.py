"""What else the register says about itself: deprivations counted together, inequality, and how far it can be trusted.

Responsible for three artefacts of a run, each kept as a refusal where it cannot be had. Not responsible for formulas
(`povlib.poverty`) or for words.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import pandas as pd

from povlib import poverty
from povlib.errors import DataError
from povlib.runs.run import Run
from povlib.runs.stages.refusals import Refused, refusal_in, result_or_refusal
from povlib.runs.storage.artefacts import from_bundle

# Half of the weight: income alone, or all six guarantees together, make a household poor. The usual choice where a
# country's line of income keeps its place; a lower k would call a household poor for two guarantees.
SHARE_TO_BE_POOR = 0.5
CURVE_POINTS = 20  # every twentieth of the persons: a smooth line in print, and a table nobody needs


@dataclass(frozen=True)
class Deprivations:
    """What is lacking beside income.

    Attributes
    ----------
    estimates : DataFrame
        `povlib.poverty.deprivations_of_register`: by village and for all.
    """

    estimates: pd.DataFrame


@dataclass(frozen=True)
class Inequality:
    """How unequal the incomes of the registered are.

    Attributes
    ----------
    curve : DataFrame
        `povlib.poverty.lorenz`.
    parts : DataFrame
        `povlib.poverty.by_subgroup` by village: fgt2 and ge1 (Theil).
    gini : float
    """

    curve: pd.DataFrame
    parts: pd.DataFrame
    gini: float


@dataclass(frozen=True)
class RegisterQuality:
    """The register against the survey.

    Attributes
    ----------
    estimates : DataFrame
        `povlib.poverty.quality_against_survey`.
    """

    estimates: pd.DataFrame


def deprivations(run: Run) -> Deprivations | Refused:
    """Return the multidimensional poverty of the register."""

    def make() -> Deprivations:
        houses = run.overview.households
        return Deprivations(poverty.deprivations_of_register(houses, k=SHARE_TO_BE_POOR, by="village"))

    made = run.stored("deprivations", lambda: result_or_refusal(make))
    return refusal_in(made) or from_bundle(Deprivations, made)


def inequality(run: Run) -> Inequality | Refused:
    """Return the Lorenz curve of the registered and what each village adds to poverty and inequality."""
    made = run.stored("inequality", lambda: result_or_refusal(lambda: inequality_of_register(run.overview.households)))
    return refusal_in(made) or from_bundle(Inequality, made)


def inequality_of_register(houses: pd.DataFrame) -> Inequality:
    """Return the inequality among households whose income is known, persons as weights.

    Parameters
    ----------
    houses : DataFrame
        ``households`` of `povlib.poverty.Overview`.

    Raises
    ------
    DataError
        If nobody's income is known, or all of it together is not above zero.
    """
    known = houses[houses["income_fen_per_head"].notna() & (houses["size"].fillna(0) > 0)]
    if not len(known):
        raise DataError("nobody's income is known for twelve months")
    frame = known.assign(
        income=known["income_fen_per_head"].astype("float64"),
        line=known["line_fen"].astype("float64"),
        persons=known["size"].astype("float64"),
    )
    curve = poverty.lorenz(frame, income="income", weight="persons", points=CURVE_POINTS)
    # the squared gap: who is on the line has none, so it is the same whether the line itself counts as poor or not
    parts = poverty.by_subgroup(
        frame, income="income", by="village", line="line", weight="persons", measures=("fgt2", "ge1"), census=True
    )
    gini = poverty.measure(frame, income="income", weight="persons", measures=["gini"], census=True)
    return Inequality(curve, parts, float(gini["estimate"].iloc[0]))


def register_quality(run: Run) -> RegisterQuality | Refused:
    """Return how far the register's poverty can be trusted by the survey; refused where it met nobody registered."""
    made = run.stored("quality", lambda: result_or_refusal(lambda: _quality_of_run(run)))
    return refusal_in(made) or from_bundle(RegisterQuality, made)


def _quality_of_run(run: Run) -> RegisterQuality:
    if run.survey is None:
        raise DataError("the register cannot be held against anything: there is no survey of all households")
    given = run.given("quality")
    line = given.catalogue.line_fen(given.settings.authority, run.at)
    rows = run.survey.frames["rows"]
    if not rows["hh"].isin(run.overview.households["hh"]).any():
        raise DataError("the survey met no registered household, so the register cannot be held against it")
    with warnings.catch_warnings():  # few clusters: the page says how many there are
        warnings.simplefilter("ignore", poverty.DesignWarning)
        return RegisterQuality(poverty.quality_against_survey(run.overview.households, rows, line))
