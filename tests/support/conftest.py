"""A catalogue built record by record, so that every rule can be tested by hand on three households."""

from __future__ import annotations

from typing import Any

import pytest

from povlib.calendar import Month
from povlib.params import (
    Bundling,
    Catalogue,
    Condition,
    Coop,
    Crew,
    Fund,
    Line,
    Measure,
    Opening,
    Pair,
    Post,
    Records,
    Settings,
    Site,
    TransferKind,
)

MADE_UP = {"status": "synthetic", "source": "made up for a test", "in_force": "2016"}


def names(key: str) -> dict[str, str]:
    return {"zh": f"【{key}】", "en": key}


def rule(on: str, field: str, op: str, value: Any = None) -> Condition:
    return Condition(on=on, field=field, op=op, value=value, citation="a rule")


def measure(key: str, kind: str = "industry", cost: Any = 1000, basis: str = "fixed", **more: Any) -> Measure:
    funds = more.pop("funds", {"a": None})
    payers = [{"fund": fund, "ceiling_yuan": ceiling} for fund, ceiling in funds.items()]
    more.setdefault("earns", [earns()] if not more.get("closes") else [])
    return Measure(
        key=key, names=names(key), kind=kind, cost={"basis": basis, "amount_yuan": cost}, payers=payers,
        **MADE_UP, **more,
    )  # fmt: skip


def earns(
    source: str = "business", basis: str = "yuan_per_month", mean: float = 100, sd: float = 10, **more: Any
) -> Any:
    return {"source": source, "basis": basis, "mean": mean, "sd": sd, "prior_source": "a guess", **more}


def closes(guarantee: str, delay: int = 1, chance: float = 0.9) -> Any:
    return {"guarantee": guarantee, "delay_months": delay, "chance": chance, "prior_source": "a guess"}


def fund(key: str, amount: Any = 100_000, **more: Any) -> Fund:
    return Fund(key=key, names=names(key), amount_yuan=amount, **MADE_UP, **more)


def post(key: str, measure: str, slots: int = 1, wage: Any = 1000, **more: Any) -> Post:
    return Post(
        key=key, names=names(key), employer="村委会", place="乡镇内", wage_yuan_per_month=wage, slots=slots,
        measure=measure, pool=key, **MADE_UP, **more,
    )  # fmt: skip


def coop(key: str, measure: str, places: int = 1, **more: Any) -> Coop:
    return Coop(key=key, names=names(key), measure=measure, places=places, **MADE_UP, **more)


def site(key: str, measure: str, places: int = 0, village: str = "甲", **more: Any) -> Site:
    return Site(key=key, names=names(key), measure=measure, places=places, village=village, **MADE_UP, **more)


def opening(key: str, **more: Any) -> Opening:
    return Opening(key=key, names=names(key), **{"fund": "a", "opening_yuan": {"2016-07": 1000}, **MADE_UP, **more})


def crew(key: str, weeks: dict[str, int], **more: Any) -> Crew:
    return Crew(key=key, names=names(key), weeks=weeks, **MADE_UP, **more)


def pair(a: str, b: str, verdict: str, **more: Any) -> Pair:
    return Pair(a=a, b=b, verdict=verdict, citation="a rule", **MADE_UP, **more)


def catalogue(*records: Any, default: str = "allowed") -> Catalogue:
    def of(kind: type) -> Any:
        return Records(tuple(r for r in records if type(r) is kind))

    lines = Records((Line(authority="exit_check", names=names("l"), year=2016, line_yuan=3146, **MADE_UP),))
    income = Records(
        (TransferKind(key="minimum_living", names=names("t"), regular=True, citation="a rule", **MADE_UP),)
    )
    funds = of(Fund)
    return Catalogue(
        lines=lines, income=income, measures=of(Measure), funds=funds if len(funds) else Records((fund("a"),)),
        posts=of(Post), coops=of(Coop), sites=of(Site), crews=of(Crew), openings=of(Opening), villages=Records(),
        bundling=Bundling(default, of(Pair)),
    )  # fmt: skip


@pytest.fixture
def settings() -> Settings:
    return Settings()


JUNE = Month(2016, 6)
