"""The income by which help is owed and sized: that of the last twelve months, per head.

Responsible for adding it to the facts of the register. Not responsible for the income itself
(`povlib.poverty.trailing_income`).
"""

from __future__ import annotations

from povlib.params import Catalogue
from povlib.poverty import trailing_income
from povlib.support.eligibility import RegisterFacts
from povlib.support.eligibility_facts import SupportFrames


def add_trailing_income(register: RegisterFacts, state: SupportFrames, catalogue: Catalogue) -> None:
    """Add ``income_fen_per_head`` to the households of the register; a missing month is that of the year before."""
    income = trailing_income(state, state.last_month, catalogue, missing="same_month_last_year").set_index("hh")
    per_head = income["income_fen_per_head"].reindex(register.households["hh"])
    register.households["income_fen_per_head"] = per_head.to_numpy()
