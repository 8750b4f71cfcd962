"""Figures that stand under several keys: declared once, so that no two papers can tell two stories.

Responsible for `SAME_FIGURES`, the list of keys, sums and counts that are one figure, and for reckoning them from the
numbers of all papers. Not responsible for reading papers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_ROW = re.compile(r"^(?P<table>[^\[]+)\[.*\]\.(?P<column>[^.\]]+)$", re.DOTALL)


@dataclass(frozen=True)
class SumOf:
    """Sum of a column over the rows of a table."""

    table: str
    column: str


@dataclass(frozen=True)
class SumOfKeys:
    """Sum of several figures, each a key or a `SumOf`."""

    parts: tuple[str | SumOf, ...]


Figure = str | SumOf | SumOfKeys

SAME_FIGURES: tuple[tuple[Figure, ...], ...] = (
    (
        "headline.money",
        "brief_funds.total.planned_fen",
        "funds.total.planned_fen",
        "measures.total.money_fen",
        "villages.total.money_fen",
        SumOf("funds", "planned_fen"),
        SumOf("measures", "money_fen"),
        # what opens places for several households belongs to none of them
        SumOfKeys((SumOf("households", "money_fen"), "plan.opening")),
    ),
    ("brief_funds.total.left_fen", "funds.total.left_fen", SumOf("funds", "left_fen")),
    ("entitlements.total", "entitlements.total.cost_fen", "funds.total.entitlement_fen"),
    ("headline.additional", "villages.total.additional", "villages.planned_union", SumOf("villages", "additional")),
    ("headline.expected", "villages.total.expected", "claims.expected.7", SumOf("villages", "expected")),
    ("headline.expected.low", "claims.expected.7.low"),
    ("headline.expected.high", "claims.expected.7.high"),
    ("target.chance", "claims.probability"),
    ("plan.served", "villages.total.served", SumOf("villages", "served")),
    ("plan.posts", "villages.total.posts", "villages.planned_posts", "employers.total.planned"),
    ("plan.opening", "villages.opening_cost"),
    ("standing.households", "villages.total.households", SumOf("villages", "households")),
    ("standing.persons", "villages.total.persons", SumOf("villages", "persons")),
    ("unserved.households", "unserved.total.households", SumOf("unserved", "households")),
    ("villages.union", "villages.marked"),
    ("rounding.points", "rounding.total.loss_points"),
    ("weak.money", "weak.total.fen"),
)
"""Groups of figures that are one: every one that some paper prints must have the same value."""

SAME_COLUMNS: tuple[tuple[tuple[str, str], tuple[str, str]], ...] = (
    (("brief_funds", "planned_fen"), ("funds", "planned_fen")),
    (("brief_funds", "left_fen"), ("funds", "left_fen")),
)
"""Columns of two tables that say the same of the same rows."""


def row_of(key: str) -> tuple[str, str] | None:
    """Return the table and column of a number that stands in a row of a table, or None.

    Examples
    --------
    >>> row_of("funds[a.b].left_fen"), row_of("funds.total.left_fen")
    (('funds', 'left_fen'), None)
    """
    found = _ROW.match(key)
    return (found["table"], found["column"]) if found else None


def figure_value(figure: Figure, numbers: Mapping[str, Any]) -> float | None:
    """Return the value of a figure, None when no paper prints it or a part of it is not known.

    Examples
    --------
    >>> figure_value(SumOf("funds", "left_fen"), {"funds[a].left_fen": 1, "funds[b].left_fen": 2})
    3.0
    >>> figure_value("plan.served", {}) is None
    True
    """
    if isinstance(figure, str):
        value = numbers.get(figure)
        return None if value is None else float(value)
    if isinstance(figure, SumOf):
        wanted = (figure.table, figure.column)
        values = [value for key, value in numbers.items() if row_of(key) == wanted]
        return None if not values or None in values else float(sum(values))
    parts = [figure_value(part, numbers) for part in figure.parts]
    return None if None in parts else float(sum(part for part in parts if part is not None))


def figure_name(figure: Figure) -> str:
    """Return how a figure is named in a message.

    Examples
    --------
    >>> figure_name(SumOf("funds", "left_fen"))
    'funds[...].left_fen +'
    """
    if isinstance(figure, str):
        return figure
    if isinstance(figure, SumOf):
        return f"{figure.table}[...].{figure.column} +"
    return " + ".join(figure_name(part) for part in figure.parts)
