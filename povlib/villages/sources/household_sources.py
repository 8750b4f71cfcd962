"""Links of households to the sources that their living hangs on, read from the rows of a ledger."""

from __future__ import annotations

import re
from typing import Protocol

import pandas as pd

EMPLOYER, COOP, FIRM, BUYER, PRODUCT = "employer", "coop", "firm", "buyer", "product"
POST, STAKE, SHARE = "post", "stake", "share"
COLUMNS = ("hh", "person", "source", "kind", "through", "name")
_DEAD = ("stopped", "failed")
OVER = ("ended", "broken")


class SourceFrames(Protocol):
    """The frames of a State that are read here."""

    @property
    def placements(self) -> pd.DataFrame:
        """Who holds which post."""

    @property
    def placement_ends(self) -> pd.DataFrame:
        """Posts that came to an end."""

    @property
    def coops(self) -> pd.DataFrame:
        """Co-ops."""

    @property
    def coop_stakes(self) -> pd.DataFrame:
        """Stakes in co-ops."""

    @property
    def sale_contracts(self) -> pd.DataFrame:
        """Contracts of sale."""

    @property
    def contract_shares(self) -> pd.DataFrame:
        """Shares of households in contracts."""

    @property
    def enterprise_outputs(self) -> pd.DataFrame:
        """What enterprises make."""


def plain_name(name: str) -> str:
    """Return the name of an employer without what stands in brackets behind it.

    Examples
    --------
    >>> plain_name("永荣控股集团（长乐市）")
    '永荣控股集团'
    """
    return re.sub(r"[（(][^（）()]*[)）]\s*$", "", name).strip()


def held_placements(frames: SourceFrames, month: int) -> pd.DataFrame:
    """Return the placements that run at the end of a month (ordinal).

    One that ends in the month itself is still held at its end. An end that was recorded on its own
    (``placement_ends``) counts before the one that was foreseen.

    Returns
    -------
    DataFrame
        Of ``placements``, with to_month as it came about.
    """
    keys = ["post", "person", "from_month"]
    ends = frames.placement_ends.drop_duplicates(keys)[[*keys, "end_month"]]
    rows = frames.placements.merge(ends, on=keys, how="left", validate="m:1")
    rows["to_month"] = rows["end_month"].astype("Int64").fillna(rows["to_month"].astype("Int64"))
    begun = rows["from_month"].isna() | (rows["from_month"] <= month)
    held = begun & (rows["to_month"].isna() | (rows["to_month"] >= month))
    return rows[held.fillna(True).astype(bool)].drop(columns="end_month").reset_index(drop=True)


def running(frame: pd.DataFrame, month: int) -> pd.Series:
    """Return of each row whether it has begun and not ended by the end of a month (``from_month``, ``to_month``)."""
    begun = frame["from_month"].isna() | (frame["from_month"] <= month)
    return (begun & (frame["to_month"].isna() | (frame["to_month"] >= month))).fillna(True).astype(bool)


def household_sources(frames: SourceFrames, month: int) -> pd.DataFrame:
    """Return what each household's living hangs on at the end of a month.

    Parameters
    ----------
    frames : State
    month : int
        As an ordinal.

    Returns
    -------
    DataFrame
        hh, person (missing: the whole household), source (its plain name), kind (employer, coop, firm: behind a co-op,
        buyer, product), through (post, stake, share), name (of the post, co-op or contract). A household has one row
        for each way it hangs on a source, and further rows for what stands behind it.
    """
    posts = held_placements(frames, month)
    posts = posts.assign(
        source=posts["employer"].fillna(posts["post"]).map(plain_name), kind=EMPLOYER, through=POST, name=posts["post"]
    )
    coops = frames.coops[~frames.coops["status"].isin(_DEAD)]
    stakes = frames.coop_stakes[running(frames.coop_stakes, month)]
    stakes = stakes.drop_duplicates(["coop", "hh"]).merge(coops[["coop", "enterprise", "product"]], on="coop")
    stakes = stakes.assign(person=None, source=stakes["coop"], kind=COOP, through=STAKE, name=stakes["coop"])
    contracts = frames.sale_contracts
    contracts = contracts[~contracts["status"].isin(OVER) & running(contracts, month)]
    shares = frames.contract_shares.merge(contracts[["contract", "partner", "product"]], on="contract")
    shares = shares.assign(
        person=None, source=shares["partner"].map(plain_name), kind=BUYER, through=SHARE, name=shares["contract"]
    )
    made = frames.enterprise_outputs.sort_values("year").drop_duplicates("enterprise", keep="last")
    product_of = dict(zip(made["enterprise"].map(plain_name), made["product"], strict=True))
    product_of |= dict(zip(coops["coop"], coops["product"], strict=True))
    posts["product"] = posts["source"].map(product_of)
    firms = stakes[stakes["enterprise"].notna()]
    firms = firms.assign(source=firms["enterprise"].astype(object).map(plain_name), kind=FIRM)
    # who works for a co-op hangs on the firm behind it just as who holds a stake does
    firm_of = dict(zip(coops["coop"], coops["enterprise"], strict=True))
    behind = posts.assign(source=posts["source"].map(firm_of), kind=FIRM)
    behind = behind[behind["source"].notna()]
    products = pd.concat([posts, stakes, shares], ignore_index=True)
    products = products[products["product"].notna()].assign(kind=PRODUCT)
    products["source"] = products["product"]
    every = [part[list(COLUMNS)] for part in (posts, stakes, shares, firms, behind, products) if len(part)]
    frame = pd.concat(every, ignore_index=True) if every else pd.DataFrame(columns=list(COLUMNS))
    return frame.sort_values(["hh", "source", "kind", "name"], ignore_index=True, na_position="first")
