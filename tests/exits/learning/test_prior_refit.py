"""Priors set right by earlier origins."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from povlib.errors import DataError
from povlib.exits import (
    refit_priors,
)


def test_a_wrong_prior_is_set_right_by_earlier_origins(catalogue):
    """Means one spread too high, spreads twice too wide: thirteen effects at three origins say so, roughly."""
    rng = np.random.default_rng(4)
    shifts, scales = [], []
    for _ in range(20):
        truth = rng.normal(0.0, 1.0, 39)
        seen = pd.DataFrame({"prior_mean": 1.0, "prior_sd": 2.0, "estimate": rng.normal(truth, 1.0), "se": 1.0})
        found = refit_priors(seen, catalogue)
        shifts.append(found.shift)
        scales.append(found.scale)
    assert np.mean(shifts) == pytest.approx(-0.5, abs=0.1)
    assert np.mean(scales) == pytest.approx(0.5, abs=0.12)


def test_nothing_known_leaves_the_prior_alone_and_one_estimate_moves_it_little(catalogue):
    none = refit_priors(
        pd.DataFrame({"prior_mean": [1.0], "prior_sd": [1.0], "estimate": [None], "se": [1.0]}), catalogue
    )
    assert (none.shift, none.scale, none.n) == (0.0, 1.0, 0)
    one = refit_priors(
        pd.DataFrame({"prior_mean": [1.0], "prior_sd": [1.0], "estimate": [3.0], "se": [2.0]}), catalogue
    )
    assert 0 < one.shift < 0.6
    with pytest.raises(DataError):
        refit_priors(pd.DataFrame({"prior_mean": [1.0]}), catalogue)
    with pytest.raises(DataError):
        refit_priors(pd.DataFrame({"prior_mean": [1.0], "prior_sd": [0.0], "estimate": [3.0], "se": [2.0]}), catalogue)
