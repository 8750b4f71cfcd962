"""Loading a ``params/`` folder: files -> records, all faults of all files at once.

Responsible for which file holds which records, and for building them. Not responsible for what
must agree between files (`povlib.params.checks`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ValidationError

from povlib.errors import Fault, ParameterError
from povlib.params.catalogue import Bundling, Catalogue
from povlib.params.kinds import Keyed, Records, Sourced
from povlib.params.reading import Document, read_yaml
from povlib.params.resources import Coop, Crew, Fund, Post
from povlib.params.standards import Line, TransferKind, Village
from povlib.params.support import Measure, Pair
from povlib.params.wording import faults_of, unknown

FILES: dict[str, type[BaseModel]] = {
    "lines": Line,
    "income": TransferKind,
    "support": Measure,
    "funds": Fund,
    "posts": Post,
    "coops": Coop,
    "crews": Crew,
    "bundling": Pair,
    "villages": Village,
}
"""File stem -> model of its records."""

_HEAD = {"status", "source", "in_force"}
_T = TypeVar("_T", bound=Keyed)


@dataclass(frozen=True)
class Built:
    """The records of one file, where each stands in it, and the faults found."""

    rows: tuple[Any, ...]
    at: tuple[tuple[str | int, ...], ...]
    faults: tuple[Fault, ...]


def load(folder: Path | str) -> Catalogue:
    """Load and check every file of a ``params/`` folder.

    Parameters
    ----------
    folder : path
        Holds the files named in `FILES`, each ``<name>.yaml``.

    Raises
    ------
    ParameterError
        With every fault of every file: file and line, key, value, what is allowed, a suggestion.

    Examples
    --------
    >>> from povlib import places
    >>> sorted(load(places.PARAMS).funds)[0]
    'county_matching'
    """
    documents: dict[str, Document] = {}
    faults: list[Fault] = []
    if not Path(folder).is_dir():
        raise ParameterError("there is no folder of parameters here", where=str(folder))
    for name in FILES:
        try:
            documents[name] = read_yaml(Path(folder) / f"{name}.yaml")
        except ParameterError as error:
            faults.extend(error.faults)
    return build(documents, faults)


def build(documents: Mapping[str, Document], faults: list[Fault] | None = None) -> Catalogue:
    """Build and check a catalogue from documents already read.

    Raises
    ------
    ParameterError
        As `load`; `faults` found before are raised with the others.
    """
    from povlib.params.checks import check

    found = {name: _records(name, document) for name, document in documents.items()}
    all_faults = [*(faults or ()), *(fault for built in found.values() for fault in built.faults)]
    catalogue = _assemble(found, documents)
    wrong, odd = check(catalogue, {name: built.at for name, built in found.items()})
    if all_faults or wrong:
        raise ParameterError([*all_faults, *wrong])
    return Catalogue(**{**catalogue.__dict__, "warnings": tuple(odd)})


def _assemble(found: Mapping[str, Built], documents: Mapping[str, Document]) -> Catalogue:
    def rows(name: str) -> tuple[Any, ...]:
        return found[name].rows if name in found else ()

    head = documents["bundling"].values if "bundling" in documents else {}
    default = head.get("default", "allowed") if isinstance(head, dict) else "allowed"
    return Catalogue(
        lines=Records(rows("lines")),
        income=Records(rows("income")),
        measures=Records(rows("support")),
        funds=Records(rows("funds")),
        posts=Records(rows("posts")),
        coops=Records(rows("coops")),
        crews=Records(rows("crews")),
        villages=Records(rows("villages")),
        bundling=Bundling(str(default), Records(rows("bundling"))),
        documents=dict(documents),
    )


def _records(name: str, document: Document) -> Built:
    """Build the records of one file; those that are wrong are left out and named."""
    listed, defaults, faults = _split(name, document)
    model = FILES[name]
    rows: list[Any] = []
    places: list[tuple[str | int, ...]] = []
    seen: set[str] = set()
    for at, raw in listed:
        if not isinstance(raw, dict):
            faults.append(Fault("this entry is no record of keys and values", document.where(at)))
            continue
        try:
            row = model.model_validate({**(defaults if issubclass(model, Sourced) else {}), **raw})
        except ValidationError as error:
            faults.extend(faults_of(error, model, _where(document, at, raw)))
            continue
        if row.key in seen:  # type: ignore[attr-defined]
            faults.append(
                Fault("{key} stands here twice", document.where(at), values={"key": row.key})  # type: ignore[attr-defined]
            )
            continue
        seen.add(row.key)  # type: ignore[attr-defined]
        rows.append(row)
        places.append(at)
    return Built(tuple(rows), tuple(places), tuple(faults))


def _where(document: Document, at: tuple[str | int, ...], raw: dict[str, Any]) -> Any:
    name = str(raw.get("key") or raw.get("name") or "")

    def where(inner: tuple[str | int, ...]) -> str:
        dotted = ".".join(str(part) for part in (name, *inner) if part != "")
        return f"{document.where((*at, *inner))} {dotted}".strip()

    return where


def _split(
    name: str, document: Document
) -> tuple[list[tuple[tuple[str | int, ...], Any]], dict[str, Any], list[Fault]]:
    """Return the raw records with their paths, the defaults, and what is wrong with the frame of the file."""
    values = document.values
    if isinstance(values, list) and name == "villages":
        return [((i,), raw) for i, raw in enumerate(values)], {}, []
    if not isinstance(values, dict):
        return [], {}, [Fault("this file must hold `defaults` and `records`", document.where())]
    allowed = {"defaults", "records"} | ({"default"} if name == "bundling" else set())
    faults = [
        unknown("{key} is no known key", key, allowed, document.where((key,)), key=key)
        for key in values
        if key not in allowed
    ]
    defaults = values.get("defaults") or {}
    if not isinstance(defaults, dict):
        return [], {}, [*faults, Fault("`defaults` must hold keys and values", document.where(("defaults",)))]
    faults += [
        unknown("{key} is no known key", key, _HEAD, document.where(("defaults", key)), key=key)
        for key in defaults
        if key not in _HEAD
    ]
    if name == "bundling" and values.get("default", "allowed") not in ("allowed", "forbidden"):
        faults.append(
            unknown(
                "{value} is not allowed for {key}",
                str(values["default"]),
                ["allowed", "forbidden"],
                document.where(("default",)),
                key="default",
            )
        )
    listed = values.get("records") or []
    if not isinstance(listed, list):
        return [], {}, [*faults, Fault("`records` must be a list", document.where(("records",)))]
    return [(("records", i), raw) for i, raw in enumerate(listed)], cast(dict[str, Any], defaults), faults
