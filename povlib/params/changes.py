"""Changed copies of a catalogue, and the digest of its content.

Responsible for dotted keys (``funds.special.amount_yuan``), for casting what the command line sends
as text, and for the digest. Not responsible for the order of layers (`povlib.scenarios`).
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from povlib.calendar import Month
from povlib.errors import Fault, ParameterError, unknown_word_fault
from povlib.params.kinds import Records, natural_key
from povlib.params.reading import Document

Documents = Mapping[str, Document]


def content_digest(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of every checked value, whatever the layout of the files and the way of writing a number.

    Parameters
    ----------
    content : mapping
        Records, or a plain value, by the name under which they enter the digest.
    """
    plain = json.dumps(_plain_value(dict(content)), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def _plain_value(value: Any) -> Any:
    if isinstance(value, Records):
        return [_plain_value(row.model_dump()) for row in value.values()]
    if isinstance(value, dict):
        return {str(key): _plain_value(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain_value(item) for item in value]
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return str(value) if isinstance(value, Month) else value


def value_at(documents: Documents, dotted: str) -> Any:
    """Return the value that stands in the files at a dotted key; None where it is left out.

    Raises
    ------
    ParameterError
        If something on the way to it does not exist, with a suggestion.
    """
    values = {name: document.values for name, document in documents.items()}
    found = _holder_of_step(values, dotted)
    if isinstance(found, Fault):
        raise ParameterError([found])
    holder, last = found
    known = _named_children(holder)
    return known[last][0][known[last][1]] if last in known else None


def place_of(documents: Documents, dotted: str) -> tuple[str | int, ...]:
    """Return the path in the files to which a dotted key leads: the same for every way to write the key.

    Raises
    ------
    ParameterError
        As `value_at`.

    Examples
    --------
    >>> from povlib import params, places
    >>> documents = params.load(places.PARAMS).documents
    >>> place_of(documents, "funds.专项扶贫资金.amount_yuan"), place_of(documents, "funds.special.amount_yuan")
    (('funds', 'records', 0, 'amount_yuan'), ('funds', 'records', 0, 'amount_yuan'))
    """
    value_at(documents, dotted)
    name, *steps = dotted.split(".")
    current = documents[name].values
    path: tuple[str | int, ...] = (name,)
    if isinstance(current, dict):
        current, path = current.get("records") or [], (name, "records")
    for step in steps:
        known = _named_children(current)
        if isinstance(current, list) and step not in known:
            raise ParameterError([unknown_word_fault("{value} is no known key", step, _names_in(current), dotted)])
        # a key that may stand there and does not yet (a ceiling left out) is found by its own name
        at = known[step][1] if step in known else step
        path = (*path, at)
        current = known[step][0][at] if step in known else None
    return path


def changed_documents(documents: Documents, changes: Mapping[str, Any]) -> dict[str, Document]:
    """Return copies of the documents with the values at some dotted keys changed, not yet checked.

    Raises
    ------
    ParameterError
        For all unknown keys.
    """
    # a deep copy: a changed scenario must never reach the documents that another scenario starts from
    values = {name: copy.deepcopy(document.values) for name, document in documents.items()}
    faults: list[Fault] = []
    for dotted, value in changes.items():
        fault = _apply_change(values, dotted, value)
        if fault is not None:
            faults.append(fault)
    if faults:
        raise ParameterError(faults)
    return {name: replace(documents[name], values=raw) for name, raw in values.items()}


def _apply_change(values: dict[str, Any], dotted: str, value: Any) -> Fault | None:
    found = _holder_of_step(values, dotted)
    return found if isinstance(found, Fault) else _set_value(*found, value, dotted)


def _holder_of_step(values: Mapping[str, Any], dotted: str) -> tuple[Any, str] | Fault:
    """Return the mapping or list in which the last step of a dotted key stands, and that step."""
    name, *steps = dotted.split(".")
    if name not in values:
        return unknown_word_fault("{value} is no known key", name, values, dotted)
    current: Any = values[name]
    if isinstance(current, dict):
        # dotted keys name records by their key, never by the word `records`: a planner thinks `funds.special`
        current = current.get("records") or []
    if not steps:
        return unknown_word_fault(
            "{value} names a whole file", dotted, [f"{name}.{key}" for key in _names_in(current)], dotted
        )
    for step in steps[:-1]:
        known = _named_children(current)
        if step not in known:
            return unknown_word_fault("{value} is no known key", step, _names_in(current), dotted)
        current = known[step][0][known[step][1]]
    return current, steps[-1]


def _set_value(current: Any, last: str, value: Any, dotted: str) -> Fault | None:
    """Set a value in place; return a fault where there is no such key, else None."""
    if isinstance(current, dict):
        current[last] = value
        return None
    known = _named_children(current)
    if last not in known:
        return unknown_word_fault("{value} is no known key", last, _names_in(current), dotted)
    holder, index = known[last]
    holder[index] = value
    return None


def _named_children(current: Any) -> dict[str, tuple[Any, Any]]:
    """Return what may be named below a value: keys of a mapping; natural keys, positions and names of a list."""
    if isinstance(current, dict):
        return {key: (current, key) for key in current}
    if not isinstance(current, list):
        return {}
    found: dict[str, tuple[Any, Any]] = {str(i): (current, i) for i in range(len(current))}
    for i, item in enumerate(current):
        if isinstance(item, dict):
            found.setdefault(natural_key(item), (current, i))
    for i, item in enumerate(current):
        names = item.get("names") if isinstance(item, dict) else None
        # what people call it, after every key: a key is never taken for another entry's name
        for name in names.values() if isinstance(names, dict) else ():
            found.setdefault(str(name), (current, i))
    # entries without a name of their own are reached by position only
    found.pop("", None)
    return found


def _names_in(current: Any) -> list[str]:
    """Return what suggestions may offer: names rather than positions."""
    known = list(_named_children(current))
    return [name for name in known if not name.isdigit()] or known
