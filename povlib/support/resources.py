"""What is scarce: capacities of funds, posts, places and builder-weeks, and what packages use of them.

Responsible for the names, capacities and uses of resources, the shares funds keep for a kind of
measure, and optional facilities. Not responsible for prices or for sharing out
(`povlib.allocation`).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from povlib.params import Catalogue, Coop, Names
from povlib.support.single_awards import AwardOption
from povlib.vocabulary.resource_keys import least_key, place_key, post_key, weeks_key
from povlib.words import languages, text

#: kind of the row that counts how many places are taken where an opening asks for some
LEAST = "least"


def full_capacities(catalogue: Catalogue) -> dict[str, int]:
    """Return the capacity of every resource by name, before the entitlements: fen, posts, places, weeks."""
    capacity = {fund.key: fund.amount_fen for fund in catalogue.funds.values()}
    capacity |= {post_key(post.key): post.capacity for post in catalogue.posts.values()}
    for place in catalogue.shared_places.values():
        capacity[place_key(place.key)] = place.capacity
        if needs_least(place):
            capacity[least_key(place.key)] = 0
    for crew in catalogue.crews.values():
        capacity |= {weeks_key(crew.key, month): crew.capacity(month) for month in crew.weeks}
    return capacity


def resource_table(catalogue: Catalogue, capacity: dict[str, int]) -> pd.DataFrame:
    """Return resource, kind, village, capacity (what is left), unit, names, household_ceiling_fen, sense."""
    rows = list(_resource_rows(catalogue))
    frame = pd.DataFrame(rows, columns=["resource", "kind", "village", "unit", "names", "household_ceiling_fen"])
    frame.insert(3, "capacity", np.array([capacity[row[0]] for row in rows], dtype=np.int64))
    frame = frame.astype({"resource": "str", "kind": "str", "village": "str", "unit": "str"})
    frame["household_ceiling_fen"] = frame["household_ceiling_fen"].astype("Int64")
    # what an opening asks for at least is a floor; everything else is what there is at most
    return frame.assign(sense=np.where(frame["kind"] == LEAST, ">=", "<="))


def needs_least(place: Coop) -> bool:
    """Return whether some way to open a place asks for places taken."""
    return place.filled and place.facility is not None and any(level.least for level in place.facility.levels())


def _resource_rows(catalogue: Catalogue) -> Iterator[tuple[str, str, str | None, str, dict[str, str], int | None]]:
    """Yield key, kind, village, unit, names and ceiling per household of each fund, post, place and crew month."""
    for fund in catalogue.funds.values():
        yield fund.key, "fund", None, "fen", _names_by_language(fund.names), fund.household_ceiling_fen
    for post in catalogue.posts.values():
        yield post_key(post.key), "post", post.village, "posts", _names_by_language(post.names), None
    for place in catalogue.shared_places.values():
        yield place_key(place.key), "place", None, "places", _names_by_language(place.names), None
        if needs_least(place):
            names = {
                lang: text("households that {name} needs to be opened", lang, name=place.names.show(lang))
                for lang in languages()
            }
            yield least_key(place.key), LEAST, None, "places", names, None
    for crew in catalogue.crews.values():
        for month in sorted(crew.weeks):
            names = {
                lang: text("{crew}, {month}", lang, crew=crew.names.show(lang), month=month.label(lang))
                for lang in languages()
            }
            yield weeks_key(crew.key, month), "weeks", crew.village, "weeks", names, None


def _names_by_language(names: Names) -> dict[str, str]:
    return names.by_language()


def uses_of_packages(parts: pd.DataFrame, options: tuple[AwardOption, ...]) -> pd.DataFrame:
    """Return package, resource, amount: the posts, places and weeks that packages take."""
    rows = [(number, name, amount) for number, option in enumerate(options) for name, amount in _uses_of_option(option)]
    table = pd.DataFrame(rows, columns=["option", "resource", "amount"]).astype({"option": "int64", "amount": "int64"})
    uses = parts[["package", "option"]].merge(table, on="option")
    return uses.groupby(["package", "resource"], sort=True)["amount"].sum().reset_index()


def _uses_of_option(option: AwardOption) -> Iterator[tuple[str, int]]:
    if option.post is not None:
        yield post_key(option.post.key), 1
    if option.coop is not None:
        yield place_key(option.coop.key), 1
        if needs_least(option.coop):
            yield least_key(option.coop.key), 1
    for use in option.measure.uses:
        for i in range(use.over_months):
            yield weeks_key(use.pool, option.start + i), use.per_month


def facility_table(catalogue: Catalogue) -> pd.DataFrame:
    """Return the facilities that may be opened, at each level one row a resource.

    Returns
    -------
    DataFrame
        facility, level, resource, added (places; of ``least:`` rows the places that must be taken), opening_fen (what
        funds pay, the grant taken off), fund ("+" joins several), names, grant_fen, least (places).
    """
    columns = ["facility", "level", "resource", "added", "opening_fen", "fund", "names", "grant_fen", "least"]
    rows: list[tuple[Any, ...]] = []
    for place in catalogue.shared_places.values():
        facility = place.facility
        if facility is None or not place.filled or not facility.capacity:
            continue
        own = [(place_key(place.key), facility.capacity, False)]
        if needs_least(place):
            own.append((least_key(place.key), 0, True))
        for level in facility.levels():
            rows += [
                (place.key, level.level, resource, level.least if counts else added, level.opening_fen,
                 "+".join(facility.funds), _names_by_language(place.names), level.grant_fen, level.least)
                for resource, added, counts in own
            ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def kept_share_table(catalogue: Catalogue, capacity: dict[str, int]) -> pd.DataFrame:
    """Return fund, measure, share: the share of what is left of a fund that only these measures may use.

    A kept share is a share of the fund's whole amount. Entitlements paid before count as use of the
    part that is not kept, so the share of what is left is larger: kept / left, at most 1.
    """
    rows = []
    for fund in catalogue.funds.values():
        left = capacity[fund.key]
        for keep in fund.keep:
            kept = Fraction(str(keep.share)) * fund.amount_fen
            share = float(min(Fraction(1), kept / left)) if left else 1.0
            measures = [m.key for m in catalogue.measures.values() if m.kind in keep.kinds]
            rows += [(fund.key, key, share) for key in sorted(measures)]
    frame = pd.DataFrame(rows, columns=["fund", "measure", "share"])
    return frame.astype({"fund": "str", "measure": "str", "share": "float64"})
