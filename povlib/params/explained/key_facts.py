"""Facts about one key: what it means, its value, where that is set, what it may be, who uses it, what it holds up.

Responsible for finding a key by any name people have for it, and for who needs it. Not responsible for layers of
scenarios (`povlib.scenarios`) or for the meanings themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from povlib.errors import Fault, ParameterError, nearest_words, unknown_word_fault
from povlib.params.catalogue import Catalogue
from povlib.params.changes import place_of
from povlib.params.explained.json_schema import record_schema
from povlib.params.kinds import Block, natural_key
from povlib.params.loading import FILES
from povlib.params.settings import Settings
from povlib.params.tables import fold_text
from povlib.words import language, text

SETTINGS = "settings."
Schema = dict[str, Any]


@dataclass(frozen=True)
class KeyFacts:
    """What is known about one key.

    Attributes
    ----------
    key : str
        Dotted, by the keys of the files.
    meaning : str
        In the language in use.
    value : object
        As it stands in the file; the default of a setting. None: not entered.
    where : str
        File and line; empty where it is left out, and for settings.
    unit, allowed : str
        What it counts, and its range or choices.
    status, source, in_force : str
        What kind of figure it is and where it comes from; empty for settings.
    users : tuple of str
        What uses it.
    parts : tuple of KeyFacts
        Of a record: its keys.
    """

    key: str
    meaning: str = ""
    value: Any = None
    where: str = ""
    unit: str = ""
    allowed: str = ""
    status: str = ""
    source: str = ""
    in_force: str = ""
    users: tuple[str, ...] = ()
    parts: tuple[KeyFacts, ...] = field(default=())


def facts_of(catalogue: Catalogue, word: str) -> KeyFacts:
    """Return the facts about a key, by its dotted key, the key or name of a record, or the name of a setting.

    Raises
    ------
    ParameterError
        If nothing goes by that word, with the nearest that there is.

    Examples
    --------
    >>> from povlib import params, places
    >>> catalogue = params.load(places.DATA / "sample" / "params")
    >>> found = facts_of(catalogue, "funds.专项扶贫资金.amount_yuan")
    >>> found.key, found.value, found.unit, found.where, found.allowed
    ('funds.special.amount_yuan', 320000, 'yuan', 'funds.yaml:12', '0 – 10000000000000')
    >>> facts_of(catalogue, "margin").allowed
    '-0.5 – 5'
    """
    key = _key_meant(catalogue, word)
    return _setting_facts(key) if key.startswith(SETTINGS) else _record_facts(catalogue, key)


def _key_meant(catalogue: Catalogue, word: str) -> str:
    """Return the dotted key that a word stands for."""
    settings = _setting_names()
    bare = word.removeprefix(SETTINGS)
    if bare in settings:
        return SETTINGS + bare
    if word.startswith(SETTINGS):
        raise ParameterError([unknown_word_fault("{value} is no known setting", bare, settings, "")])
    if word.partition(".")[0] in FILES and "." in word:
        _refuse_unknown(catalogue, word)
        return word
    named = _records_by_name(catalogue)
    found = named.get(fold_text(word), [])
    if len(found) == 1:
        return found[0]
    if found:
        raise ParameterError(Fault("{word} could mean {several}", values={"word": word, "several": ", ".join(found)})
                             for _ in "1")  # fmt: skip
    keys = [f"{row.file}.{row.key}.{row.field}" for row in catalogue.inputs().itertuples()]
    near = nearest_words(word, [*named, *settings, *keys])
    raise ParameterError("nothing here is called {value}", remedy="did you mean {near}?" if near else "",
                         value=repr(word), near=" / ".join(near))  # fmt: skip


def _setting_names() -> list[str]:
    return [*Settings.model_fields, *(f"{name}.{part}" for name in Settings.model_fields for part in _parts_of(name))]


def _parts_of(setting: str) -> list[str]:
    """Return the settings inside a setting; none where its keys are names that the office chooses."""
    value = getattr(Settings(), setting)
    return list(type(value).model_fields) if isinstance(value, Block) else []


def _records_by_name(catalogue: Catalogue) -> dict[str, list[str]]:
    """Return the dotted keys of records by key, name in any language and alias, folded."""
    found: dict[str, list[str]] = {}
    records = {**catalogue.records_by_file, "villages": catalogue.villages}
    for file, rows in records.items():
        for key, record in rows.items():
            names = getattr(record, "names", None)
            words = {key, *(names.spellings() if names else ()), *getattr(record, "aliases", ())}
            # a name that all years of one authority bear names none of them
            for word in {fold_text(word) for word in words if file != "lines" or word == key}:
                found.setdefault(word, []).append(f"{file}.{key}")
    return found


def _refuse_unknown(catalogue: Catalogue, dotted: str) -> None:
    file, *steps = dotted.split(".")
    place_of(catalogue.documents, dotted)
    current: Any = catalogue.documents[file].values
    current = current.get("records") if isinstance(current, dict) else current
    schema: Schema | None = record_schema(FILES[file])
    root = schema
    for number, step in enumerate(steps):
        if number and schema is not None:
            schema = _child(schema, step, root or {})
            if schema is None:
                known = _keys_of(root or {}, steps[:number])
                raise ParameterError([unknown_word_fault("{value} is no known key", step, known, dotted)])


def _keys_of(root: Schema, steps: list[str]) -> list[str]:
    schema: Schema | None = root
    for step in steps[1:]:
        schema = _child(schema or {}, step, root)
    return list(_resolved(schema or {}, root).get("properties", {}))


def _resolved(schema: Schema, root: Schema) -> Schema:
    """Return a schema behind references, `null` beside it left out, and the items of a list for the list."""
    while True:
        if "$ref" in schema:
            kept = {key: value for key, value in schema.items() if key != "$ref"}
            schema = {**root["$defs"][schema["$ref"].rpartition("/")[2]], **kept}
        elif any(part.get("type") == "null" for part in schema.get("anyOf", ())):
            kept = {key: value for key, value in schema.items() if key != "anyOf"}
            parts = [part for part in schema["anyOf"] if part.get("type") != "null"]
            schema = {**(parts[0] if len(parts) == 1 else {"anyOf": parts}), **kept}
        else:
            return schema


def _child(schema: Schema, step: str, root: Schema) -> Schema | None:
    """Return the schema of what a step leads to; None where no such key may stand."""
    found = _resolved(schema, root)
    if found.get("type") == "array":
        return dict(found.get("items", {}))
    if step in found.get("properties", {}):
        return dict(found["properties"][step])
    more = [found.get("additionalProperties"), *found.get("patternProperties", {}).values()]
    return next((dict(part) for part in more if isinstance(part, dict)), None)


def _meaning(schema: Schema) -> str:
    return str(schema.get("meaning", {}).get(language(), ""))


def _setting_facts(key: str) -> KeyFacts:
    root = record_schema(Settings)
    schema: Schema = root
    value: Any = Settings().plain()
    for step in key.removeprefix(SETTINGS).split("."):
        schema, value = _child(schema, step, root) or {}, value[step]
    found = _resolved(schema, root)
    name = key.removeprefix(SETTINGS)
    inner = _parts_of(name) if name in Settings.model_fields else []
    parts = tuple(_setting_facts(f"{key}.{part}") for part in inner)
    shown = None if parts else value
    return KeyFacts(key, _meaning(schema), shown, "", str(found.get("unit", "")), allowed_text(found), parts=parts)


def _record_facts(catalogue: Catalogue, dotted: str) -> KeyFacts:
    place = place_of(catalogue.documents, dotted)
    file = str(place[0])
    document = catalogue.documents[file]
    inner = tuple(place[1:])
    key, chain = _canonical(document.values, inner, file)
    root = record_schema(FILES[file])
    schema: Schema = root
    meaning = ""
    for step in key.split(".")[2:]:
        schema = _child(schema, step, root) or {}
        # of a month of a crew, say, what its weeks mean
        meaning = _meaning(schema) or meaning
    found = _resolved(schema, root)
    value = chain[-1]
    origin = _origin(document.values, chain)
    parts: tuple[KeyFacts, ...] = ()
    if isinstance(value, dict) and len(key.split(".")) == 2:
        parts = tuple(_record_facts(catalogue, f"{key}.{name}") for name in found.get("properties", {})
                      if name in value and name not in ("key", "names", "status", "source", "in_force"))  # fmt: skip
    where = document.where(inner) if inner in document.lines else ""
    unit = str(found.get("unit", ""))
    for frame in (catalogue.inputs(), catalogue.empty()):
        # the unit of a prior follows from its basis, and what a part says of its source comes before its record's
        same = frame[(frame["file"] + "." + frame["key"] + "." + frame["field"]) == key]
        if len(same):
            row = same.iloc[0]
            unit, origin = str(row["unit"]), (str(row["status"]), str(row["source"]), str(row["in_force"]))
    users = tuple(users_of(catalogue, *key.split(".")[:2]))
    return KeyFacts(key, meaning, value, where, unit, allowed_text(found), *origin, users, parts)


def where_set(catalogue: Catalogue, dotted: str) -> str:
    """Return file and line of the value at a dotted key; empty where it is left out."""
    file, *inner = place_of(catalogue.documents, dotted)
    document = catalogue.documents[str(file)]
    return document.where(tuple(inner)) if tuple(inner) in document.lines else ""


def _canonical(values: Any, inner: tuple[str | int, ...], file: str) -> tuple[str, list[Any]]:
    """Return the dotted key by the files' own keys, and the values on the way to it."""
    steps, chain, current = [file], [values], values
    for step in inner:
        listed = isinstance(current, list)
        try:
            current = current[step]
        except (KeyError, TypeError, IndexError):
            current = None
        chain.append(current)
        if step == "records" and len(steps) == 1 and not listed:
            continue
        steps.append((natural_key(current) if isinstance(current, dict) else "") or str(step) if listed else str(step))
    return ".".join(steps), chain


def _origin(values: Any, chain: list[Any]) -> tuple[str, str, str]:
    """Return status, source and date of what stands nearest around a value and says so."""
    head = values.get("defaults") or {} if isinstance(values, dict) else {}
    around = [part for part in reversed(chain[1:]) if isinstance(part, dict)] + [head]
    said = []
    for name in ("status", "source", "in_force"):
        # of an earning `source` is a kind of income
        names = ("prior_source", name) if name == "source" else (name,)
        said.append(next((str(part[n]) for part in around for n in names if part.get(n) is not None), ""))
    return said[0], said[1], said[2]


def allowed_text(schema: Schema) -> str:
    """Return the range or the choices of a schema in few words; empty where anything of its type may stand."""
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    if schema.get("type") == "boolean":
        return "true, false"
    number: Schema = next(
        (part for part in (schema, *schema.get("anyOf", ())) if "minimum" in part or "maximum" in part), {}
    )
    low, high = number.get("minimum"), number.get("maximum")
    if low is None and high is None:
        low = schema.get("exclusiveMinimum")
        return f"> {low:.15g}" if low is not None else ""
    if high is None:
        return f"≥ {low:.15g}"
    return f"{low:.15g} – {high:.15g}" if low is not None else f"≤ {high:.15g}"


def users_of(catalogue: Catalogue, file: str, record: str) -> Iterator[str]:
    """Yield in words what uses a record: what it pays, who fills it, what stands still without it."""
    measures = catalogue.measures
    if file == "funds":
        paid = [m.names.show() for m in measures.values() if any(payer.fund == record for payer in m.payers)]
        if paid:
            yield text("pays: {names}", names=text(", ").join(paid))
        for coop in catalogue.shared_places.values():
            if coop.facility is not None and record in coop.facility.funds:
                yield text("opens: {name}", name=coop.names.show())
        for opening in catalogue.openings.values():
            if record in opening.funds:
                yield text("opens: {name}", name=opening.names.show())
    elif file == "openings":
        seats = [("posts", catalogue.posts, catalogue.openings[record].posts),
                 ("places", catalogue.shared_places, catalogue.openings[record].places)]  # fmt: skip
        opens = [pool[key].names.show() for _, pool, keys in seats for key in keys if key in pool]  # type: ignore[attr-defined]
        yield text("opens: {name}", name=text(", ").join(opens))
    elif file in ("posts", "coops", "sites"):
        held = catalogue.posts[record] if file == "posts" else catalogue.shared_places[record]
        measure = measures.get(held.measure)
        yield text("measure: {name}", name=measure.names.show() if measure else held.measure)
    elif file == "crews":
        using = [m.names.show() for m in measures.values() if any(use.pool == record for use in m.uses)]
        yield text("builds for: {names}", names=text(", ").join(using))
    elif file == "support":
        filled = [row.names.show() for rows in (catalogue.posts, catalogue.shared_places) for row in rows.values()
                  if row.measure == record]  # fmt: skip
        if filled:
            yield text("filled by: {names}", names=text(", ").join(filled))
        pairs = [key for key, pair in catalogue.bundling.pairs.items() if record in (pair.a, pair.b)]
        if pairs:
            yield text("bundling: {names}", names=", ".join(pairs))
    elif file == "lines":
        yield text("the exit test of plans whose settings.authority is {name}", name=record.rpartition("_")[0])
    elif file == "exits":
        yield text("the projection of who will exit")
    elif file == "house_prices":
        items = catalogue.house_standard.values()
        using = [item.names.show() for item in items if any(work.price == record for work in item.works)]
        if using:
            yield text("makes good: {names}", names=text(", ").join(using))
    elif file == "causes":
        yield text("the first list of households of which it holds")
    elif file == "income":
        yield text("what counts as income in the exit test")
