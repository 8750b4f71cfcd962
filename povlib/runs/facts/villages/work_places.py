"""Who works where: employers, posts, terms, how many hold them, how many are free and what a plan fills."""

from __future__ import annotations

import pandas as pd

from povlib.ledger import State
from povlib.params import Catalogue, table
from povlib.report.villages.facts import WorkFacts
from povlib.runs.facts.houses.code_words import in_words
from povlib.runs.run import Run
from povlib.villages.sources.household_sources import held_placements, plain_name
from povlib.vocabulary.help_and_works import route_by_enterprise_job, route_by_local_job


def work_facts(run: Run, lang: str) -> WorkFacts | None:
    """Return who works where and what the plan adds; None where no post was ever recorded."""
    state = run.state
    if state.placements.empty and state.post_terms.empty:
        return None
    held = held_posts_with_terms(state, run.at.ordinal)
    local, away = (held["route"].eq(route()) for route in (route_by_local_job, route_by_enterprise_job))
    return WorkFacts(
        employers=_by_employer(held, free_posts(run.catalogue), planned_posts(run), lang),
        people=_people(held, lang),
        held=int(held["person"].nunique()),
        local=int(held.loc[local, "person"].nunique()),
        away=int(held.loc[away, "person"].nunique()),
        doubled=int(held["person"].duplicated().sum()),
        ended=_ends(state, lang),
    )


def held_posts_with_terms(state: State, month: int) -> pd.DataFrame:
    """Return who holds a post at the end of a month, with the terms of the post.

    Returns
    -------
    DataFrame
        Of ``placements``, and village (of the household), kind, hours_per_week, distance_km, wage_fen (a month);
        missing where nobody wrote it down.
    """
    held = held_placements(state, month)
    terms = state.post_terms[["post", "kind", "hours_per_week", "distance_km"]]
    wages = state.posts.drop_duplicates("post")[["post", "wage_fen"]]
    rows = held.merge(terms, on="post", how="left").merge(wages, on="post", how="left")
    return rows.assign(village=rows["hh"].map(state.households.set_index("hh")["village"]))


def free_posts(catalogue: Catalogue) -> pd.DataFrame:
    """Return the posts that are free when the plan is made: post, name, employer, place, free, wage_fen."""
    rows = [
        (post.key, plain_name(post.employer), post.place, post.capacity, post.wage_fen_per_month)
        for post in catalogue.posts.values()
        if post.filled
    ]
    return pd.DataFrame(rows, columns=["post", "employer", "place", "free", "wage_fen"])


def planned_posts(run: Run) -> pd.DataFrame:
    """Return the posts that the plan fills: hh, person, post, employer (plain name)."""
    chosen = set(run.plan.chosen["package"].astype(str))
    parts = run.offer.components[run.offer.components["package"].astype(str).isin(chosen)]
    parts = parts[parts["post"].notna()]
    posts = run.catalogue.posts
    parts = parts[parts["post"].astype(str).isin(posts.keys())]
    homes = run.offer.packages.set_index("package")["hh"]
    return pd.DataFrame(
        {
            "hh": parts["package"].map(homes).astype(str),
            "person": parts["person"],
            "post": parts["post"].astype(str),
            "employer": [plain_name(posts[str(key)].employer) for key in parts["post"]],
        }
    )


def _by_employer(held: pd.DataFrame, free: pd.DataFrame, planned: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Return one row an employer, those with most people first."""
    held = held.assign(employer=held["employer"].fillna(held["post"]).map(plain_name))
    names = sorted({*held["employer"], *free["employer"]})
    rows = []
    for name in names:
        mine, open_ = held[held["employer"] == name], free[free["employer"] == name]
        place = mine["place"].dropna().mode() if len(mine) else open_["place"].mode()
        kinds = in_words(mine["kind"].dropna().drop_duplicates(), "post_kind", lang)
        wages = pd.concat([mine["wage_fen"], open_["wage_fen"]]).dropna()
        rows.append(
            {
                "employer": name,
                "posts": "、".join(sorted({str(post) for post in mine["post"]})) or "—",
                "place": table("workplace").show(str(place.iloc[0]), lang) if len(place) else "",
                "kind": "、".join(sorted(set(kinds))) or "—",
                "hours": mine["hours_per_week"].astype("float64").mean(),
                "km": mine["distance_km"].astype("float64").mean(),
                "wage_fen": round(float(wages.mean())) if len(wages) else None,
                "held": int(mine["person"].nunique()),
                "free": int(open_["free"].sum()),
                "planned": int(planned["employer"].eq(name).sum()),
            }
        )
    columns = ["employer", "posts", "place", "kind", "hours", "km", "wage_fen", "held", "free", "planned"]
    frame = pd.DataFrame(rows, columns=columns).astype({"wage_fen": "Int64"})
    return frame.sort_values(["held", "employer"], ascending=[False, True], ignore_index=True)


def _people(held: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Return who holds which post, by household: its key, never a name."""
    frame = pd.DataFrame(
        {
            "hh": held["hh"],
            "village": held["village"].fillna(""),
            "employer": held["employer"].fillna("—"),
            "post": held["post"],
            "place": in_words(held["place"], "workplace", lang),
            "since": held["from_month"],
            "until": held["to_month"],
        }
    )
    return frame.sort_values(["employer", "village", "hh"], ignore_index=True)


def _ends(state: State, lang: str) -> pd.DataFrame:
    """Return how many posts ended, by reason."""
    counted = state.placement_ends.groupby("reason").size().reset_index(name="posts")
    counted["reason"] = in_words(counted["reason"], "end_reason", lang)
    return counted.sort_values(["posts", "reason"], ascending=[False, True], ignore_index=True)
