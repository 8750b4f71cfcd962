"""What the tests of comparisons share: the finished run, and others beside it that live in memory."""

from __future__ import annotations

from typing import Any

import pytest

from povlib import runs
from povlib.runs.comparison.carried_plan import ComparedRun


@pytest.fixture(scope="package")
def compared(finished: Any) -> dict[str, ComparedRun]:
    """The base plan, without shares for the poorest fifth, and with less money in the special fund.

    Planned once for the tests of this folder, which leave them as they are.
    """
    base = runs.find_run("latest", runs.sample_office())
    share = "settings.poorest_fifth_money_share=0; settings.poorest_fifth_post_share=0"
    tried = {"no_floor": share, "less": "funds.special.amount_yuan=250000"}
    return {"base": ComparedRun(base)} | {
        name: ComparedRun(runs.try_changes(base, changes)) for name, changes in tried.items()
    }
