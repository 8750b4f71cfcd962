"""Conditions: who may have a measure or a post, as typed data.

Responsible for the fields a condition may look at, the comparisons it may make and whether its
value fits. Not responsible for evaluating it on a ledger (`povlib.support`). Political status,
ethnicity and religion are not fields and cannot become fields.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from povlib.params.kinds import Block, Status

On = Literal["household", "any_member", "worker"]
Op = Literal["==", "!=", "in", "not_in", ">=", "<=", "is_true", "is_false"]
Value = bool | int | float | str


@dataclass(frozen=True)
class ConditionField:
    """A field a condition may name.

    Parameters
    ----------
    key : str
    level : {"household", "member"}
    kind : {"number", "code", "codes", "flag", "text"}
        ``codes``: several codes joined by 、 (`in` is true when any one of them is listed);
        ``flag``: 1, 0 or not known.
    table : str
        Code list of ``data/tables`` that holds the allowed labels.
    unit : str
    """

    key: str
    level: Literal["household", "member"]
    kind: Literal["number", "code", "codes", "flag", "text"]
    table: str = ""
    unit: str = ""


# closed on purpose: what is not here (party, ethnicity, religion) can be no condition, whoever edits the files
def _condition_fields() -> dict[str, ConditionField]:
    member = [
        ConditionField("age", "member", "number", unit="years"),
        ConditionField("sex", "member", "code", "sex"),
        ConditionField("relation", "member", "code", "relation"),
        ConditionField("education", "member", "code", "education"),
        ConditionField("school", "member", "code", "school"),
        ConditionField("health", "member", "codes", "health"),
        ConditionField("labour", "member", "code", "labour"),
        ConditionField("workplace", "member", "code", "workplace"),
        ConditionField("disability", "member", "flag"),
        ConditionField("minimum_living", "member", "flag"),
    ]
    household = [
        ConditionField("village", "household", "text"),
        ConditionField("attribute", "household", "code", "attribute"),
        ConditionField("cause", "household", "code", "cause"),
        ConditionField("status", "household", "code", "status"),
        ConditionField("livelihood", "household", "code", "livelihood"),
        ConditionField("housing_grade", "household", "code", "housing_grade"),
        ConditionField("house_area_m2", "household", "number", unit="m2"),
        ConditionField("size", "household", "number", unit="persons"),
        ConditionField("able_workers", "household", "number", unit="persons"),
        ConditionField("arable_mu", "household", "number", unit="mu"),
        ConditionField("forest_mu", "household", "number", unit="mu"),
        ConditionField("distance_km", "household", "number", unit="km"),
        ConditionField("coop", "household", "text"),
        ConditionField("objects", "household", "flag"),
        ConditionField("water", "household", "flag"),
        ConditionField("schooling", "household", "flag"),
        ConditionField("medical", "household", "flag"),
        ConditionField("housing", "household", "flag"),
    ]
    return {field.key: field for field in (*member, *household)}


FIELDS: dict[str, ConditionField] = _condition_fields()
"""Every field a condition may name. Household: as in ``State.households`` plus `able_workers` (members
of working age whose labour is not 无劳动力 or 丧失劳动力, not in school) and the newest known guarantees
`water schooling medical housing`. Member: as in ``State.members`` plus `age` in full years at the month
of start."""

_OPS: dict[str, tuple[str, ...]] = {
    "number": ("==", "!=", ">=", "<="),
    "code": ("==", "!=", "in", "not_in"),
    "codes": ("in", "not_in"),
    "text": ("==", "!=", "in", "not_in"),
    "flag": ("is_true", "is_false"),
}


class Condition(Block):
    """One condition; a list of them must all hold.

    Parameters
    ----------
    on : {"household", "any_member", "worker"}
        `worker` is the person who would receive the measure or fill the post (also a borrower, a
        trainee or a student); `any_member`: at least one member fulfils it.
    field : str
        One of `FIELDS`.
    op : str
        ``==  !=  >=  <=`` (numbers), ``==  !=  in  not_in`` (codes), ``is_true  is_false`` (flags; not
        known fulfils neither).
    value : number, text or list
        What to compare with; none for flags.
    citation : str
        The rule an auditor would name.

    Examples
    --------
    >>> Condition(on="worker", field="age", op=">=", value=16, citation="rule 5_12_004").show()
    'worker.age >= 16'
    """

    on: On
    field: str
    op: Op
    value: Value | tuple[str, ...] | None = None
    citation: str = Field(min_length=1)
    status: Status | None = None

    @model_validator(mode="after")
    def _fits(self) -> Condition:
        found = FIELDS.get(self.field)
        if found is None:
            raise _condition_error("unknown_field", name=self.field)
        if (found.level == "household") != (self.on == "household"):
            raise _condition_error("wrong_level", name=self.field, level=found.level)
        if self.op not in _OPS[found.kind]:
            raise _condition_error("wrong_op", name=self.field, op=self.op, allowed=" ".join(_OPS[found.kind]))
        if not _value_fits(found, self.op, self.value):
            raise _condition_error("wrong_value", name=self.field, value=str(self.value), kind=found.kind)
        return self

    def show(self) -> str:
        """Return the condition as it would be written on one line."""
        value = "" if self.value is None else f" {_shown_value(self.value)}"
        return f"{self.on}.{self.field} {self.op}{value}"


def _condition_error(code: Any, **values: str) -> PydanticCustomError:
    return PydanticCustomError(f"condition_{code}", "condition", values)


def _shown_value(value: Value | tuple[str, ...]) -> str:
    return "、".join(value) if isinstance(value, tuple) else str(value)


def _value_fits(field: ConditionField, op: str, value: Value | tuple[str, ...] | None) -> bool:
    if field.kind == "flag":
        return value is None
    if op in ("in", "not_in"):
        return isinstance(value, tuple) and len(value) > 0
    if field.kind == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, str)
