"""The practice township and its catalogue, made once."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from povlib import params, places, sample
from povlib.calendar import Month
from povlib.exits import project
from povlib.support import offer


def state_of(township) -> SimpleNamespace:
    rows = sample.ledger_rows(township)
    last = Month.from_ordinal(int(rows["observations"]["month"].max()))
    return SimpleNamespace(**rows, last_month=last, synthetic=True)


@pytest.fixture(scope="session")
def catalogue():
    return params.load(places.DATA / "sample" / "params")


@pytest.fixture(scope="session")
def settings():
    return params.Settings(draws=60)


@pytest.fixture(scope="session")
def now():
    return state_of(sample.simulate(80, seed=3))


@pytest.fixture(scope="session")
def later():
    return state_of(sample.simulate(80, seed=3, months_after=8))


@pytest.fixture(scope="session")
def made(now, catalogue, settings):
    return project(now, offer(now, catalogue, settings), catalogue, settings)
