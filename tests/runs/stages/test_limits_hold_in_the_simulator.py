"""Plans under a limit, each source removed in the simulator: no failure ever costs more exits than the limit.

The simulator shares no code with the workbench: its own names of employers, co-ops, firms and contracts say which help
on record ends with a source, its own luck and its own effects (not the priors) say who exits with it and without.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from povlib import allocation, exits, params, places, sample
from povlib.calendar import Month
from povlib.params.villages.source_limits import SourceLimits
from povlib.runs.stages.allocation_input import build_problem
from povlib.runs.stages.source_limits import HangingHelp, hanging_help
from povlib.sample.villages.coops_and_firms import economy
from povlib.support import offer
from povlib.villages.sources.exposure import plan_exposure
from povlib.villages.sources.package_sources import package_sources

TOWNSHIPS = (1, 2, 3, 4)
OTHER_LUCK = (0, 100, 200, 300, 400)
"""Added to a township's seed: the same households and help on record, other effects, take-up, prices and luck."""
HOUSEHOLDS = 60
NOBODY = "方案里的一家"
"""A name that no source of the practice township bears: only rows of the plan are removed under it."""


@dataclass
class World:
    """A simulated township, what its office knows and may give, and who hangs on what."""

    township: Any
    state: Any
    offered: Any
    projection: Any
    catalogue: params.Catalogue
    settings: params.Settings
    hanging: HangingHelp

    def chosen_under(self, **limits: Any) -> pd.Series:
        """Return household -> package of a proved plan."""
        settings = self.settings.model_copy(update=limits)
        problem = build_problem(
            self.state, self.offered, self.projection, self.catalogue, settings, hanging=self.hanging
        )
        # any plan that keeps the rows will do: the best one is not what is asked here
        with allocation.searches_counted_in_steps():
            plan = allocation.solve(problem, gap=20.0, time_limit_s=1)
        assert allocation.verify(plan, problem).ok
        return plan.chosen.set_index("hh")["package"].astype("int64")

    def removals(self, chosen: pd.Series, luck: int, *, on_record: bool) -> pd.DataFrame:
        """Return kind, source, persons, possible and lost: registered persons out of poverty with it and not without.

        `luck` is what is added to the seed of the township for the world that comes true.

        Persons are those registered when the plan is made, as a plan counts them.
        """
        size = self.state.households.set_index("hh")["size"]
        parts = np.flatnonzero(self.offered.components["package"].isin(set(chosen)))
        links = package_sources(self.offered.components, self.state, self.catalogue)
        followed = self._followed(parts)
        true_world = replace(self.township, seed=self.township.seed + luck)
        rows, known = [], dict[tuple[str, bytes], int]()
        for row in plan_exposure(self.hanging.packages, chosen, self.hanging.on_record).itertuples(index=False):
            mine = links.loc[(links["kind"] == row.kind) & (links["source"] == row.source), "part"]
            hangs = np.isin(parts, mine)
            name = self._name_in_the_simulator(str(row.kind), str(row.source)) if on_record else NOBODY
            # an employer and the firm of its name are one removal
            removal = (name, hangs.tobytes())
            if removal not in known:
                found = sample.outcomes_without(true_world, name, self.settings.help_from, plan=followed, hangs=hangs)
                found = found[found["registered"]]
                lost = found["exits_with"].astype(int) - found["exits_without"].astype(int)
                known[removal] = int((lost * found["hh"].map(size)).sum())
            rows.append((row.kind, row.source, row.persons, row.possible, known[removal]))
        return pd.DataFrame(rows, columns=["kind", "source", "persons", "possible", "lost"])

    def _followed(self, parts: Any) -> pd.DataFrame:
        """Return parts of packages as a plan that the simulator follows."""
        names = {post.key: post.names.zh for post in self.catalogue.posts.values()}
        rows = self.offered.components.iloc[parts].merge(self.offered.packages[["package", "hh"]], on="package")
        rows = rows[["hh", "measure", "person", "start", "post"]].assign(post=rows["post"].map(names))
        # ways to a house that the simulator does not know are followed as a house built anew: nothing hangs on them
        known = set(self.township.world.measures)
        return rows.assign(measure=rows["measure"].where(rows["measure"].isin(known), "housing_rebuild")).astype(
            {"start": int}
        )

    def _name_in_the_simulator(self, kind: str, source: str) -> str:
        """Return the source itself; for a product, who makes or takes it in the simulator's own economy."""
        if kind != "product":
            return source
        known = economy(self.township)
        makers = {coop["product"]: coop["coop"] for coop in known["coops"]}
        return str({**makers, known["birds"]["product"]: known["birds"]["contract"]}.get(source, NOBODY))


def world(seed: int) -> World:
    catalogue = params.load(places.DATA / "sample" / "params")
    settings = params.Settings(draws=20)
    township = sample.simulate(HOUSEHOLDS, seed)
    rows = sample.ledger_rows(township)
    households = rows["households"]
    state: Any = SimpleNamespace(
        **rows, last_month=Month.from_ordinal(int(rows["observations"]["month"].max())), synthetic=True,
        poor=households[households["status"].isin(("未脱贫", "预脱贫", "返贫"))],
    )  # fmt: skip
    offered = offer(state, catalogue, settings)
    projection = exits.project(state, offered, catalogue, settings)
    hanging = hanging_help(state, offered, projection, catalogue, settings)
    return World(township, state, offered, projection, catalogue, settings, hanging)


@pytest.mark.slow
def test_no_failure_costs_more_than_the_limit_in_any_simulated_world() -> None:
    """20 worlds: everybody at stake counted, then new help alone; sources named by the plan and by the simulator."""
    tight = costly = beyond = removed = 0
    for seed in TOWNSHIPS:
        now = world(seed)
        # two households more than hang on it already, whatever the source
        record = now.hanging.on_record.groupby(["source", "kind"])["members"].sum().groupby("source").max()
        most = {name: float(record.get(name, 0) + 8) for name in {*now.hanging.packages["source"], *record.index}}
        everybody = now.chosen_under(named_limits=most)
        limits = SourceLimits(employer_persons=8, firm_persons=8, product_persons=8, counted="possible_new")
        newly = now.chosen_under(source_limits=limits)
        expected = now.chosen_under(source_limits=limits.model_copy(update={"counted": "expected"}))
        for luck in OTHER_LUCK:
            whole = now.removals(everybody, luck, on_record=True)
            assert (whole["possible"] <= whole["source"].map(most)).all(), seed
            assert (whole["lost"] <= whole["source"].map(most)).all(), (seed, luck, whole)
            fresh = now.removals(newly, luck, on_record=False)
            assert (fresh["persons"] <= 8).all(), seed
            assert (fresh["lost"] <= 8).all(), (seed, luck, fresh)
            loose = now.removals(expected, luck, on_record=False)
            beyond += int((loose["lost"] > 8).sum())
            tight += int((whole["possible"] > whole["source"].map(most) - 4).sum())
            costly += int((whole["lost"] > 0).sum() + (fresh["lost"] > 0).sum())
            removed += len(whole) + len(fresh)
    # the limits held something, failures cost something, and a limit on what is expected would not have held
    worlds = len(TOWNSHIPS) * len(OTHER_LUCK)
    assert worlds >= 20
    assert removed > 10 * worlds
    assert tight > worlds
    assert costly > worlds
    assert beyond > 0
