"""What households hang on already, in the kinds that a limit speaks of, whatever the plan will give them.

A limit that counts everybody who could fall back must leave nobody out, so every way on record counts: a post, a stake,
a share of a contract that runs in any of the months ahead, help of a co-op or contract of which no stake was written
down, and what stands behind each of them by the ledger or by the parameters.

Responsible for these links. Not responsible for planned help (`povlib.villages.sources.package_sources`) or for limits
(`povlib.runs.stages.source_limits`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import pandas as pd

from povlib.params import Catalogue
from povlib.villages.sources.household_sources import (
    BUYER,
    COOP,
    EMPLOYER,
    FIRM,
    POST,
    SourceFrames,
    household_sources,
    plain_name,
)
from povlib.villages.sources.package_sources import sources_of_coops, sources_of_employers
from povlib.vocabulary.help_and_works import help_ended, help_not_given

ON_RECORD_COLUMNS = ["hh", "kind", "source"]


class RecordFrames(SourceFrames, Protocol):
    """The frames of a State that are read here."""

    @property
    def households(self) -> pd.DataFrame:
        """Households with their villages."""

    @property
    def support(self) -> pd.DataFrame:
        """Help on record."""


def sources_on_record(frames: RecordFrames, months: Iterable[int], catalogue: Catalogue) -> pd.DataFrame:
    """Return what each household hangs on by help that runs in any of some months.

    Parameters
    ----------
    frames : State
    months : iterable of int
        Ordinals: from the last month of data through the last that an exit is judged by.
    catalogue : Catalogue
        Firms and products behind posts and co-ops.

    Returns
    -------
    DataFrame
        hh, kind (employer, firm, product), source (its plain name): each once, sorted. Co-ops and buyers are firms, and
        so is an employer.
    """
    months = list(months)
    seen = pd.concat([household_sources(frames, month) for month in months])
    seen = seen.drop_duplicates(["hh", "source", "kind", "through"])
    # a co-op keeps its brackets in the ledger; a limit knows every source by its plain name
    seen = seen.assign(source=seen["source"].map(plain_name))
    direct = seen.assign(kind=seen["kind"].replace({COOP: FIRM, BUYER: FIRM}))
    firms = direct[direct["kind"] == EMPLOYER].assign(kind=FIRM)
    posts = seen.loc[(seen["through"] == POST) & (seen["kind"] == EMPLOYER), ["hh", "source"]]
    behind = _linked(posts.rename(columns={"source": "key"}), sources_of_employers(frames, catalogue))
    places = sources_of_coops(frames, catalogue)
    stakes = seen.loc[seen["kind"] == COOP, ["hh", "source"]]
    names = {key: plain_name(coop.names.show("zh")) for key, coop in catalogue.coops.items()}
    by_name = {names[key]: links for key, links in places.items()}
    helped = _linked(_helped_through_places(frames, months[0], catalogue), places)
    of_coops = _linked(stakes.rename(columns={"source": "key"}), by_name)
    every = pd.concat([part[ON_RECORD_COLUMNS] for part in (direct, firms, behind, of_coops, helped)])
    return every.drop_duplicates().sort_values(ON_RECORD_COLUMNS, ignore_index=True)


def _helped_through_places(frames: RecordFrames, month: int, catalogue: Catalogue) -> pd.DataFrame:
    """Return hh and key of the co-op or contract whose help each household has by the record of help."""
    over = (*help_ended(), *help_not_given())
    rows = frames.support[~frames.support["status"].isin(over)]
    rows = rows[(rows["to_month"].isna() | (rows["to_month"] >= month)).fillna(True).astype(bool)]
    villages = rows["hh"].map(frames.households.set_index("hh")["village"])
    found = [
        rows.loc[
            rows["measure"].eq(coop.measure) & (villages.isin(coop.villages) | (not coop.villages)), ["hh"]
        ].assign(key=key)
        for key, coop in catalogue.coops.items()
    ]
    return pd.concat(found) if found else pd.DataFrame(columns=["hh", "key"])


def _linked(rows: pd.DataFrame, links: dict[str, set[tuple[str, str]]]) -> pd.DataFrame:
    """Return hh, kind and source of rows of hh and key, by what each key hangs on."""
    table = [(key, kind, source) for key, known in links.items() for kind, source in sorted(known)]
    return rows.merge(pd.DataFrame(table, columns=["key", "kind", "source"]), on="key")[ON_RECORD_COLUMNS]
