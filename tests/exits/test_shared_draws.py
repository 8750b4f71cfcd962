"""What all recipients share is drawn by name, each quantity apart from the others."""

from __future__ import annotations

import numpy as np
import pandas as pd
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


def test_a_guaranteed_dividend_is_never_drawn_below_its_floor_and_the_wage_beside_it_is_left_alone():
    from povlib.exits.help_effects.award_effects import catalogue_effects
    from povlib.params import load
    from povlib.places import DATA

    catalogue = load(DATA / "sample" / "params")
    changed = {"support.cattle_coop.earns.property.floor": 300}
    before, after = (
        [e for e in catalogue_effects(each) if e.measure == "cattle_coop"]
        for each in (
            catalogue.replaced({"support.cattle_coop.earns.property.floor": None}),
            catalogue.replaced(changed),
        )
    )
    drawn = draw_shared_quantities(tuple(after), ["甲"], 4000, 5).effect
    plain = draw_shared_quantities(tuple(before), ["甲"], 4000, 5).effect
    wage, dividend = ([e.earning.source for e in after].index(source) for source in ("wage", "property"))
    assert drawn[dividend].min() == 300
    assert plain[dividend].min() < 300
    assert (drawn[wage] == plain[wage]).all()  # two incomes: what is guaranteed of one says nothing of the other
    assert drawn[dividend].mean() == pytest.approx(after[dividend].earning.mean, rel=0.01)
    assert drawn[dividend].std() == pytest.approx(after[dividend].earning.sd, rel=0.02)
    assert abs(float(np.corrcoef(drawn)[wage, dividend])) < 0.05


def test_a_source_is_drawn_the_same_whichever_others_are_drawn_beside_it():
    from povlib.exits.help_effects.award_effects import catalogue_effects
    from povlib.exits.help_effects.award_sources import award_sources
    from povlib.exits.source_failures import NEVER
    from povlib.params import load
    from povlib.places import DATA

    catalogue = load(DATA / "sample" / "params")
    nobody = pd.DataFrame({"post": [], "person": [], "employer": []})
    sources = award_sources(catalogue, catalogue_effects(catalogue), nobody, 24_197)
    every = draw_shared_quantities((), ["甲"], 100, 5, sources=sources).failures
    some = [number for number in range(len(sources.names)) if number % 3 == 1]
    few = draw_shared_quantities((), ["甲"], 100, 5, sources=sources, hanging_on=some).failures
    none = draw_shared_quantities((), ["甲"], 100, 5, sources=sources, hanging_on=[]).failures
    assert (every < NEVER).any()
    assert (few[some] == every[some]).all()
    assert (np.delete(few, some, axis=0) == NEVER).all()
    assert (none == NEVER).all()
