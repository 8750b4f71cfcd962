"""The assumed world of the practice township, read once from ``world.yaml`` and ``economy.yaml``.

Responsible for the typed constants of the simulator: villages, counts, livelihoods, measures with
their *true* effects. Not responsible for anything an office would see: that is `params`.
"""

from __future__ import annotations

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

    @property
    def last_seen(self) -> int:
        """Ordinal of the last month of data when the plan is made."""
        return self.plan_month.ordinal - 1

    def measure_of(self, name: str) -> Measure | None:
        """Return a measure by its key or its Chinese name, or None."""
        by_name = {m.zh: m for m in self.measures.values()}
        return self.measures.get(name) or by_name.get(name)


@cache
def world() -> World:
    """Return the assumed world.

    Examples
    --------
    >>> len(world().villages), world().counts["persons"], world().measures["cleaner_post"].zh
    (12, 1055, '保洁员岗位')
    """
    raw = _assumed("world.yaml")
    raw["economy"] = _assumed("economy.yaml")
    return World(
        banner=raw["banner"],
        first_month=Month.parse(raw["first_month"]),
        plan_month=Month.parse(raw["plan_month"]),
        counts=raw["counts"],
        sizes=raw["sizes"],
        villages=tuple(Village(**v) for v in raw["villages"]),
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
    )


def _assumed(name: str) -> dict[str, Any]:
    return dict(yaml.safe_load(Path(__file__).with_name(name).read_text(encoding="utf-8")))
