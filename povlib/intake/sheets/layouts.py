"""What tables intake knows: their fields, and every spelling of their headers.

Responsible for reading ``params/mappings/*.yaml`` (data, extended by an office) on top of the form,
and for the code lists and villages a cell is checked against. Not responsible for finding headers.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml

from povlib.errors import Fault, IntakeError
from povlib.intake.form import ANSWERS, CHECKED_ONLY, HISTORY, SEALED_COLUMNS, Field, Sheet, every_sheet, form
from povlib.params.villages.village_groups import listed_villages
from povlib.places import DATA, PARAMS
from povlib.plain_yaml import plain_values

_ROOM = Path(__file__).parents[1]
_WORDS = _ROOM / "words.yaml"
_FOOTNOTES = re.compile("[①-⑳⑴-⒇※★☆]")
_NUMBER_BEFORE = re.compile(r"^(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*[.、)]\s*(?=\D)")
_UNIT_TAIL = re.compile(
    r"[:,/、\s]\s*(?:单位[:是]?)?\s*((?:万元|千元|元|亩|平方米|公里|m2)(?:/[人年户月])*|[^:,/、\s]+)$"
)
_UNIT_BEHIND = re.compile(
    r"(?:[/:,、]\s*(?:单位[:是]?)?\s*(?:万元|千元|元|人|亩|平方米|公里|m2|%)|\s(?:万元|千元|元|亩|平方米|公里|m2))(?:/[人年户月])*$"
)


#: a row that names fewer fields than this is no row of headers, of whatever sheet
FEWEST_HEADERS = 3


@dataclass(frozen=True)
class Layout:
    """One kind of sheet that intake can read.

    `table` says what its rows are, `columns` its fields by key, `spellings` the folded headers that
    mean each field, `expects` the fields whose absence is noted, `codes` a list of own codes by field (for
    systems that number theirs).
    """

    mapping: str
    table: str
    name: str
    header_row: int
    unique: tuple[str, ...]
    columns: tuple[Field, ...]
    spellings: Mapping[str, str]
    canonical: Mapping[str, str]
    ignore: frozenset[str] = frozenset()
    expects: frozenset[str] = frozenset()
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def field(self, key: str) -> Field:
        """Return a field by key."""
        return next(column for column in self.columns if column.key == key)

    @cached_property
    def required(self) -> tuple[str, ...]:
        """Keys of the fields without which the sheet cannot be read."""
        return tuple(column.key for column in self.columns if column.required)

    @cached_property
    def words(self) -> frozenset[str]:
        """The folded headers that mean one of its fields."""
        return frozenset(self.spellings)

    @property
    def enough(self) -> int:
        """How many of its fields a row must name to be taken for its headers."""
        return max(FEWEST_HEADERS, -(-len(self.required) // 2))


@lru_cache(maxsize=100_000)
def fold_header(text: str) -> str:
    r"""Return a header as headers are compared: no spaces, breaks, brackets, marks or letter width.

    Examples
    --------
    >>> fold_header("人均\n纯收入（元）"), fold_header(" Household_ID *")
    ('人均纯收入', 'householdid')
    """
    plain = unicodedata.normalize("NFKC", _FOOTNOTES.sub("", text)).casefold()
    bare = re.sub(r"[(\[【〔][^()\[\]【】〔〕]*[)\]】〕]", "", plain).strip()
    bare = _UNIT_BEHIND.sub("", _NUMBER_BEFORE.sub("", bare))
    return re.sub(r"[\W_]+", "", re.sub(r"^\W*(?:19|20)\d\d年度?", "", bare or plain))


def unit_in_header(header: str) -> str:
    """Return the unit written in a header's brackets or after a comma or colon, or "".

    Examples
    --------
    >>> unit_in_header("人均纯收入（万元）"), unit_in_header("户编号")
    ('万元', '')
    """
    plain = unicodedata.normalize("NFKC", header)
    inside = re.findall(r"[(\[【〔]([^()\[\]【】〔〕]*)[)\]】〕]", plain)
    tail = _UNIT_TAIL.findall(plain)
    for text in (*inside, *tail):
        bare = re.sub(r"\s+|单位|[:：]", "", text)
        found = re.match(r"万元|千元|元|角|分|人|亩|平方米|公里|月|%|m2|㎡", bare)
        if found:
            return found[0]
    return ""


def read_layouts(folder: Path | None = None) -> tuple[Layout, ...]:
    """Return every layout of a mappings folder (default ``params/mappings``), in the order of the files.

    Raises
    ------
    IntakeError
        With every fault of every file.
    """
    return _parse_layouts(yaml_texts(folder or PARAMS / "mappings"))


def yaml_texts(folder: Path) -> tuple[tuple[str, str], ...]:
    """Return name and text of every YAML file of a folder: what was edited since is read again.

    Raises
    ------
    IntakeError
        If one cannot be read, or is not UTF-8.
    """
    texts = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            texts.append((path.name, path.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError) as error:
            raise IntakeError("the file cannot be read as UTF-8 text", where=str(path)) from error
    return tuple(texts)


@lru_cache(maxsize=8)
def _parse_layouts(texts: tuple[tuple[str, str], ...]) -> tuple[Layout, ...]:
    parsed: list[Layout] = []
    faults: list[Fault] = []
    for name, content in texts:
        try:
            raw = plain_values(content)
            parsed.extend(_parse_layout(raw["mapping"], sheet) for sheet in raw["sheets"])
        except yaml.YAMLError as error:
            faults.append(Fault("the file is no YAML: {problem}", name, values={"problem": str(error).split("\n")[0]}))
        except (KeyError, TypeError, ValueError) as error:
            faults.append(Fault("the mapping is wrong: {problem}", name, values={"problem": repr(error)}))
    if faults:
        raise IntakeError(faults)
    return tuple(parsed)


def _parse_layout(mapping: str, sheet: dict[str, Any]) -> Layout:
    given: dict[str, dict[str, Any]] = sheet.get("fields") or {}
    base = every_sheet()[sheet["inherit"]] if "inherit" in sheet else None
    columns = _inherited_fields(base, sheet.get("only"), given)
    known = {f.key for f in columns}
    columns += [
        _field_with_changes(_field_of_mapping(sheet["table"], key, spec), spec)
        for key, spec in given.items()
        if key not in known
    ]
    return Layout(
        mapping,
        sheet["table"],
        sheet.get("sheet", base.name if base else ""),
        sheet.get("header_row", 1),
        tuple(sheet.get("unique", base.unique if base else ("hh",))),
        tuple(columns),
        _spellings_of_columns(columns, given),
        {column.key: column.header for column in columns},
        frozenset(fold_header(str(word)) for word in sheet.get("ignore", ())),
        frozenset(sheet.get("expects", known)),
        {
            key: {str(k).casefold(): v for k, v in spec["values"].items()}
            for key, spec in given.items()
            if "values" in spec
        },
    )


def _inherited_fields(base: Sheet | None, only: Sequence[str] | None, given: dict[str, dict[str, Any]]) -> list[Field]:
    """Return the fields of a sheet of the form, all or the named ones, as a mapping changes them."""
    inherited = base.fields if base else ()
    return [_field_with_changes(f, given.get(f.key, {})) for f in inherited if only is None or f.key in only]


def _spellings_of_columns(columns: list[Field], given: dict[str, dict[str, Any]]) -> dict[str, str]:
    """Return which column each folded header means; one that means two is refused."""
    spellings: dict[str, str] = {}
    for column in columns:
        for word in (column.header, *given.get(column.key, {}).get("aliases", ())):
            if spellings.setdefault(fold_header(str(word)), column.key) != column.key:
                raise ValueError(f"{word!r} names two columns")
    return spellings


_FIELD_NAMES = {f.name for f in fields(Field)} - {"key"}


def _field_of_mapping(table: str, key: str, spec: dict[str, Any]) -> Field:
    """Return a field that a mapping adds: one of the form under another table (``household.cause``), or new."""
    other, _, name = key.rpartition(".")
    if other:
        return replace(form().sheet(other).field(name), key=key)
    return Field(key, spec["header"], spec["kind"], destination=_usual_destination(table, key, spec["kind"]))


def _usual_destination(table: str, key: str, kind: str) -> str:
    """Return where a field of a mapping goes that says nothing about it.

    What the form asks under the same key goes where the form says. A text may hold anything about a person and is
    sealed; figures and days of a household become lines of its history; everything else is an answer of its own.
    """
    if table == "household_brief" and key == "head_id":
        return "identity.id_number"
    asked = {field.key: field for field in every_sheet()[table.removesuffix("_brief")].fields}
    if key in asked:
        return asked[key].destination
    if table == "household_brief" and key == "month":
        return f"{CHECKED_ONLY}: the month of the whole file"
    if kind in ("text", "key", "village", "identity", "id_number", "phone", "account"):
        return SEALED_COLUMNS
    figure = kind in ("money", "integer", "number", "date", "month")
    return HISTORY if figure and table in ("household", "household_brief") else ANSWERS


def _field_with_changes(column: Field, spec: dict[str, Any]) -> Field:
    unknown = set(spec) - _FIELD_NAMES - {"aliases", "values"}
    if unknown:
        raise ValueError(f"unknown keys {sorted(unknown)}")
    return replace(column, **{name: spec[name] for name in _FIELD_NAMES & set(spec)})


@cache
def word_lists() -> dict[str, frozenset[str]]:
    """Return the lists of ``words.yaml`` (yes, no, totals, signatures, units), folded."""
    raw = plain_values(_WORDS.read_text(encoding="utf-8"))
    return {name: frozenset(str(word).casefold() for word in words) for name, words in raw.items()}


@dataclass(frozen=True)
class Villages:
    """Registered villages: `known` maps every accepted spelling (folded) to the name."""

    names: tuple[str, ...]
    known: Mapping[str, str]

    @classmethod
    def of(cls, rows: Sequence[Mapping[str, Any]]) -> Villages:
        """Return the villages of rows ``{name, aliases}``.

        Raises
        ------
        IntakeError
            If a row has no name, or one spelling names two villages.
        """
        known: dict[str, str] = {}
        faults = []
        for number, row in enumerate(rows, start=1):
            if not isinstance(row, Mapping) or not row.get("name"):
                faults.append(Fault("village {n} has no name", "villages.yaml", values={"n": number}))
                continue
            for word in (row["name"], *(row.get("aliases") or ())):
                if known.setdefault(fold_village(str(word)), str(row["name"])) != str(row["name"]):
                    faults.append(Fault("{word} names two villages", "villages.yaml", values={"word": word}))
        if faults:
            raise IntakeError(faults)
        return cls(tuple(str(row["name"]) for row in rows), known)


def fold_village(text: str) -> str:
    """Return the name of a village as names are compared: NFKC, no spaces."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def read_villages(path: Path | None = None) -> Villages:
    """Return the registered villages of a file (default ``params/villages.yaml``).

    Raises
    ------
    IntakeError
        If it cannot be read or is no list of ``{name, aliases}``, flat or in groups.
    """
    path = path or PARAMS / "villages.yaml"
    try:
        rows = plain_values(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise IntakeError("the file of villages cannot be read", where=str(path)) from error
    rows = rows.get("villages") if isinstance(rows, Mapping) else rows
    if not isinstance(rows, list):
        raise IntakeError("the file of villages cannot be read", where=str(path), allowed="a list of - name: ...")
    return Villages.of([row.raw for row in listed_villages(rows)])


def rules_digest(villages: Villages, folder: Path | None = None) -> str:
    """Return the digest of everything a cell is judged by: form, mappings, words, codes, audit rules, villages."""
    digest = hashlib.sha256()
    folder = folder or PARAMS
    own = [_ROOM / "form.yaml", _ROOM / "form_of_township.yaml", _WORDS]
    for name in ("mappings", "rules"):
        place = folder / name
        own += sorted((place if place.is_dir() else PARAMS / name).glob("*.yaml"))
    for path in (*own, *sorted((DATA / "tables").glob("*.yaml"))):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    digest.update(repr(sorted(villages.known.items())).encode())
    return digest.hexdigest()
