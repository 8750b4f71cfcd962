"""The practice township, made once for all tests that only read it."""

import pytest

from povlib.sample import Township, sheets, simulate


@pytest.fixture(scope="session")
def township() -> Township:
    return simulate()


@pytest.fixture(scope="session")
def rows(township):
    return sheets(township)
