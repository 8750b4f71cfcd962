"""What a projection loses when a co-op fails in a month is what the simulator's own closing of it takes away.

The simulator shares no code with the projection (`povlib.sample.truth.source_removal`). Places in the cattle co-op are
given to whoever may have one; the projection's draws in which the co-op fails in July, in September, in December or not
at all are set beside the truth with it closed in that month.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from povlib import params, sample
from povlib.calendar import Month
from povlib.exits import project
from povlib.exits.help_effects.award_effects import catalogue_effects
from povlib.exits.projection_inputs import projection_inputs
from povlib.exits.shared_draws import draw_shared_quantities
from povlib.sample import outcomes_without
from povlib.support import offer
from tests.exits.conftest import state_of

COOP, NEVER = "立春养牛专业合作社", Month(2017, 1)
MONTHS = (Month(2016, 7), Month(2016, 9), Month(2016, 12), NEVER)
# Of the simulator (world.yaml), so that what is compared is the failure; fails so often that each month has draws.
TRUE_TERMS = {
    "coops.lichun_cattle.fails_per_year": 0.9,
    "support.cattle_coop.earns.wage.mean": 140,
    "support.cattle_coop.earns.wage.delay_months": 2,
    "support.cattle_coop.earns.property.mean": 300,
    "support.cattle_coop.earns.property.floor": None,
    "support.cattle_coop.earns.wage.loss_per_month": 0.18,
    "support.cattle_coop.earns.property.loss_per_month": 0.18,
}


def _in_the_co_op(catalogue: params.Catalogue, seed: int) -> tuple[list[float], list[float]]:
    """Return expected and true persons out of poverty among its members, by month of failure."""
    settings = params.Settings(draws=400)
    township = sample.simulate(200, seed=seed)
    now: Any = state_of(township)
    offered = offer(now, catalogue, settings)
    measures = offered.components.groupby("package")["measure"].agg("+".join)
    alone = offered.packages[offered.packages["package"].map(measures).eq("cattle_coop")].drop_duplicates("hh")
    made = project(now, offered, catalogue, settings)
    alone = alone[made.frame.loc[alone.index, "assessable"].astype(bool)]
    inputs = projection_inputs(now, offered, catalogue, settings, catalogue_effects(catalogue))
    sources = inputs.base.sources
    shared = draw_shared_quantities(inputs.effects, inputs.villages, 400, settings.seed, sources=sources)
    assert shared.failures is not None
    fails = shared.failures[sources.names.index(COOP)]
    members = made.members.set_index("hh").loc[alone["hh"], "members"]
    total = members.to_numpy(dtype=float) @ made.draws[alone.index].astype(float)
    start = offered.components.groupby("package")["start"].first()
    plan = pd.DataFrame({"hh": alone["hh"], "measure": "cattle_coop", "start": alone["package"].map(start)})
    expected, true = [], []
    for month in MONTHS:
        drawn = fails >= NEVER.ordinal if month is NEVER else fails == month.ordinal
        assert drawn.sum() > 10
        expected.append(float(total[drawn].mean()))
        found = outcomes_without(township, COOP, month, plan=plan).set_index("hh").loc[alone["hh"], "exits_without"]
        true.append(float(members.to_numpy() @ found.to_numpy(dtype=float)))
    return expected, true


@pytest.mark.slow
def test_what_a_failure_takes_away_is_what_the_simulator_takes_away(catalogue: params.Catalogue) -> None:
    changed = catalogue.replaced(TRUE_TERMS)
    every = np.array([_in_the_co_op(changed, seed) for seed in range(1, 9)])
    lost = (every[:, :, 3:] - every[:, :, :3]).sum(axis=0)
    expected, true = lost
    assert (true > 0).all()
    assert (np.diff(expected) < 0).all()  # the later it fails, the less is lost
    assert expected.sum() == pytest.approx(true.sum(), rel=0.3)
    assert (np.abs(expected - true) < 0.5 * true.max()).all()
