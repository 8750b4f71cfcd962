"""The village tables of the practice township, made once."""

import pandas as pd
import pytest

from povlib.sample import village_rows


@pytest.fixture(scope="session")
def tables(township) -> dict[str, pd.DataFrame]:
    return village_rows(township)
