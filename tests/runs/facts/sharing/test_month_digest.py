"""The digest of the practice township agrees with what other rooms count."""

from __future__ import annotations

from povlib import runs
from povlib.poverty.households.household_income import trailing_income
from povlib.runs.facts.sharing.month_digest import digest_facts


def test_it_agrees_with_the_rows(run: runs.Run) -> None:
    state, month = run.state, run.state.last_month
    assert month is not None
    facts = digest_facts(state, month, run.catalogue, "en")
    assert facts.villages["households"].sum() == len(state.households)
    seen = state.observations[state.observations["month"].eq(month.ordinal)]
    assert facts.villages["reported"].sum() == seen["hh"].nunique()
    now, before = (
        trailing_income(state, at, run.catalogue).set_index("hh")["income_fen_per_head"] for at in (month, month + -12)
    )
    cattle = facts.practices[facts.practices["practice"].eq("轮流放养") & facts.practices["village"].eq("农家")].iloc[0]
    homes = state.poor[state.poor["village"].eq("农家")]["hh"]
    having = state.support[state.support["measure"].eq("cattle_coop")]
    running = having[having["to_month"].isna() | (having["to_month"] > month.ordinal - 12)]["hh"]
    own = (now - before)[homes[homes.isin(running)]].dropna()
    assert cattle["households"] == len(own) > 5
    assert cattle["change_fen"] == round(float(own.astype(float).median()))
    assert set(facts.without) | set(facts.practices["village"]) == {v.name for v in run.catalogue.villages.values()}
