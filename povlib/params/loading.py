"""Loading a ``params/`` folder: files -> records, all faults of all files at once.

Responsible for which file holds which records, and for building them. Not responsible for what
must agree between files (`povlib.params.checking`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from povlib import places
from povlib.errors import Fault, ParameterError, unknown_word_fault
from povlib.params.assumptions import Assumption
from povlib.params.catalogue import Bundling, Catalogue
from povlib.params.causes import CauseRule
from povlib.params.checking.catalogue_checks import check_catalogue
from povlib.params.houses import HouseItem, HousePrice
from povlib.params.kinds import Block, Date, Records, Sourced, Status, natural_key
from povlib.params.pairs import Pair
from povlib.params.reading import Document, read_yaml
from povlib.params.resources import Coop, Crew, Fund, Post, Site
from povlib.params.standards import Line, TransferKind, Village
from povlib.params.support import Measure
from povlib.params.villages.openings import Opening
from povlib.params.villages.village_groups import GROUP_KEYS, keys_of_no_group, listed_villages
from povlib.params.wording import faults_of

FILES: dict[str, type[BaseModel]] = {
    "lines": Line,
    "income": TransferKind,
    "support": Measure,
    "funds": Fund,
    "posts": Post,
    "coops": Coop,
    "sites": Site,
    "openings": Opening,
    "crews": Crew,
    "bundling": Pair,
    "causes": CauseRule,
    "house_standard": HouseItem,
    "house_prices": HousePrice,
    "villages": Village,
    "exits": Assumption,
}
"""File stem -> model of its records."""
GENERAL = ("exits", "house_standard", "house_prices")
"""Files that a folder may lack (most offices share them, or the folder is older): those of ``params/`` stand in."""

LATER = ("sites", "openings", "causes")
"""Files that offices made before they were there do without: nothing is in them."""

At = tuple[str | int, ...]


@dataclass(frozen=True)
class Built:
    """The records of one file, where each stands in it, and the faults found."""

    rows: tuple[Any, ...]
    at: tuple[At, ...]
    faults: tuple[Fault, ...]
    listed: frozenset[str] | None = None


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
    # every file is read before any is judged: a planner mends all slips of all files in one go
    for name in FILES:
        try:
            path = _file_path(Path(folder), name)
            absent = name in LATER and not path.exists()
            documents[name] = Document(path, {"records": []}, {}) if absent else read_yaml(path)
        except ParameterError as error:
            faults.extend(error.faults)
    return build_catalogue(documents, faults)


def _file_path(folder: Path, name: str) -> Path:
    path = folder / f"{name}.yaml"
    return places.PARAMS / path.name if name in GENERAL and not path.exists() else path


def build_catalogue(documents: Mapping[str, Document], faults: list[Fault] | None = None) -> Catalogue:
    """Build and check a catalogue from documents already read.

    Raises
    ------
    ParameterError
        As `load`; `faults` found before are raised with the others.
    """
    found = {name: _build_records(name, document) for name, document in documents.items()}
    all_faults = [*(faults or ()), *(fault for built in found.values() for fault in built.faults)]
    catalogue = _assemble_catalogue(found, documents)
    at = {name: _record_places(built) for name, built in found.items()}
    # checks between files run even where records are faulty, on those that are sound: one round of mending fewer
    wrong, odd = check_catalogue(catalogue, at, {n: b.listed for n, b in found.items() if b.listed is not None})
    if all_faults or wrong:
        raise ParameterError([*all_faults, *wrong])
    return replace(catalogue, warnings=tuple(odd))


def _record_places(built: Built) -> dict[str, At]:
    return {row.key: at for row, at in zip(built.rows, built.at, strict=True)}


def _assemble_catalogue(found: Mapping[str, Built], documents: Mapping[str, Document]) -> Catalogue:
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
        sites=Records(rows("sites")),
        openings=Records(rows("openings")),
        crews=Records(rows("crews")),
        villages=Records(rows("villages")),
        exits=Records(rows("exits")),
        causes=Records(rows("causes")),
        house_standard=Records(rows("house_standard")),
        house_prices=Records(rows("house_prices")),
        bundling=Bundling(str(default), Records(rows("bundling"))),
        documents=dict(documents),
        rebuild=build_catalogue,
    )


def _build_records(name: str, document: Document) -> Built:
    """Build the records of one file; those that are wrong are left out and named."""
    frame = _read_document(name, document)
    faults = list(frame.faults)
    rows: dict[str, Any] = {}
    places: list[At] = []
    for at, raw in frame.listed:
        if not isinstance(raw, dict):
            faults.append(Fault("this entry is no record of keys and values", document.where(at)))
            continue
        # a record's own word comes after the head's: status, source and date may differ within a file
        row = _validate_record(name, document, at, {**frame.defaults, **raw}, faults)
        if row is not None and row.key in rows:
            faults.append(Fault("{key} stands here twice", document.where(at), values={"key": row.key}))
        elif row is not None:
            rows[row.key] = row
            places.append(at)
    # keys of faulty records count as listed, or each reference to them would be reported as unknown too
    keys = frozenset(natural_key(raw) for _, raw in frame.listed if isinstance(raw, dict)) if frame.whole else None
    return Built(tuple(rows.values()), tuple(places), tuple(faults), keys)


def _validate_record(name: str, document: Document, at: At, raw: dict[str, Any], faults: list[Fault]) -> Any:
    """Return a record as its model; None when it is faulty, the faults then being in `faults`."""
    model = FILES[name]
    own = str(raw.get("key") or raw.get("name") or "")

    def where(inner: At) -> str:
        dotted = ".".join(str(part) for part in (own, *inner) if part != "")
        return f"{document.where((*at, *inner))} {dotted}".strip()

    try:
        return model.model_validate(raw)
    except ValidationError as error:
        faults.extend(faults_of(error, model, where))
        return None


class _Head(Block):
    """The head of a file: what its records say unless they say otherwise."""

    status: Status = "assumed"
    source: str = Field(default="-", min_length=1)
    in_force: Date = "2016"


@dataclass(frozen=True)
class _Frame:
    """The raw records of a file with their paths, what they inherit, and what is wrong around them."""

    listed: tuple[tuple[At, Any], ...] = ()
    defaults: Mapping[str, Any] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    whole: bool = True


def _read_document(name: str, document: Document) -> _Frame:
    """Return the records of a file with the values they inherit, and the faults of its frame."""
    values = document.values
    # villages.yaml may be a bare list, as an office pastes it; it inherits nothing
    if isinstance(values, list) and name == "villages":
        return _village_frame(document, values, ())
    if not isinstance(values, dict):
        return _Frame(faults=(Fault("this file must hold `defaults` and `records`", document.where()),), whole=False)
    faults = _unknown_keys(name, document)
    defaults, wrong = _inherited_values(document)
    listed = [] if values.get("records") is None else values["records"]
    if not isinstance(listed, list):
        faults.append(Fault("`records` must be a list", document.where(("records",))))
        listed = []
    if "records" not in values and not faults:
        faults.append(Fault("{key} is missing", document.where(), values={"key": "records"}))
    if name == "villages":
        groups = _village_frame(document, listed, ("records",))
        return _Frame(groups.listed, {}, (*faults, *wrong, *groups.faults), whole="records" in values)
    # records without a source of their own kind would refuse inherited status and source as unknown keys
    inherited = defaults if issubclass(FILES[name], Sourced) else {}
    rows = tuple((("records", i), raw) for i, raw in enumerate(listed))
    return _Frame(rows, inherited, (*faults, *wrong), whole="records" in values)


def _village_frame(document: Document, values: list[Any], at: At) -> _Frame:
    """Return the villages of a list, flat or in groups, and keys that no group has."""
    wrong = [
        unknown_word_fault("{key} is no known key", key, GROUP_KEYS, document.where(place), key=key)
        for place, key in keys_of_no_group(values, at)
    ]
    return _Frame(tuple((row.at, row.raw) for row in listed_villages(values, at)), faults=tuple(wrong))


def _unknown_keys(name: str, document: Document) -> list[Fault]:
    """Return one fault per key of the file that is not known, and one for a faulty default verdict."""
    allowed = {"defaults", "records"} | ({"default"} if name == "bundling" else set())
    faults = [
        unknown_word_fault("{key} is no known key", key, allowed, document.where((key,)), key=key)
        for key in document.values
        if key not in allowed
    ]
    verdict = document.values.get("default", "allowed")
    if name == "bundling" and verdict not in ("allowed", "forbidden"):
        where = document.where(("default",))
        faults.append(
            unknown_word_fault(
                "{value} is not allowed for {key}", str(verdict), ["allowed", "forbidden"], where, key="default"
            )
        )
    return faults


def _inherited_values(document: Document) -> tuple[dict[str, Any], list[Fault]]:
    """Return what the records inherit; a faulty head is named once and not again by every record."""
    raw = document.values.get("defaults") or {}
    try:
        _Head.model_validate(raw)
    except ValidationError as error:
        faults = faults_of(error, _Head, lambda at: document.where(("defaults", *at)))
        return _Head().model_dump(), faults
    return dict(raw), []
