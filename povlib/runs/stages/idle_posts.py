"""Posts that nobody may take: conditions that nobody meets are refused, a fund with too little left is a note.

Responsible for telling the two apart. Not responsible for what is offered (`povlib.support`) or for what the law owes
(`povlib.support.entitlements`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import pandas as pd

from povlib.calendar import Month
from povlib.errors import Fault, ParameterError
from povlib.params import Catalogue, Measure, Post, Settings
from povlib.support.villages.openings import OpenedSeats
from povlib.vocabulary.resource_keys import post_key
from povlib.words import language, text

#: fen that no fund holds: a fund without a ceiling may pay one household whatever it costs
UNLIMITED_FEN = 2**53
COLUMNS = ["post", "fund", "amount_fen", "owed_fen", "left_fen", "cost_fen"]


class PostsOffered(Protocol):
    """An offer, as far as it tells which posts somebody may take (`povlib.support.Offer`)."""

    @property
    def uses(self) -> pd.DataFrame:
        """``resource``: every post that some package uses."""

    @property
    def entitlements(self) -> pd.DataFrame:
        """Bills of the law: fund, cost_fen, covered."""

    @property
    def resources(self) -> pd.DataFrame:
        """What is left for new help: resource, kind, capacity."""


def posts_without_money(offer: PostsOffered, catalogue: Catalogue, settings: Settings) -> pd.DataFrame:
    """Return the posts that nobody may take because too little is left of the funds that may pay them.

    Parameters
    ----------
    offer : PostsOffered
        Only what it pays by law, what it leaves of the funds and who uses which post is read.
    catalogue, settings : Catalogue, Settings

    Returns
    -------
    DataFrame
        post, fund (each that could have paid and that the law took from; where the money never sufficed, each that
        may pay), amount_fen (of the fund), owed_fen (what the law took of it), left_fen, cost_fen (of the cheapest
        award); sorted by post. A post whose funds may not pay one household enough, however much they hold, is not
        among them: that is a fault of their ceilings.
    """
    left = offer.resources.loc[offer.resources["kind"] == "fund"].set_index("resource")["capacity"]
    paid = offer.entitlements.loc[offer.entitlements["covered"].astype(bool)].groupby("fund")["cost_fen"].sum()
    rows = []
    together = _AreaFunds(catalogue)
    for post in _idle_posts(offer, catalogue):
        measure = catalogue.measures[post.measure]
        funds = _funds_of_post(measure, post, catalogue, settings)
        if not funds:
            continue
        cost = _cheapest_award_fen(measure, post, catalogue, settings)
        most_left = together.most_for_one({fund: min(int(left[fund]), most) for fund, most in funds.items()})
        if not most_left < cost <= together.most_for_one(funds):
            continue
        amounts = {fund: catalogue.funds[fund].amount_fen for fund in funds}
        enough = {fund: min(amounts[fund], most) for fund, most in funds.items()}
        sufficed = together.most_for_one(enough) >= cost
        for fund, most in funds.items():
            # a fund that the law left alone is not what is missing, though it might have paid a part
            if not sufficed or left[fund] < min(amounts[fund], most):
                rows.append((post.key, fund, amounts[fund], int(paid.get(fund, 0)), int(left[fund]), cost))
    return pd.DataFrame(rows, columns=COLUMNS).sort_values("post", kind="stable", ignore_index=True)


def refuse_idle_posts(offer: PostsOffered, catalogue: Catalogue, settings: Settings) -> None:
    """Refuse posts that nobody in the ledger may take: most likely their conditions are not what was meant.

    A post that only wants money, or a worker in its village, is no fault of ``posts.yaml``: planning goes on without
    it (`posts_without_money`, `posts_without_villagers`).

    Raises
    ------
    ParameterError
        Naming every such pool of posts.
    """
    idle = posts_nobody_may_take(offer, catalogue, settings)
    if idle:
        raise ParameterError(
            Fault(
                "nobody in the ledger may take the post {name}",
                where=f"posts.yaml: {post.key}",
                allowed="a worker who meets every condition of the post and of its measure",
                remedy="mend the conditions (`who`, village, months), or set slots to 0",
                values={"name": post.names.show()},
            )
            for post in idle
        )


def posts_without_villagers(offer: PostsOffered, catalogue: Catalogue) -> list[Post]:
    """Return the posts of one village or area that nobody there may take, where people elsewhere may take their like.

    A post is its like by measure and conditions: those are sound, only the village has no such worker.
    """
    taken = set(offer.uses["resource"])
    open_to = {
        (post.measure, tuple(map(repr, post.who))) for post in catalogue.posts.values() if post_key(post.key) in taken
    }
    return [
        post
        for post in _idle_posts(offer, catalogue)
        if post.within and (post.measure, tuple(map(repr, post.who))) in open_to
    ]


def posts_nobody_may_take(
    offer: PostsOffered, catalogue: Catalogue, settings: Settings, penniless: pd.DataFrame | None = None
) -> list[Post]:
    """Return the posts that stay empty though there is money, and though they are not bound to one village.

    Most likely their conditions are not what was meant: a township refuses to plan with them (`refuse_idle_posts`).
    `penniless` is `posts_without_money` where it is known already.
    """
    if penniless is None:
        penniless = posts_without_money(offer, catalogue, settings)
    noted = set(penniless["post"])
    noted |= {post.key for post in posts_without_villagers(offer, catalogue)}
    return [post for post in _idle_posts(offer, catalogue) if post.key not in noted]


def _idle_posts(offer: PostsOffered, catalogue: Catalogue) -> list[Post]:
    """Return the posts with places, now or by an opening, that no package uses."""
    taken, opened = set(offer.uses["resource"]), OpenedSeats(catalogue)
    return [
        post
        for post in catalogue.posts.values()
        if post.filled and (post.capacity or opened.most(post_key(post.key))) and post_key(post.key) not in taken
    ]


def _funds_of_post(measure: Measure, post: Post, catalogue: Catalogue, settings: Settings) -> dict[str, int]:
    """Return the funds that may pay a post in a month of start, with the most that each may pay one household, fen.

    A fund is among them whatever it holds: an empty one is no condition that nobody meets.
    """
    most: dict[str, int] = {}
    own = catalogue.villages_of_post(post.key)
    # once for each fund, however many months it may pay in
    ceilings = {fund: ceiling for _, fund, ceiling in _payers_by_month(measure, post, catalogue, settings)}
    for fund_key, ceiling in ceilings.items():
        villages = catalogue.villages_of_fund(fund_key)
        if villages is not None and own is not None and villages.isdisjoint(own):
            continue
        limits = [limit for limit in (ceiling, catalogue.funds[fund_key].household_ceiling_fen) if limit is not None]
        most[fund_key] = min(limits, default=UNLIMITED_FEN)
    return most


class _AreaFunds:
    """Which funds of areas pay one household together: each set of them once, however many villages it is that of."""

    def __init__(self, catalogue: Catalogue) -> None:
        within = {fund: catalogue.villages_of_fund(fund) for fund in catalogue.funds}
        self._of_office = {fund for fund, villages in within.items() if villages is None}
        of_village: dict[str, list[str]] = {}
        for fund, villages in within.items():
            for village in villages or ():
                of_village.setdefault(village, []).append(fund)
        self._sets_with: dict[str, list[tuple[str, ...]]] = {}
        for funds in sorted(set(map(tuple, of_village.values()))):
            for fund in funds:
                self._sets_with.setdefault(fund, []).append(funds)

    def most_for_one(self, fen: dict[str, int]) -> int:
        """Return the most that funds pay one household together: those of the office, and of its own areas alone."""
        common = sum(amount for fund, amount in fen.items() if fund in self._of_office)
        reached = {funds for fund in fen for funds in self._sets_with.get(fund, ())}
        return common + max((sum(fen.get(fund, 0) for fund in funds) for funds in reached), default=0)


def _payers_by_month(
    measure: Measure, post: Post, catalogue: Catalogue, settings: Settings
) -> Iterator[tuple[Month, str, int | None]]:
    """Yield month of start, fund and its ceiling for one award, wherever help by a post may start and be paid."""
    asked = [window for window in (measure.periods, post.months) if window is not None]
    for month in settings.help_from.through(settings.help_to):
        for payer in measure.payers if all(month in window for window in asked) else ():
            window = catalogue.funds[payer.fund].window
            if window is None or month in window:
                yield month, payer.fund, payer.ceiling_fen


def _cheapest_award_fen(measure: Measure, post: Post, catalogue: Catalogue, settings: Settings) -> int:
    """Return what the cheapest award of a post costs at least, in fen."""
    amount = measure.cost.amount_fen or 0
    if measure.cost.basis != "per_month":
        # what hangs on a household costs something at least: only a fund without a fen is then called used up
        return amount if measure.cost.basis in ("fixed", "per_member") else 1
    last = max(month for month, _, _ in _payers_by_month(measure, post, catalogue, settings))
    return amount * (settings.horizon - last + 1)


def funds_used_up(
    offer: PostsOffered, catalogue: Catalogue, settings: Settings, lang: str | None = None,
    penniless: pd.DataFrame | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Return `posts_without_money` (`penniless` where it is known already) by fund, as a meeting reads it.

    Returns
    -------
    DataFrame
        fund (its name), amount_fen, owed_fen, left_fen, cost_fen (of the cheapest award), posts (places that stay
        empty), names (of the pools of posts, joined); in the order of ``funds.yaml``.
    """
    lang = lang or language()
    idle = posts_without_money(offer, catalogue, settings) if penniless is None else penniless.copy()
    idle["places"] = idle["post"].map({post.key: post.capacity for post in catalogue.posts.values()})
    idle["name"] = idle["post"].map({post.key: post.names.show(lang) for post in catalogue.posts.values()})
    by = idle.groupby("fund", as_index=False).agg(
        amount_fen=("amount_fen", "first"),
        owed_fen=("owed_fen", "first"),
        left_fen=("left_fen", "first"),
        cost_fen=("cost_fen", "min"),
        posts=("places", "sum"),
        names=("name", text(", ", lang).join),
    )
    order = {fund: place for place, fund in enumerate(catalogue.funds)}
    by = by.sort_values("fund", key=lambda funds: funds.map(order), ignore_index=True)
    return by.assign(fund=[catalogue.funds[fund].names.show(lang) for fund in by["fund"]])
