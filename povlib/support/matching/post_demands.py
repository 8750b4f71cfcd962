"""What a post asks for: its record in ``posts.yaml`` and its row of terms in the ledger, put together.

Responsible for finding the terms of a post, whether by its key or by its name, and for the free posts of an office.
Not responsible for who fits (`povlib.support.matching.fit_rules`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from povlib.calendar import Month
from povlib.money import fen
from povlib.params import Catalogue, Post
from povlib.params.conditions import Condition
from povlib.support.conditions import CODE_SEPARATOR
from povlib.support.matching.work_frames import running_placements, work_frame
from povlib.vocabulary.register import local_workplace
from povlib.words import language


@dataclass(frozen=True)
class PostDemand:
    """One post with what it asks for; None and () where nothing is on record.

    Attributes
    ----------
    key : str
    names : dict
        Language -> name.
    employer, place : str
    away : bool
        Whether it lies outside the township; a post without a place on record counts as local.
    village : str or None
        Only for households of it; also the name of an area, whose villages `within` then has.
    wage_fen : int or None
        A month.
    free : int
        Vacancies.
    kind : str
        Key of ``data/tables/post_kind.yaml``; "" where no terms are on record.
    measure : str or None
        The job measure of the catalogue that it fills.
    within : frozenset of str or None
        Villages of the area that it is for; None: `village` alone says it.
    hours, km : float or None
        Hours a week; kilometres to it.
    least_age, most_age : int or None
    sex, least_labour : str
    skill, health_barred : tuple of str
    conditions : tuple of Condition
        Of the post itself.
    """

    key: str
    names: Mapping[str, str]
    employer: str
    place: str
    away: bool
    village: str | None
    wage_fen: int | None
    free: int
    kind: str = ""
    measure: str | None = None
    hours: float | None = None
    km: float | None = None
    least_age: int | None = None
    most_age: int | None = None
    sex: str = ""
    least_labour: str = ""
    skill: tuple[str, ...] = ()
    health_barred: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    within: frozenset[str] | None = None

    def name(self, lang: str | None = None) -> str:
        """Return what a planner calls it."""
        return self.names.get(lang or language(), self.key)


def terms_by_spelling(state: Any) -> dict[str, dict[str, Any]]:
    """Return the terms on record by the name under which they were written."""
    rows = work_frame(state, "post_terms")
    return {str(row["post"]): row for row in rows.to_dict("records")}  # type: ignore[misc]


def post_spellings(post: Post) -> tuple[str, ...]:
    """Return the names under which an office may write a post of the catalogue: its key and its names."""
    return (post.key, *post.names.by_language().values())


def demand_of_post(
    post: Post, terms: Mapping[str, Mapping[str, Any]], catalogue: Catalogue | None = None
) -> PostDemand:
    """Return what a post of the catalogue asks for.

    Parameters
    ----------
    post : Post
    terms : dict
        `terms_by_spelling`.
    catalogue : Catalogue, optional
        Of the post; not needed for a post without an area.

    Examples
    --------
    >>> from povlib import params, places
    >>> posts = params.load(places.DATA / "sample" / "params").posts
    >>> made = demand_of_post(posts["small_parts"], {"零部件加工工": {"hours_per_week": 40.0, "skill": "parts"}})
    >>> made.away, made.hours, made.skill, made.sex
    (False, 40.0, ('parts',), '')
    """
    row = next((terms[name] for name in post_spellings(post) if name in terms), {})
    wage = None if post.wage_yuan_per_month is None else fen(str(post.wage_yuan_per_month))
    within = catalogue.villages_of_post(post.key) if post.area and catalogue is not None else None
    return PostDemand(
        key=post.key, names=post.names.by_language(), employer=post.employer, place=post.place,
        away=post.place != local_workplace(), village=post.within or None, wage_fen=wage,
        free=getattr(post, "slots", 0) or 0, measure=post.measure, conditions=post.who, within=within, **_asked(row),
    )  # fmt: skip


def _asked(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a demand that stand in a row of terms."""
    known = {name: value for name, value in row.items() if not pd.isna(value) and value != ""}
    return {
        "kind": str(known.get("kind", "")),
        "hours": _number(known.get("hours_per_week")),
        "km": _number(known.get("distance_km")),
        "least_age": None if "least_age" not in known else int(known["least_age"]),
        "most_age": None if "most_age" not in known else int(known["most_age"]),
        "sex": str(known.get("sex", "")),
        "least_labour": str(known.get("least_labour", "")),
        "skill": _several(known.get("skill")),
        "health_barred": _several(known.get("health_barred")),
    }


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _several(value: Any) -> tuple[str, ...]:
    return tuple(str(value).split(CODE_SEPARATOR)) if value is not None else ()


def vacancies(state: Any, catalogue: Catalogue, month: Month) -> list[PostDemand]:
    """Return every post with a vacancy in a month, those of the catalogue first, then those of the ledger alone.

    Parameters
    ----------
    state : State
    catalogue : Catalogue
        Its posts count vacancies: those that the plan may fill.
    month : Month
        Posts that may be held in it; of a post of the ledger, its slots less the placements that run then.
    """
    terms = terms_by_spelling(state)
    offered = [post for post in catalogue.posts.values() if post.filled and (not post.months or month in post.months)]
    known = {name for post in catalogue.posts.values() for name in post_spellings(post)}
    found = [demand_of_post(post, terms, catalogue) for post in offered if post.capacity > 0]
    held = running_placements(state, month)["post"].value_counts()
    for row in work_frame(state, "posts").to_dict("records"):
        first, last = row["from_month"], row["to_month"]
        closed = (not pd.isna(first) and first > month.ordinal) or (not pd.isna(last) and last < month.ordinal)
        free = 0 if pd.isna(row["slots"]) else int(row["slots"]) - int(held.get(row["post"], 0))
        if row["post"] not in known and not closed and free > 0:
            found.append(_demand_of_row({str(k): v for k, v in row.items()}, free, terms))
    return found


def _demand_of_row(row: Mapping[str, Any], free: int, terms: Mapping[str, Mapping[str, Any]]) -> PostDemand:
    said = {name: None if pd.isna(value) or value == "" else value for name, value in row.items()}
    place = str(said["place"] or "")
    return PostDemand(
        key=str(said["post"]), names={}, employer=str(said["employer"] or ""), place=place,
        away=bool(place) and place != local_workplace(), village=said["village"],
        wage_fen=None if said["wage_fen"] is None else int(said["wage_fen"]), free=free,
        **_asked(terms.get(str(said["post"]), {})),
    )  # fmt: skip
