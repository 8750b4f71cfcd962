"""Fuzzes intake: pre-check, text files and row rules in process, workbooks through one persistent child.

    python tests/intake/fuzz.py text|container|workbook|old [-max_total_time=120]

Needs atheris. Any uncaught exception is a crash; the workbook target also fails on a dead reader.
"""

from __future__ import annotations

import datetime as dt
import random
import sys
import tempfile
import zipfile
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

with atheris.instrument_imports(include=["povlib.intake"]):
    from povlib.intake.checks.check import verdict_for
    from povlib.intake.files.container import check_container
    from povlib.intake.files.grid import Grid
    from povlib.intake.files.reader import read_file_content
    from povlib.intake.files.reader_process import ReaderProcess, ReceivedFile
    from povlib.intake.sheets.columns import ReadingContext
    from povlib.intake.sheets.file_check import check_received_file
    from povlib.intake.sheets.layouts import Villages, read_layouts

from defects.making import DATED, HEADERS, VILLAGES, csv, form, rows
from defects.oldbooks import xls

SETTING = ReadingContext(Villages.of(VILLAGES), dt.date(2016, 5, 31), is_text=True)
GOOD = form(rows())
OLD = xls([DATED, *rows(入户日期="2016-05-10")])
PARTS = [
    "xl/worksheets/sheet1.xml",
    "xl/sharedStrings.xml",
    "xl/workbook.xml",
    "xl/styles.xml",
    "xl/_rels/workbook.xml.rels",
]


def judge(answer: dict, name: str) -> None:  # type: ignore[type-arg]
    """Take an answer of the reader through every rule to a verdict and its JSON."""
    received = ReceivedFile(name, "0" * 64, answer["kind"])
    from povlib.intake.files.container import Finding

    received.findings = [Finding(**finding) for finding in answer["findings"]]
    received.grids = [Grid.from_json(sheet) for sheet in answer["sheets"]]
    verdict_for(check_received_file(received, read_layouts(), SETTING)).as_json()


def text(data: bytes) -> None:
    """Try bytes as a text file: alone, and as lines under good headers."""
    judge(read_file_content(data), "fuzz.csv")
    head = ",".join(HEADERS).encode() + b"\n"
    judge(read_file_content(head + data), "fuzz.csv")
    judge(read_file_content(",".join(DATED).encode() + b"\n" + data.replace(b"|", b",")), "fuzz.csv")
    lines = csv(rows()).split(b"\r\n")
    lines.insert(2, data)
    judge(read_file_content(b"\r\n".join(lines)), "fuzz.csv")


def container(data: bytes) -> None:
    """Try bytes as a container, then a good one in which every three bytes say where and what to change."""
    check_container(data)
    check_container(spoilt(GOOD, data))


def spoilt(good: bytes, data: bytes) -> bytes:
    """Return a good file in which every three bytes of `data` say where and what to change."""
    changed = bytearray(good)
    for at in range(0, len(data) - 2, 3):
        changed[(data[at] * 256 + data[at + 1]) % len(changed)] = data[at + 2]
    return bytes(changed)


def mutated(data: bytes) -> bytes:
    """Return a good workbook with one part changed as the bytes say."""
    import io

    draw = random.Random(data[:8])
    name = PARTS[data[0] % len(PARTS)] if data else PARTS[0]
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            body = old.read(part)
            if part.filename == name and body:
                at = draw.randrange(len(body))
                body = body[:at] + data[1:] + body[at + draw.choice([0, 0, 1, len(data)]) :]
            new.writestr(part.filename, body)
    return held.getvalue()


def main() -> None:
    """Run one target."""
    target = sys.argv.pop(1)
    if target not in ("workbook", "old"):
        atheris.Setup(sys.argv, {"text": text, "container": container}[target])
        atheris.Fuzz()
        return
    folder = tempfile.TemporaryDirectory()
    path = Path(folder.name, "fuzz.xls")
    reader = ReaderProcess(seconds=10)

    def workbook(data: bytes) -> None:
        path.write_bytes(mutated(data) if target == "workbook" else spoilt(OLD, data))
        received = reader.read(path)
        if any(finding.rule == "reader_died" for finding in received.findings):
            raise RuntimeError("the reader died")
        verdict_for(check_received_file(received, read_layouts(), SETTING)).as_json()

    atheris.Setup(sys.argv, workbook)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
