"""The figures of a run by parts: added up over the parts, for the whole office and its townships.

Responsible for the sums. Not responsible for words (`povlib.report.area`) or for what a part expects
(`povlib.runs.area.part_run`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from povlib.exits.exit_sums import ExitSums, added_up
from povlib.runs.stages.allocation_input import POOREST
from povlib.support.parts.rest_of_office import summed_up

if TYPE_CHECKING:
    from povlib.runs.area.area_run import AreaRun


_COUNTS = ["households", "persons", "served", "money_fen", "posts", "poor_persons", "assessed_persons"]


@dataclass(frozen=True, eq=False)
class AreaFigures:
    """What a plan by parts would bring; open with ``AreaFigures(run)``."""

    run: AreaRun

    @cached_property
    def households(self) -> pd.DataFrame:
        """One row a planned household, of all parts (`povlib.runs.area.chosen_rows.planned_rows`)."""
        frames = [run.expected_exits.frames["households"] for run in self.run.part_runs]
        return pd.concat(frames, ignore_index=True)

    @cached_property
    def sums(self) -> ExitSums:
        """The exits of every township, draw by draw."""
        return added_up([run.exit_sums for run in self.run.part_runs])

    @cached_property
    def townships(self) -> pd.DataFrame:
        """One row a township.

        township, households, persons, served, money_fen, posts, expected, expected_low, expected_high, additional,
        additional_low, additional_high, poor_persons (registered persons not over the line now), assessed_persons.
        """
        by = self.households.groupby("township", sort=True)
        rows = by.agg(
            households=("hh", "size"),
            persons=("members", "sum"),
            served=("k", lambda k: int((k > 0).sum())),
            money_fen=("money_fen", "sum"),
            posts=("posts", "sum"),
        ).reset_index()
        for what in ("expected", "additional"):
            ranges = [self._total(what, [name]) for name in rows["township"]]
            rows[[what, f"{what}_low", f"{what}_high"]] = pd.DataFrame(ranges, index=rows.index)
        return rows.merge(self._poverty(), on="township", how="left")

    @cached_property
    def parts(self) -> pd.DataFrame:
        """One row a part: name, and the other columns of `townships`."""
        towns, rows = self.townships.set_index("township"), []
        for part in self.run.parts:
            own = [town for town in part.townships if town in towns.index]
            sums = towns.loc[own, _COUNTS].sum().to_dict()
            for what in ("expected", "additional"):
                sums |= dict(zip((what, f"{what}_low", f"{what}_high"), self._total(what, own), strict=True))
            rows.append({"name": part.name, **sums})
        return pd.DataFrame(rows)

    def _poverty(self) -> pd.DataFrame:
        """Return by township the registered persons who can be assessed, and those of them who are poor now."""
        frames = [run.overview.by_village for run in self.run.part_runs]
        every = pd.concat(frames, ignore_index=True)
        every = every[every["domain"].isin(list(self.run.township_of))]
        every = every.assign(township=every["domain"].map(self.run.township_of))
        every["assessed_persons"] = every["persons"] - every["not_assessable_persons"]
        return every.groupby("township", sort=True)[["poor_persons", "assessed_persons"]].sum().reset_index()

    def _total(self, what: str, townships: list[str] | None) -> tuple[float, float, float]:
        """Return expected persons with the 90 % range, of some townships or of all."""
        found = self.sums.range_of(townships, self.run.settings.seed)
        which = "persons" if what == "expected" else "additional"
        return (getattr(found, which), *found.interval(which))

    @cached_property
    def measures(self) -> pd.DataFrame:
        """What is awarded by measure: measure, awards, money_fen; most money first."""
        every = pd.concat([run.expected_exits.frames["measures"] for run in self.run.part_runs])
        rows = every.groupby("measure", sort=True)[["awards", "money_fen"]].sum().reset_index()
        return rows.sort_values(["money_fen", "measure"], ascending=[False, True], ignore_index=True)

    @cached_property
    def owed_by_fund(self) -> dict[str, int]:
        """What the law's claims take of each fund, fen."""
        return summed_up([taken for taken, _ in self.run.taken])

    @cached_property
    def entitlement_fen(self) -> int:
        """What the law owes in all parts and the funds cover, fen."""
        return sum(int(run.expected_exits.facts["entitlement_fen"]) for run in self.run.part_runs)

    @cached_property
    def short_fen(self) -> int:
        """What the law owes and no fund has money for, fen."""
        return sum(int(run.expected_exits.facts["short_fen"]) for run in self.run.part_runs)

    @cached_property
    def headline(self) -> dict[str, float]:
        """The big numbers as plain values, in persons, fen and shares: those of `povlib.runs.headline_figures`."""
        rows, plan = self.households, self.run.plan
        money, posts = int(rows["money_fen"].sum()), int(rows["posts"].sum())
        fifth = rows[rows[POOREST]]
        figures = {"horizon": float(self.run.settings.horizon.ordinal)}
        for what in ("additional", "expected"):
            value, low, high = self._total(what, None)
            figures |= {what: value, f"{what}_low": low, f"{what}_high": high}
        return figures | {
            "money_fen": float(money),
            "poorest_money_share": float(fifth["money_fen"].sum() / money) if money else 0.0,
            "poorest_post_share": float(fifth["posts"].sum() / posts) if posts else 0.0,
            "gap": plan.gap,
            "bound": plan.price_bound,
        }
