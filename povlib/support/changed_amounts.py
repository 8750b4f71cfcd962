"""The same offer under other amounts of funds and other numbers of posts, without listing every package again.

Responsible for saying when nothing but what is left of funds and posts can differ, and for these two tables. Not
responsible for the offer itself (`povlib.support.help_offer`).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

import pandas as pd

from povlib.params import Catalogue, Settings
from povlib.support.credit_limits import CREDIT
from povlib.support.eligibility_facts import SupportFrames
from povlib.support.help_offer import Offer, offer
from povlib.support.parts.plentiful_funds import PLENTY_YUAN
from povlib.support.resources import full_capacities, kept_share_table, resource_table
from povlib.support.villages.openings import OpenedSeats
from povlib.vocabulary.resource_keys import post_key

_FUND, _POST = re.compile(r"funds\.(\w+)\.amount_yuan"), re.compile(r"posts\.(\w+)\.slots")
#: two workers of a household may both take a post that has two places: with more nothing else is offered
_PLACES_THAT_MATTER = 2


def dearest_package_fen(state: SupportFrames, catalogue: Catalogue, settings: Settings) -> int:
    """Return what the dearest package costs that anybody could be offered if money were no limit, in fen."""
    plenty = {f"funds.{fund.key}.amount_yuan": PLENTY_YUAN for fund in catalogue.funds.values() if fund.filled}
    made = offer(state, catalogue.replaced(plenty), settings)
    return int(made.packages["new_money_fen"].max()) if len(made.packages) else 0


def offer_with_amounts(
    made: Offer, before: Catalogue, after: Catalogue, changed: Collection[str], dearest_fen: int
) -> Offer | None:
    """Return the offer of a catalogue in which only amounts differ; None where more than amounts may differ.

    Parameters
    ----------
    made : Offer
        Of the catalogue `before`.
    changed : collection of str
        Dotted keys in which `after` differs from `before`.
    dearest_fen : int
        What `dearest_package_fen` returned.

    Notes
    -----
    What is left of a fund stands in an offer only where it is the smallest of several limits. While it is at least
    the fund's ceiling a household, or the dearest package that could be offered, before and after, each of those
    comparisons comes out as it did: the packages, their bills and their payers are the same.
    """
    funds, posts = _changed_keys(changed)
    if len(funds) + len(posts) < len(set(changed)) or len(made.shortfall):
        return None
    paid = made.entitlements.groupby("fund")["cost_fen"].sum()
    for key in funds:
        limit = after.funds[key].household_ceiling_fen
        enough = max(dearest_fen if limit is None else min(limit, dearest_fen), 1)
        if any(catalogue.funds[key].amount_fen - int(paid.get(key, 0)) < enough for catalogue in (before, after)):
            return None
        if before.funds[key].filled != after.funds[key].filled:
            return None
    for key in posts:
        places = [_seats_that_matter(c, key) for c in (before, after)]
        if places[0] != places[1] or before.posts[key].filled != after.posts[key].filled:
            return None
    return _with_amounts_left(made, before, after)


def _seats_that_matter(catalogue: Catalogue, post: str) -> tuple[bool, int]:
    """Return whether a post needs no opening, and how many of it one household could take, as far as that matters."""
    there, opened = catalogue.posts[post].capacity, OpenedSeats(catalogue).most(post_key(post))
    return there > 0, min(there + opened, _PLACES_THAT_MATTER)


def narrowed_offer(made: Offer, before: Catalogue, after: Catalogue, changed: Collection[str]) -> Offer | None:
    """Return the offer of `before` with no more money and posts than `after` has; None where `after` has more of any.

    Whatever can be chosen from the offer of `after` can be chosen from this one within the same amounts: it may list
    packages that nobody would be offered any more, and what is left pays for none of them.
    """
    funds, posts = _changed_keys(changed)
    if len(funds) + len(posts) < len(set(changed)) or len(made.shortfall):
        return None
    full = zip(full_capacities(before).values(), full_capacities(after).values(), strict=True)
    if any(now > was for was, now in full):
        return None
    narrowed = _with_amounts_left(made, before, after)
    return narrowed if (narrowed.resources["capacity"] >= 0).all() else None


def _with_amounts_left(made: Offer, before: Catalogue, after: Catalogue) -> Offer:
    """Return an offer with what is left of each fund and post, after entitlements that stay as they are."""
    amounts = zip(full_capacities(after).items(), full_capacities(before).values(), strict=True)
    moved = {name: amount - was for (name, amount), was in amounts}
    left = {
        str(name): int(capacity) + moved.get(str(name), 0)
        for name, capacity in zip(made.resources["resource"], made.resources["capacity"], strict=True)
    }
    # what may be owed for materials hangs on no fund and no post
    credits = made.resources.loc[made.resources["kind"] == CREDIT]
    table = resource_table(after, left)
    resources = pd.concat([table, credits], ignore_index=True) if len(credits) else table
    return replace(made, resources=resources, keeps=kept_share_table(after, left))


def _changed_keys(changed: Collection[str]) -> tuple[list[str], list[str]]:
    """Return the funds whose amounts and the posts whose slots are among the keys."""
    return (
        [found[1] for key in changed if (found := _FUND.fullmatch(key))],
        [found[1] for key in changed if (found := _POST.fullmatch(key))],
    )
