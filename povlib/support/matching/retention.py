"""How long posts are held: the chance a month that a post is left, from the office's own placements.

A discrete-time hazard. Each month that a placement could have been left in counts once, each leaving once; so few rows
say little, and what they do not say is borrowed: places of one kind of post from that kind, kinds from the catalogue's
assumption (``loss_per_month``), which counts like so many households seen for a year (``rate_weight``).

Responsible for the estimate and its range. Not responsible for what a plan makes of it (`povlib.exits`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import beta

from povlib.calendar import Month
from povlib.params import Catalogue, table
from povlib.support.matching.post_demands import post_spellings, terms_by_spelling
from povlib.support.matching.work_frames import placements_with_ends

MONTHS_A_YEAR = 12
#: of a range: nine in ten of the values that the rows and the assumption leave possible lie inside
RANGE = (0.05, 0.95)
#: months at a place that the kind of post counts like, for a place with few rows: ten persons for a year; a choice
PLACE_WEIGHT = 120.0
UNKNOWN_PLACE = "?"
"""Place of a placement of which nobody wrote it down."""


def kinds_of_posts(state: Any, catalogue: Catalogue) -> pd.DataFrame:
    """Return every post on record or in the catalogue: post, kind (of its terms), measure (that it counts for).

    A post that the catalogue does not have counts for the measure that the catalogue's posts of its kind fill; missing
    where its kind is not on record, or the catalogue's posts of the kind fill different measures.
    """
    terms = {name: str(row["kind"]) for name, row in terms_by_spelling(state).items() if isinstance(row["kind"], str)}
    measure_of: dict[str, str] = {}
    kind_of: dict[str, str] = dict(terms)
    measures: dict[str, set[str]] = {}
    for post in catalogue.posts.values():
        kind = next((terms[name] for name in post_spellings(post) if terms.get(name)), "")
        if kind:
            measures.setdefault(kind, set()).add(post.measure)
        for name in post_spellings(post):
            measure_of[name] = post.measure
            kind_of.setdefault(name, kind)
    for name, kind in terms.items():
        if name not in measure_of and len(measures.get(kind, ())) == 1:
            measure_of[name] = next(iter(measures[kind]))
    names = sorted({*kind_of, *measure_of, *placements_with_ends(state)["post"]})
    return pd.DataFrame(
        {
            "post": pd.array(names, dtype="str"),
            "kind": pd.array([kind_of.get(name, "") for name in names], dtype="str"),
            "measure": pd.array([measure_of.get(name) for name in names], dtype="str"),
        }
    )


def months_at_risk(state: Any, catalogue: Catalogue, last: Month) -> pd.DataFrame:
    """Return by placement the months in which it could have been left, and whether it was.

    Parameters
    ----------
    state : State
        Its ``placements`` and ``placement_ends``.
    catalogue : Catalogue
    last : Month
        Last month of data.

    Returns
    -------
    DataFrame
        post, kind, measure, place, months, left (bool), running (bool). One that was over at the end of its term, or
        runs still, was not left (the rest of it is not known: right-censored).

    Notes
    -----
    A placement that ended in its k-th month met the chance k times; one that runs met it in every month but the last
    of the data, at whose end nobody has looked yet.
    """
    placed = placements_with_ends(state)
    placed = placed.loc[(placed["from_month"] <= last.ordinal).fillna(False)]
    began = placed["from_month"].to_numpy(dtype=np.int64)
    until = placed["last_month"].fillna(last.ordinal + 1).to_numpy(dtype=np.int64)
    running = until > last.ordinal
    months = np.where(running, last.ordinal - began, until - began + 1)
    term_over = placed["reason"].isin(("", *table("end_reason").with_role("ended"))).to_numpy(dtype=bool)
    left = ~running & ~term_over
    known = kinds_of_posts(state, catalogue).set_index("post")
    at = known.reindex(pd.Index(placed["post"]))
    places = {name: post.place for post in catalogue.posts.values() for name in post_spellings(post)}
    on_record = placed.dropna(subset="place").drop_duplicates("post")
    places |= dict(zip(on_record["post"].astype(str), on_record["place"].astype(str), strict=True))
    place = placed["place"].astype("str").fillna(placed["post"].map(places)).fillna(UNKNOWN_PLACE)
    return pd.DataFrame(
        {
            "post": placed["post"].astype("str").to_numpy(),
            "kind": at["kind"].fillna("").to_numpy(),
            "measure": at["measure"].to_numpy(),
            "place": place.astype("str").to_numpy(),
            "months": np.maximum(months, 0),
            "left": left,
            "running": running,
        }
    ).astype({"measure": "str"})


def recorded_losses(state: Any, catalogue: Catalogue, last: Month) -> dict[str, tuple[float, float]]:
    """Return by measure how many posts were left and in how many months they could have been.

    An office that never recorded why a post ended says nothing of losses: nothing is returned for anything then.

    Examples
    --------
    >>> from povlib import params, places
    >>> from povlib.support.example_township import example_township
    >>> recorded_losses(example_township(), params.load(places.DATA / "sample" / "params"), Month(2016, 4))
    {}
    """
    rows = months_at_risk(state, catalogue, last)
    if not rows["left"].any():
        return {}
    sums = rows.dropna(subset="measure").groupby("measure")[["left", "months"]].sum()
    return {str(key): (float(row["left"]), float(row["months"])) for key, row in sums.iterrows() if row["months"] > 0}


def hazard_with_range(
    left: npt.ArrayLike, months: npt.ArrayLike, prior: npt.ArrayLike, weight: npt.ArrayLike
) -> tuple[Any, Any, Any]:
    """Return mean, low and high of a monthly hazard: Beta prior of so many months, then the months seen.

    Examples
    --------
    >>> mean, low, high = hazard_with_range(6.0, 100.0, 0.02, 200.0)
    >>> round(float(mean), 4), bool(low < mean < high)
    (0.0333, True)
    """
    seen, prior_mean, strength = np.asarray(months, dtype=float), np.asarray(prior, float), np.asarray(weight, float)
    a = np.maximum(strength * prior_mean + np.asarray(left, dtype=float), 1e-9)
    b = np.maximum(strength + seen - a, 1e-9)
    return a / (a + b), beta.ppf(RANGE[0], a, b), beta.ppf(RANGE[1], a, b)


def retention_table(rows: pd.DataFrame, assumed: Mapping[str, float], weight_months: float) -> pd.DataFrame:
    """Return the hazard by kind of post and place, with its range and what it means for a year.

    Parameters
    ----------
    rows : DataFrame
        `months_at_risk`.
    assumed : dict
        Measure -> chance a month that a post is lost, as the catalogue assumes.
    weight_months : float
        Months that the assumption counts like.

    Returns
    -------
    DataFrame
        kind, place ("" for all places of the kind, `UNKNOWN_PLACE`), placements, left, months, assumed, hazard, low,
        high, half_year, year (share still in post after 6 and 12 months), record_share (part of the months behind it
        that were seen).

    Notes
    -----
    The kind borrows from the assumption of its measure (weighted by the months of each), a place from its kind.
    """
    known = rows.assign(assumed=rows["measure"].map(dict(assumed)).astype("Float64"))
    usual = float(np.mean(list(assumed.values()))) if assumed else 0.0
    made = []
    for kind, mine in known.groupby("kind", sort=True):
        prior = mine["assumed"].dropna()
        mean = float(prior.mean()) if len(prior) else usual
        whole = _row(str(kind), "", mine, mean, weight_months, weight_months)
        made.append(whole)
        for place, here in mine.groupby("place", sort=True):
            elsewhere = mine.loc[mine["place"] != place]
            # a place borrows from the other places of its kind: its own months would count twice otherwise
            lent, _, _ = hazard_with_range(elsewhere["left"].sum(), elsewhere["months"].sum(), mean, weight_months)
            made.append(_row(str(kind), str(place), here, float(lent), PLACE_WEIGHT, weight_months))
    columns = ["kind", "place", "placements", "left", "months", "assumed", "hazard", "low", "high", "half_year", "year",
               "record_share"]  # fmt: skip
    return pd.DataFrame(made, columns=columns)


def _row(kind: str, place: str, rows: pd.DataFrame, prior: float, weight: float, most: float) -> dict[str, Any]:
    left, months = float(rows["left"].sum()), float(rows["months"].sum())
    strength = min(weight, most)
    mean, low, high = (float(value) for value in hazard_with_range(left, months, prior, strength))
    return {
        "kind": kind, "place": place, "placements": len(rows), "left": int(left), "months": int(months),
        "assumed": prior, "hazard": mean, "low": low, "high": high,
        "half_year": (1.0 - mean) ** (MONTHS_A_YEAR // 2), "year": (1.0 - mean) ** MONTHS_A_YEAR,
        "record_share": months / (months + strength) if months + strength else 0.0,
    }  # fmt: skip
