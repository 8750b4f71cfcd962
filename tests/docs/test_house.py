"""The house: no circles, no crowded folder, no empty names; its picture and page drawn from the code as it stands."""

from __future__ import annotations

import ast
import re
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "povlib"
#: a module, with what it defines, as docs/architecture.md writes it
STATION = r"`((?:[a-z_]+/)+[a-z_]*(?:\.[A-Za-z_.]+)?)`"


def _tool(name: str) -> ModuleType:
    spec = spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def house() -> ModuleType:
    """The script that counts."""
    return _tool("house_figures")


def test_no_module_imports_itself_through_others(house: ModuleType) -> None:
    assert house.import_circles(house.imported_modules(PACKAGE)) == []


def test_a_circle_is_found_also_through_a_function(house: ModuleType, tmp_path: Path) -> None:
    package = tmp_path / "room"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "first.py").write_text("from room.second import b\n")
    (package / "second.py").write_text("def b():\n    from room import first\n    return first\n")
    assert house.import_circles(house.imported_modules(package)) == [["room.first", "room.second"]]


def test_no_folder_is_crowded(house: ModuleType) -> None:
    assert house.crowded_folders(PACKAGE) == []


def test_a_folder_of_more_than_twenty_modules_is_crowded(house: ModuleType, tmp_path: Path) -> None:
    for name, modules in (("full", 20), ("crowded", 21)):
        (tmp_path / "room" / name).mkdir(parents=True)
        for at in range(modules):
            (tmp_path / "room" / name / f"m{at}.py").touch()
        (tmp_path / "room" / name / "__init__.py").touch()
    assert house.crowded_folders(tmp_path / "room") == [("room/crowded", 21)]


def test_every_folder_tells_its_story() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in sorted(PACKAGE.rglob("__init__.py"))
        if len((ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").splitlines()) < 3
    ]
    assert silent == []


def test_names_that_say_nothing_are_not_used() -> None:
    empty = {"utils", "util", "helpers", "helper", "misc", "common", "manager", "base"}
    assert [path for path in PACKAGE.rglob("*.py") if path.stem in empty] == []


def test_the_picture_of_the_house_is_fresh() -> None:
    drawn = _tool("draw_house").house_picture()
    stored = (ROOT / "docs" / "images" / "house.svg").read_text(encoding="utf-8")
    assert drawn == stored, "imports or rooms changed: run tools/draw_house.py"


def test_the_page_of_public_names_is_fresh() -> None:
    written = _tool("write_api_page").api_page()
    stored = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    assert written == stored, "a public name or docstring changed: run tools/write_api_page.py"


def test_every_station_of_the_map_exists() -> None:
    """Paths such as `poverty/households/exit_rule.assess` name a module, and what it defines."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    stations = set(re.findall(STATION, text))
    assert len(stations) > 40
    assert sorted(station for station in stations if not _leads_somewhere(station)) == []


def _leads_somewhere(station: str) -> bool:
    path, _, names = station.partition(".")
    if station.endswith((".po", ".yaml", ".py", ".md", ".svg")):
        return (ROOT / station).exists() or (ROOT / "docs" / station).exists() or (PACKAGE / station).exists()
    folder = PACKAGE / path
    if folder.is_dir():
        return not names
    source = folder.with_suffix(".py")
    if not source.exists():  # a room's own `stages/`, spoken of inside its paragraph
        return any(PACKAGE.glob(f"*/{path.rstrip('/')}")) or any(PACKAGE.glob(f"*/{path}.py"))
    text = source.read_text(encoding="utf-8")
    wanted = [name for name in names.split(".") if name]
    return all(re.search(rf"\b(def|class) {name}\b|^{name}\b", text, re.MULTILINE) for name in wanted)
