"""What is scarce: capacities of funds, posts, places and builder-weeks, and what packages use of them.

Responsible for the names, capacities and uses of resources, the shares funds keep for a kind of
measure. Not responsible for what may be opened (`povlib.support.villages.openings`), for prices or for sharing out
(`povlib.allocation`).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pandas as pd

from povlib.params import Catalogue, Names, Opening
from povlib.support.single_awards import AwardOption
from povlib.support.villages.openings import EARLY, LEAST, OpenedSeats, needs_least
from povlib.vocabulary.resource_keys import FACILITY_PREFIX, least_key, place_key, post_key, weeks_key
from povlib.words import languages, text


def full_capacities(catalogue: Catalogue) -> dict[str, int]:
    """Return the capacity of every resource by name, before the entitlements: fen, posts, places, weeks."""
    capacity = {fund.key: fund.amount_fen for fund in catalogue.funds.values()}
    capacity |= {post_key(post.key): post.capacity for post in catalogue.posts.values()}
    capacity |= {place_key(place.key): place.capacity for place in catalogue.shared_places.values()}
    opened = OpenedSeats(catalogue)
    capacity |= {row: capacity[resource] for resource in opened.by_resource for row, _ in opened.early_rows(resource)}
    capacity |= {row: 0 for row, _ in opened.least_rows()}
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


def _resource_rows(catalogue: Catalogue) -> Iterator[tuple[str, str, str | None, str, dict[str, str], int | None]]:
    """Yield key, kind, village, unit, names and ceiling per household of each fund, post, place and crew month."""
    for fund in catalogue.funds.values():
        names = {lang: fund.name_with_area(lang) for lang in languages()} if fund.area else fund.names.by_language()
        yield fund.key, "fund", None, "fen", names, fund.household_ceiling_fen
    for post in catalogue.posts.values():
        yield post_key(post.key), "post", post.village, "posts", _names_by_language(post.names), None
    for place in catalogue.shared_places.values():
        yield place_key(place.key), "place", None, "places", _names_by_language(place.names), None
    yield from _rows_of_openings(catalogue)
    for crew in catalogue.crews.values():
        for month in sorted(crew.weeks):
            names = {
                lang: text("{crew}, {month}", lang, crew=crew.names.show(lang), month=month.label(lang))
                for lang in languages()
            }
            yield weeks_key(crew.key, month), "weeks", crew.village, "weeks", names, None


def _rows_of_openings(catalogue: Catalogue) -> Iterator[tuple[str, str, str | None, str, dict[str, str], int | None]]:
    """Yield the rows that openings need: what is taken before each month of opening, what each asks for at least."""
    opened = OpenedSeats(catalogue)
    named = {post_key(key): post.names for key, post in catalogue.posts.items()}
    named |= {place_key(key): place.names for key, place in catalogue.shared_places.items()}
    for resource in opened.by_resource:
        for row, month in opened.early_rows(resource):
            names = {
                lang: text("{name}, taken before {month}", lang, name=named[resource].show(lang),
                           month=month.label(lang)) for lang in languages()
            }  # fmt: skip
            yield row, EARLY, None, "", names, None
    for row, asking in opened.least_rows():
        said = "posts and places that {name} needs to be opened" if isinstance(asking, Opening) else (
            "households that {name} needs to be opened")  # fmt: skip
        names = {lang: text(said, lang, name=asking.names.show(lang)) for lang in languages()}
        yield row, LEAST, None, "places", names, None


def _names_by_language(names: Names) -> dict[str, str]:
    return names.by_language()


def uses_of_packages(parts: pd.DataFrame, options: tuple[AwardOption, ...], catalogue: Catalogue) -> pd.DataFrame:
    """Return package, resource, amount: the posts, places and weeks that packages take."""
    opened = OpenedSeats(catalogue)
    rows = [
        (number, name, amount)
        for number, option in enumerate(options)
        for name, amount in _uses_of_option(option, opened)
    ]
    table = pd.DataFrame(rows, columns=["option", "resource", "amount"]).astype({"option": "int64", "amount": "int64"})
    uses = parts[["package", "option"]].merge(table, on="option")
    return uses.groupby(["package", "resource"], sort=True)["amount"].sum().reset_index()


def _uses_of_option(option: AwardOption, opened: OpenedSeats) -> Iterator[tuple[str, int]]:
    if option.post is not None:
        yield from ((row, 1) for row in opened.uses(post_key(option.post.key), option.start))
    if option.coop is not None:
        yield from ((row, 1) for row in opened.uses(place_key(option.coop.key), option.start))
        if needs_least(option.coop):
            yield least_key(option.coop.key), 1
    for use in option.measure.uses:
        for i in range(use.over_months):
            yield weeks_key(use.pool, option.start + i), use.per_month


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
            opened = [FACILITY_PREFIX + key for key, one in catalogue.openings.items() if one.kind in keep.kinds]
            rows += [(fund.key, key, share) for key in sorted([*measures, *opened])]
    frame = pd.DataFrame(rows, columns=["fund", "measure", "share"])
    return frame.astype({"fund": "str", "measure": "str", "share": "float64"})
