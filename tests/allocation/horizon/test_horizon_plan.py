"""What a plan says of itself against sums made by hand."""

import pytest
from tiny_horizons import horizon_of, tiny

from povlib.allocation.horizon.horizon_search import solve_horizon


def test_figures_of_a_plan_are_sums_of_its_households():
    for seed in range(8):
        made = tiny(seed)
        plan = solve_horizon(horizon_of(made), gap=0)
        values = {f"{own}-{k}@{t}": v for t, rows in enumerate(made["offered"]) for own, k, v, *_ in rows}
        assert round(sum(values[key] for key in plan.chosen["package"]), 6) == round(plan.value, 6)
        assert (plan.chosen.loc[plan.chosen["period"] < 0, "additional"] == 0).all()
        assert round(plan.bound - plan.value, 9) == round(plan.gap, 9)


@pytest.mark.thorough
def test_what_is_opened_is_named_with_its_period_and_paid_then():
    seen = 0
    for seed in range(25):
        made = tiny(seed, mills=1.0)
        plan = solve_horizon(horizon_of(made), gap=0)
        for row in plan.opened.to_dict("records"):
            seen += 1
            paid = plan.payments[plan.payments["hh"] == "facility:mill"]
            assert (row["facility"], row["level"]) == ("mill", 1)
            assert paid["fen"].sum() == made["mill"][1]
            assert set(paid["period"]) <= {row["period"]}
    assert seen
