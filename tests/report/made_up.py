"""A small made-up township for the tests of the report room: no real place, no real person."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pandas as pd

from povlib.calendar import Month
from povlib.report import Prose, Report, figures, meeting_paper
from povlib.report.meeting import FRAMES, MeetingFacts, Outcome, Poorest, Proof, Standing, Total
from povlib.report.model.paper import Beside, Bullets, Note, Pair, Paragraph, Table

VILLAGES = ["乐北", "农家", "秀山", "联胜", "建三", "建南", "南庭", "溪头"]


def standing(**changes: Any) -> Standing:
    values: dict[str, Any] = {
        "households": 341,
        "persons": 1056,
        "villages": 8,
        "last_month": Month(2016, 4),
        "complete_share": 0.9941,
        "missing_months": 32,
        "unassessable": 6,
        "batch": 9,
        "head": "4be1f0c2a97d4e0b8d1c6f3a5e7b9d20c4a6e8f0b2d4c6e8a0b2c4d6e8f0a1b3",
        "exited_households": 61,
        "exited_persons": 188,
    }
    return Standing(**(values | changes))


def outcome(**changes: Any) -> Outcome:
    values: dict[str, Any] = {
        "additional": Total(171.26, 118.4, 209.9),
        "expected": Total(402.83, 331.0, 466.2),
        "without": Total(231.57, 180.0, 280.0),
        "money_fen": 141_234_500,
        "entitlement_fen": 38_450_000,
        "served": 187,
        "posts": 71,
        "poorest": Poorest(211, 64, 0.2614, 0.2254, 21.35, 0.2, 0.2),
        "run_rate": Total(455.1, 380.0, 520.0),
        "supported": 37.9,
    }
    return Outcome(**(values | changes))


def villages() -> pd.DataFrame:
    n = len(VILLAGES)
    return pd.DataFrame(
        {
            "village": VILLAGES,
            "households": [55, 48, 40, 52, 36, 41, 39, 30],
            "persons": [170, 149, 124, 161, 112, 127, 120, 93],
            "served": [30, 27, 22, 29, 20, 22, 21, 16],
            "money_fen": [15_000_000 + 700_000 * i for i in range(n - 1)] + [141_234_500 - 119_700_000],
            "posts": [12, 10, 9, 11, 8, 9, 7, 5],
            "additional": [28.1, 25.2, 20.3, 26.4, 18.0, 20.1, 19.2, 13.96],
            "expected": [65.0, 57.0, 47.0, 61.0, 43.0, 48.0, 46.0, 35.83],
        }
    )


def funds() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "name": ["产业扶贫专项资金", "危房改造补助", "雨露计划", "社会帮扶资金"],
            "amount_fen": [80_000_000, 70_000_000, 12_000_000, 20_000_000],
            "entitlement_fen": [0, 21_450_000, 9_000_000, 8_000_000],
            "planned_fen": [80_000_000, 46_234_500, 3_000_000, 12_000_000],
            "left_fen": [0, 2_315_500, 0, 0],
        }
    )


def prices() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "name": [
                "产业扶贫专项资金",
                "危房改造补助",
                "镇村保洁员",
                "永荣公司",
                "养牛合作社名额",
                "最贫困五分之一资金底线",
            ],
            "kind": ["fund", "fund", "post", "post", "place", "floor"],
            "per": ["千元", "千元", "个岗位", "个岗位", "个名额", "千元"],
            "price_points": [35.1234, 0.0, 812.345, 1204.5, 120.51, 3.21],
            "capacity": pd.array([800_000, 700_000, 46, 17, 30, pd.NA], dtype="Int64"),
            "unit": ["元", "元", "个岗位", "个岗位", "个名额", ""],
            "used_share": [1.0, 0.967, 1.0, 1.0, 1.0, 1.0],
        }
    )


def baselines() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "key": ["actual", "per_yuan", "poorest", "nearest", "rounds"],
            "name": ["去年实际做法", "每元见效最多者优先", "最贫困者优先", "离线最近者优先", "各村轮流"],
            "additional": [121.3, 163.2, 88.4, 150.9, 118.0],
            "difference": [49.96, 8.06, 82.86, 20.36, 53.26],
            "low": [30.1, -1.2, 50.0, 8.8, 31.0],
            "high": [66.0, 15.9, 110.2, 33.0, 71.0],
            "money_fen": [150_000_000, 140_000_000, 149_000_000, 139_000_000, 150_000_000],
            "poorest_money_share": [0.19, 0.12, 0.71, 0.02, 0.2],
        }
    )


def _spread_money(helped: list[int], rows: int) -> list[int]:
    """Share out the plan's money so that the annex adds up to it."""
    amounts = [0] * rows
    for i in helped:
        amounts[i] = 3_000_000
    amounts[helped[-1]] += 141_234_500 - sum(amounts)
    return amounts


def annex(rows: int = 60) -> pd.DataFrame:
    numbers = range(rows)
    return pd.DataFrame(
        {
            "hh": [f"9999{i:04d}" for i in numbers],
            "name": ["张**" if i % 2 else "" for i in numbers],
            "village": [VILLAGES[i * 8 // rows] for i in numbers],
            "size": [1 + i % 6 for i in numbers],
            "plan": ["镇村保洁员 + 养牛合作社" if i % 3 else "无新帮扶" for i in numbers],
            "start": pd.array([24197 if i % 3 else pd.NA for i in numbers], dtype="Int64"),
            "money_fen": _spread_money([i for i in numbers if i % 3], rows),
            "points": [1492.1 if i % 3 else 812.0 for i in numbers],
            "runner_points": [None if i == 9 else 1410.0 if i % 3 else 790.5 for i in numbers],
            "short": ["点数最高" if i % 3 else "用在别处作用更大" for i in numbers],
            "reason": [
                "住房尚未达标，年内有望完工；保洁岗位使人均收入过线"
                if i % 3
                else "缺少住房安全保障，建房工期已满；再有一周工期即可改变"
                for i in numbers
            ],
            "pencil": ["4人×0.62×1000=2480 − 5千元×35.12=175.6 − 岗位812.3 = 1492.1点；次选1410.0点" for _ in numbers],
        }
    )


@cache
def charts(lang: str = "zh") -> dict[str, tuple[Any, ...]]:
    fund_names = funds()
    totals = pd.DataFrame(
        {
            "name": ["简报所述", "乡里标注", "模型预计"],
            "value": [409.0, 409.0, 402.83],
            "low": [None, None, 331.0],
            "high": [None, None, 466.2],
        }
    )
    return {
        "brief": (figures.village_money(villages(), lang=lang),),
        "villages": (figures.village_panels(villages(), lang=lang),),
        "funds": (figures.fund_use(fund_names, lang=lang),),
        "prices": (figures.price_bars(prices(), lang=lang),),
        "certainty": (figures.interval_dots(totals, lang=lang),),
    }


def facts(**changes: Any) -> MeetingFacts:
    values: dict[str, Any] = {
        "office": "某乡扶贫办",
        "plan_month": Month(2016, 5),
        "horizon": Month(2016, 12),
        "help_from": Month(2016, 6),
        "help_to": Month(2016, 12),
        "standing": standing(),
        "outcome": outcome(),
        "proof": Proof(171.26, 171.59, 0.33, True, 171.3, 500, "optimal within gap"),
        "draft": True,
        "synthetic": True,
        "record": pd.DataFrame(
            {
                "name": ["全部在册户", "安排新帮扶的户"],
                "origin": [24185, 24185],
                "due": [24191, 24191],
                "households": [120, 40],
                "promised": [88.2, 21.0],
                "low": [70.0, 12.0],
                "high": [101.0, 30.0],
                "observed_low": [91.0, 33.0],
                "observed_high": [93.0, 33.0],
                "inside": [True, False],
                "unassessable": [1, 0],
            }
        ),
        "promises_open": 0,
        "lines": pd.DataFrame(
            {
                "authority": ["脱贫验收口径", "国家统计局口径"],
                "line_fen": [314_600, 295_200],
                "status": ["assumed", "official"],
                "households_below": [233, 214],
                "persons_below": [731, 668],
                "households_unknown": [58, 58],
                "persons_unknown": [179, 179],
                "expected": [402.83, 431.1],
                "used": [True, False],
            }
        ),
        "entitlements": pd.DataFrame(
            {
                "name": ["最低生活保障", "危房改造（D级）", "义务教育补助"],
                "citation": ["《社会救助暂行办法》第九条", "乡年度实施方案（合成）", "“两免一补”政策"],
                "households": [82, 14, 57],
                "cost_fen": [19_000_000, 12_450_000, 7_000_000],
            }
        ),
        "shortfalls": pd.DataFrame(
            {"fund": ["危房改造补助"], "name": ["危房改造（D级）"], "needed_fen": [12_450_000], "short_fen": [450_000]}
        ),
        "villages": villages(),
        "funds": funds(),
        "measures": pd.DataFrame(
            {
                "name": ["镇村保洁员", "永荣公司务工", "养牛合作社", "危房修缮"],
                "households": [46, 17, 30, 29],
                "money_fen": [22_000_000, 3_400_000, 60_000_000, 55_834_500],
            }
        ),
        "unserved": pd.DataFrame(
            {
                "reason": ["不需新帮扶也预计脱贫", "没有符合条件的措施", "同样的资源用在别处见效更多", "本人不同意"],
                "households": [70, 22, 58, 4],
                "persons": [221, 61, 180, 9],
            }
        ),
        "marginal": pd.DataFrame(
            {
                "name": ["产业扶贫专项资金", "危房改造补助"],
                "persons_per_wan": [0.3512, 0.0],
                "left_fen": [0, 2_315_500],
            }
        ),
        "one_more": pd.DataFrame(
            {"name": ["镇村保洁员", "永荣公司"], "at_least": [0.79, 1.13], "at_most": [1.10, 1.48]}
        ),
        "prices": prices(),
        "baselines": baselines(),
        "input_counts": {"official": 31, "assumed": 44, "synthetic": 58, "empty": 0},
        "important_inputs": pd.DataFrame(
            {
                "name": ["保洁岗位到岗率", "养牛分红均值", "产业资金总额"],
                "value": ["0.90（标准差0.06）", "2400元/年", "800,000元"],
                "status": ["assumed", "synthetic", "synthetic"],
                "source": ["2015年同类岗位记录", "合成", "合成"],
                "swing_persons": [14.2, 22.8, 19.3],
            }
        ),
        "fairness": pd.DataFrame(
            {
                "group": ["户主性别", "户主性别", "有残疾人", "有残疾人"],
                "level": ["男", "女", "有", "无"],
                "households": [280, 61, 70, 271],
                "served_share": [0.55, 0.54, 0.50, 0.56],
                "money_per_household_fen": [410_000, 430_000, 520_000, 390_000],
                "additional": [140.0, 31.26, 25.0, 146.26],
            }
        ),
        "rounding": pd.DataFrame(
            {
                "hh": ["99990007", "99990031"],
                "village": ["乐北", "秀山"],
                "package": ["无新帮扶", "养牛合作社"],
                "preferred": ["养牛合作社", "镇村保洁员"],
                "loss_points": [111.2, 84.9],
            }
        ),
        "annex": annex(),
        "figures": charts(),
        "manifest": {"run": "a1b2c3d4e5f6", "ledger head": "4be1f0c2a97d", "seed": "2016", "solver": "HiGHS 1.12"},
    }
    return MeetingFacts(**(values | changes))


def none(name: str) -> pd.DataFrame:
    """Return a frame of the meeting's facts without rows."""
    return pd.DataFrame(columns=list(FRAMES[name]))


def proses(report: Report) -> Iterator[Prose]:
    yield from (*report.alerts, *report.opening, *report.notes)
    yield from (h.note for h in report.headlines if h.note)
    for section in report.sections:
        for block in section.blocks:
            if isinstance(block, (Paragraph, Note)):
                yield block.prose
            elif isinstance(block, Bullets):
                yield from block.items
            elif isinstance(block, Beside):
                yield from (*block.left, *block.right)
            elif isinstance(block, Table):
                yield from block.notes
            elif isinstance(block, Pair):
                yield from (
                    note for side in (block.left, block.right) if isinstance(side, Table) for note in side.notes
                )


def said(facts: MeetingFacts, lang: str = "en") -> str:
    """Return every sentence of the meeting paper."""
    return "\n".join(p.text for p in proses(meeting_paper(facts, lang)))
