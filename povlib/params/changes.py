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

from povlib.errors import Fault, ParameterError
from povlib.params.catalogue import Catalogue
from povlib.params.kinds import natural_key
from povlib.params.loading import FILES, build
from povlib.params.wording import unknown


def content_digest(catalogue: Catalogue) -> str:
    """Return the SHA-256 of every value of every file, whatever the layout of the files."""
    content = {name: document.values for name, document in sorted(catalogue.documents.items())}
    plain = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return hashlib.sha256(plain.encode()).hexdigest()


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    raise TypeError(type(value).__name__)


def replaced(catalogue: Catalogue, changes: Mapping[str, Any]) -> Catalogue:
    """Return a checked copy with the values at some dotted keys changed (see `Catalogue.replaced`).

    Raises
    ------
    ParameterError
        For all unknown keys and all values out of range.
    """
    values = {name: copy.deepcopy(document.values) for name, document in catalogue.documents.items()}
    faults: list[Fault] = []
    for dotted, value in changes.items():
        fault = _apply(values, dotted, value)
        if fault is not None:
            faults.append(fault)
    if faults:
        raise ParameterError(faults)
    return build({name: replace(catalogue.documents[name], values=raw) for name, raw in values.items()})


def _apply(values: dict[str, Any], dotted: str, value: Any) -> Fault | None:
    name, *steps = dotted.split(".")
    if name not in values or not steps:
        return unknown("{value} is no known key", dotted, [f"{n}." for n in FILES], dotted)
    current: Any = values[name]
    if isinstance(current, dict):
        current = current.get("records") or []
    for step in steps[:-1]:
        known = _children(current)
        if step not in known:
            return unknown("{value} is no known key", step, known, dotted)
        current = known[step][0][known[step][1]]
    return _set(current, steps[-1], value, dotted)


def _set(current: Any, last: str, value: Any, dotted: str) -> Fault | None:
    if isinstance(current, dict):
        current[last] = value
        return None
    known = _children(current)
    if last not in known:
        return unknown("{value} is no known key", last, known, dotted)
    holder, index = known[last]
    holder[index] = value
    return None


def _children(current: Any) -> dict[str, tuple[Any, Any]]:
    """Return what may be named below a value: keys of a mapping, natural keys and positions of a list."""
    if isinstance(current, dict):
        return {key: (current, key) for key in current}
    if not isinstance(current, list):
        return {}
    found: dict[str, tuple[Any, Any]] = {str(i): (current, i) for i in range(len(current))}
    for i, item in enumerate(current):
        if isinstance(item, dict):
            found.setdefault(natural_key(item), (current, i))
    found.pop("", None)
    return found
