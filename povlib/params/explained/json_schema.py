"""JSON Schemas of the parameter files, for editors that complete keys and mark slips while somebody types.

Responsible for one schema a file, from the records themselves: types, units, ranges, choices, and meanings in each
language. Not responsible for what must agree between files (`povlib.params.checking`), which no schema can say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from povlib.params.explained.meanings import meaning_of
from povlib.params.kinds import MONTH_SCHEMA, Sourced
from povlib.params.loading import FILES
from povlib.params.procedures.cooperation import Cooperation
from povlib.params.procedures.exit_procedure import Procedure
from povlib.params.procedures.inspection import Inspection
from povlib.params.procedures.performance import Performance
from povlib.params.procedures.products import ProductRules
from povlib.params.procedures.rolling_horizon import RollingHorizon
from povlib.params.procedures.sharing import Sharing
from povlib.params.settings import Settings
from povlib.params.villages.areas import LEVELS
from povlib.params.villages.village_groups import HELD
from povlib.params.villages.village_income import VillageIncomeRules
from povlib.words import languages

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]
#: files that are one record
WHOLE_FILES: dict[str, type[BaseModel]] = {
    "procedure": Procedure,
    "inspection": Inspection,
    "cooperation": Cooperation,
    "products": ProductRules,
    "horizon": RollingHorizon,
    "village_income": VillageIncomeRules,
    "performance": Performance,
    "sharing": Sharing,
}


class _Generator(GenerateJsonSchema):
    """pydantic's own, with months as they are written and without a title for every key."""

    def is_instance_schema(self, schema: core_schema.IsInstanceSchema) -> JsonSchemaValue:
        """Return the schema of the only class that is no plain value: a month."""
        return dict(MONTH_SCHEMA)

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Return False: a key is its own title."""
        return False


def record_schema(model: type[BaseModel]) -> Schema:
    """Return the schema of one record, its parts under ``$defs``.

    Examples
    --------
    >>> from povlib.params import Fund
    >>> amount = record_schema(Fund)["properties"]["amount_yuan"]
    >>> amount["unit"], amount["anyOf"][0]["maximum"]
    ('yuan', 10000000000000)
    """
    made: Schema = _plain(model.model_json_schema(schema_generator=_Generator))
    parts = {kind.__name__: kind for kind in _models_in(model)}
    for name, part in [(model.__name__, made), *made.get("$defs", {}).items()]:
        part.pop("title", None)
        if name in parts:
            part.pop("description", None)
            _describe(part, parts[name])
    return made


_BOUNDS = {"ge": "minimum", "le": "maximum", "gt": "exclusiveMinimum", "lt": "exclusiveMaximum"}
_NUMBERS = {*_BOUNDS.values()}


def _plain(schema: Any) -> Any:
    """Return a schema with bounds by their names in JSON Schema, and months as they are written."""
    if isinstance(schema, list):
        return [_plain(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.keys() == {"year", "month"} and all(isinstance(part, int) for part in schema.values()):
        return f"{schema['year']}-{schema['month']:02d}"
    named = {_BOUNDS.get(key, key): _plain(part) for key, part in schema.items()}
    # bounds of exact decimals come as texts
    return {key: float(part) if key in _NUMBERS and isinstance(part, str) else part for key, part in named.items()}


def _models_in(model: type[BaseModel], seen: set[type[BaseModel]] | None = None) -> set[type[BaseModel]]:
    """Return a record's class with those of all its parts."""
    from typing import get_args

    seen = set() if seen is None else seen
    seen.add(model)
    left = [field.annotation for field in model.model_fields.values()]
    while left:
        found = left.pop()
        if isinstance(found, type) and issubclass(found, BaseModel):
            if found not in seen:
                _models_in(found, seen)
        else:
            left += get_args(found)
    return seen


def _describe(part: Schema, model: type[BaseModel]) -> None:
    """Put meanings in each language, with the unit, beside the keys of a part."""
    for name, schema in part.get("properties", {}).items():
        meaning = meaning_of(model, name)
        if meaning is None:
            continue
        unit = f" ({schema['unit']})" if schema.get("unit") else ""
        said = {lang: meaning.show(lang) for lang in languages()}
        schema["description"] = " · ".join(said.values()) + unit
        schema["meaning"] = said


def file_schema(name: str) -> Schema:
    """Return the schema of one file of a folder of parameters, by its stem.

    Examples
    --------
    >>> file_schema("villages")["anyOf"][0]["type"], sorted(file_schema("bundling")["properties"])
    ('array', ['default', 'defaults', 'records'])
    """
    if name in WHOLE_FILES:
        return {"$schema": DIALECT, **record_schema(WHOLE_FILES[name])}
    model = FILES[name]
    record = record_schema(model)
    parts = record.pop("$defs", {})
    sourced = issubclass(model, Sourced)
    if sourced:
        # what the head says need not be said again
        record["required"] = [key for key in record.get("required", ()) if key not in Sourced.model_fields]
    head = {key: record_schema(Sourced)["properties"][key] for key in ("status", "source", "in_force")}
    properties: Schema = {
        "defaults": {"type": ["object", "null"], "properties": head, "additionalProperties": False},
        "records": {"type": ["array", "null"], "items": {"$ref": "#/$defs/record"}},
    }
    if name == "bundling":
        properties["default"] = {"enum": ["allowed", "forbidden"]}
    whole: Schema = {
        "type": "object", "properties": properties, "required": ["records"], "additionalProperties": False,
    }  # fmt: skip
    if name == "villages":
        parts["group"] = _group_of_villages(record)
        properties["records"]["items"] = _VILLAGE_OR_GROUP
        whole = {"anyOf": [{"type": "array", "items": _VILLAGE_OR_GROUP}, whole]}
    return {"$schema": DIALECT, **whole, "$defs": {**parts, "record": record}}


_VILLAGE_OR_GROUP: Schema = {"anyOf": [{"$ref": "#/$defs/record"}, {"$ref": "#/$defs/group"}]}


def _group_of_villages(record: Schema) -> Schema:
    """Return the schema of villages under the areas they lie in; in a group a village may be its name alone."""
    named = {level: record["properties"][level] for level in LEVELS}
    held = {"type": "array", "items": {"anyOf": [{"type": "string"}, *_VILLAGE_OR_GROUP["anyOf"]]}}
    return {
        "type": "object", "properties": {**named, HELD: held}, "required": [HELD], "additionalProperties": False,
    }  # fmt: skip


_SHARE: Schema = {"type": "string", "pattern": r"^[+-]\d+(\.\d+)?\s*%$"}


def scenario_schema(model: type[BaseModel], keys: Mapping[str, Any]) -> Schema:
    """Return the schema of scenario files.

    Parameters
    ----------
    model : class
        Of the file itself.
    keys : mapping
        Dotted keys that editors should offer, with the value each has in the files.
    """
    made = record_schema(model)
    settings = record_schema(Settings)
    parts = {**made.pop("$defs", {}), **settings.pop("$defs", {})}
    settings.pop("required", None)
    for name, schema in settings["properties"].items():
        settings["properties"][name] = _or_share(schema)
    for schema in parts.get("Objective", {}).get("properties", {}).values():
        schema["anyOf"] = [{k: schema.pop(k) for k in ("type", "minimum", "maximum") if k in schema}, _SHARE]
    # `objective.persons: 0` may stand on one line, as on the command line
    weights = parts.get("Objective", {}).get("properties", {})
    settings["properties"] |= {f"objective.{name}": schema for name, schema in weights.items()}
    changes: Schema = {
        "type": "object",
        "properties": {key: {"description": str(value)} for key, value in keys.items()},
        "propertyNames": {"pattern": rf"^(({'|'.join(FILES)})\.|settings\.)"},
    }
    made["properties"] |= {"changes": changes, "settings": settings}
    return {"$schema": DIALECT, **made, "$defs": parts}


def _or_share(schema: Schema) -> Schema:
    """Return the schema of a setting that may also be changed by a share of itself (``+20%``)."""
    if schema.get("type") not in ("number", "integer"):
        return schema
    kept: Schema = {key: schema[key] for key in ("description", "default", "meaning") if key in schema}
    return {**kept, "anyOf": [{key: value for key, value in schema.items() if key not in kept}, _SHARE]}
