"""Pairs that no plan may make, and lists that do not fit together."""

from __future__ import annotations

import pandas as pd
import pytest

from povlib.errors import DataError
from povlib.villages.helpers.barred_pairs import pairs

HH = pd.DataFrame({"hh": ["1", "2"], "village": ["A", "B"]})
NO_KIN = pd.DataFrame({"helper": pd.Series(dtype="str"), "hh": pd.Series(dtype="str")})


def test_own_village_is_named_before_kin_and_strangers_may() -> None:
    staff = pd.DataFrame({"helper": ["a", "b"], "home_village": ["A", None], "capacity": [1, 1]})
    kin = pd.DataFrame({"helper": ["a", "b", "gone"], "hh": ["1", "2", "1"]})
    found = pairs(HH, staff, kin).set_index(["hh", "helper"])["barred"].to_dict()
    assert found == {("1", "a"): "own_village", ("1", "b"): "", ("2", "a"): "", ("2", "b"): "kin"}


def test_everything_wrong_is_said_at_once() -> None:
    staff = pd.DataFrame({"helper": ["a", "a", "b"], "home_village": "A", "capacity": [1.5, -1, 2]})
    rows = pd.DataFrame({"hh": ["1", "1", "2"], "village": ["A", "A", None]})
    with pytest.raises(DataError) as error:
        pairs(rows, staff, NO_KIN)
    assert len(error.value.faults) == 5
