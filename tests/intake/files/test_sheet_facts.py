"""Facts of a sheet however its cells are spelt: the short way to a reference says what an XML parser says."""

from __future__ import annotations

import io
import random
import re
import zipfile
from xml.etree import ElementTree

import pytest

from povlib.intake.files import sheet_facts
from povlib.intake.files.cell_styles import CellStyles
from povlib.intake.files.reader import _columns_and_kinds, _text_and_kind

# ways to write a cell that programs have; nearly every program writes the first
SPELLINGS = (
    '<c r="{r}"><v>1</v></c>',
    '<c r="{r}" t="s"><v>0</v></c>',
    '<c t="n" r="{r}"/>',
    "<c r='{r}'/>",
    '<c\nr="{r}"><v>1</v></c>',
    '<x:c r="{r}"/>',
    '<c r="{r}" t="inlineStr"><is><t>a:c "r"</t></is></c>',
    '<c r="{r}"><f>A1</f><v>1</v></c>',
    '<c r="{r}" t="e"><v>#N/A</v></c>',
)
FORMULA, ERROR = 7, 8


def facts_of(sheet: str) -> sheet_facts.SheetFacts:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as box:
        box.writestr("sheet.xml", sheet)
    with zipfile.ZipFile(packed) as box:
        return sheet_facts.read_facts(box, "sheet.xml", CellStyles(), {})


def drawn_sheet(rng: random.Random, ways: tuple[int, ...], doubled: bool) -> str:
    lines = []
    for row in sorted(rng.sample(range(1, 60), 12)):
        columns = sorted(rng.sample(range(30), 5))
        columns += columns[-1:] if doubled and rng.random() < 0.2 else []
        cells = [SPELLINGS[rng.choice(ways)].format(r=sheet_facts.cell_name(row - 1, at)) for at in columns]
        lines.append(f'<row r="{row}">{"".join(cells)}</row>')
    return f'<worksheet xmlns:x="x"><cols><col min="1"/></cols>{"".join(lines)}<after/></worksheet>'


@pytest.mark.parametrize("ways", [(0,), (0, 1), (0, FORMULA, ERROR), tuple(range(len(SPELLINGS)))])
@pytest.mark.parametrize("piece", [1 << 20, 300], ids=["whole", "in pieces"])
def test_places_and_marks_are_those_of_a_parser(
    ways: tuple[int, ...], piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet_facts, "_PIECE", piece)
    rng = random.Random(7)
    for drawn in range(40):
        sheet = drawn_sheet(rng, ways, doubled=drawn % 2 == 1)
        cells = [e for e in ElementTree.fromstring(sheet).iter() if e.tag in ("c", "{x}c")]
        references = [cell.attrib["r"] for cell in cells]
        places = [re.fullmatch("([A-Z]+)([0-9]+)", r).groups() for r in references]  # type: ignore[union-attr]
        found = facts_of(sheet)
        assert found.last_row == max(int(number) for _, number in places) - 1
        assert found.last_column == max(sheet_facts.column_number(letters) for letters, _ in places)
        again = [r for at, r in enumerate(references) if r in references[:at]]
        assert found.doubled == (again[0] if again else "")
        spoken = {r: "e" if c.get("t") == "e" else "v" for r, c in zip(references, cells, strict=True)
                  if c.get("t") == "e" or c.find("f") is not None}  # fmt: skip
        assert {sheet_facts.cell_name(*map(int, key.split(","))): kind for key, kind in found.marks.items()} == spoken


def test_the_farthest_cell_is_named_where_it_is_too_far() -> None:
    row = '<row r="{n}"><c r="A{n}"/><c r="C{n}"/></row>'
    assert facts_of(row.format(n=4) + row.format(n=5)).far == ""
    assert facts_of(row.format(n=4) + row.format(n=1_000_000)).far == "C1000000"
    assert facts_of(row.format(n=4) + '<row r="5"><c r="ZZZ5"/></row>').far == "ZZZ5"


def test_values_told_once_a_column_are_those_of_each_cell() -> None:
    texts = ["甲", " ", "", "_x0041_", "\u200b", "甲"]
    numbers = [0.0, -0.0, 1e15, 2.5, float("nan"), float("inf"), 3.0]
    columns = [texts, numbers, [*texts, *numbers], [1, 1.0, True, "1"], [10**15, 1e15, True]]
    for column in columns:
        ((told,), (kinds,)) = _columns_and_kinds([[value] for value in column])
        assert list(zip(told, kinds, strict=True)) == [_text_and_kind(value) for value in column]
