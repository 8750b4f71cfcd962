"""What was known then: a state cut back to an earlier month, and the help that was given after it.

Responsible for hiding from a back-test everything that happened after its origin, as far as months
tell; a ledger with a batch a month does it exactly (pass its as-of states instead). Not responsible
for projecting.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from types import SimpleNamespace
from typing import cast

import numpy as np
import pandas as pd

from povlib.calendar import Month
from povlib.ledger import Ledger, read_state
from povlib.ledger.state import batch_at
from povlib.params import Catalogue
from povlib.support import Offer
from povlib.support.eligibility_facts import SupportFrames
from povlib.vocabulary.help_and_works import help_not_given, help_running, works_under_way
from povlib.vocabulary.register import exited_status


def state_cut_back(state: SupportFrames, origin: Month) -> SimpleNamespace:
    """Return the state with what is dated after `origin` left out.

    Months after the origin go; help and posts begun later go, what ended later runs; house work
    finished later is under way if its help had begun, else gone. The register of households and
    members stays as it is now: its history is in the ledger's batches only.
    """
    until = origin.ordinal
    support = state.support.loc[(state.support["from_month"] <= until).fillna(False)].copy()
    ended_later = (support["to_month"] > until).fillna(False) | support["to_month"].isna()
    support["status"] = support["status"].mask(ended_later & ~support["status"].isin(help_not_given()), help_running())
    support["to_month"] = support["to_month"].mask(ended_later)
    placements = state.placements.loc[(state.placements["from_month"] <= until).fillna(False)].copy()
    placements["to_month"] = placements["to_month"].mask((placements["to_month"] > until).fillna(False))
    projects = state.projects.copy()
    done = (projects["done_month"] <= until).fillna(False)
    begun = projects["hh"].isin(support["hh"])
    projects["status"] = projects["status"].where(done, works_under_way())
    return SimpleNamespace(
        households=state.households,
        members=state.members,
        observations=state.observations.loc[state.observations["month"] <= until],
        transfers=state.transfers.loc[state.transfers["month"] <= until],
        support=support.reset_index(drop=True),
        placements=placements.reset_index(drop=True),
        projects=projects.loc[done | begun].reset_index(drop=True),
        project_items=state.project_items,
        last_month=origin,
    )


def known_then(
    book: Ledger, state: SupportFrames, villages: Collection[str] | None = None
) -> Callable[[Month], SupportFrames]:
    """Return what gives the state as it was known at an origin, for `backtest`.

    The ledger as of the month after the origin, when its reports come in, cut back to the origin. Where the
    ledger was begun later than that, the state of now is cut back by its months alone.

    Parameters
    ----------
    book : Ledger
        Open for as long as the back-test runs.
    state : State
        What is known now.
    villages : collection of str, optional
        The villages that `state` holds; default: all.
    """

    def known(origin: Month) -> SupportFrames:
        # a ledger whose first batch came later knew nothing then: its history was entered afterwards
        if (batch := batch_at(book, origin + 1)) == 0:
            return state_cut_back(state, origin)
        then = read_state(book, batch, villages=villages)
        told = then.last_month is not None and then.last_month >= origin
        return state_cut_back(cast(SupportFrames, then) if told else state, origin)

    return known


def registered_poor_at(state: SupportFrames, origin: Month) -> pd.Series:
    """Return the households that were registered as poor at an origin, by what the register says of their exits.

    A household leaves at the end of the year of its exit. One that returned counts as poor throughout: the
    register does not say from when.
    """
    rows = state.households
    left = rows["status"].eq(exited_status()) & (rows["exit_year"] < origin.year).fillna(True)
    known_since = (rows["identified_month"] <= origin.ordinal).fillna(True)
    return rows.loc[~left & known_since, "hh"]


def help_given_after(state: SupportFrames, catalogue: Catalogue, origin: Month, until: Month) -> Offer:
    """Return, as an offer, package 0 for every household and package 1 with the help it was given after `origin`.

    So that a projection from `origin` can be judged under what was delivered, not under a plan.
    """
    households = state.households.sort_values("hh", kind="stable")
    rows = state.support.loc[
        (state.support["from_month"] > origin.ordinal)
        & (state.support["from_month"] <= until.ordinal)
        & ~state.support["status"].isin(help_not_given())
        & state.support["measure"].isin(list(catalogue.measures))
    ]
    helped = set(rows["hh"])
    count = 1 + households["hh"].isin(helped).to_numpy(dtype=np.int64)
    first = np.cumsum(count) - count
    at = np.repeat(np.arange(len(households)), count)
    packages = pd.DataFrame(
        {
            "package": np.arange(int(count.sum())),
            "hh": households["hh"].to_numpy()[at],
            "village": households["village"].to_numpy()[at],
            "k": np.arange(int(count.sum())) - first[at],
        }
    )
    package_of = pd.Series(first + 1, index=households["hh"].to_numpy())
    components = pd.DataFrame(
        {
            "package": rows["hh"].map(package_of).to_numpy(dtype=np.int64),
            "measure": rows["measure"].to_numpy(),
            "person": rows["person"].to_numpy(),
            "post": None,
            "coop": None,
            "start": rows["from_month"].to_numpy(dtype=np.int64),
            "cost_fen": 0,
        }
    ).astype({"measure": "str", "person": "str", "post": "str", "coop": "str"})
    components = components.sort_values(["package", "measure", "person", "start"], kind="stable", ignore_index=True)
    none = pd.DataFrame()
    owed = pd.DataFrame(columns=["hh", "person", "measure", "start", "fund", "cost_fen", "months", "covered"])
    return Offer(owed, none, packages, components, none, none, none, none, none, none, none)
