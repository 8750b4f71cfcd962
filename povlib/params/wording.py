"""Faults of records in plain words: what, where, what is allowed, and the nearest known word.

Responsible for translating pydantic's findings and for suggestions. Not responsible for finding
faults across files (`povlib.params.checks`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from povlib.errors import Fault, unknown_word_fault
from povlib.params.conditions import FIELDS

At = tuple[str | int, ...]
Where = Callable[[At], str]


def faults_of(error: ValidationError, model: type[BaseModel], where: Where) -> list[Fault]:
    """Return one fault for each finding of pydantic; `where` gives ``file:line key`` of a path."""
    return [_fault_of_error(found, model, where) for found in error.errors(include_url=False, include_context=True)]


def _fault_of_error(found: Any, model: type[BaseModel], where: Where) -> Fault:
    at = tuple(found["loc"])
    kind, context, value = str(found["type"]), found.get("ctx") or {}, found.get("input")
    key = str(at[-1]) if at else ""
    values = {"key": key, "value": _shortened(value), **{k: _shortened(v) for k, v in context.items()}}
    if kind == "extra_forbidden":
        return unknown_word_fault("{key} is no known key", key, _keys_at(model, at[:-1]), where(at), key=key)
    if kind == "missing":
        return Fault("{key} is missing", where(at[:-1]), values=values)
    if kind == "literal_error":
        return unknown_word_fault(
            "{value} is not allowed for {key}", _shortened(value), _listed_choices(context), where(at), key=key
        )
    if kind == "condition_unknown_field":
        return unknown_word_fault("{value} is no field a condition may look at", context["name"], FIELDS, where(at))
    what, allowed = _WORDS.get(kind, ("{value} cannot stand for {key}", "{msg}"))
    return Fault(what, where(at), allowed=allowed, values={"msg": found.get("msg", ""), **values})


_WORDS: dict[str, tuple[str, str]] = {
    "yuan": ("{value} is no amount in yuan", "a decimal number with at most two places"),
    "month": ("{value} is no month", "a month such as 2016-05"),
    "greater_than_equal": ("{key} is {value}", "{ge} or more"),
    "greater_than": ("{key} is {value}", "more than {gt}"),
    "less_than_equal": ("{key} is {value}", "{le} or less"),
    "less_than": ("{key} is {value}", "less than {lt}"),
    "finite_number": ("{key} is {value}", "a finite number"),
    "int_parsing": ("{value} is no whole number", "a whole number"),
    "int_type": ("{value} is no whole number", "a whole number"),
    "int_from_float": ("{value} is no whole number", "a whole number"),
    "float_parsing": ("{value} is no number", "a number"),
    "float_type": ("{value} is no number", "a number"),
    "bool_type": ("{value} is neither true nor false", "true or false"),
    "bool_parsing": ("{value} is neither true nor false", "true or false"),
    "string_type": ("{value} is no text", "text"),
    "string_too_short": ("{key} is empty", "at least one character"),
    "string_pattern_mismatch": ("{value} does not have the form of {key}", "{pattern}"),
    "tuple_type": ("{value} is no list", "a list"),
    "too_short": ("{key} is empty", "at least one entry"),
    "model_type": ("{key} must hold keys of its own", "keys and values"),
    "model_attributes_type": ("{key} must hold keys of its own", "keys and values"),
    "dict_type": ("{key} must hold keys of its own", "keys and values"),
    "condition_wrong_level": ("{name} belongs to the {level}", "on: household, or on: worker / any_member"),
    "condition_wrong_op": ("{name} cannot be compared by {op}", "{allowed}"),
    "condition_wrong_value": ("{value} cannot be compared with {name}", "a value for a {kind}"),
    "uneven_use": ("{amount} weeks do not divide evenly over {months} months", "a multiple of the months"),
    "paid_in": ("{value} are no calendar months in order", "numbers from 1 to 12, rising, each once"),
    "cap": ("cap_yuan goes with the verdict capped, and only with it", ""),
    "keep_total": ("the shares kept add up to {value}", "1 or less"),
    "months_order": ("the months are out of order", "plan_month <= help_from <= help_to <= horizon"),
    "window": ("the months run backwards, from {first} to {last}", "a window whose first month comes first"),
    "objective": ("the objective weighs nothing", "at least one weight above 0"),
}


def _shortened(value: Any) -> str:
    shown = "nothing" if value is None else str(value).removeprefix("Decimal('").removesuffix("')")
    return shown if len(shown) <= 60 else shown[:57] + "..."


def _listed_choices(context: dict[str, Any]) -> list[str]:
    listed = str(context.get("expected", "")).replace(" or ", ", ")
    return [word.strip().strip("'") for word in listed.split(",") if word.strip()]


def _keys_at(model: type[BaseModel], at: At) -> list[str]:
    """Return the keys that may stand at a path inside a model."""
    current: Any = model
    for step in at:
        if isinstance(step, int):
            continue
        field = _field_type(current, step)
        current = _model_in(field.annotation) if field is not None else None
    if current is None:
        return []
    return [field.alias or name for name, field in current.model_fields.items()]


def _field_type(model: Any, step: str) -> Any:
    if model is None:
        return None
    for name, field in model.model_fields.items():
        if step in (name, field.alias):
            return field
    return None


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_in(part) for part in get_args(annotation))
    return next((model for model in found if model is not None), None)
