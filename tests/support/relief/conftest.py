"""A thousand households drawn at random, with gaps in what is known of them."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from povlib import params
from povlib.calendar import Month
from povlib.places import DATA
from povlib.support.example_township import example_township
from povlib.vocabulary import GUARANTEES

LAST = Month(2016, 4)
ATTRIBUTES = ["低保户", "低保贫困户", "低保脱贫户", "五保户", "特困供养脱贫户", "一般贫困户", None]
SCHOOLS = [None, "小学", "中职一年级", "高职高专二年级", "本科一年级"]


def drawn_township(households: int, seed: int) -> SimpleNamespace:
    """Return a state of random households: attribute, members, 30 months of income with gaps, transfers."""
    rng = np.random.default_rng(seed)
    base = example_township()
    hh = [f"R{i:05d}" for i in range(households)]
    size = rng.integers(1, 6, households)
    frame = pd.concat([base.households.iloc[[0]]] * households, ignore_index=True).assign(
        hh=hh, village=rng.choice(["甲", "乙"], households), size=size,
        attribute=pd.Series(rng.choice(np.array(ATTRIBUTES, dtype=object), households)).astype("str"),
        status=rng.choice(["未脱贫", "已脱贫"], households), objects=rng.random(households) < 0.1,
    )  # fmt: skip
    owner = np.repeat(np.arange(households), size)
    people = pd.concat([base.members.iloc[[0]]] * len(owner), ignore_index=True).assign(
        hh=np.array(hh)[owner], person=[f"P{i:06d}" for i in range(len(owner))],
        birth=Month(2016, 1).ordinal - rng.integers(0, 90 * 12, len(owner)),
        school=pd.Series(rng.choice(np.array(SCHOOLS, dtype=object), len(owner))).astype("str"),
    )  # fmt: skip
    months = np.arange(LAST.ordinal - 29, LAST.ordinal + 1)
    row, month = (part.ravel() for part in np.meshgrid(np.arange(households), months, indexing="ij"))
    kept = rng.random(len(row)) > 0.02
    row, month = row[kept], month[kept]
    level = rng.lognormal(9.0, 1.0, households)
    observations = pd.DataFrame({"hh": np.array(hh)[row], "month": month, "flag": "observed"})
    for name in ("wage", "business", "property", "cost"):
        observations[f"{name}_fen"] = np.round(level[row] * rng.random(len(row))).astype(np.int64)
    observations["one_off_fen"] = rng.integers(0, 10**5, len(row))
    gaps = {name: (rng.random(len(row)) > 0.1).astype(np.int8) for name in GUARANTEES}
    observations = observations.assign(**gaps).astype(dict.fromkeys(GUARANTEES, "Int8"))
    receipts = []
    for kind in ("minimum_living", "five_guarantee", "pension", "temporary_relief"):
        some = rng.random(len(row)) < 0.3
        receipts.append(pd.DataFrame({"hh": np.array(hh)[row[some]], "month": month[some], "kind": kind,
                                      "fen": rng.integers(100, 40_000, int(some.sum()))}))  # fmt: skip
    transfers = pd.concat(receipts, ignore_index=True).astype({"fen": "Int64", "month": "Int64"})
    return example_township(households=frame, members=people, observations=observations, transfers=transfers)


@pytest.fixture(scope="session")
def drawn() -> SimpleNamespace:
    return drawn_township(1_000, seed=20160430)


@pytest.fixture(scope="session")
def rules() -> params.Catalogue:
    return params.load(DATA / "sample" / "params")
