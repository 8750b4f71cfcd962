"""Collective income of the villages (村财收入): which source paid how much in which month, a whole year of it.

Responsible for amounts that hold the bulletin's figures: 20,000 yuan from dendrobium, 60,000 from cattle in three
villages, two villages over 100,000 and a mean of about 50,000. Not responsible for contracts or what is still due.
"""

from __future__ import annotations

import pandas as pd

from povlib.money import FEN_PER_YUAN
from povlib.sample.township import Township

# yuan a year by village and source, and how many months before the last month it comes: the co-ops pay in March, the
# power company at the end of the year
_MARCH, _DECEMBER = 1, 4
_FIXED: dict[tuple[str, str], tuple[int, int]] = {
    ("乐北", "石斛合作社分红"): (20000, _MARCH),
    ("乐北", "养牛合作社收入"): (20000, _MARCH),
    ("农家", "养牛合作社收入"): (20000, _MARCH),
    ("秀山", "养牛合作社收入"): (20000, _MARCH),
    ("联胜", "红桃合作社土地入股分红"): (30000, _MARCH),
    ("联胜", "水电入股分红"): (36000, _DECEMBER),
    ("乐北", "水电入股分红"): (30000, _DECEMBER),
    ("建三", "水电入股分红"): (15000, _DECEMBER),
    ("建南", "水电入股分红"): (15000, _DECEMBER),
}
_LAND, _SHOPS = "蜜柚松香山地出租", "旧址店面出租"
_LAND_SHARE = 0.6
# rents come in two halves, in June and December
_RENT_MONTHS = (_DECEMBER + 6, _DECEMBER)


def village_income(township: Township) -> pd.DataFrame:
    """Return village, month, source, fen of the twelve months that end with the last; what no source pays is rent.

    Examples
    --------
    >>> from povlib.sample import simulate
    >>> rows = village_income(simulate(60, seed=5))
    >>> int(rows["fen"].sum()) // 100
    602000
    """
    rows: list[tuple[str, int, str, int]] = []
    for village in township.world.villages:
        fixed = {source: paid for (name, source), paid in _FIXED.items() if name == village.name}
        rows += [(village.name, township.last - before, source, yuan) for source, (yuan, before) in fixed.items()]
        rest = village.income_yuan - sum(yuan for yuan, _ in fixed.values())
        land = round(_LAND_SHARE * rest)
        for source, yuan in ((_LAND, land), (_SHOPS, rest - land)):
            halves = (yuan // 2, yuan - yuan // 2)
            rows += [(village.name, township.last - before, source, half)
                     for before, half in zip(_RENT_MONTHS, halves, strict=True)]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["village", "month", "source", "fen"])
    frame["fen"] *= FEN_PER_YUAN
    return frame.sort_values(["village", "month", "source"], ignore_index=True)
