"""The practice township's ledger frames and parameters, made once."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from povlib import params, places, sample
from povlib.calendar import Month
from povlib.sample.township import Township


@pytest.fixture(scope="session")
def town() -> Township:
    return sample.simulate(seed=2016)


@pytest.fixture(scope="session")
def practice(town: Township) -> SimpleNamespace:
    rows = dict(sample.ledger_rows(town))
    sizes = rows["households"]["hh"].map(rows["members"].groupby("hh").size())
    rows["households"] = rows["households"].assign(size=sizes.fillna(0).astype("int64"))
    last = Month.from_ordinal(int(rows["observations"]["month"].max()))
    return SimpleNamespace(**rows, last_month=last, synthetic=True)


@pytest.fixture(scope="session")
def catalogue() -> params.Catalogue:
    return params.load(places.DATA / "sample" / "params")
