"""Inputs: every number of the catalogue with its unit, status and source.

Responsible for the list that the papers count and for what is still empty. Not responsible for
which inputs matter most (`povlib.exits`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import BaseModel

from povlib.params.assumptions import Assumption
from povlib.params.conditions import FIELDS, Condition
from povlib.params.kinds import NATURAL, Records, natural_key
from povlib.params.support import Closing, Earning

if TYPE_CHECKING:
    import pandas as pd


class Input(NamedTuple):
    """One number: where it stands, what it is, where it comes from."""

    file: str
    key: str
    field: str
    value: float
    unit: str
    status: str
    source: str
    in_force: str


RecordsByFile = Mapping[str, Records[Any]]


def filled_inputs(records: RecordsByFile) -> pd.DataFrame:
    """Return all inputs that have a value."""
    return _inputs_frame(row for row in _all_inputs(records) if row.value == row.value)


def missing_inputs(records: RecordsByFile) -> pd.DataFrame:
    """Return all inputs that have none yet and that a plan needs.

    A ceiling or a least number of places left out means there is none, help that others pay needs no amount here, and a
    chance to fail left out is the general one.
    """
    paid_elsewhere = {measure.key for measure in records["support"].values() if measure.running}
    return _inputs_frame(
        row
        for row in _all_inputs(records)
        if row.value != row.value
        and not row.field.endswith(_OPTIONAL)
        and not (row.file == "support" and row.key in paid_elsewhere)
        and not (row.file == "openings" and row.field in ("least", "others"))
    )


_OPTIONAL = ("ceiling_yuan", "cap_yuan", "facility.least", "facility.others", "fails_per_year")


def _inputs_frame(rows: Iterator[Input]) -> pd.DataFrame:
    import pandas as pd

    frame = pd.DataFrame(list(rows), columns=list(Input._fields))
    return frame.astype({name: ("float64" if name == "value" else "str") for name in Input._fields})


def _all_inputs(records_by_file: RecordsByFile) -> Iterator[Input]:
    for file, records in records_by_file.items():
        for record in records.values():
            for leaf in _leaves(record, "", record.status, record.source):
                yield Input(file, record.key, *leaf, record.in_force)


Leaf = tuple[str, float, str, str, str]


def _leaves(block: BaseModel, prefix: str, status: str, source: str) -> Iterator[Leaf]:
    status = getattr(block, "status", None) or status
    source = _origin(block) or source
    if isinstance(block, Condition):
        yield from _condition(block, prefix, status)
        return
    for name, field in type(block).model_fields.items():
        value = getattr(block, name)
        extra: Any = field.json_schema_extra
        if isinstance(extra, dict) and "unit" in extra:
            yield from _numbers(f"{prefix}{name}", value, _unit(block, str(extra["unit"])), status, source)
        elif isinstance(value, BaseModel):
            yield from _leaves(value, f"{prefix}{name}.", status, source)
        elif isinstance(value, tuple):
            for step, item in _named(value):
                yield from _leaves(item, f"{prefix}{name}.{step}.", status, source)


def _origin(block: BaseModel) -> str:
    """Return the source a part names for itself; the `source` of an earning is a kind of income."""
    if isinstance(block, (Earning, Closing)):
        return block.prior_source
    return str(getattr(block, "source", ""))


def _unit(block: BaseModel, unit: str) -> str:
    if isinstance(block, Assumption):
        return block.unit
    if unit != "see basis" or not isinstance(block, Earning):
        return unit
    return {"yuan_per_month": "yuan per month", "post_wage": "share of the wage"}.get(block.basis, "share of income")


def _named(items: tuple[Any, ...]) -> Iterator[tuple[str, BaseModel]]:
    """Yield the parts of a list by the same steps that `Catalogue.replaced` understands."""
    seen: set[str] = set()
    for i, item in enumerate(items):
        if isinstance(item, BaseModel):
            name = "" if isinstance(item, Condition) else natural_key(item.model_dump(include=NATURAL, mode="json"))
            step = name if name and name not in seen else str(i)
            seen.add(step)
            yield step, item


def _numbers(field: str, value: Any, unit: str, status: str, source: str) -> Iterator[Leaf]:
    if isinstance(value, dict):
        for month, number in value.items():
            yield from _numbers(f"{field}.{month}", number, unit, status, source)
    else:
        yield field, float("nan") if value is None else float(value), unit, status, source


def _condition(condition: Condition, prefix: str, status: str) -> Iterator[Leaf]:
    if isinstance(condition.value, (int, float)) and not isinstance(condition.value, bool):
        unit = FIELDS[condition.field].unit
        yield f"{prefix}value", float(condition.value), unit, status, condition.citation
