"""What the law owes in all parts of a large office, paid in one pass: as if the office were not divided.

A fund that does not reach pays measure by measure, and within a measure household by household in the order of the
register (`povlib.support.entitlements`). So every part hands in its claims, one process pays those of all parts in that
order, and each part reads its own bills back. Responsible for the claims of a part, for paying those of all, and for
what a part makes of the answer. Not responsible for what is owed or in what order it is paid.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from povlib.params import Catalogue, Settings
from povlib.support.eligibility import RegisterFacts, add_trailing_income
from povlib.support.eligibility_facts import SupportFrames
from povlib.support.entitlements import Entitlements, entitlement_claims, paid_claims, shortfall_of_bills
from povlib.support.refusals import Refusals
from povlib.support.resources import full_capacities


@dataclass(frozen=True)
class LawOfOffice:
    """What the law takes in a whole office.

    Attributes
    ----------
    bills : DataFrame
        hh, person, measure, start (ordinal), fund, cost_fen, months, covered (False: no money for it).
    left : mapping
        Of each resource (fen, weeks), what is left for new help.
    """

    bills: pd.DataFrame
    left: Mapping[str, int]


def claims_of_part(state: SupportFrames, catalogue: Catalogue, settings: Settings) -> pd.DataFrame:
    """Return what the law owes the households of one part: hh, village, person, measure, start, cost_fen, months.

    Parameters
    ----------
    state, catalogue, settings
        As `povlib.support.offer` takes them; `state` holds the households of one part.
    """
    register = RegisterFacts(state, catalogue, settings.help_from)
    add_trailing_income(register, state, catalogue)
    claims = entitlement_claims(register, settings, Refusals(register.households["hh"]))
    hh = register.households["hh"].to_numpy()[claims.pop("row").to_numpy(dtype=np.int64)]
    return _typed(claims.assign(hh=hh))


def law_of_office(claims: Sequence[pd.DataFrame], catalogue: Catalogue) -> LawOfOffice:
    """Return the claims of all parts paid in the order of the whole office's register.

    Parameters
    ----------
    claims : sequence of DataFrame
        `claims_of_part` of each part, in any order of the parts.
    """
    every = _typed(pd.concat([*claims, pd.DataFrame(columns=_COLUMNS)], ignore_index=True))
    # the register is sorted by household; the claims of one household stay as its part has them
    every = every.sort_values("hh", kind="stable", ignore_index=True)
    left = full_capacities(catalogue)
    bills = paid_claims(every.assign(row=np.arange(len(every))), catalogue, left).bills
    hh = every["hh"].to_numpy()[bills.pop("row").to_numpy(dtype=np.int64)]
    return LawOfOffice(bills.assign(hh=hh).astype({"fund": "str", "covered": "bool"}), left)


def entitlements_of_part(
    register: RegisterFacts, settings: Settings, refused: Refusals, law: LawOfOffice
) -> Entitlements:
    """Return what the law's claims of one part come to, as the whole office pays them.

    Parameters
    ----------
    register, settings, refused
        As `povlib.support.entitlements.entitlements_owed` takes them; who is owed nothing is told why.
    """
    entitlement_claims(register, settings, refused)
    row = pd.Index(register.households["hh"]).get_indexer(pd.Index(law.bills["hh"]))
    own = law.bills.drop(columns="hh").assign(row=row)[row >= 0].reset_index(drop=True)
    return Entitlements(own, shortfall_of_bills(own, register.catalogue))


_COLUMNS = ["hh", "village", "person", "measure", "start", "cost_fen", "months"]


def _typed(claims: pd.DataFrame) -> pd.DataFrame:
    """Return claims with the columns and types that they are stored with, also where there are none."""
    texts = dict.fromkeys(("hh", "village", "person", "measure"), "str")
    return claims[_COLUMNS].astype({**texts, **dict.fromkeys(("start", "cost_fen", "months"), "int64")})
