"""Faults of records in plain words: what, where, what is allowed, and the nearest known word.

Responsible for translating pydantic's findings and for suggestions. Not responsible for finding
faults across files (`povlib.params.checking`).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from povlib.errors import Fault, unknown_word_fault
from povlib.params.conditions import FIELDS
from povlib.params.kinds import CLAIM_PATTERN, DATE_PATTERN, KEY_PATTERN, PAIR_PATTERN
from povlib.words import text

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
    if not at and kind in ("model_type", "model_attributes_type", "dict_type"):
        return Fault("this file must hold keys and values", where(at))
    if kind == "string_pattern_mismatch":
        # a planner is told the form in words
        values["pattern"] = text(_FORMS.get(str(context.get("pattern")), "{pattern}"), **values)
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
    "date": ("{value} is no date", "2016, 2016-05 or 2016-05-10"),
    "tuple_type": ("{value} is no list", "a list, in brackets: [ONE, ANOTHER]"),
    "too_short": ("{key} is empty", "at least one entry"),
    "model_type": ("{key} must hold keys of its own", "keys and values"),
    "model_attributes_type": ("{key} must hold keys of its own", "keys and values"),
    "dict_type": ("{key} must hold keys of its own", "keys and values"),
    "condition_wrong_level": ("{name} belongs to the {level}", "on: household, or on: worker / any_member"),
    "condition_wrong_op": ("{name} cannot be compared by {op}", "{allowed}"),
    "condition_wrong_value": ("{value} cannot be compared with {name}", "a value for a {kind}"),
    "uneven_use": ("{amount} weeks do not divide evenly over {months} months", "a multiple of the months"),
    "aid_kinds": ("{value} stands in no list of what is on record", "{known}"),
    "paid_in": ("{value} are no calendar months in order", "numbers from 1 to 12, rising, each once"),
    "cap": ("cap_yuan goes with the verdict capped, and only with it", ""),
    "least_places": ("{amount} places must be taken, but there are {value}", "no more than its capacity"),
    "grant_steps": ("the steps of a grant do not rise: {value}", "each step with more households than the one before"),
    "opens_later": (
        "{amount} places are open already, and from_month lets the others open later",
        "places: 0 here, and a record of its own for the places that are open",
    ),
    "opens_nothing": ("this opening opens no posts and no places", "at least one post or place with a number"),
    "cause_on": ("a rule of first lists looks at the household or at any member", "on: household, or on: any_member"),
    "cause_empty": ("this rule speaks of every household", "at least one of causes, when, wishes"),
    "programme_who": ("a programme looks at the household", "on: household"),
    "works_twice": ("the price {value} stands here twice", "each price once an item"),
    "village_or_area": ("a post is for a village ({value}) or for an area ({amount}), not both", "one of the two"),
    "keep_total": ("the shares kept add up to {value}", "1 or less"),
    "months_order": ("the months are out of order", "plan_month <= help_from <= help_to <= horizon"),
    "window": ("the months run backwards, from {first} to {last}", "a window whose first month comes first"),
    "objective": ("the objective weighs nothing", "at least one weight above 0"),
}


_FORMS = {
    CLAIM_PATTERN: "a number, or a number and a word, such as 3 or 3-fair",
    DATE_PATTERN: "2016, 2016-05 or 2016-05-10",
    KEY_PATTERN: "1-40 small letters, digits or _",
    PAIR_PATTERN: "a key of a measure, kind: and a kind, or fund: and a fund",
}


def _shortened(value: Any) -> str:
    """Return a value as its file has it, on one short line."""
    shown = "nothing" if value is None else _as_written(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."


def _as_written(value: Any, depth: int = 0) -> str:
    if depth > 2:  # a choice: what a planner still looks through
        return "..."
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_as_written(item, depth + 1)}" for key, item in list(value.items())[:9]) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_as_written(item, depth + 1) for item in value[:9]) + "]"
    if isinstance(value, float):
        return f"{value:.15g}"
    # bounds of exact decimals come as their representation
    shown = str(value).removeprefix("Decimal('").removesuffix("')")
    return shown if shown and shown.isprintable() else json.dumps(shown, ensure_ascii=False)


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
