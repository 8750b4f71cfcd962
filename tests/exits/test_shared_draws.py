"""What all recipients share is drawn by name, each quantity apart from the others."""

from __future__ import annotations

import pytest

from povlib.exits.help_effects.award_effects import Effect
from povlib.exits.shared_draws import draw_shared_quantities
from povlib.params import Earning


def earning(**more):
    return Earning(**({"source": "wage", "basis": "yuan_per_month", "mean": 100, "sd": 10, "prior_source": "x"} | more))


def test_draws_of_one_quantity_do_not_depend_on_the_others():
    effects = tuple(Effect("m", i, earning(mean=i, sd=1)) for i in range(3))
    few, many = (
        draw_shared_quantities(effects[:1], ["乙"], 100, 5),
        draw_shared_quantities(effects, ["甲", "乙"], 100, 5),
    )
    assert (few.effect[0] == many.effect[0]).all()
    assert (few.village[0] == many.village[1]).all()
    assert not (many.effect[1] - 1 == many.effect[2] - 2).all()
    assert many.effect.mean(axis=1) == pytest.approx([0, 1, 2], abs=1e-12)  # antithetic: the mean is exact
    assert not (draw_shared_quantities(effects, ["甲"], 100, 6).common == many.common).all()
