"""An effect is the same from a frame of any library."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import narwhals
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from povlib import impact


def people() -> pd.DataFrame:
    rng = np.random.default_rng(8)
    frame = pd.DataFrame({"score": rng.uniform(0, 100, 300), "size": rng.integers(1, 6, 300)})
    frame["village"] = rng.choice(["a", "b", "c"], 300)
    frame["helped"] = (rng.random(300) < 0.3 + 0.004 * frame["score"]).astype(int)
    return frame.assign(income=100 - frame["score"] + 20 * frame["helped"] + rng.normal(0, 5, 300))


def waves() -> pd.DataFrame:
    rng = np.random.default_rng(9)
    unit, period = np.repeat(np.arange(80), 4), np.tile([1, 2, 3, 4], 80)
    first = np.where(unit < 30, 3, 0)
    income = unit % 7 + period + 2.0 * ((first > 0) & (period >= first)) + rng.normal(0, 1, 320)
    return pd.DataFrame({"unit": unit, "period": period, "first": first, "income": income})


def numbers(effect: impact.Effect) -> pd.DataFrame:
    return pd.DataFrame([[effect.estimate, effect.se, effect.treated, effect.controls, effect.clusters]])


HELP: dict[str, Any] = {"outcome": "income", "treatment": "helped"}


@pytest.mark.parametrize(
    ("frame", "table"),
    [
        (people(), lambda f: numbers(impact.difference(f, covariates=["village"], **HELP))),
        (people(), lambda f: numbers(impact.aipw(f, covariates=["score", "size"], **HELP).effect)),
        (people(), lambda f: impact.cutoff(f, outcome="income", running="score", at=50.0).table),
        (waves(), lambda f: impact.did(f, outcome="income", unit="unit", period="period", cohort="first").cells),
    ],
    ids=["difference", "aipw", "cutoff", "did"],
)
def test_an_effect_from_another_librarys_frame(frame: pd.DataFrame, table: Callable[[Any], pd.DataFrame]) -> None:
    arrow = pa.Table.from_pandas(frame, preserve_index=False)
    for other in (arrow, narwhals.from_native(arrow).lazy()):
        pd.testing.assert_frame_equal(table(other), table(frame))
