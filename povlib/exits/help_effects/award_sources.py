"""What each award hangs on: the employer of a post, the co-op of a place, and the firm behind either.

All awards of one source end together when it fails. How often that is, is a parameter; the chance with which an award
ends for reasons of its own is what is left of ``loss_per_month``, so that its mean stays what was assumed or learnt.

Responsible for naming sources and for their chance to fail. Not responsible for draws (`povlib.exits.source_failures`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from povlib.arrays import Floats, Ints
from povlib.exits.forecasting.household_panel import YEAR
from povlib.exits.help_effects.award_effects import Effect
from povlib.exits.projection_constants import projection_constants
from povlib.params import Catalogue, Coop, Post
from povlib.villages.sources.household_sources import plain_name

NO_SOURCE = -1


@dataclass(frozen=True)
class AwardSources:
    """Sources and what hangs on them.

    Attributes
    ----------
    names : tuple of str
        Sorted; a source's number is its place here.
    hazard : array (sources,)
        Chance a month that the source fails; 0: it is not drawn.
    posts, employers : dict
        Key of a post, or plain name of an employer -> source.
    coops : dict
        Key of a co-op -> source.
    measures : dict
        Measure -> co-ops whose places it fills: villages (empty: any) and source.
    since : int
        Ordinal of the month through which every source stands surely: the last of data, or the first of new help.
    """

    names: tuple[str, ...]
    hazard: Floats
    posts: dict[str, int]
    employers: dict[str, int]
    coops: dict[str, int]
    measures: dict[str, tuple[tuple[tuple[str, ...], int], ...]]
    since: int

    def of_award(self, post: str, coop: str) -> int:
        """Return the source of an award with its post or co-op (keys, empty where there is none)."""
        return self.posts.get(post, self.coops.get(coop, NO_SOURCE))

    def of_running(self, measure: str, employer: str, village: str) -> int:
        """Return the source of help on record: its employer, else the co-op of the measure that serves the village."""
        if employer:
            return self.employers.get(plain_name(employer), NO_SOURCE)
        for villages, source in self.measures.get(measure, ()):
            if not villages or village in villages:
                return source
        return NO_SOURCE

    def hazard_of(self, source: int) -> float:
        """Return the chance a month that a source fails; 0 without one."""
        return 0.0 if source == NO_SOURCE else float(self.hazard[source])


def award_sources(
    catalogue: Catalogue, effects: tuple[Effect, ...], placements: pd.DataFrame, since: int
) -> AwardSources:
    """Return the sources of an office: those of its posts and co-ops, and the employers on record.

    Parameters
    ----------
    since : int
        Ordinal of the month through which every source stands surely. An award is paid in its first month however soon
        it ends; so nothing fails before the first new award begins.

    Notes
    -----
    A source fails in a month with f = 1 - (1 - F)^(1/12), F its ``fails_per_year`` (`exits.yaml: source_failure` where
    none is entered), and never with more than the smallest ``loss_per_month`` of what hangs on it: an award cannot end
    more often with its source than it ends at all.

    Examples
    --------
    >>> from povlib import params, places
    >>> from povlib.exits.help_effects.award_effects import catalogue_effects
    >>> catalogue = params.load(places.DATA / "sample" / "params")
    >>> nobody = pd.DataFrame({"post": [], "person": [], "employer": []})
    >>> made = award_sources(catalogue, catalogue_effects(catalogue), nobody, 24197)
    >>> cattle = made.of_award("", "lichun_cattle")
    >>> made.names[cattle], round(float(made.hazard[cattle]), 4)
    ('立春养牛专业合作社', 0.004)
    """
    root_of = _roots_of_coops(catalogue.coops.values())
    posts = {post.key: _root_of_post(post, root_of) for post in catalogue.posts.values()}
    coops = {coop.key: root_of[coop.names.show("zh")] for coop in catalogue.coops.values()}
    employers = {plain_name(post.employer): posts[post.key] for post in catalogue.posts.values()}
    for name in placements["employer"].dropna().astype("str").map(plain_name).unique():
        employers.setdefault(name, root_of.get(name, name))
    names = tuple(sorted({*posts.values(), *coops.values(), *employers.values()} - {""}))
    number = {name: at for at, name in enumerate(names)} | {"": NO_SOURCE}
    of_posts = [_Record(number[posts[p.key]], p.measure, p.fails_per_year) for p in catalogue.posts.values()]
    of_coops = [_Record(number[coops[c.key]], c.measure, c.fails_per_year) for c in catalogue.coops.values()]
    hazard = _hazards([*of_posts, *of_coops], effects, len(names), projection_constants(catalogue).source_failure)
    of_measure: dict[str, tuple[tuple[tuple[str, ...], int], ...]] = {}
    for coop in catalogue.coops.values():
        of_measure[coop.measure] = (*of_measure.get(coop.measure, ()), (coop.villages, number[coops[coop.key]]))
    return AwardSources(
        names, hazard, {key: number[root] for key, root in posts.items()},
        {name: number[root] for name, root in employers.items()},
        {key: number[root] for key, root in coops.items()}, of_measure, since,
    )  # fmt: skip


class _Record(NamedTuple):
    """A post or co-op: its source, the measure it fills, its own chance to fail a year."""

    source: int
    measure: str
    fails_per_year: float | None


def _hazards(records: list[_Record], effects: tuple[Effect, ...], count: int, assumed: float) -> Floats:
    """Return the chance a month that each source fails; of several entered for one source the largest counts."""
    entered: dict[int, float] = {}
    for record in records:
        if record.fails_per_year is not None:
            entered[record.source] = max(entered.get(record.source, 0.0), record.fails_per_year)
    yearly = np.full(count, assumed)
    yearly[list(entered)] = list(entered.values())
    hazard = 1.0 - (1.0 - yearly) ** (1.0 / YEAR)
    smallest: dict[str, float] = {}
    for effect in effects:
        if effect.earning.loss_per_month > 0.0:
            smallest[effect.measure] = min(smallest.get(effect.measure, 1.0), effect.earning.loss_per_month)
    for record in records:
        hazard[record.source] = min(hazard[record.source], smallest.get(record.measure, 1.0))
    return hazard


def _roots_of_coops(coops: Iterable[Coop]) -> dict[str, str]:
    """Return every spelling of a co-op -> the firm behind it, else its own name."""
    return {
        plain_name(name): plain_name(coop.enterprise or coop.names.show("zh"))
        for coop in coops
        for name in coop.names.spellings()
    } | {coop.names.show("zh"): plain_name(coop.enterprise or coop.names.show("zh")) for coop in coops}


def _root_of_post(post: Post, root_of: dict[str, str]) -> str:
    name = plain_name(post.enterprise or post.employer)
    return root_of.get(name, name)


def sources_of_running(
    support: pd.DataFrame, placements: pd.DataFrame, village_of: pd.Series, sources: AwardSources
) -> Ints:
    """Return the source of each row of help on record.

    Parameters
    ----------
    support : DataFrame
        hh, person, measure.
    village_of : Series
        Village by household.
    """
    employer_of = placements.drop_duplicates("person").set_index("person")["employer"]
    employers = support["person"].map(employer_of).astype("str").fillna("")
    villages = support["hh"].map(village_of).fillna("").astype("str")
    found = [
        sources.of_running(*row) for row in zip(support["measure"].astype("str"), employers, villages, strict=True)
    ]
    return np.array(found, dtype=np.int64)
