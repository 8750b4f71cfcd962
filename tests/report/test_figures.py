from __future__ import annotations

import io
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from povlib.errors import ReportError
from povlib.report import FigureBlock, figures
from povlib.vocabulary import GUARANTEES


def _frames(made_up: ModuleType) -> dict[str, tuple[Callable[..., FigureBlock], pd.DataFrame]]:
    villages = made_up.villages()
    months = np.arange(4)
    guarantees = pd.DataFrame({"village": ["甲", "乙"], **{g: [i, 5 - i] for i, g in enumerate(GUARANTEES)}})
    income = pd.DataFrame(
        {
            "group": ["最贫困五分之一", "其余"],
            "wage_fen": [60_000, 90_000],
            "business_fen": [-20_000, 50_000],
            "property_fen": [2_000, 3_000],
            "transfer_fen": [80_000, 60_000],
        }
    )
    fan = pd.DataFrame(
        {
            "month": 24196 + months,
            **{
                c: months * k
                for c, k in zip(("low_90", "low_50", "persons", "high_50", "high_90"), range(1, 6), strict=True)
            },
        }
    )
    frontier = pd.DataFrame(
        {
            "name": ["本方案", "最贫困者优先", "a", "b"],
            "additional": [160.0, 90.0, 165.0, 150.0],
            "poorest_share": [0.2, 0.7, 0.1, 0.3],
            "chosen": [True, False, False, False],
            "baseline": [False, True, False, False],
        }
    )
    reliability = pd.DataFrame(
        {
            "expected": [0.2, 0.8],
            "observed": [0.3, 0.5],
            "band_low": [0.1, 0.7],
            "band_high": [0.4, 0.9],
            "n": [40, 60],
        }
    )
    tornado = pd.DataFrame(
        {
            "name": ["年景", "上岗晚一个月"],
            "base": [412.6] * 2,
            "low": [374.8, 416.0],
            "high": [450.4, 399.7],
        }
    )
    procedure = pd.DataFrame({"village": ["甲", "乙"], "exited": [3, 0], "poor": [7, 12]})
    totals = pd.DataFrame(
        {"name": ["所述", "预计"], "value": [409.0, 402.8], "low": [None, 331.0], "high": [None, 466.2]}
    )
    effects = pd.DataFrame(
        {
            "name": ["保洁员岗位", "养牛合作社"],
            "basis": ["post_wage", "yuan_per_month"],
            **{key: [0.8, 120.0] for key in ("mean", "prior_mean")},
            **{key: [0.7, 27.0] for key in ("low", "prior_low")},
            **{key: [0.9, 211.0] for key in ("high", "prior_high")},
            **{key: [0.75, None] for key in ("local", "local_low", "local_high", "naive")},
            "prior_share": [0.09, 1.0],
        }
    )
    moved = pd.DataFrame(
        {"month": 24196 + months, "exits": months * 2, "entries": [5, 1, 0, 2], "returns": [1, 0, 0, 2], "not_known": 9}
    )
    causes = pd.DataFrame({"village": ["甲", "乙"], "因病": [38, 24], "因残": [5, 0]})
    points = pd.DataFrame({"row": "f", "capacity": [0, 5_000_000], "value": [90.0, 100.0], "additional": [20.0, 30.0]})
    limits = pd.DataFrame({"row": "f", "capacity": [0.0, 5_000_000.0], "limit": [90.5, 100.1]})
    return {
        "forest": (figures.forest, effects),
        "movement_bars": (figures.movement_bars, moved),
        "causes_by_village": (figures.causes_by_village, causes),
        "budget_curves": (
            lambda frame, **how: figures.budget_curves(frame, limits, {"f": "专项资金"}, 30.0, **how),
            points,
        ),
        "scenario_dots": (
            lambda frame, **how: figures.scenario_dots(
                frame, pd.DataFrame({"money_fen": [0, 9_000_000], "additional": [5.0, 40.0]}), **how
            ),
            pd.DataFrame(
                {
                    "label": ["A", "B"],
                    "title": ["基准方案", "多一些钱"],
                    "money_fen": [4_000_000, 6_000_000],
                    "additional": [20.0, 30.0],
                    "additional_low": [15.0, 22.0],
                    "additional_high": [25.0, 37.0],
                }
            ),
        ),
        "lorenz_curve": (
            figures.lorenz_curve,
            pd.DataFrame({"population": [0.25, 0.5, 1.0], "income_share": [0.1, 0.3, 1.0]}),
        ),
        "village_panels": (figures.village_panels, villages),
        "money_flows": (
            figures.money_flows,
            pd.DataFrame(
                {
                    "fund": ["专项资金", "专项资金", "配套资金"],
                    "measure": ["养牛合作社", "开办共用场所", "养牛合作社"],
                    "fen": [3_000_000, 1_000_000, 2_000_000],
                    "persons": [4.0, None, 2.0],
                }
            ),
        ),
        "plan_steps": (
            figures.plan_steps,
            pd.DataFrame(
                {"name": ["A 基准", "重算", "另选"], "start": [0.0, 177.2, 164.8], "end": [177.2, 164.8, 184.9]}
            ),
        ),
        "village_money": (figures.village_money, villages),
        "fund_use": (figures.fund_use, made_up.funds()),
        "price_bars": (figures.price_bars, made_up.prices()),
        "income_by_source": (figures.income_by_source, income),
        "interval_dots": (figures.interval_dots, totals),
        "fan": (figures.fan, fan),
        "frontier": (figures.frontier, frontier),
        "procedure_bars": (figures.procedure_bars, procedure),
        "reliability": (figures.reliability, reliability),
        "tornado": (figures.tornado, tornado),
        "missing_guarantees": (figures.missing_guarantees, guarantees),
    }


NAMES = list(figures.__all__)


@pytest.fixture(scope="module")
def drawn(made_up: ModuleType) -> dict[str, FigureBlock]:
    return {name: draw(frame, lang="zh", svg=True) for name, (draw, frame) in _frames(made_up).items()}


@pytest.mark.parametrize("name", NAMES)
def test_the_same_frame_is_the_same_picture(made_up: ModuleType, drawn: dict[str, FigureBlock], name: str) -> None:
    draw, frame = _frames(made_up)[name]
    first, again = drawn[name], draw(frame.copy(), lang="zh", svg=True)
    assert first.png == again.png
    assert first.svg == again.svg
    with Image.open(io.BytesIO(first.png)) as image:
        assert image.info.get("Software") is None
        assert image.width >= (590 if name == "village_money" else 801)  # it stands beside a table
        grey = np.asarray(image.convert("L"))
        assert grey.min() < 60
    assert b"<dc:date>" not in first.svg


@pytest.mark.parametrize("name", NAMES)
def test_alternative_text_says_it_in_both_languages(
    made_up: ModuleType, drawn: dict[str, FigureBlock], name: str
) -> None:
    draw, frame = _frames(made_up)[name]
    chinese, english = drawn[name], draw(frame, lang="en")
    assert any("一" <= c <= "鿿" for c in chinese.alt)
    assert any(c.isdigit() for c in chinese.alt)
    assert english.alt.isascii() or any(c.isdigit() for c in english.alt)
    assert chinese.alt != english.alt


@pytest.mark.parametrize("name", NAMES)
def test_nothing_to_draw_and_a_missing_column_are_refused(made_up: ModuleType, name: str) -> None:
    draw, frame = _frames(made_up)[name]
    with pytest.raises(ReportError):
        draw(frame.iloc[:0])
    with pytest.raises(ReportError) as refused:
        draw(frame[frame.columns[:1]])
    assert refused.value.faults


def test_alternative_text_carries_the_right_numbers(made_up: ModuleType) -> None:
    frames = _frames(made_up)
    assert "brings most in 乐北, 28.1" in figures.village_panels(made_up.villages(), lang="en").alt
    flows = figures.money_flows(frames["money_flows"][1], lang="en").alt
    assert "2 funds through 2 measures: 60,000 yuan in all are expected to bring 6.0 persons" in flows
    steps = figures.plan_steps(frames["plan_steps"][1], lang="en").alt
    assert "from 177.2 to 184.9 persons in 2 steps; the largest changes it by +20.1" in steps
    assert "in 1 of them" in figures.reliability(frames["reliability"][1], lang="en").alt
    assert "Most hangs on “年景”: 374.8 one step lower, 450.4" in figures.tornado(frames["tornado"][1], lang="en").alt
    assert "food 5" in figures.missing_guarantees(frames["missing_guarantees"][1], lang="en").alt


def test_a_name_that_cannot_be_drawn_is_refused(made_up: ModuleType) -> None:
    frame: Any = made_up.villages().assign(village=["\U00020bb7"] * 8)
    with pytest.raises(ReportError, match=r"U\+20BB7"):
        figures.village_panels(frame)


def test_series_differ_without_colour(made_up: ModuleType) -> None:
    """Seen through grey glasses, the three parts of a bar still differ in ink or pattern."""
    frame = pd.DataFrame({"name": ["甲"], "entitlement_fen": [10**8], "planned_fen": [10**8], "left_fen": [10**8]})
    with Image.open(io.BytesIO(figures.fund_use(frame, lang="zh").png)) as image:
        grey = np.asarray(image.convert("L")).astype(float)
    rows = grey[int(grey.shape[0] * 0.45) : int(grey.shape[0] * 0.6)]
    dark = np.where((rows < 250).mean(axis=0) > 0.05)[0]
    left, right = dark.min(), dark.max()
    inside = rows[:, left:right]
    thirds = [
        inside[:, int(inside.shape[1] * a) : int(inside.shape[1] * b)]
        for a, b in ((0.1, 0.25), (0.4, 0.55), (0.7, 0.82))
    ]
    looks = [(part.mean(), part.std()) for part in thirds]
    for i in range(3):
        for j in range(i):
            assert abs(looks[i][0] - looks[j][0]) + abs(looks[i][1] - looks[j][1]) > 15
