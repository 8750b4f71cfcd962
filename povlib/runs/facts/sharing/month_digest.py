"""The digest of a month, gathered: the villages side by side, and the practices beside what went with them."""

from __future__ import annotations

import pandas as pd

from povlib import params
from povlib.calendar import Month
from povlib.ledger import State
from povlib.poverty.households.household_income import trailing_income
from povlib.report.sharing.facts import DigestFacts
from povlib.runs.facts.sharing.practice_results import practice_results
from povlib.runs.facts.sharing.village_months import village_months

_YEAR = 12


def digest_facts(state: State, month: Month, catalogue: params.Catalogue, lang: str) -> DigestFacts:
    """Return what the digest of a month says.

    Raises
    ------
    DataError
        If a kind of transfer is in no record of ``income.yaml``.
    """
    villages = tuple(village.name for village in catalogue.villages.values())
    now, before = (_yearly_income(state, at, catalogue) for at in (month, month + -_YEAR))
    names = {key: measure.names.show(lang) for key, measure in catalogue.measures.items()}
    practices = practice_results(state, month, (now - before).astype("float64"), names)
    told = set(practices["village"])
    known = list(dict.fromkeys([*villages, *sorted(state.households["village"].dropna().unique())]))
    return DigestFacts(
        month=month,
        villages=village_months(state, month, now, villages),
        practices=practices,
        without=[name for name in known if name not in told],
        synthetic=state.synthetic,
    )


def _yearly_income(state: State, at: Month, catalogue: params.Catalogue) -> pd.Series:
    """Return net income a member by household; a month that nobody recorded leaves it unknown."""
    income = trailing_income(state, at, catalogue)
    return income.set_index("hh")["income_fen_per_head"]
