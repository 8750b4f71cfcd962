"""Amounts as people type them: what is no money at all is refused."""

from __future__ import annotations

import pytest

from povlib.errors import MoneyError
from povlib.money import typed_fen


@pytest.mark.parametrize("amount", ["1" + "0" * 26, "9" * 40 + "万元", "-" + "1" * 30])
def test_an_amount_beyond_all_money_is_refused_in_words(amount: str) -> None:
    with pytest.raises(MoneyError):
        typed_fen(amount)
