"""The assumed world of the practice township, read once from ``world.yaml`` and ``economy.yaml``.

Responsible for the typed constants of the simulator: villages, counts, livelihoods, measures with
their *true* effects. Not responsible for anything an office would see: that is `params`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from povlib.calendar import Month


@dataclass(frozen=True)
class Village:
    """One village: its share of the registered (`weight`), survey `stratum`, income of the village in yuan a year."""

    name: str
    code: int
    weight: int
    stratum: str
    cattle: bool
    income_yuan: int
    households: int


@dataclass(frozen=True)
class Livelihood:
    """One livelihood: `share` among those without pomelo, `wage` share, `cost` per yuan sold, `season` of sales."""

    share: float
    wage: float
    cost: float
    season: tuple[float, ...]


@dataclass(frozen=True)
class Measure:
    """The truth about one measure: what it does to whom, how much it varies, how late, how long; `lost` a month."""

    key: str
    zh: str
    kind: str
    source: str = ""
    yuan: float = 0.0
    share: float = 0.0
    sd: float = 0.0
    skill: float = 0.0
    delay: int = 0
    decay: float = 0.0
    takeup: float = 1.0
    lost: float = 0.0
    displaces: float = 0.0
    dividend_yuan: float = 0.0
    one_off_yuan: float = 0.0
    cost_yuan: float = 0.0
    fund: str = ""
    closes: tuple[str, ...] = ()

    @property
    def of_person(self) -> bool:
        """True when the measure belongs to one worker rather than to the household."""
        return self.kind == "job"


@dataclass(frozen=True)
class PostKind:
    """A kind of post that is held when the plan is made."""

    name: str
    measure: str
    employer: str
    slots: int
    first: Month
    last: Month
    village: str | None = None


@dataclass(frozen=True)
class World:
    """All constants of the simulator; `raw` holds the small groups (income, reporting, economy and others)."""

    banner: str
    first_month: Month
    plan_month: Month
    counts: dict[str, int]
    sizes: dict[int, float]
    villages: tuple[Village, ...]
    livelihoods: dict[str, Livelihood]
    measures: dict[str, Measure]
    posts: tuple[PostKind, ...]
    raw: dict[str, Any]
    number: int = 0
    prefix: str = ""

    @property
    def government(self) -> str:
        """The township's government, as an employer and the unit of its helpers."""
        return f"{self.prefix or '长乐'}乡政府"

    def named(self, name: str) -> str:
        """Return how a proper name of the practice township is written in this one."""
        return self.prefix + name

    @property
    def last_seen(self) -> int:
        """Ordinal of the last month of data when the plan is made."""
        return self.plan_month.ordinal - 1

    def measure_of(self, name: str) -> Measure | None:
        """Return a measure by its key or its Chinese name, or None."""
        by_name = {m.zh: m for m in self.measures.values()}
        return self.measures.get(name) or by_name.get(name)


#: names of the practice township that another township of the area writes with its own name before
_PROPER = re.compile("联胜|乐北|农家|秀山|建三|建南|南庭|样[一二三四五]|立春|源笙|连胜|样本")
#: township names are made of two characters; 23 and 19 share no factor, so that 437 pass before a third is needed
_FIRST, _SECOND = "樟枫榕松竹柏桂兰梅荷桃李杏梨柚橘茶桐楠杉槐柳棠", "溪岭坑洋坪湖塘寨坂墩湾洲埔崎厝峰峡坳埕"


def township_name(number: int) -> str:
    """Return the made-up name of a township of an area; that of the practice township itself for 0.

    Examples
    --------
    >>> township_name(0), township_name(1), len({township_name(n) for n in range(3000)})
    ('长乐', '枫岭', 3000)
    """
    if number == 0:
        return "长乐"
    turn, at = divmod(number, len(_FIRST) * len(_SECOND))
    return ("" if turn == 0 else _FIRST[turn - 1]) + _FIRST[at % len(_FIRST)] + _SECOND[at % len(_SECOND)]


def in_township(text: str, number: int) -> str:
    """Return a text about the practice township as it reads in another one of the area.

    Examples
    --------
    >>> in_township("联胜村保洁员（长乐乡政府）", 1)
    '枫岭联胜村保洁员（枫岭乡政府）'
    """
    if number == 0:
        return text
    name = township_name(number)
    return _PROPER.sub(lambda found: name + found[0], text.replace("长乐乡", f"{name}乡"))


@cache
def world(number: int = 0) -> World:
    """Return the assumed world; with a number the same world under the names of another township of the area.

    Examples
    --------
    >>> len(world().villages), world().counts["persons"], world().measures["cleaner_post"].zh
    (12, 1055, '保洁员岗位')
    """
    raw = _assumed("world.yaml", number)
    raw["economy"] = _assumed("economy.yaml", number)
    return World(
        banner=raw["banner"],
        first_month=Month.parse(raw["first_month"]),
        plan_month=Month.parse(raw["plan_month"]),
        counts=raw["counts"],
        sizes=raw["sizes"],
        villages=tuple(Village(**{**v, "code": 100 * number + v["code"]}) for v in raw["villages"]),
        livelihoods={
            name: Livelihood(v["share"], v["wage"], v["cost"], tuple(v["season"]))
            for name, v in raw["livelihoods"].items()
        },
        measures={
            key: Measure(key=key, **{**v, "closes": tuple(v.get("closes", ()))}) for key, v in raw["measures"].items()
        },
        posts=tuple(
            PostKind(
                name,
                v["measure"],
                v["employer"],
                v["slots"],
                Month.parse(v["from"]),
                Month.parse(v["to"]),
                v.get("village"),
            )
            for name, v in raw["posts"].items()
        ),
        raw=raw,
        number=number,
        prefix=township_name(number) if number else "",
    )


def _assumed(name: str, number: int) -> dict[str, Any]:
    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    return dict(yaml.load(in_township(text, number), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
