"""The bulletin's claims: as stated, as counted from the ledger's rows, and the verdict.

Responsible for counting each kind of claim from rows, and for the
four verdicts: agrees, differs, the text allows several readings, not recorded. Not responsible for the
model's own projection, which is printed beside the claim and never mixed with it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from povlib.ledger import State
from povlib.params import Catalogue, Claim, claimable_figures
from povlib.params.claims import ClaimKind, ClaimUnit
from povlib.report.pages.bulletin_page import JudgedClaims
from povlib.runs.facts.villages.counted_claims import counted_rows, counts_rows, inside_or_outside
from povlib.villages.sources.household_sources import held_placements
from povlib.vocabulary.help_and_works import (
    route_by_cattle,
    route_by_enterprise_job,
    route_by_local_job,
    works_finished,
)
from povlib.vocabulary.register import marked_for_exit
from povlib.words import text

AGREES, DIFFERS, SEVERAL, NOT_RECORDED = "agrees", "differs", "several readings", "not recorded"
NONE = "not_recorded"


def judge_claims(claims: Sequence[Claim], state: State, catalogue: Catalogue, lang: str) -> JudgedClaims:
    """Count every claim from the rows of a state.

    Parameters
    ----------
    claims : sequence of Claim
        As `povlib.params.load_claims` reads them.
    lang : str
        Language of definitions, readings and remarks.

    Examples
    --------
    >>> import tempfile
    >>> from povlib import ledger, params, places
    >>> catalogue = params.load(places.DATA / "sample" / "params")
    >>> with tempfile.TemporaryDirectory() as folder, ledger.open(f"{folder}/l", create=True, seed=1) as book:
    ...     judged = judge_claims(params.load_claims().claims, ledger.read_state(book), catalogue, "en")
    >>> judged.claims.query("id == '7'")["verdict"].item()  # an empty ledger holds no marks
    'differs'
    """
    rows, evidence = [], []
    for claim in claims:
        made, behind = _judge_claim(claim, state, catalogue, lang)
        rows += made
        evidence += behind
    columns = ["id", "quote", "state", "definition", "reading", "stated", "counted", "unit", "row_verdict", "verdict"]
    found = [frame for frame in evidence if len(frame)]
    return JudgedClaims(
        claims=pd.DataFrame(rows, columns=columns),
        evidence=pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=_EVIDENCE),
        remarks=pd.DataFrame(
            [
                (claim.id, remark)
                for claim in claims
                for remark in (
                    *(said.show(lang) for said in claim.remarks),
                    *_counted_remarks(claim, claims, state, lang),
                )
            ],
            columns=["id", "remark"],
        ),
    )


def count_figure(kind: ClaimKind, unit: ClaimUnit, state: State, catalogue: Catalogue) -> float | None:
    """Return a figure as the ledger's rows have it now, counted as a claim of it would be; None: no sheet holds it.

    Parameters
    ----------
    kind, unit : str
        A figure of `povlib.params.claimable_figures` and one of its units.

    Examples
    --------
    >>> import tempfile
    >>> from povlib import ledger, params, places
    >>> catalogue = params.load(places.DATA / "sample" / "params")
    >>> with tempfile.TemporaryDirectory() as folder, ledger.open(f"{folder}/l", create=True, seed=1) as book:
    ...     count_figure("exit_total", "persons", ledger.read_state(book), catalogue)
    0.0
    """
    rows = claimable_figures().figures[kind].rows
    counted = _counted(Claim(id="0", quote="--", kind=kind, definition=rows), state, catalogue)
    return _counted_number(unit, next(iter(counted.values())), state) if counted else None


_EVIDENCE = ["id", "reading", "hh", "person", "members", "record"]


def _counted_remarks(claim: Claim, claims: Sequence[Claim], state: State, lang: str) -> list[str]:
    """Say what the rows add to the words of a claim: of which month they are, which posts are among which."""
    last = state.last_month
    if claim.month is None or last is None or claim.month == last:
        return _posts_remarks(claim, claims, state, lang)
    words = "The claim speaks of {said}; counted are the rows as of {counted}."
    month = text(words, lang, said=claim.month.label(lang), counted=last.label(lang))
    return [month, *_posts_remarks(claim, claims, state, lang)]


def _posts_remarks(claim: Claim, claims: Sequence[Claim], state: State, lang: str) -> list[str]:
    """Say of the number of posts held whether those of single employers are among the local ones or come on top."""
    employers = {other.employer: other.place for other in claims if other.kind == "employer_jobs"}
    if claim.kind != "posts_placed" or not employers or state.placements.empty:
        return []
    found = inside_or_outside(employers, (route_by_local_job(),), state)
    parts = text(", ", lang).join(f"{row.employer} {row.persons}" for row in found.itertuples())
    words = (
        "By the rows of the ledger {inside} of the {persons} posts of {parts} are among the {local} local posts and "
        "{outside} are outside them: the posts held are {all}."
    )
    local = _persons_in_posts(state, (route_by_local_job(),))["person"].nunique()
    held = _persons_in_posts(state, _job_routes())["person"].nunique()
    return [
        text(words, lang, inside=int(found["inside"].sum()), persons=int(found["persons"].sum()), parts=parts,
             local=local, outside=int(found["outside"].sum()), all=held)
    ]  # fmt: skip


def _judge_claim(
    claim: Claim, state: State, catalogue: Catalogue, lang: str
) -> tuple[list[tuple[Any, ...]], list[pd.DataFrame]]:
    """Return one row per number claimed and reading with the verdict, and the households that were counted."""
    head = (claim.id, claim.quote, claim.state, claim.definition.show(lang))
    # kept in the list all the same: a claim nobody can check is a finding of the page
    counted = {} if claim.kind == NONE else _counted(claim, state, catalogue)
    if not counted:
        stated = [(float(entry.number), str(entry.unit)) for entry in claim.stated] or [(math.nan, "")]
        return [(*head, "", number, math.nan, unit, NOT_RECORDED, NOT_RECORDED) for number, unit in stated], []
    worded = {reading.key: reading.text.show(lang) for reading in claim.readings}
    rows, agree = [], {}
    for reading, frame in counted.items():
        numbers = [(float(s.number), str(s.unit), _counted_number(s.unit, frame, state)) for s in claim.stated]
        bound = {str(s.unit): str(s.bound) for s in claim.stated}
        agree[reading] = all(_numbers_agree(number, unit, value, bound[unit]) for number, unit, value in numbers)
        rows += [
            (
                *head,
                worded.get(reading, ""),
                number,
                value,
                unit,
                AGREES if _numbers_agree(number, unit, value, bound[unit]) else DIFFERS,
            )
            for number, unit, value in numbers
        ]
    if not claim.stated:
        # a routine states no number: it holds where every work was written about
        frame = counted[""]
        kept = AGREES if len(frame) == len(state.projects) > 0 else DIFFERS
        agree[""] = kept == AGREES
        rows.append((*head, "", math.nan, float(len(frame)), "houses", kept))
    verdict = _claim_verdict(agree, claim)
    behind = [
        frame.assign(id=claim.id, reading=reading).reindex(columns=_EVIDENCE) for reading, frame in counted.items()
    ]
    return [(*row, verdict) for row in rows], behind


def _counted(claim: Claim, state: State, catalogue: Catalogue) -> dict[str, pd.DataFrame]:
    """Return the rows of each reading; nothing where the sheet that holds them was never filled in."""
    if counts_rows(claim.kind):
        return counted_rows(claim, state) or {}
    return _COUNTS[claim.kind](claim, state, catalogue)


def _claim_verdict(agree: Mapping[str, bool], claim: Claim) -> str:
    """Judge by what the words say on their own account (`_OWN`); other readings are printed beside it."""
    own = agree.get(_OWN.get(claim.id, ""), next(iter(agree.values())))
    if not own:
        return DIFFERS
    return AGREES if all(agree.values()) else SEVERAL


# The reading that the claim's own words, as told there, call for.
_OWN = {"1-lead": "done"}


def _counted_number(unit: str, frame: pd.DataFrame, state: State) -> float:
    """Return the ledger's count in the claim's unit: households, persons, a share, amounts of rows, or rows."""
    if "amount" in frame:
        return float(frame["amount"].sum())
    if unit == "households":
        return float(frame["hh"].nunique())
    if unit == "persons":
        # a person named on two posts is one; where only the household is known all its members count
        by_person = frame["person"].notna()
        return float(frame.loc[by_person, "person"].nunique() + frame.loc[~by_person, "members"].sum())
    if unit == "share":
        return _local_persons(state) / float(frame["members"].sum()) if len(frame) else math.nan
    return float(len(frame))


def _local_persons(state: State) -> float:
    return float(_marked_households(state, (route_by_local_job(),))["members"].sum())


# "about fifty thousand": a number that rounds to it when one figure is kept, from 45 to 55
_ABOUT = 0.1


def _numbers_agree(stated: float, unit: str, counted: float, bound: str = "exact") -> bool:
    """Compare whole numbers exactly, or with the bound stated; a share agrees when it rounds, or is cut off, to it."""
    if unit != "share":
        agrees = {
            "at_least": counted >= stated,
            "more_than": counted > stated,
            "about": abs(counted - stated) <= _ABOUT * stated,
        }
        return agrees.get(bound, counted == stated)
    if math.isnan(counted):
        return False
    return round(counted, 3) == stated or math.floor(counted * 1000) / 1000 == stated


def _household_sizes(state: State) -> pd.Series:
    return state.households.set_index("hh")["size"]


def _of_households(state: State, keys: pd.Series) -> pd.DataFrame:
    hh = pd.Series(sorted(set(keys)), dtype="str")
    return pd.DataFrame({"hh": hh, "person": pd.NA, "members": hh.map(_household_sizes(state)).astype("int64")})


def _of_persons(frame: pd.DataFrame) -> pd.DataFrame:
    found = frame[["hh", "person"]].sort_values(["hh", "person"], ignore_index=True)
    return found.assign(members=1)


def _marked_households(state: State, routes: tuple[str, ...] | None) -> pd.DataFrame:
    """Return households marked for exit with their members, by these routes only or by any."""
    marks = state.marks[state.marks["kind"] == marked_for_exit()]
    if routes is not None:
        marks = marks[marks["route"].isin(routes)]
    return _of_households(state, marks["hh"])


def _persons_in_posts(
    state: State, routes: tuple[str, ...], employer: str = "", place: tuple[str, ...] = ()
) -> pd.DataFrame:
    """Return the persons who hold a post now, by route, and by employer and village where given."""
    posts = held_placements(state, state.last_month.ordinal if state.last_month else 0)
    current = posts["route"].isin(routes)
    if employer:
        named = posts["employer"].fillna("") + posts["post"].fillna("")
        current &= named.str.contains(employer, regex=False)
    held = posts[current]
    if place:
        village = held["hh"].map(state.households.set_index("hh")["village"])
        held = held[village.isin(place)]
    return _of_persons(held)


def _housing_projects(state: State, done: bool) -> pd.DataFrame:
    projects = state.projects[state.projects["status"] == works_finished()] if done else state.projects
    return _of_households(state, projects["hh"])


def _industry_households(state: State, catalogue: Catalogue) -> pd.DataFrame:
    kinds = {measure.key for measure in catalogue.measures.values() if measure.counts_as_industry}
    return _of_households(state, state.support.loc[state.support["measure"].isin(kinds), "hh"])


def _cattle_readings(state: State) -> dict[str, pd.DataFrame]:
    """Return both readings of who is in the co-operative: those given cattle, and households so marked."""
    marked = _marked_households(state, (route_by_cattle(),))
    given = state.support[(state.support["measure"] == "cattle_coop") & state.support["person"].notna()]
    participants = _of_persons(given[given["hh"].isin(marked["hh"])])
    return {"participants": participants, "members": marked}


def _job_routes() -> tuple[str, str]:
    return route_by_local_job(), route_by_enterprise_job()


Counts = Callable[[Claim, State, Catalogue], dict[str, pd.DataFrame]]
_COUNTS: dict[str, Counts] = {
    "poor_population": lambda claim, state, catalogue: {"": _of_households(state, state.poor["hh"])},
    "housing_targets": lambda claim, state, catalogue: {"": _housing_projects(state, done=False)},
    "housing_done": lambda claim, state, catalogue: (
        {"targets": _housing_projects(state, done=False), "done": _housing_projects(state, done=True)}
        if claim.readings
        else {"": _housing_projects(state, done=True)}
    ),
    "weekly_works": lambda claim, state, catalogue: {
        "": _of_households(state, state.projects.loc[state.projects["project"].isin(state.progress["project"]), "hh"])
    },
    "posts_placed": lambda claim, state, catalogue: {"": _persons_in_posts(state, _job_routes())},
    "posts_local": lambda claim, state, catalogue: {"": _persons_in_posts(state, (route_by_local_job(),))},
    "posts_enterprise": lambda claim, state, catalogue: {"": _persons_in_posts(state, (route_by_enterprise_job(),))},
    "employer_jobs": lambda claim, state, catalogue: {
        "": _persons_in_posts(state, _job_routes(), claim.employer, claim.place)
    },
    "exit_by_jobs": lambda claim, state, catalogue: {"": _marked_households(state, _job_routes())},
    "exit_local_jobs": lambda claim, state, catalogue: {
        "local": _marked_households(state, (route_by_local_job(),)),
        "all_jobs": _marked_households(state, _job_routes()),
    },
    "industry_households": lambda claim, state, catalogue: {"": _industry_households(state, catalogue)},
    "exit_total": lambda claim, state, catalogue: {"": _marked_households(state, None)},
    "cattle_exit": lambda claim, state, catalogue: _cattle_readings(state),
}
