"""Facts of a plan over several years: every frame is checked for its columns, all faults at once."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from povlib.errors import ReportError
from povlib.report.horizon.horizon_facts import FRAMES, HorizonFacts


@pytest.mark.parametrize("frame", sorted(FRAMES))
def test_columns_that_lack_are_all_named(made_facts: Callable[..., HorizonFacts], frame: str) -> None:
    with pytest.raises(ReportError) as found:
        HorizonFacts(**{**vars(made_facts()), frame: pd.DataFrame()})
    assert [fault.where for fault in found.value.faults] == [f"horizon.{frame}"] * len(FRAMES[frame])
