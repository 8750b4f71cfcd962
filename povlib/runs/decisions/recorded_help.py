"""What was actually done, as rules on packages: each household has what money is committed for, and nothing else.

Responsible for the rules of a plan with ``settings.new_help: as_done``. Not responsible for who committed what
(`povlib.ledger`) or for turning rules into pins (`.package_rules`).
"""

from __future__ import annotations

import pandas as pd

from povlib import ledger, params
from povlib.calendar import Month
from povlib.runs.decisions.package_rules import AND, REFUSED, WITH, WITHOUT
from povlib.runs.office.office_place import Place, open_book

AS_DONE = "as_done"
"""Value of ``settings.new_help`` under which a plan is what was done."""


def recorded_help(place: Place, state: ledger.State, catalogue: params.Catalogue, year: int) -> dict[str, str]:
    """Return for every registered household the rule that leaves it what was done for it.

    Money committed by an approved run and not given back counts, paid or not; what the villages have reported as
    begun since is in the household's own records and no new help any more.

    Parameters
    ----------
    year : int
        Year of the money.

    Returns
    -------
    dict
        Household -> rule on its packages (`povlib.runs.decisions.package_rules`).
    """
    with open_book(place, create=False) as book:
        held = ledger.kept_commitments(book)
    done = pd.DataFrame(
        [(hh, measure) for (_, hh, measure, _, of), left in held.items() if left and of == year],
        columns=["hh", "measure"],
    )
    return rules_of_help(done, state, catalogue, year)


def rules_of_help(done: pd.DataFrame, state: ledger.State, catalogue: params.Catalogue, year: int) -> dict[str, str]:
    """Return the rules that leave each registered household the measures of `done` (hh, measure), no more, no fewer."""
    # what the law owes is in no package, and no plan chooses it
    chosen = sorted(key for key, measure in catalogue.measures.items() if measure.entitlement is None)
    begun = state.support[state.support["from_month"] >= Month(year, 1).ordinal]
    known = set(zip(begun["hh"], begun["measure"], strict=True))
    given: dict[str, set[str]] = {}
    for hh, measure in done[["hh", "measure"]].itertuples(index=False):
        if measure in chosen and (hh, measure) not in known:
            given.setdefault(str(hh), set()).add(str(measure))
    return {
        hh: AND.join((WITH if measure in given[hh] else WITHOUT) + measure for measure in chosen)
        if hh in given
        else REFUSED
        for hh in sorted(map(str, state.poor["hh"]))
    }
