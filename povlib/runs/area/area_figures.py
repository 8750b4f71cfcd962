"""The figures of a run by parts: added up over the parts, for the whole office and its townships.

Responsible for the sums. Not responsible for words (`povlib.report.area`) or for what a part expects
(`povlib.runs.area.part_run`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from povlib.exits.exit_sums import ExitSums, added_up
from povlib.runs.area.area_openings import opening_cost_fen
from povlib.runs.area.part_figures import PLACE_COUNTS, PartFigures, in_order_of, ranges_of
from povlib.runs.stages.allocation_input import POOREST

if TYPE_CHECKING:
    from povlib.runs.area.area_run import AreaRun

#: counties from which on they are set side by side
MANY = 2


@dataclass(frozen=True, eq=False)
class AreaFigures:
    """What a plan by parts would bring; open with ``AreaFigures(run)``."""

    run: AreaRun

    @cached_property
    def households(self) -> pd.DataFrame:
        """One row a planned household, of all parts (`povlib.runs.area.chosen_rows.planned_rows`)."""
        return pd.concat([part.households for part in self._each_part()], ignore_index=True)

    def _each_part(self) -> Iterator[PartFigures]:
        """Yield the parts one after the other, each let go before the next is read."""
        for part in self.run.parts:
            yield PartFigures(self.run.part_run(part))

    @cached_property
    def sums(self) -> ExitSums:
        """The exits of every township, draw by draw: a part holds whole townships, and its villages are let go."""
        return added_up([part.sums for part in self._each_part()])

    @cached_property
    def townships(self) -> pd.DataFrame:
        """One row a township: township, and the columns of `povlib.runs.area.part_figures.place_rows`."""
        rows = pd.concat([part.townships for part in self._each_part()], ignore_index=True)
        return in_order_of(rows, "township", self.run.part_of_township)

    @cached_property
    def villages(self) -> pd.DataFrame:
        """One row a village: village, township, and the columns of `povlib.runs.area.part_figures.place_rows`."""
        rows = pd.concat([part.villages for part in self._each_part()], ignore_index=True)
        return in_order_of(rows, "village", self.run.part_of_village)

    @cached_property
    def parts(self) -> pd.DataFrame:
        """One row a part: name, and the other columns of `townships`."""
        return pd.DataFrame([self._together(part.name, part.townships) for part in self.run.parts])

    @cached_property
    def counties(self) -> pd.DataFrame:
        """One row a county: name, and the other columns of `townships`; no row unless there are several.

        A township that lies in no county stands for itself.
        """
        if len(set(self.run.county_of.values())) < MANY:
            return self.townships.rename(columns={"township": "name"}).iloc[:0]
        towns: dict[str, list[str]] = {}
        for town in self.townships["township"]:
            towns.setdefault(self.run.county_of.get(town, town), []).append(town)
        return pd.DataFrame([self._together(name, own) for name, own in towns.items()])

    def _together(self, name: str, places: Iterable[str]) -> dict[str, object]:
        """Return the row of some townships together: counts added up, ranges of the sums draw by draw."""
        towns = self.townships.set_index("township")
        own = [town for town in places if town in towns.index]
        told: dict[str, object] = {"name": name}
        told |= {str(column): count for column, count in towns.loc[own, PLACE_COUNTS].sum().items()}
        return told | ranges_of(self.sums, own, self.run.settings.seed)

    @cached_property
    def measures(self) -> pd.DataFrame:
        """What is awarded by measure: measure, awards, money_fen; most money first."""
        every = pd.concat([part.measures for part in self._each_part()])
        rows = every.groupby("measure", sort=True)[["awards", "money_fen"]].sum().reset_index()
        return rows.sort_values(["money_fen", "measure"], ascending=[False, True], ignore_index=True)

    @cached_property
    def owed_by_fund(self) -> dict[str, int]:
        """What the law's claims take of each fund, fen."""
        return dict(self.run.taken)

    @cached_property
    def entitlement_fen(self) -> int:
        """What the law owes in all parts and the funds cover, fen."""
        return sum(int(run.expected_exits.facts["entitlement_fen"]) for run in self.run.part_runs)

    @cached_property
    def short_fen(self) -> int:
        """What the law owes and no fund has money for, fen."""
        return sum(int(run.expected_exits.facts["short_fen"]) for run in self.run.part_runs)

    @cached_property
    def opening_fen(self) -> int:
        """What funds pay for all that the plan opens, fen: in the new money of the office, in no household's."""
        return opening_cost_fen(self.run)

    @cached_property
    def headline(self) -> dict[str, float]:
        """The big numbers as plain values, in persons, fen and shares: those of `povlib.runs.headline_figures`."""
        rows, plan = self.households, self.run.plan
        money, posts = int(rows["money_fen"].sum()), int(rows["posts"].sum())
        fifth = rows[rows[POOREST]]
        figures = {"horizon": float(self.run.settings.horizon.ordinal)}
        return figures | {
            **ranges_of(self.sums, None, self.run.settings.seed),
            "money_fen": float(money + self.opening_fen),
            "poorest_money_share": float(fifth["money_fen"].sum() / money) if money else 0.0,
            "poorest_post_share": float(fifth["posts"].sum() / posts) if posts else 0.0,
            "gap": plan.gap,
            "bound": plan.price_bound,
        }
