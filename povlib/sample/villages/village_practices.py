"""What the made-up villages say they do (各村做法): in the bulletin's words where it has them, plain ones elsewhere.

Responsible for a practice a village and quarter. Not responsible for what came of it, which is in the other tables.
"""

from __future__ import annotations

import pandas as pd

from povlib.sample.township import Township

# of the bulletin: village, measure, name, words
_TOLD = (
    ("乐北", "dendrobium_coop", "龙头企业带石斛", "龙头企业、合作社、贫困户合作，林下种植铁皮石斛，就近吸收贫困劳力"),
    ("乐北", "cattle_coop", "轮流放养", "养牛合作社出资建基地，贫困户轮流放养，得工资和分红两份收入"),
    ("农家", "cattle_coop", "轮流放养", "养牛合作社出资建基地，贫困户轮流放养，得工资和分红两份收入"),
    ("秀山", "cattle_coop", "轮流放养", "养牛合作社出资建基地，贫困户轮流放养，得工资和分红两份收入"),
    ("农家", "housing_repair", "修房与集建点结合", "有其屋工程与百户集建点配套，补助资金向贫困户倾斜"),
    ("联胜", "industry_grant", "土地作价入股", "以土地作价入股红桃合作社，约定固定分红，用作本村扶持"),
    ("南庭", "training", "老校舍办茶坊", "拟用南庭小学旧址办茶叶加工，先组织贫困户学制茶"),
)
_PLAIN = (
    ("cleaner_post", "卫生保洁岗轮值", "村级保洁岗先给走不开的人，按月考勤"),
    ("poultry_contract", "订单土鸡土鸭", "统一供苗，合同定价，村里帮着运输和宰杀"),
    ("micro_enterprise_post", "小零部件进村", "小零部件加工进村，照料家人的也能上岗"),
)
_QUARTER = 3


def village_practices(township: Township) -> pd.DataFrame:
    """Return village, month, practice, measure, words: the bulletin's in the last month, others spread before it.

    Examples
    --------
    >>> from povlib.sample import simulate
    >>> rows = village_practices(simulate(60, seed=5))
    >>> rows.loc[rows["village"].eq("秀山"), "practice"].tolist()
    ['轮流放养']
    """
    rows = [(township.world.named(v), township.last, name, measure, words) for v, measure, name, words in _TOLD]
    told = {township.world.named(village) for village, *_ in _TOLD}
    others = [village.name for village in township.world.villages if village.name not in told]
    for at, village in enumerate(others):
        measure, name, words = _PLAIN[at % len(_PLAIN)]
        rows.append((village, township.last - at % _QUARTER, name, measure, words))
    here = {village.name for village in township.world.villages}
    frame = pd.DataFrame(
        [row for row in rows if row[0] in here], columns=["village", "month", "practice", "measure", "words"]
    )
    return frame.sort_values(["village", "month", "practice"], ignore_index=True)
