"""Tranches, their windows and their faults."""

import pandas as pd
import pytest

from povlib.allocation.horizon.money_calendar import money_calendar
from povlib.errors import ProblemError

FIRST = {"tranche": "a1", "fund": "a", "arrives": 0, "until": 1, "amount_fen": 100, "kept_fen": 30}
LATER = {"tranche": "a2", "fund": "a", "arrives": 1, "until": 1, "amount_fen": 50, "kept_fen": 0}


def test_what_a_fund_can_pay_in_a_period_is_the_sum_of_its_open_tranches():
    made = money_calendar(pd.DataFrame([LATER, FIRST]), 2)
    assert made.at_most("a", 0) == (100, 70)
    assert made.at_most("a", 1) == (150, 120)
    assert made.at_most("b", 1) == (0, 0)


def test_every_fault_of_the_tranches_is_named_at_once():
    wrong = [FIRST, {**FIRST, "until": 5}, {**LATER, "tranche": "a3", "arrives": 1, "until": 0, "kept_fen": 60}]
    with pytest.raises(ProblemError) as raised:
        money_calendar(pd.DataFrame(wrong), 2)
    said = str(raised.value)
    for words in ("stand twice: a1", "outside the horizon: a1", "before they arrive: a3", "than they hold: a3"):
        assert words in said
