"""YAML files, read safely, with the line of every value.

Responsible for turning a file into plain values (text, whole numbers, exact decimals, lists,
mappings) and for saying in plain words why it cannot be read. Not responsible for what the values
mean. Only ``true`` and ``false`` are truth values (a key called ``on`` stays text) and dates stay
text, so that what a planner typed is what is checked.
"""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from povlib.errors import Fault, ParameterError
from povlib.plain_yaml import MAX_DEPTH, may_be_deep
from povlib.words import text

Path_ = tuple[str | int, ...]
_REFERENCE = "references (*) are not allowed here"
_TOO_DEEP = "this file nests too deeply to be read"
# Choices against files that would hold the reader up: above what a province keeps. The largest file that is shipped has
# 0.1 MB and 4,000 values; 200,000 households in 588 townships have 2 MB and 90,000 lines of posts.
MAX_BYTES = 32_000_000
MOST_VALUES = 1_000_000
# Characters of a text that is kept once it is parsed. A choice: every file of a township is shorter; those of 20,000
# households held 50 MB in each process that had read them
MOST_KEPT = 150_000
_KINDS = {"map", "seq", "str", "int", "float", "bool", "null"}


@dataclass(frozen=True)
class Document:
    """One YAML file: its `values` and, by the path of keys and positions, the `lines` they stand on."""

    path: Path
    values: Any
    lines: dict[Path_, int]

    @property
    def name(self) -> str:
        """The name of the file, as errors show it."""
        return self.path.name

    def line(self, path: Path_) -> int:
        """Return the line of a value, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def where(self, path: Path_ = ()) -> str:
        """Return ``file:line`` of a value."""
        return f"{self.name}:{self.line(path)}"


class _Loader(yaml.SafeLoader):
    """Safe loading with the scalars of YAML 1.2, decimals kept exact."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Compose a node unless it is a reference: one line of YAML could otherwise stand for millions."""
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(None, None, _REFERENCE, mark)
        if self.depth > MAX_DEPTH:
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(None, None, _TOO_DEEP, mark)
        self.depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's own protocol


# YAML 1.1 reads `on`, `no` and `12:30` as truth values and sexagesimals; what was typed must stay typed
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|)$"), ["~", "n", ""])
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$"), list("-+0123456789"))
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"^[-+]?(?:0|[1-9][0-9]*)\.[0-9]+$"), list("-+0123456789")
)

# anchors and references: only the parser in Python hands them over one by one
_MAY_REFER = re.compile(r"(?:^|[\s,:\[{-])[&*]\S", re.MULTILINE)


def _fast_loader() -> Any:
    """Return the loader that is written in C, ten times as fast, with our scalars; None where it was not built."""
    if not hasattr(yaml, "CSafeLoader"):
        return None
    return type("_FastLoader", (yaml.CSafeLoader,), {"yaml_implicit_resolvers": _Loader.yaml_implicit_resolvers})


_FastLoader = _fast_loader()


def read_yaml(path: Path) -> Document:
    r"""Read one YAML file.

    Raises
    ------
    ParameterError
        If it cannot be opened, is no YAML, repeats a key, uses anchors or holds anything but plain values.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "a.yaml"
    >>> _ = file.write_text("x: 1.50\n", encoding="utf-8")
    >>> read_yaml(file).values
    {'x': Decimal('1.50')}
    """
    return parse_yaml(_read_text(path), path)


def parse_yaml(content: str, path: Path) -> Document:
    """Read YAML from a text; `path` names it in errors.

    Raises
    ------
    ParameterError
        As `read_yaml`.
    """
    if content.count("\n") + content.count(",") > MOST_VALUES:
        raise ParameterError("this file holds too many values", where=path.name, allowed=f"{MOST_VALUES}")
    lines: dict[Path_, int] = {}
    faults: list[Fault] = []
    try:
        node = _kept_node(content) if len(content) <= MOST_KEPT else _large_node(content)
        values = None if node is None else _node_value(node, (), lines, path, faults)
    except yaml.reader.ReaderError as error:
        where = f"{path.name}:{content[: error.position].count(chr(10)) + 1}"
        raise ParameterError("this line holds a character that cannot stand here", where=where) from None
    except yaml.MarkedYAMLError as error:
        raise ParameterError(_unreadable_faults(error, path, content)) from None
    except RecursionError:
        raise ParameterError(_TOO_DEEP, where=path.name) from None
    if faults:
        raise ParameterError(faults)
    return Document(path, values, lines)


@lru_cache(maxsize=64)
def _kept_node(content: str) -> yaml.Node | None:
    """Compose a text, once for all who read the same: it is nearly all of the time that reading takes."""
    # 64 texts: an office's files twice over, so that scenarios of one command compose none of them again
    return _composed_node(content)


def _composed_node(content: str) -> yaml.Node | None:
    """Compose a text, by the parser in C where it can be trusted with it."""
    found: yaml.Node | None
    if _FastLoader is not None and not _MAY_REFER.search(content) and not may_be_deep(content):
        try:
            found = yaml.compose(content, Loader=_FastLoader)
            return found
        except (yaml.YAMLError, UnicodeError):
            pass  # the slow parser says what is wrong in words that `_plain_problem` knows
    found = yaml.compose(content, Loader=_Loader)
    return found


def _large_node(content: str) -> yaml.Node | None:
    """Compose a large text by the parser in C alone, where there is one: the other takes minutes to find a slip."""
    if _FastLoader is None:
        return _composed_node(content)
    found: yaml.Node | None
    try:
        if _MAY_REFER.search(content) or may_be_deep(content):
            _refuse_events(content)
        found = yaml.compose(content, Loader=_FastLoader)
    except yaml.reader.ReaderError as error:
        # it counts bytes where everybody else counts characters
        before = content.encode("utf-8")[: error.position].decode("utf-8", errors="ignore")
        raise yaml.reader.ReaderError(error.name, len(before), error.character, error.encoding, error.reason) from None
    except UnicodeError:
        # half a character, which a text in memory may hold: the parser in Python refuses it before it parses anything
        found = yaml.compose(content, Loader=_Loader)
    return found


def _refuse_events(content: str) -> None:
    """Refuse a reference or too many levels, as `_Loader` does, by what the parser in C meets one after another."""
    depth = 0
    for event in yaml.parse(content, Loader=yaml.CSafeLoader):
        mark: Any = event.start_mark
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.AliasEvent):
            raise yaml.composer.ComposerError(None, None, _REFERENCE, mark)
        elif isinstance(event, yaml.NodeEvent):
            if depth > MAX_DEPTH:
                raise yaml.composer.ComposerError(None, None, _TOO_DEEP, mark)
            depth += isinstance(event, yaml.CollectionStartEvent)


def _read_text(path: Path) -> str:
    """Return the text of a file; refuse one that is missing, too large, or not saved as UTF-8."""
    try:
        known = path.stat()
        # a pipe or a device is opened by nobody: reading it might never end
        if not (stat.S_ISREG(known.st_mode) or stat.S_ISDIR(known.st_mode)):
            raise ParameterError("this is no file", where=path.name)
        if known.st_size > MAX_BYTES and stat.S_ISREG(known.st_mode):
            raise _too_large(path)
        raw = path.read_bytes()
    except FileNotFoundError:
        raise ParameterError("this file is missing", where=path.name) from None
    except OSError as error:
        raise ParameterError("this file cannot be opened: {why}", where=path.name, why=error.strerror) from None
    if len(raw) > MAX_BYTES:
        raise _too_large(path)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise ParameterError(
            "this file is not saved as UTF-8", where=f"{path.name}:{line}", remedy="save it again as UTF-8"
        ) from None


def _too_large(path: Path) -> ParameterError:
    return ParameterError("this file is too large", where=path.name, allowed=f"{MAX_BYTES // 1_000_000} MB")


# what looks like a colon or a space to whoever types Chinese, and is none to YAML
_WIDE = {
    "：": "a full-width colon",
    "　": "a full-width space",
    "\u00a0": "a space that does not break",
    "，": "a full-width comma",
}


def _wide_fault(content: str, line: int, path: Path) -> Fault | None:
    """Return the fault of a character that only looks right, on the line of an error or just above; else None."""
    rows = content.splitlines()
    for number in (line, line - 1):
        row = rows[number].partition(" #")[0] if 0 <= number < len(rows) else ""
        found = re.match(r"[\s\w.{-]*:?([：　\u00a0，])", row)
        if found:
            return Fault("this line holds {what} ({mark})", f"{path.name}:{number + 1}", remedy=_RETYPE,
                         values={"what": text(_WIDE[found[1]]), "mark": f"U+{ord(found[1]):04X}"})  # fmt: skip
    return None


_RETYPE = "type it again with the keyboard set to English: a colon and a space after the key"


def _unreadable_faults(error: yaml.MarkedYAMLError, path: Path, content: str) -> list[Fault]:
    mark = error.problem_mark or error.context_mark
    wide = _wide_fault(content, mark.line, path) if mark is not None else None
    if wide is not None:
        return [wide]
    where = path.name + (f":{mark.line + 1}" if mark is not None else "")
    if error.problem == _REFERENCE:
        return [Fault(_REFERENCE, where, remedy="write the value out")]
    if error.problem == _TOO_DEEP:
        return [Fault(_TOO_DEEP, where)]
    problem = error.problem or ""
    # the parser in C does not say which character it was
    if mark is not None and "cannot start any token" in problem and _begins_with_tab(content, mark.line):
        problem = "\\t"
    return [Fault(_plain_problem(problem), where, remedy=_REMEDY)]


def _begins_with_tab(content: str, line: int) -> bool:
    return any(row.lstrip(" ").startswith("\t") for row in content.split("\n")[line : line + 1])


_REMEDY = "compare the line with its neighbours: spaces at its start, a colon and a space after the key, closing quotes"


# the parser in Python, then the one in C
_OUT_OF_LINE = ("expected <block end>", "could not find expected", "did not find expected key",
                "did not find expected '-'")  # fmt: skip


def _plain_problem(problem: str) -> str:
    """Return in plain words what YAML's parser complains of."""
    if "another document" in (problem or ""):
        return "a line --- begins a second document here; one file holds one"
    if "\\t" in problem or "tab character" in problem:
        return "this line is indented with a tab; use spaces"
    if "mapping values are not allowed" in problem:
        return "this line has a second colon, or starts too far to the right"
    if any(sign in problem for sign in _OUT_OF_LINE):
        return "this line does not line up with the ones above, or a colon is missing"
    if "end of stream" in problem or "quoted scalar" in problem or "expected ','" in problem:
        return "a quotation mark or bracket is opened and never closed"
    if "cannot start any token" in problem:
        return "this line holds a character that cannot stand here"
    return "this line cannot be read as YAML"


def _node_value(node: yaml.Node, at: Path_, lines: dict[Path_, int], path: Path, faults: list[Fault]) -> Any:
    lines.setdefault(at, node.start_mark.line + 1)
    if len(at) > MAX_DEPTH:
        raise ParameterError(_TOO_DEEP, where=f"{path.name}:{lines[at]}")
    kind = node.tag.removeprefix("tag:yaml.org,2002:")
    if kind not in _KINDS:
        where = f"{path.name}:{lines[at]}"
        faults.append(
            Fault(
                "the mark {tag} is not allowed; only plain values are",
                where,
                values={"tag": node.tag.replace("tag:yaml.org,2002:", "!!")[:60]},
            )
        )
        return None
    if isinstance(node, yaml.MappingNode):
        return _mapping_value(node, at, lines, path, faults)
    if isinstance(node, yaml.SequenceNode):
        return [_node_value(child, (*at, i), lines, path, faults) for i, child in enumerate(node.value)]
    return _scalar_value(kind, str(node.value))


def _mapping_value(
    node: yaml.MappingNode, at: Path_, lines: dict[Path_, int], path: Path, faults: list[Fault]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, child in node.value:
        where = f"{path.name}:{key_node.start_mark.line + 1}"
        if not isinstance(key_node, yaml.ScalarNode):
            faults.append(Fault("this key is no plain text", where))
            continue
        key = str(key_node.value)
        if key in found:
            faults.append(Fault("the key {key} stands here twice", where, values={"key": key[:60]}))
            continue
        lines[(*at, key)] = key_node.start_mark.line + 1
        found[key] = _node_value(child, (*at, key), lines, path, faults)
    return found


def _scalar_value(kind: str, value: str) -> Any:
    if kind == "null":
        return None
    if kind == "bool":
        return value == "true"
    if kind == "int":
        return int(value) if len(value) <= 30 else value
    return Decimal(value) if kind == "float" else value
