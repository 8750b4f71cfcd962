"""The record in full: scored promises by year, village and measure, and why those that went wrong did.

Responsible for tables over scored promises and for causes that the ledger's own rows show: help that was not
delivered, a house that came late, a post lost, a guarantee missing, a fall of income. Not responsible for scoring
(`povlib.review.promise_scoring`). A cause is what stands on record beside a wrong promise, not proof that it made it
wrong.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from povlib import ledger, poverty
from povlib.calendar import Month
from povlib.ledger import Ledger
from povlib.params import Catalogue, Settings
from povlib.review.forecast_metrics import brier, observed_expected
from povlib.review.promise_scoring import nothing_promised, origins_of_batches
from povlib.support.eligibility_facts import SupportFrames
from povlib.vocabulary import GUARANTEES

# A promise: exit more likely than not.
LIKELY = 0.5
# A change of yearly income that counts as a shock: a tenth, a choice.
FALL = 0.1
DROPPED, LATE_HOUSE, LOST_POST, GUARANTEE, SHOCK, SHORT, NONE = (
    "dropped", "late_house", "lost_post", "guarantee", "shock", "short", "none",
)  # fmt: skip
MORE_HELP, RISE = "more_help", "rise"
SCORED = ["run", "origin", "horizon", "year", "hh", "village", "members", "package", "p", "p0", "served", "outcome",
          "delivered", "promised"]  # fmt: skip
TABLE = ["households", "assessed", "expected", "observed", "ratio", "ratio_low", "ratio_high", "brier"]


def scored_promises(book: Ledger, packages: Mapping[tuple[str, str], str] | None = None) -> pd.DataFrame:
    """Return every household promise that fell due and was assessable when it was made.

    Parameters
    ----------
    book : Ledger
    packages : mapping, optional
        (run, package) -> measures promised, keys joined by "+"; "" = nothing new. What is not in it is not known.

    Returns
    -------
    DataFrame
        run, origin and horizon (ordinals; origin = month of the approval), year, hh, village, members, package, p,
        p0, served (promised something new), outcome (NaN: not assessable), delivered ("" = nothing), promised (NA:
        not known).
    """
    made = ledger.promises(book)
    rows = made.loc[made["scored"] & (made["kind"] == "household")]
    rows = rows.loc[~nothing_promised(rows)].reset_index(drop=True)
    state = ledger.read_state(book, book.data_head())
    numbers = {name: rows[name].astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
               for name in ("p", "p0", "outcome")}  # fmt: skip
    keys = zip(rows["run"].astype("str"), rows["package"].astype("str"), strict=True)
    promised = pd.Series([(packages or {}).get(key) for key in keys], index=rows.index, dtype="str")
    frame = pd.DataFrame(
        {
            "run": rows["run"],
            "origin": rows["batch"].map(origins_of_batches(book)).astype("int64"),
            "horizon": rows["due_month"].astype("int64"),
            "year": rows["due_month"].astype("int64") // 12,
            "hh": rows["hh"],
            "village": rows["village"],
            "members": rows["hh"].map(state.households.set_index("hh")["size"]).fillna(0).astype("int64"),
            "package": rows["package"],
            **numbers,
            "served": ~np.isclose(numbers["p"], np.nan_to_num(numbers["p0"], nan=-1.0)),
            "delivered": rows["delivered"].fillna("").astype("str"),
            "promised": promised,
        }
    )
    return frame[SCORED].sort_values(["horizon", "run", "hh"], ignore_index=True)


def table_by(frame: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return the record by a column of `scored_promises`; ``measure`` counts a household under each measure promised.

    Returns
    -------
    DataFrame
        by, households, assessed, expected and observed (households), ratio with a 95 % interval clustered by village
        (NaN with fewer than ten), brier.
    """
    if by == "measure":
        frame = frame.assign(measure=frame["promised"].str.split("+")).explode("measure").dropna(subset=["measure"])
    made = []
    for value, mine in frame.groupby(by, sort=True):
        known = mine.dropna(subset=["outcome"])
        p, outcome = (known[name].to_numpy(dtype=np.float64) for name in ("p", "outcome"))
        ratio = observed_expected(p, outcome, cluster=known["village"].to_numpy())
        made.append((value, len(mine), len(known), ratio.expected, ratio.observed, ratio.ratio, ratio.low, ratio.high,
                     brier(p, outcome)))  # fmt: skip
    return pd.DataFrame(made, columns=[by, *TABLE])


def expected_misses(frame: pd.DataFrame) -> float:
    """Return how many of the assessed promises would go the other way if every chance were right.

    Examples
    --------
    >>> round(expected_misses(pd.DataFrame({"p": [0.9, 0.4, 0.5], "outcome": [1, 0, None]})), 6)
    0.5
    """
    known = frame.dropna(subset=["outcome"])["p"].to_numpy(dtype=np.float64)
    return float(np.minimum(known, 1.0 - known).sum())


def wrong_promises(frame: pd.DataFrame, state: SupportFrames, catalogue: Catalogue, settings: Settings) -> pd.DataFrame:
    """Return the promises that went wrong with what the ledger shows beside them.

    Parameters
    ----------
    frame : DataFrame
        `scored_promises`.
    state : State
        What is known now.
    catalogue, settings
        Of the exit rule.

    Returns
    -------
    DataFrame
        hh, village, horizon, p, outcome, and cause. Promised (p of one half or more) and did not exit: ``dropped``
        (help promised was not delivered), ``late_house`` (no safe house, works not finished), ``lost_post`` (a post
        ended before the month), ``guarantee`` (another one missing), ``shock`` (income of the year more than a tenth
        lower than when it was promised), ``short`` (income did not reach the line, though it did not fall so far),
        ``none`` on record. Not promised and exited all the same: ``more_help``
        (delivered beyond the promise), ``rise`` (income more than a tenth higher), ``none``. The first that holds.
    """
    missed = frame.loc[
        ((frame["p"] >= LIKELY) & (frame["outcome"] == 0)) | ((frame["p"] < LIKELY) & (frame["outcome"] == 1))
    ]
    if missed.empty:
        return missed.assign(cause="")[["hh", "village", "horizon", "p", "outcome", "cause"]]
    parts = []
    for (origin, horizon), mine in missed.groupby(["origin", "horizon"], sort=True):
        parts.append(_causes_of_misses(mine, int(str(origin)), int(str(horizon)), state, catalogue, settings))
    wrong = pd.concat(parts, ignore_index=True)
    return wrong[["hh", "village", "horizon", "p", "outcome", "cause"]].sort_values(
        ["horizon", "hh"], ignore_index=True
    )


def _causes_of_misses(
    rows: pd.DataFrame, origin: int, horizon: int, state: SupportFrames, catalogue: Catalogue, settings: Settings
) -> pd.DataFrame:
    """Return the rows with ``cause``: the first of the recorded reasons that explains why each promise went wrong."""
    end = Month.from_ordinal(horizon)
    verdict = poverty.assess(state, end, catalogue, settings).set_index("hh").reindex(rows["hh"])
    change = _income_change(rows["hh"], origin, end, state, catalogue)
    promised, delivered = (rows[name].fillna("").str.split("+").map(set) for name in ("promised", "delivered"))
    known = rows["promised"].notna().to_numpy(dtype=bool)
    kept = np.array([want - {""} <= got for want, got in zip(promised, delivered, strict=True)], dtype=bool)
    more = np.array([bool(got - {""} - want) for want, got in zip(promised, delivered, strict=True)], dtype=bool)
    unsafe = verdict["housing"].eq(0).fillna(False).to_numpy(dtype=bool)
    others = verdict[[name for name in GUARANTEES if name != "housing"]].eq(0).any(axis=1).to_numpy(dtype=bool)
    failed = rows["outcome"].to_numpy() == 0
    tests = [
        (DROPPED, failed & known & ~kept),
        (LATE_HOUSE, failed & unsafe & rows["hh"].isin(_late_works(state, horizon)).to_numpy()),
        (LOST_POST, failed & rows["hh"].isin(_lost_posts(state, origin, horizon)).to_numpy()),
        (GUARANTEE, failed & (unsafe | others)),
        (SHOCK, failed & (change < -FALL)),
        (SHORT, failed & verdict["over_line"].eq(0).fillna(False).to_numpy(dtype=bool)),
        (MORE_HELP, ~failed & known & more),
        (RISE, ~failed & (change > FALL)),
    ]
    return rows.assign(cause=np.select([test for _, test in tests], [name for name, _ in tests], NONE))


def _income_change(hh: pd.Series, origin: int, end: Month, state: SupportFrames, catalogue: Catalogue) -> np.ndarray:
    """Return by how much a year's income per head differs from that known at the promise, as a share; NaN unknown."""
    before, after = (
        poverty.trailing_income(state, month, catalogue).set_index("hh")["income_fen_per_head"].astype("Float64")
        for month in (Month.from_ordinal(origin - 1), end)
    )
    old, new = (incomes.reindex(hh).to_numpy(dtype=np.float64, na_value=np.nan) for incomes in (before, after))
    return np.asarray(np.where(old > 0, new / np.where(old > 0, old, 1.0) - 1.0, np.nan))


def _late_works(state: SupportFrames, horizon: int) -> set[str]:
    """Return households whose works were not finished by the month."""
    works = state.projects
    return set(works.loc[~(works["done_month"] <= horizon).fillna(False), "hh"])


def _lost_posts(state: SupportFrames, origin: int, horizon: int) -> set[str]:
    """Return households one of whose posts ended between promise and outcome."""
    ends = state.placements["to_month"]
    return set(state.placements.loc[((ends >= origin) & (ends < horizon)).fillna(False), "hh"])
