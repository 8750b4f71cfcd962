"""Whatever stands in an argument, the answer is a table or a refusal in words."""

from __future__ import annotations

import warnings
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from povlib import poverty
from povlib.errors import DataError

ODD = (None, np.nan, -1, 1.5, 10**30, "", "nope", [], [None], {"a": 1}, True, object(), np.float32(0.5), Decimal("NaN"))
ODDER = (("y",), pd.Series([1.0, 2.0]), b"y", 1j, pd.NA, pd.NaT, lambda: 0)
DESIGN = {"weight": "w", "cluster": "c"}
CALLS: dict[str, dict[str, Any]] = {
    "measure": {"income": "y", "line": 7000.0, "strata": "s", "by": "g", "measures": ["fgt0", "gini"], "fraction": "f"}
    | DESIGN
    | {"lonely": "fail", "census": False, "df": "domain", "missing": "refuse", "overall": False, "level": 0.95}
    | {"relative": None, "poor": "strict", "nonpositive": "drop", "zenga": "lorenz", "replicates": None},
    "by_subgroup": {"income": "y", "by": "g", "line": 7000.0, "measures": ["fgt1", "ge0"], "lonely": "fail"} | DESIGN,
    "by_component": {"income": "y", "line": 7000.0},
    "by_source": {"sources": ["y", "z"]} | DESIGN,
    "decompose_change": {"income": "y", "line": 7000.0, "wave": "g", "before": "a", "after": "b", "measures": ["fgt0"]}
    | {"poor": "strict"},
    "multidimensional": {"deprivations": ["on", "b"], "weights": [1, 2], "k": 0.5, "by": "g", "cutoffs": None}
    | {"missing": "refuse", "overall": False, "limits": "range"},
    "lorenz": {"income": "y", "weight": "w", "points": 10, "ties": "merged"},
    "targeting": {"income": "y", "line": 7000.0, "selected": "on", "benefit": "z", "by": "g"},
    "targeting_gaps": {"income": "y", "line": 7000.0, "selected": "on", "group": "g"},
    "targeting_suspects": {"key": "u", "income": "y", "line": 7000.0, "selected": "on", "most": 5},
    "register_quality": {"recorded": "on", "found": "b", "by": "g", "level": 0.95} | DESIGN,
    "measure_grouped": {"population": "p", "income": "l", "mean": 100.0, "line": 60.0, "measures": ["gini"]}
    | {"form": "best", "integration": "exact"},
    "spells": {"unit": "u", "period": "t", "poor": "on"},
    "hazard": {"unit": "u", "period": "t", "poor": "on", "covariates": ["w"], "event": "exit"},
    "vulnerability": {"unit": "u", "period": "t", "income": "y", "line": "z", "ahead": 1, "group": "g"},
}


def people() -> pd.DataFrame:
    rng, row = np.random.default_rng(0), np.arange(60)
    frame = pd.DataFrame({"y": rng.lognormal(9, 0.8, 60), "w": rng.uniform(0.5, 3, 60), "c": row // 2, "s": row // 20})
    frame = frame.assign(on=rng.integers(0, 2, 60), b=rng.integers(0, 2, 60), g=rng.choice(["a", "b"], 60))
    return frame.assign(u=row // 3, t=row % 3, f=0.1, z=7000.0)


@pytest.mark.filterwarnings("ignore::povlib.poverty.DesignWarning")
@pytest.mark.parametrize("name", CALLS)
def test_odd_arguments_are_answered_or_refused_in_words(name: str) -> None:
    call, usual = getattr(poverty, name), CALLS[name]
    frame = people()
    if name == "measure_grouped":
        frame = pd.DataFrame({"p": [0.2, 0.5, 0.8, 0.9, 1.0], "l": [0.08, 0.28, 0.58, 0.74, 1.0]})
    call(frame, **usual)
    for argument in usual:
        for odd in (*ODD, *ODDER):
            try:
                call(frame, **(usual | {argument: odd}))
            except DataError:
                continue
            except Exception as raw:
                pytest.fail(f"{name}({argument}={odd!r}): {type(raw).__name__}: {raw}")
    for nothing in (None, 3, "a", [1], {"a": [1]}, frame.iloc[:0], frame.iloc[:, 0]):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", poverty.DesignWarning)
            try:
                call(nothing, **usual)
            except DataError:
                continue
            except Exception as raw:
                pytest.fail(f"{name} of a {type(nothing).__name__}: {type(raw).__name__}: {raw}")
