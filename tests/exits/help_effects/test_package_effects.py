"""What a post brings net of the work given up for it: more to those who earn little, the mean over all unchanged."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from povlib.exits.help_effects.award_effects import Effect
from povlib.exits.help_effects.package_effects import LEAST_NET_GAIN, _relative_gain
from povlib.params import Earning


def _gain(wage: list[float], size: list[float], mean: float, basis: Any = "post_wage") -> np.ndarray:
    """Return the relative gain of households with these wages (fen a month); the last one is not registered."""
    base: Any = SimpleNamespace(
        steady={"wage": np.array(wage)}, size=np.array(size), hh=[str(i) for i in range(len(wage))]
    )
    earning = Earning(source="wage", basis=basis, mean=mean, sd=0.1, prior_source="x")
    registered = np.arange(len(wage)) < len(wage) - 1
    return _relative_gain(base, Effect("post", 0, earning, 0.25), registered)


def test_who_earns_little_gives_little_up_for_a_post() -> None:
    # heads earn 100, 200 and 300 a month: 200 on average, so at a mean of .7 they give up .15, .3 and .45 of the wage
    found = _gain([200.0, 400.0, 600.0, 9e5], [2.0, 2.0, 2.0, 2.0], 0.7)
    assert found[:3] == pytest.approx(np.array([0.85, 0.70, 0.55]) / 0.7)
    assert found[:3].mean() == pytest.approx(1.0)
    assert (found >= LEAST_NET_GAIN).all()


def test_a_household_without_wages_gives_nothing_up() -> None:
    found = _gain([0.0, 400.0, 400.0, 400.0], [2.0, 2.0, 2.0, 2.0], 0.6)
    assert found == pytest.approx([1 / 0.6, 1.0, 1.0, 1.0])


@pytest.mark.parametrize(("wage", "mean", "basis"), [([0.0, 0.0], 0.6, "post_wage"), ([1.0, 3.0], 1.0, "post_wage"),
                                                     ([1.0, 3.0], 0.6, "yuan_per_month")])  # fmt: skip
def test_elsewhere_the_mean_holds_for_everybody(wage: list[float], mean: float, basis: str) -> None:
    assert (_gain(wage, [1.0, 1.0], mean, basis) == 1.0).all()
