"""Counties, prefectures and a province for a practice area of many townships, and what some of them own.

Responsible for their made-up names, for the tree of villages, and for money that belongs to single counties and
townships. Not responsible for the scale of the whole (`practice_params`). Nothing here is official: a real office types
its own areas.

The rule: of the fund that the county matches, the first eight counties have 30 % of what is in proportion to their
households, every fourth township of the first county 40 %; the rest stays the whole office's. Each pays what
the fund it comes from pays, but for what the law owes. All of them together are as much as before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from itertools import groupby
from typing import Any, NamedTuple

from povlib.sample.office.practice_area import TOWNSHIPS_OF_COUNTY
from povlib.sample.world import township_name

Records = dict[str, Any]
#: a prefecture of Fujian has about ten counties and districts
COUNTIES_OF_PREFECTURE = 10
PROVINCE = "示例省"
#: the fund that areas have a part of: optional help of every kind is paid from it, and no share of it is kept
SHARED_FUND = "county_matching"
#: chosen: as much as makes the funds of areas bind beside those of all, while most of the money stays together
_OF_COUNTIES, _OF_TOWNSHIP, _EVERY = 0.3, 0.4, 4
#: a plan by parts takes 256 funds that pay, and a province has hundreds of counties
_MOST_COUNTIES = 8
_HUNDRED_YUAN = 100
_DIGITS = "〇一二三四五六七八九"


class OwnFund(NamedTuple):
    """A fund of one area: its key, the area, what it is called, and its part of the fund it comes from."""

    key: str
    area: str
    names: dict[str, str]
    share: float


def county_name(number: int) -> str:
    """Return the made-up name of a county, from 0.

    Examples
    --------
    >>> county_name(0), county_name(11)
    ('示例一县', '示例一二县')
    """
    return f"示例{_number(number + 1)}县"


def prefecture_name(number: int) -> str:
    """Return the made-up name of a prefecture, from 0.

    Examples
    --------
    >>> prefecture_name(0)
    '示例一市'
    """
    return f"示例{_number(number + 1)}市"


def _number(number: int) -> str:
    return "".join(_DIGITS[int(digit)] for digit in str(number))


def area_tree(townships: Sequence[list[Records]]) -> list[Records]:
    """Return the list of villages as ``villages.yaml`` has it: province, prefectures, counties, townships.

    Parameters
    ----------
    townships : sequence of list
        The villages of each township.

    Examples
    --------
    >>> tree = area_tree([[{"name": f"v{n}"}] for n in range(17)])[0]["villages"][0]["villages"]
    >>> [(county["county"], len(county["villages"])) for county in tree]
    [('示例一县', 16), ('示例二县', 1)]
    """
    held = [{"township": township_name(number), "villages": list(own)} for number, own in enumerate(townships)]
    counties = [
        {"county": county_name(at), "villages": own} for at, own in enumerate(_parted(held, TOWNSHIPS_OF_COUNTY))
    ]
    prefectures = [
        {"prefecture": prefecture_name(at), "villages": own}
        for at, own in enumerate(_parted(counties, COUNTIES_OF_PREFECTURE))
    ]
    return [{"province": PROVINCE, "villages": prefectures}]


def _parted(items: list[Records], most: int) -> Iterator[list[Records]]:
    for _, own in groupby(enumerate(items), key=lambda pair: pair[0] // most):
        yield [item for _, item in own]


def own_funds(sizes: Sequence[int]) -> list[OwnFund]:
    """Return the funds of single counties and townships of an area; none for an area of one township.

    Parameters
    ----------
    sizes : sequence of int
        Registered households of each township.

    Examples
    --------
    >>> [(fund.key, fund.area, round(fund.share, 3)) for fund in own_funds([334, 334, 334, 333, 333])]
    [('county_own_c01', '示例一县', 0.3), ('township_own_t01', '长乐', 0.08), ('township_own_t05', '竹坪', 0.08)]
    """
    if len(sizes) == 1:
        return []
    every, made = sum(sizes), []
    for at in range(0, len(sizes), TOWNSHIPS_OF_COUNTY)[:_MOST_COUNTIES]:
        number = at // TOWNSHIPS_OF_COUNTY
        name = county_name(number)
        share = _OF_COUNTIES * sum(sizes[at : at + TOWNSHIPS_OF_COUNTY]) / every
        names = {"zh": f"{name}本级帮扶资金", "en": f"own fund of the county {name}"}
        made.append(OwnFund(f"county_own_c{number + 1:02d}", name, names, share))
    for number in range(0, min(len(sizes), TOWNSHIPS_OF_COUNTY), _EVERY):
        name = township_name(number)
        names = {"zh": f"{name}乡自筹帮扶资金", "en": f"own fund of the township {name}"}
        made.append(OwnFund(f"township_own_t{number + 1:02d}", name, names, _OF_TOWNSHIP * sizes[number] / every))
    return made


def with_own_funds(funds: list[Records], sizes: Sequence[int]) -> list[Records]:
    """Return the funds of an area with those of its counties and townships behind the one they come from.

    Amounts are whole hundreds of yuan; all together are what there was.
    """
    made = []
    for fund in funds:
        own = own_funds(sizes) if fund["key"] == SHARED_FUND else []
        whole = fund["amount_yuan"]
        parts = [_HUNDRED_YUAN * round(part.share * whole / _HUNDRED_YUAN) for part in own]
        made.append({**fund, "amount_yuan": whole - sum(parts)})
        kept: Records = {key: fund[key] for key in ("window", "household_ceiling_yuan") if key in fund}
        for part, amount in zip(own, parts, strict=True):
            made.append(
                {"key": part.key, "names": part.names, "amount_yuan": amount, **deepcopy(kept), "area": part.area}
            )
    return made


def with_own_payers(measures: list[Records], sizes: Sequence[int]) -> list[Records]:
    """Return the measures with the funds of areas as payers before the one they come from, but where the law owes."""
    keys = [part.key for part in own_funds(sizes)]
    made = []
    for measure in measures:
        payers = measure.get("payers") or []
        if measure.get("entitlement") or not keys or not payers:
            made.append(measure)
            continue
        longer = [
            other
            for payer in payers
            for other in ([{**deepcopy(payer), "fund": key} for key in keys] if payer["fund"] == SHARED_FUND else [])
            + [payer]
        ]
        made.append({**measure, "payers": longer})
    return made
