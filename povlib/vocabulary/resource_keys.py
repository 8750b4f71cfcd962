"""Keys of scarce resources and of the rows that prices are posted for: built here, taken apart here.

A fund is known by its own key; posts, places and builder-weeks carry a prefix, a share rule and a facility
too. Responsible for these keys alone; `povlib.support.resources` says how much there is of each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from povlib.calendar import Month

if TYPE_CHECKING:
    import pandas as pd

POST_PREFIX = "post:"
PLACE_PREFIX = "place:"
WEEKS_PREFIX = "weeks:"
CREDIT_PREFIX = "credit:"
LEAST_PREFIX = "least:"
FACILITY_PREFIX = "facility:"
SHARE_PREFIX = "share:"
EARLY_PREFIX = "early:"
SOURCE_PREFIX = "source:"
SOURCE = "source"
"""Kind of the rows that limit what may hang on one source of help; they count in micro-persons."""

_SHARE_OF_PLAN = " share"
_WHOLE_PERSONS = " persons"
OUTSIDE_KEPT_SHARE = ":outside kept share"
"""Ends the key of the row that bounds what a fund may spend on measures its kept share is not reserved for."""


def post_key(post: str) -> str:
    """Return the key of the slots of a post.

    Examples
    --------
    >>> post_key("cleaner")
    'post:cleaner'
    """
    return f"{POST_PREFIX}{post}"


def place_key(coop: str) -> str:
    """Return the key of the places of a co-operative."""
    return f"{PLACE_PREFIX}{coop}"


def least_key(place: str) -> str:
    """Return the key of the row that counts how many places are taken at a place that must have some if opened.

    Examples
    --------
    >>> least_key("site")
    'least:site'
    """
    return f"{LEAST_PREFIX}{place}"


def early_key(resource: str, month: Month) -> str:
    """Return the key of the row that counts what of a post or place is taken before a month in which more may open.

    Examples
    --------
    >>> early_key("post:noodles", Month(2016, 9))
    'early:post:noodles:201609'
    """
    return f"{EARLY_PREFIX}{resource}:{month.yyyymm}"


def source_key(kind: str, name: str, *, expected: bool = False) -> str:
    """Return the key of the row that limits how much may hang on one source of help: an employer, firm or product.

    Parameters
    ----------
    expected : bool
        Whether the row counts expected exits; else every person who could fall back.

    Examples
    --------
    >>> source_key("employer", "米粉加工厂"), source_key("employer", "米粉加工厂", expected=True)
    ('source:employer persons:米粉加工厂', 'source:employer:米粉加工厂')
    """
    return f"{SOURCE_PREFIX}{kind}{'' if expected else _WHOLE_PERSONS}:{name}"


def source_share_key(kind: str, name: str, *, expected: bool = False) -> str:
    """Return the key of the row that limits it as a part of the exits that the plan adds.

    Examples
    --------
    >>> source_share_key("employer", "米粉加工厂")
    'source:employer persons share:米粉加工厂'
    """
    return f"{SOURCE_PREFIX}{kind}{'' if expected else _WHOLE_PERSONS}{_SHARE_OF_PLAN}:{name}"


def is_source_share(row: str) -> bool:
    """Return whether a row limits a source to a part of what the plan adds.

    Examples
    --------
    >>> is_source_share(source_share_key("firm", "a:b")), is_source_share(source_key("firm", "a share:b"))
    (True, False)
    """
    return row.startswith(SOURCE_PREFIX) and row.split(":")[1].endswith(_SHARE_OF_PLAN)


def counts_whole_persons(row: str) -> bool:
    """Return whether a limit on a source counts every person who could fall back, not expected exits.

    Examples
    --------
    >>> counts_whole_persons(source_key("firm", "a")), counts_whole_persons(source_key("firm", "a", expected=True))
    (True, False)
    """
    return row.startswith(SOURCE_PREFIX) and row.split(":")[1].removesuffix(_SHARE_OF_PLAN).endswith(_WHOLE_PERSONS)


def weeks_key(crew: str, month: Month) -> str:
    """Return the key of the weeks of a building crew in a month.

    Examples
    --------
    >>> weeks_key("crew", Month(2016, 7))
    'weeks:crew:201607'
    """
    return f"{WEEKS_PREFIX}{crew}:{month.yyyymm}"


def village_credit_key(village: str) -> str:
    """Return the key of what may still be owed for materials in a village, in yuan."""
    return f"{CREDIT_PREFIX}village:{village}"


def cadre_credit_key(cadre: str) -> str:
    """Return the key of what may still be owed for materials on the word of a cadre, in yuan.

    Examples
    --------
    >>> cadre_credit_key("乐北-干部2")
    'credit:cadre:乐北-干部2'
    """
    return f"{CREDIT_PREFIX}cadre:{cadre}"


def rows_of_posts(uses: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a table of uses whose ``resource`` is a post."""
    return uses[uses["resource"].str.startswith(POST_PREFIX)]


def share_key(share: str) -> str:
    """Return the key of the row of a share rule."""
    return f"{SHARE_PREFIX}{share}"


def outside_kept_share(fund: str) -> str:
    """Return the key of what a fund may spend outside the share it keeps.

    Examples
    --------
    >>> fund_of_row(outside_kept_share("special")), fund_of_row("special")
    ('special', 'special')
    """
    return f"{fund}{OUTSIDE_KEPT_SHARE}"


def fund_of_row(row: str) -> str:
    """Return the fund behind a row's key, whether the key is the fund's own or that of its unkept part."""
    return row.removesuffix(OUTSIDE_KEPT_SHARE)
