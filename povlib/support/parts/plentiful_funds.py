"""What a part of a large office is told of money: how much a fund holds where that can matter, else that it suffices.

The packages of a part hang on a fund's amount only where the fund is too small for some household's help. So a part is
told of every fund that holds more that it holds plenty: it offers the same help whether that is a million yuan or a
hundred, and a plan with another budget takes the packages of the last one over. What the funds do hold stands in the
rows that the choice keeps (`with_amounts_left`). Responsible for what is told and for putting the amounts back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pandas as pd

from povlib.money import FEN_PER_YUAN
from povlib.params import Catalogue
from povlib.params.kinds import Records
from povlib.support.credit_limits import CREDIT
from povlib.support.help_offer import Offer

#: yuan from which a fund is said to hold plenty. A choice: ten times what the dearest package of the practice offices
#: costs, and less than the special fund of a township of their size leaves. Help that cost more would still be offered
#: to nobody beyond what the funds hold: the choice keeps to their rows
ENOUGH_YUAN = 1_000_000
#: yuan that a fund which holds enough is said to hold: more than any help for one household costs
PLENTY_YUAN = 10**9


def with_funds_told(catalogue: Catalogue) -> Catalogue:
    """Return the parameters with plenty in every fund that holds enough.

    Examples
    --------
    >>> from povlib import params, places
    >>> catalogue = params.load(places.DATA / "sample" / "params")
    >>> rich = catalogue.replaced({"funds.special.amount_yuan": 2_000_000})
    >>> told = with_funds_told(rich).funds
    >>> int(told["special"].amount_yuan), int(told["housing"].amount_yuan)
    (1000000000, 160000)
    """
    funds = Records(
        tuple(
            fund.model_copy(update={"amount_yuan": Decimal(PLENTY_YUAN)})
            if fund.amount_yuan is not None and fund.amount_yuan >= ENOUGH_YUAN
            else fund
            for fund in catalogue.funds.values()
        )
    )
    # a copy changed by a dotted key would hold the amounts again: it has neither documents nor how to make it
    told = replace(catalogue, funds=funds, documents={}, rebuild=None)
    # of the same villages: of a prefecture they take longer to find than a part's packages
    vars(told)["areas"] = catalogue.areas
    return told


def amounts_told(left: Mapping[str, int], catalogue: Catalogue) -> dict[str, int]:
    """Return what is left of each resource as a part is told it: of funds that leave enough, plenty.

    In fen, or units of what is no money.

    Examples
    --------
    >>> from povlib import params, places
    >>> catalogue = params.load(places.DATA / "sample" / "params")
    >>> amounts_told({"special": 100_000_000, "housing": 99_999_999, "post:carer": 3}, catalogue)
    {'special': 100000000000, 'housing': 99999999, 'post:carer': 3}
    """
    enough, plenty = ENOUGH_YUAN * FEN_PER_YUAN, PLENTY_YUAN * FEN_PER_YUAN
    return {name: plenty if name in catalogue.funds and amount >= enough else amount for name, amount in left.items()}


def without_amounts_left(made: Offer) -> Offer:
    """Return an offer without what is left of the office's resources: what households owe on credit stays."""
    own = made.resources.loc[made.resources["kind"] == CREDIT].reset_index(drop=True)
    return replace(made, resources=own, keeps=made.keeps.iloc[:0])


def with_amounts_left(made: Offer, resources: pd.DataFrame, keeps: pd.DataFrame) -> Offer:
    """Return an offer with what is left of each resource of the office, behind it what households owe on credit.

    Parameters
    ----------
    made : Offer
        As `without_amounts_left` leaves it.
    resources, keeps : DataFrame
        Of the whole office (`povlib.support.resources.resource_table`, `kept_share_table`).
    """
    own = made.resources
    return replace(
        made, resources=pd.concat([resources, own], ignore_index=True) if len(own) else resources, keeps=keeps
    )
