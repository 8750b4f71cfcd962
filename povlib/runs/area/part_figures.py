"""The figures of the townships and villages of one part, from its own artefacts alone.

Responsible for one part at a time: whoever asks for all parts lets each go before the next. Not responsible for the
whole office (`povlib.runs.area.area_figures`) or for words (`povlib.report.area`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from povlib.errors import RunError
from povlib.exits.exit_sums import ExitSums
from povlib.runs.area.part_run import PartRun

EXITS = ("expected", "additional")
PLACE_COUNTS = ["households", "persons", "served", "money_fen", "posts", "poor_persons", "assessed_persons"]


@dataclass(frozen=True, eq=False)
class PartFigures:
    """What a plan brings the places of one part; open with ``PartFigures(run)``."""

    run: PartRun

    @cached_property
    def households(self) -> pd.DataFrame:
        """One row a planned household (`povlib.runs.area.chosen_rows.planned_rows`)."""
        return self.run.expected_exits.frames["households"]

    @cached_property
    def village_sums(self) -> ExitSums:
        """The exits of every village, draw by draw."""
        return self.run.exit_sums

    @cached_property
    def sums(self) -> ExitSums:
        """The exits of every township, draw by draw."""
        return self.village_sums.by(self.run.area.township_of)

    @cached_property
    def poverty(self) -> pd.DataFrame:
        """By village: the registered persons who can be assessed, and those of them who are poor now."""
        every = self.run.overview.by_village
        every = every[every["domain"].isin(list(self.run.area.township_of))]
        every = every.assign(village=every["domain"], township=every["domain"].map(self.run.area.township_of))
        every["assessed_persons"] = every["persons"] - every["not_assessable_persons"]
        return every[["village", "township", "poor_persons", "assessed_persons"]].reset_index(drop=True)

    @cached_property
    def townships(self) -> pd.DataFrame:
        """One row a township: township, and the columns of `place_rows`."""
        return place_rows(self.households, self.sums, self.poverty, "township", self.run.settings.seed)

    @cached_property
    def villages(self) -> pd.DataFrame:
        """One row a village: village, township, and the columns of `place_rows`.

        Raises
        ------
        RunError
            If the run was made before the exits of villages were kept.
        """
        if not set(self.households["village"]) <= set(self.village_sums.areas):
            raise RunError(
                "this run was made before ranges of villages were kept",
                where=self.run.info.run_id,
                remedy="plan again: python3 workbench.py plan {scenario} --office {office}",
                scenario=self.run.info.scenario, office=self.run.office.name,
            )  # fmt: skip
        rows = place_rows(self.households, self.village_sums, self.poverty, "village", self.run.settings.seed)
        return rows.assign(township=rows["village"].map(self.run.area.township_of))

    @cached_property
    def measures(self) -> pd.DataFrame:
        """What is awarded: township, measure, awards, money_fen."""
        return self.run.expected_exits.frames["measures"]

    @cached_property
    def owed(self) -> pd.DataFrame:
        """What the law owes: township, fund, covered_fen, short_fen."""
        bills = self.run.offer.entitlements
        village = self.run.owed.frames["households"].set_index("hh")["village"]
        township = bills["hh"].map(village).map(self.run.area.township_of)
        covered = bills["covered"].astype(bool)
        fen = bills["cost_fen"].astype("int64")
        rows = pd.DataFrame(
            {
                "township": township.astype(object),
                "fund": bills["fund"].astype(object),
                "covered_fen": fen.where(covered, 0),
                "short_fen": fen.where(~covered, 0),
            }
        )
        return rows.groupby(["township", "fund"], sort=True, dropna=False).sum().reset_index()


def place_rows(households: pd.DataFrame, sums: ExitSums, poverty: pd.DataFrame, place: str, seed: int) -> pd.DataFrame:
    """Return one row a place with what it receives and what that would bring.

    Parameters
    ----------
    households : DataFrame
        Planned households (`povlib.runs.area.chosen_rows.planned_rows`).
    sums : ExitSums
        Of these places.
    poverty : DataFrame
        poor_persons, assessed_persons, and the column `place`.
    place : str
        "township" or "village".
    seed : int
        Of the households' own luck.

    Returns
    -------
    DataFrame
        The column `place`, households, persons, served, money_fen, posts, expected, expected_low, expected_high,
        additional, additional_low, additional_high, poor_persons (registered persons not over the line now),
        assessed_persons; by name.
    """
    by = households.groupby(place, sort=True)
    rows = by.agg(
        households=("hh", "size"),
        persons=("members", "sum"),
        served=("k", lambda k: int((k > 0).sum())),
        money_fen=("money_fen", "sum"),
        posts=("posts", "sum"),
    ).reset_index()
    columns = [f"{what}{end}" for what in EXITS for end in ("", "_low", "_high")]
    ranges = pd.DataFrame([ranges_of(sums, [name], seed) for name in rows[place]], rows.index, columns)
    now = poverty.groupby(place, sort=True)[["poor_persons", "assessed_persons"]].sum().reset_index()
    return pd.concat([rows, ranges], axis=1).merge(now, on=place, how="left")


def ranges_of(sums: ExitSums, places: list[str] | None, seed: int) -> dict[str, float]:
    """Return expected persons of some places together (None: of all) with the 90 % ranges, by column."""
    found = sums.range_of(places, seed)
    told: dict[str, float] = {}
    for what in EXITS:
        which = "persons" if what == "expected" else "additional"
        told |= dict(
            zip((what, f"{what}_low", f"{what}_high"), (getattr(found, which), *found.interval(which)), strict=True)
        )
    return told


def in_order_of(rows: pd.DataFrame, place: str, names: Iterable[str]) -> pd.DataFrame:
    """Return rows of places in the order of some names."""
    at = {name: number for number, name in enumerate(names)}
    return rows.iloc[rows[place].map(at).argsort(kind="stable")].reset_index(drop=True)
