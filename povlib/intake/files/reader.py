"""The child process that opens files: ``python -m povlib.intake.files.reader``.

Responsible for turning one file after another into plain JSON (texts, kinds, facts of each sheet)
under limits of memory and time, so that a hostile file can end only this process. One job a line on
standard input, one answer a line on standard output. Not responsible for meaning: every value stays
text with the kind it had.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import sys
import zipfile
import zlib
from dataclasses import asdict
from pathlib import Path
from typing import Any
from xml.parsers import expat

from povlib.intake.files.cell_styles import MOST_STYLES, TooManyStyles, read_styles
from povlib.intake.files.container import (
    Finding,
    check_container,
    finding_without_sheets,
    kind_of_file,
    with_plain_parts,
)
from povlib.intake.files.old_workbook import counts_days_from_1904, is_locked
from povlib.intake.files.sheet_facts import (
    SheetFacts,
    counts_from_1904,
    reaches_too_far,
    read_facts,
    sheet_parts,
    strings_not_struck,
    with_old_errors,
)
from povlib.intake.files.text_table import read_text_table
from povlib.intake.rules import RULES
from povlib.intake.values.cell import INVISIBLE, trim

MAX_SHEETS = 500  # a choice: a county with a sheet a village has fewer, and each sheet costs a parse of its facts
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


def read_file_content(data: bytes) -> dict[str, Any]:
    r"""Return the content of one file: ``{"kind", "findings", "sheets"}``, every value as text.

    Examples
    --------
    >>> answer = read_file_content("户编号,村\n0007,联胜\n".encode())
    >>> answer["kind"], answer["sheets"][0]["columns"]
    ('text', [['户编号', '0007'], ['村', '联胜']])
    """
    kind = kind_of_file(data)
    answer: dict[str, Any] = {"kind": kind, "findings": [], "sheets": [], "base_1904": False}
    if kind == "text":
        _read_text_file(data, answer)
    elif kind == "zip":
        _read_workbook(data, answer)
    elif kind == "ole":
        _read_old_workbook(data, answer)
    else:
        fault = Finding("empty_file") if kind == "empty" else Finding("not_workbook", {"got": kind})
        _add_findings(answer, [fault])
    return answer


def _add_findings(answer: dict[str, Any], findings: list[Finding]) -> bool:
    """Add findings; return whether one of them refuses the whole file."""
    answer["findings"].extend(asdict(finding) for finding in findings)
    return any(RULES[finding.rule].level == "reject_file" for finding in findings)


def _read_text_file(data: bytes, answer: dict[str, Any]) -> None:
    table = read_text_table(data)
    if _add_findings(answer, table.findings):
        return
    width = max((len(row) for row in table.rows if row), default=0)
    rows = [(row or []) + [""] * (width - len(row or [])) for row in table.rows]
    columns = [list(column) for column in zip(*rows, strict=True)] if rows else []
    kinds = ["".join(_text_and_kind(cell)[1] for cell in column) for column in columns]
    answer["sheets"].append(_sheet_as_json("", columns, kinds, SheetFacts(), []))


def _read_workbook(data: bytes, answer: dict[str, Any]) -> None:
    if _add_findings(answer, check_container(data)):
        return
    data = with_plain_parts(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as box:
            parts, styles, strings = sheet_parts(box), read_styles(box), strings_not_struck(box)
            names, answer["base_1904"] = box.namelist(), counts_from_1904(box)
            if len(parts) > MAX_SHEETS:
                _add_findings(answer, [Finding("too_many_parts", {"got": len(parts), "high": MAX_SHEETS})])
                return
            by_part = {part: read_facts(box, part, styles, strings) for part in sorted(set(parts.values()))}
            facts = {name: by_part[part] for name, part in parts.items()}
    except TooManyStyles:
        _add_findings(answer, [Finding("too_many_styles", {"high": MOST_STYLES})])
        return
    except (expat.ExpatError, zipfile.BadZipFile, zlib.error, LookupError, ValueError, RuntimeError, OSError):
        _add_findings(answer, [Finding("unreadable")])
        return
    if not parts:
        _add_findings(answer, [finding_without_sheets(names)])
        return
    far = [_finding_of_places(name, found) for name, found in facts.items()]
    if _add_findings(answer, [finding for finding in far if finding]):
        return
    if any(found.new_errors for found in facts.values()):
        sheets = set(parts.values())
        data = with_plain_parts(data, lambda name, body: with_old_errors(body) if name in sheets else body)
    _read_values(data, facts, answer)


def _finding_of_places(name: str, facts: SheetFacts) -> Finding | None:
    if facts.doubled:
        return Finding("doubled_cell", {"got": facts.doubled}, facts.doubled, name)
    return Finding("far_cell", {"got": facts.far}, facts.far, name) if reaches_too_far(facts) else None


def _read_old_workbook(data: bytes, answer: dict[str, Any]) -> None:
    if is_locked(data):
        _add_findings(answer, [Finding("encrypted")])
        return
    answer["base_1904"] = counts_days_from_1904(data)
    _read_values(data, {}, answer)
    if not any(RULES[f["rule"]].level == "reject_file" for f in answer["findings"]):
        _add_findings(answer, [Finding("old_format")])


def _read_values(data: bytes, facts: dict[str, SheetFacts], answer: dict[str, Any]) -> None:
    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        for index, sheet in enumerate(book.sheets_metadata):
            if not str(sheet.visible).endswith(".Visible"):
                _add_findings(answer, [Finding("sheet_hidden", {}, "", sheet.name)])
            elif "WorkSheet" in str(sheet.typ):
                table = book.get_sheet_by_index(index)
                merges = [[*low, *high] for low, high in table.merged_cell_ranges or []]
                columns, kinds = _columns_and_kinds(table.to_python(skip_empty_area=False))
                known = facts.get(sheet.name, SheetFacts())
                answer["sheets"].append(_sheet_as_json(sheet.name, columns, kinds, known, merges))
    except (MemoryError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # calamine has many kinds of error, a panic among them: each means, not readable
        answer["sheets"].clear()
        rule = "encrypted" if "assword" in repr(error) else "unreadable"
        _add_findings(answer, [Finding(rule)])


def _sheet_as_json(
    name: str, columns: list[list[str]], kinds: list[str], facts: SheetFacts, merges: list[list[int]]
) -> dict[str, Any]:
    return {"name": name, "columns": columns, "kinds": kinds, "merges": merges, **facts.as_json()}


def _columns_and_kinds(rows: list[list[Any]]) -> tuple[list[list[str]], list[str]]:
    columns, kinds = [], []
    for column in zip(*rows, strict=True) if rows else []:
        if set(map(type, column)) <= {str, float}:
            # no two values of these that are equal differ as text; of thousands of rows few values are distinct
            told = {value: _text_and_kind(value) for value in set(column)}
            columns.append([told[value][0] for value in column])
            kinds.append("".join([told[value][1] for value in column]))
        else:
            pairs = list(map(_text_and_kind, column))
            columns.append([text for text, _ in pairs])
            kinds.append("".join([kind for _, kind in pairs]))
    return columns, kinds


def _text_and_kind(value: Any) -> tuple[str, str]:
    """Return a value as text with its kind: ``s`` text, ``n`` number, ``b`` yes/no, ``d`` date, blank."""
    if value.__class__ is str:
        if not value or value.isspace() or (INVISIBLE.match(value) and not trim(value)):
            return value, " "
        return (_ESCAPE.sub(_unescape_character, value) if "_x" in value else value), "s"
    if value.__class__ is float or value.__class__ is int:
        whole = abs(value) < 1e15 and value == int(value)
        return (str(int(value)) if whole else repr(value)), "n"
    if value.__class__ is bool:
        return ("TRUE" if value else "FALSE"), "b"
    if isinstance(value, dt.datetime):
        return value.isoformat(" "), "d"
    return (value.isoformat(), "d") if isinstance(value, dt.date) else (str(value), "t")


def _unescape_character(found: re.Match[str]) -> str:
    """Return the character of an ``_x0041_`` escape; half of a pair is no character."""
    code = int(found[1], 16)
    return "\ufffd" if 0xD800 <= code <= 0xDFFF else chr(code)


def _limit_cpu_time(seconds: int) -> None:
    try:
        import resource
    except ImportError:  # Windows: the parent's watch is the only limit
        return
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_memory(megabytes: int) -> None:
    """Let this process grow to so many megabytes: a request beyond fails at once, whatever the parent is doing."""
    try:
        import resource

        pages, held = (int(word) << 12 for word in Path("/proc/self/statm").read_text("ascii").split()[:2])
    except (ImportError, OSError):  # no such system: the parent's watch is the only limit
        return
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (pages + max((megabytes << 20) - held, 32 << 20), hard))


def main() -> None:
    """Serve jobs ``{"path", "out", "megabytes"}`` until standard input ends."""
    import python_calamine  # noqa: F401  before the first limit is measured

    _limit_cpu_time(int(sys.argv[1]))
    for line in sys.stdin:
        job = json.loads(line)
        _limit_memory(job["megabytes"])
        try:
            answer = json.dumps(read_file_content(Path(job["path"]).read_bytes()), ensure_ascii=True)
        except MemoryError:
            full = Finding("reader_memory", {"high": job["megabytes"]})
            answer = json.dumps({"kind": "", "findings": [asdict(full)], "sheets": []}, ensure_ascii=True)
        Path(job["out"]).write_text(answer, encoding="ascii")
        print("done", flush=True)


if __name__ == "__main__":
    main()
