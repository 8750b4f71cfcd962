"""What the help of a package hangs on: the employer, the firms behind it, the product, read from parameters and ledger.

A post hangs on its employer, on the firm behind it and on what is made there; a place of a co-operative on the co-op
itself, on the firm behind it, on the only buyer of what it delivers under contract, and on its product. Seats that
exist only because something was opened hang on the enterprise that runs what was opened, too.

Responsible for these links. Not responsible for how much would be lost (`povlib.villages.sources.exposure`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pandas as pd

from povlib.params import Catalogue, Coop, Post
from povlib.params.villages.openings import Opening
from povlib.villages.sources.household_sources import EMPLOYER, FIRM, OVER, PRODUCT, SourceFrames, plain_name

KINDS = (EMPLOYER, FIRM, PRODUCT)
"""Kinds of source that a limit may speak of. A co-op and the only buyer of a contract are firms: each may fail."""
LINK_COLUMNS = ["part", "kind", "source"]


def package_sources(components: pd.DataFrame, frames: SourceFrames, catalogue: Catalogue) -> pd.DataFrame:
    """Return what each part of each package hangs on.

    Parameters
    ----------
    components : DataFrame
        Of `povlib.support.Offer`: post and coop are read.
    frames : State
        Co-ops with the firms behind them, and contracts of sale.
    catalogue : Catalogue

    Returns
    -------
    DataFrame
        part (row number of the component), kind (of `KINDS`), source (plain name); each once, sorted.
    """
    behind = _firms_behind_coops(frames)
    posts = {key: _sources_of_post(post, catalogue, behind) for key, post in catalogue.posts.items()}
    coops = sources_of_coops(frames, catalogue)
    parts = pd.DataFrame({"part": range(len(components))})
    found = [
        parts.assign(key=components[column].to_numpy(object)).merge(_as_table(known), on="key")[LINK_COLUMNS]
        for column, known in (("post", posts), ("coop", coops))
    ]
    return pd.concat(found).drop_duplicates().sort_values(LINK_COLUMNS, ignore_index=True)


def sources_of_coops(frames: SourceFrames, catalogue: Catalogue) -> dict[str, set[tuple[str, str]]]:
    """Return by key of a co-op or contract what its places hang on: kind and source."""
    behind = _firms_behind_coops(frames)
    return {key: _sources_of_coop(coop, frames, behind) for key, coop in catalogue.coops.items()}


def sources_of_employers(frames: SourceFrames, catalogue: Catalogue) -> dict[str, set[tuple[str, str]]]:
    """Return by plain name of an employer the firms that stand behind it or any of its posts: kind and source."""
    behind = _firms_behind_coops(frames)
    found: dict[str, set[tuple[str, str]]] = {}
    for post in catalogue.posts.values():
        links = {link for link in _sources_of_post(post, catalogue, behind) if link[0] == FIRM}
        found.setdefault(plain_name(post.employer), set()).update(links)
    return found


def _as_table(known: dict[str, set[tuple[str, str]]]) -> pd.DataFrame:
    rows = [(key, kind, source) for key, links in known.items() for kind, source in sorted(links)]
    return pd.DataFrame(rows, columns=["key", "kind", "source"])


def _firms_behind_coops(frames: SourceFrames) -> dict[str, str]:
    """Return by co-op of the ledger the firm behind it."""
    coops = frames.coops[frames.coops["enterprise"].notna()]
    return dict(zip(coops["coop"].map(plain_name), coops["enterprise"].astype(object).map(plain_name), strict=True))


def _sources_of_post(post: Post, catalogue: Catalogue, behind: dict[str, str]) -> set[tuple[str, str]]:
    """Return what a post hangs on: its employer is a firm too, and may have another behind it."""
    employer = plain_name(post.employer)
    opened = _opened(catalogue, post.key, "posts") if not post.capacity else []
    firms = [employer, behind.get(employer), post.enterprise, *(opening.enterprise for opening in opened)]
    products = [post.product, *(opening.product for opening in opened)]
    return {(EMPLOYER, employer), *_links(FIRM, firms), *_links(PRODUCT, products)}


def _sources_of_coop(coop: Coop, frames: SourceFrames, behind: dict[str, str]) -> set[tuple[str, str]]:
    """Return what a place hangs on: the co-op itself, or the buyer where the places are a contract's own."""
    name = plain_name(coop.names.show("zh"))
    buyer = _only_buyer(coop, frames)
    itself = name if coop.contract is None else None
    return {
        *_links(FIRM, [itself, behind.get(name), coop.enterprise, buyer]),
        *_links(PRODUCT, [coop.product]),
    }


def _only_buyer(coop: Coop, frames: SourceFrames) -> str | None:
    """Return who takes what the places deliver; None where several do, so that one of them may fail alone."""
    if coop.contract is None:
        return None
    contracts = frames.sale_contracts
    contracts = contracts[~contracts["status"].isin(OVER) & contracts["product"].isin(coop.contract.products)]
    buyers = set(contracts["partner"].dropna().map(plain_name))
    return next(iter(buyers)) if len(buyers) == 1 else None


def _opened(catalogue: Catalogue, key: str, side: str) -> list[Opening]:
    return [opening for opening in catalogue.openings.values() if opening.filled and key in getattr(opening, side)]


def _links(kind: str, names: Iterable[str | None]) -> Iterator[tuple[str, str]]:
    """Yield the names that there are, as sources of a kind."""
    return ((kind, plain_name(name)) for name in names if name)
