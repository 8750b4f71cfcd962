"""What must agree between ``openings.yaml`` and the other files.

Responsible for references (posts, places, funds, villages), months in which nobody could start, and least numbers that
could not be counted. Not responsible for the form of a single record (`povlib.params.villages.openings`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from povlib.params.catalogue import Catalogue
    from povlib.params.villages.openings import Opening


class Findings(Protocol):
    """What the checks between files write into (`povlib.params.checking.findings.Findings`)."""

    catalogue: Catalogue

    def where(self, file: str, key: str, *path: str | int) -> str:
        """Return where a part of a record stands."""

    def keys(self, file: str) -> frozenset[str] | None:
        """Return the keys that a file lists; None where it could not be read."""

    def fault(self, what: str, where: str, *, remedy: str = "", odd: bool = False, **values: Any) -> None:
        """Note one fault, or (`odd`) one oddity."""

    def known(self, what: str, word: str, known: Iterable[str] | None, where: str) -> None:
        """Note a fault unless a word is among the known ones."""


def check_openings(found: Findings) -> None:
    """Note openings of unknown posts, places, funds or villages, and those nobody could use or count."""
    catalogue = found.catalogue
    for key, opening in catalogue.openings.items():
        if key in catalogue.shared_places:
            found.fault("{key} stands here twice", found.where("openings", key, "key"), key=key)
        for fund in opening.funds:
            where = found.where("openings", key, "fund")
            found.known("there is no fund {value}", fund, found.keys("funds"), where)
            area = catalogue.funds[fund].area if fund in catalogue.funds else ""
            if area and opening.village not in (catalogue.areas.villages_of(area) or (opening.village,)):
                found.fault("the fund {fund} is for {area} alone: say in which of its villages this opens", where,
                            fund=fund, area=area)  # fmt: skip
        if opening.village is not None and opening.filled:
            known, where = found.keys("villages"), found.where("openings", key, "village")
            found.known("there is no village {value} in villages.yaml", opening.village, known, where)
        coops, sites = found.keys("coops"), found.keys("sites")
        places = None if coops is None or sites is None else coops | sites
        for side, named, known in (("posts", opening.posts, found.keys("posts")), ("places", opening.places, places)):
            what = "there is no post {value}" if side == "posts" else "there is no place {value}"
            for other in named:
                found.known(what, other, known, found.where("openings", key, side, other))
        _check_months(found, opening)
        _check_counted(found, opening)


def _check_months(found: Findings, opening: Opening) -> None:
    """Note, as odd only, months of opening in which none of its funds may pay or after which a post of it ends."""
    catalogue = found.catalogue
    for month in opening.opening_yuan:
        where = found.where("openings", opening.key, "opening_yuan", str(month))
        for post in (catalogue.posts[name] for name in opening.posts if name in catalogue.posts):
            if post.months is not None and month > post.months.to:
                found.fault(
                    "the post {post} ends in {last}, before it opens", where, odd=True, post=post.key,
                    last=post.months.to,
                )  # fmt: skip
        funds = [catalogue.funds[name] for name in opening.funds if name in catalogue.funds]
        if funds and all(fund.window is not None and month not in fund.window for fund in funds):
            found.fault(
                "no fund that may pay for it is open in {month}", where, odd=True, month=month,
                remedy="choose a month inside the window of one of its funds",
            )  # fmt: skip


def _check_counted(found: Findings, opening: Opening) -> None:
    """Note an opening that asks for some seats taken where others than its own seats could be counted as taken."""
    if not opening.asks_for_some:
        return
    catalogue = found.catalogue
    pools = (("posts", opening.posts, catalogue.posts), ("places", opening.places, catalogue.shared_places))
    for side, named, pool in pools:
        for name in (name for name in named if name in pool):
            record = pool[name]
            also = [other.key for other in catalogue.openings.values()
                    if other.key != opening.key and name in getattr(other, side)]  # fmt: skip
            if record.capacity or getattr(record, "facility", None) is not None or also:
                found.fault(
                    "it asks for a least number, but {name} has seats of its own or is opened by another too",
                    found.where("openings", opening.key, side, name), name=name,
                    remedy="give what it opens a record of its own, with nothing in it that needs no opening",
                )  # fmt: skip
