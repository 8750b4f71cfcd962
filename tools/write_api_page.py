"""Write ``docs/api.md`` from the rooms themselves: the story of each, its public names with signatures and first lines.

    .venv/bin/python tools/write_api_page.py

Signatures live in the code; this page only gathers them, so that nobody keeps a second list by hand. A test writes it
anew and compares. It reads the files and imports nothing.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
from draw_house import rooms_in_order  # noqa: E402

TARGET = ROOT / "docs" / "api.md"
HEAD = """# Public names, room by room

Written by `tools/write_api_page.py` from the code; change the docstrings, not this page. Rooms stand in the order in
which data flows. Parameters, units, errors and examples are in the docstring: `help(povlib.poverty.measure)`.
"""


def api_page() -> str:
    """Return the whole page as text."""
    return HEAD + "".join(_room_section(room) for room in rooms_in_order())


def _room_section(room: str) -> str:
    folder = ROOT / "povlib" / room
    path = folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = _public_names(tree)
    homes = _homes(tree, path)
    lines = [f"\n## povlib.{room}\n", (ast.get_docstring(tree) or "").strip(), ""]
    for name in names:
        found = _definition(homes.get(name, path), name)
        if found is not None:
            lines.append(f"- `{_signature(found)}`{_first_line(found)}")
    return "\n".join(lines) + "\n"


def _public_names(tree: ast.Module) -> list[str]:
    """Return what ``__all__`` names, else every definition without a leading underscore."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "__all__" for t in node.targets):
            return sorted(ast.literal_eval(node.value), key=str.lower)
    definitions = (node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef))
    return sorted((name for name in definitions if not name.startswith("_")), key=str.lower)


def _homes(tree: ast.Module, path: Path) -> dict[str, Path]:
    """Return the file in which each imported or lazily loaded name of a package is defined."""
    homes: dict[str, Path] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("povlib."):
            homes |= {alias.asname or alias.name: _file_of(node.module) for alias in node.names}
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(value, ast.Constant) and isinstance(value.value, str):
                    module = (
                        value.value if value.value.startswith("povlib.") else f"povlib.{path.parent.name}.{value.value}"
                    )
                    homes[str(key.value)] = _file_of(module)
    return homes


def _file_of(module: str) -> Path:
    folder = ROOT.joinpath(*module.split("."))
    return folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")


def _definition(path: Path, name: str) -> ast.FunctionDef | ast.ClassDef | None:
    """Return the definition of `name` in `path`, followed through re-exports; None for constants."""
    if not path.exists():
        return None
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name:
            return node
        if isinstance(node, ast.ImportFrom) and node.module and any(alias.name == name for alias in node.names):
            return _definition(_file_of(node.module), name) if node.module.startswith("povlib.") else None
    return None


def _signature(node: ast.FunctionDef | ast.ClassDef) -> str:
    if isinstance(node, ast.ClassDef):
        return f"class {node.name}"
    arguments = node.args
    shown = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
    # defaults belong to the last arguments, so they are given out from the end
    for place in range(1, len(arguments.defaults) + 1):
        shown[-place] += f"={ast.unparse(arguments.defaults[-place])}"
    if arguments.vararg:
        shown.append(f"*{arguments.vararg.arg}")
    elif arguments.kwonlyargs:
        shown.append("*")
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        shown.append(argument.arg if default is None else f"{argument.arg}={ast.unparse(default)}")
    if arguments.kwarg:
        shown.append(f"**{arguments.kwarg.arg}")
    return f"{node.name}({', '.join(shown)})"


def _first_line(node: ast.FunctionDef | ast.ClassDef) -> str:
    docstring = ast.get_docstring(node)
    return f": {docstring.splitlines()[0]}" if docstring else ""


if __name__ == "__main__":
    TARGET.write_text(api_page(), encoding="utf-8")
