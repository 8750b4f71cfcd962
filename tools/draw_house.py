"""Draw the house from its imports: ``docs/images/house.svg``, rooms from top to bottom as data flows.

    .venv/bin/python tools/draw_house.py

Reads the layers of ``pyproject.toml`` (which import-linter holds) and the imports as they stand; a test draws it anew
and compares, so the picture cannot go stale. Base rooms stand in one row at the top, every other room in a row of
its own: its name, its question (the first line of its docstring) and its wings. An arrow at the left runs from a
room to each room that imports it: the thicker, the more modules do.
"""

from __future__ import annotations

import ast
import sys
import tomllib
from collections import Counter
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
from house_figures import imported_modules  # noqa: E402

TARGET = ROOT / "docs" / "images" / "house.svg"
#: the first room on the way of a household's data; what stands before it serves all rooms
FIRST = "ledger"
#: pixels: the whole width, where rooms begin, the height of a room with its gap, where the first room begins
WIDTH, LEFT, ROW, TOP = 1180, 300, 64, 90
#: least number of importing modules -> width and opacity of the arrow; steps, so that one import more redraws nothing
THICKNESS = ((10, (2.6, 0.8)), (4, (1.5, 0.6)), (1, (0.8, 0.45)))


def rooms_in_order() -> list[str]:
    """Return the rooms as data flows through them: the layers of ``pyproject.toml``, lowest first."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (layers,) = [c["layers"] for c in settings["tool"]["importlinter"]["contracts"] if c["type"] == "layers"]
    names = [name.strip("( )").removeprefix("povlib.") for layer in layers for name in layer.split(":")]
    return [
        name
        for name in reversed(names)
        if (ROOT / "povlib" / name).exists() or (ROOT / "povlib" / f"{name}.py").exists()
    ]


def first_line(room: str) -> str:
    """Return the first line of a room's docstring."""
    return (ast.get_docstring(ast.parse(_source(room).read_text(encoding="utf-8"))) or "").splitlines()[0]


def wings(room: str) -> list[str]:
    """Return the sub-folders of a room that hold modules."""
    return sorted(path.parent.name for path in (ROOT / "povlib" / room).glob("*/__init__.py"))


def room_imports() -> Counter[tuple[str, str]]:
    """Return how many modules of one room import something of another: (importing room, imported room) -> modules."""
    pairs: Counter[tuple[str, str]] = Counter()
    for module, targets in imported_modules(ROOT / "povlib").items():
        if module.count(".") == 0:
            continue
        room = module.split(".")[1]
        for other in {target.split(".")[1] for target in targets if "." in target} - {room}:
            pairs[room, other] += 1
    return pairs


def house_picture() -> str:
    """Return the picture as SVG text, the same for the same tree."""
    rooms = rooms_in_order()
    base, others = rooms[: rooms.index(FIRST)], rooms[rooms.index(FIRST) :]
    top = {room: TOP + ROW * place for place, room in enumerate(others)}
    height = TOP + ROW * len(others)
    # arrows among the base rooms, and from them, would show nothing but that all rooms use them
    pairs = sorted((pair, count) for pair, count in room_imports().items() if pair[0] in top and pair[1] in top)
    arrows = [line for (user, used), count in pairs for line in _arrow(top[used], top[user], count, height)]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
            f'viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="13">',
            "<title>The rooms of povlib, drawn from their imports</title>",
            f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
            *_base_row(base),
            *arrows,
            *(line for room in others for line in _room(room, top[room])),
            "</svg>\n",
        ]
    )


def _source(room: str) -> Path:
    folder = ROOT / "povlib" / room
    return folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")


def _base_row(rooms: list[str]) -> list[str]:
    step = (WIDTH - 16) / len(rooms)
    lines = []
    for place, room in enumerate(rooms):
        x = 12 + place * step
        lines.append(f'<rect x="{x:.0f}" y="14" width="{step - 8:.0f}" height="36" rx="6" fill="#eee" stroke="#777"/>')
        lines.append(f'<text x="{x + 10:.0f}" y="37" font-weight="bold">{room}</text>')
    words = "above: what every room may use. Below: data flows downwards; a room imports only rooms above it"
    return [*lines, f'<text x="12" y="{TOP - 20}" font-size="11" fill="#555">{words}</text>']


def _arrow(from_top: int, to_top: int, count: int, height: int) -> list[str]:
    """Draw one arrow at the left: the longer its way the wider its bow, the more modules import the thicker."""
    start, end = from_top + 32, to_top + 18
    bow = LEFT - 24 - (LEFT - 60) * (end - start) / (height - TOP)
    width, shade = next(look for least, look in THICKNESS if count >= least)
    path = f"M {LEFT} {start} C {bow:.0f} {start}, {bow:.0f} {end}, {LEFT - 6} {end}"
    return [
        f'<path d="{path}" fill="none" stroke="#1b4f72" stroke-width="{width}" stroke-opacity="{shade}"/>',
        f'<path d="M {LEFT} {end} l -7 -4 v 8 z" fill="#1b4f72"/>',
    ]


def _room(room: str, top: int) -> list[str]:
    inside = " · ".join(wings(room))
    return [
        f'<rect x="{LEFT}" y="{top}" width="{WIDTH - LEFT - 12}" height="{ROW - 14}" rx="6" '
        'fill="#f7fafc" stroke="#1b4f72"/>',
        f'<text x="{LEFT + 12}" y="{top + 21}" font-weight="bold" font-size="15">{room}</text>',
        f'<text x="{LEFT + 112}" y="{top + 21}">{escape(_shortened(first_line(room)))}</text>',
        f'<text x="{LEFT + 112}" y="{top + 40}" font-size="11" fill="#555">{inside}</text>',
    ]


def _shortened(line: str, most: int = 118) -> str:
    return line if len(line) <= most else line[: most - 1].rsplit(" ", 1)[0] + " …"


if __name__ == "__main__":
    TARGET.write_text(house_picture(), encoding="utf-8")
