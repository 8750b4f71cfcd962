"""Print how the house stands: names, comments, complexity, circles, folders, tests, doors.

    .venv/bin/python tools/house_figures.py [FOLDER OF THE PACKAGE]

A thermometer, not a target: a long name that says nothing is worse than a short one. It reads the files as they
stand and runs none of them, so that it can be pointed at any other package, too (the figures of others in
CONTRIBUTING.md were made so). What it counts:

comments     lines that hold a comment, without those that speak to a tool (``noqa``, ``type:``, ``fmt:``, ``pragma``)
names        functions and methods, without those between double underscores; a leading ``_`` does not count
participles  names of one word that are only a participle (``found``, ``given``, ``sorted``)
complexity   1 + branches, loops, handlers, conditional expressions, comprehensions and their conditions, each
             further operand of ``and``/``or``; functions inside a function are counted by themselves
circles      sets of modules that import each other, also from inside a function
"""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
#: above this a function is counted as complex; ruff's usual limit is 10, the issue of readers began at 15
COMPLEX = 15
#: modules side by side in one folder that a reader can still hold in the head
FLAT = 20
TO_TOOLS = re.compile(r"#\s*(noqa|type:|fmt:|pragma|ruff:|mypy:)")
#: participles that do not end in -ed or -ing
IRREGULAR = frozenset(
    re.findall(
        r"\w+",
        """begun bound bought brought built chosen dealt done drawn driven felt found given gone grown heard held hidden
        kept known laid learnt left lent lost made meant met paid said seen sent shown sold spent spoken stood taken
        taught told thought understood won worn written""",
    )
)
#: nouns and verbs that only look like participles
NO_PARTICIPLE = frozenset(
    {
        "bring",
        "embed",
        "exceed",
        "feed",
        "king",
        "need",
        "proceed",
        "ring",
        "seed",
        "speed",
        "spring",
        "string",
        "thing",
    }
)


@dataclass(frozen=True)
class Figures:
    """What `figures` counts of one package."""

    modules: int
    lines: int
    comment_lines: int
    names: int
    letters: int
    one_word: int
    participles: Counter[str]
    complex_functions: list[tuple[str, int]]
    circles: list[list[str]]
    flattest: tuple[str, int]
    crowded: list[tuple[str, int]] = field(default_factory=list)


def imported_modules(package: Path) -> dict[str, set[str]]:
    """Return which modules of `package` each of its modules imports, also from inside functions."""
    files = {_dotted(path, package): path for path in sorted(package.rglob("*.py"))}
    graph: dict[str, set[str]] = {}
    for module, path in files.items():
        targets: set[str] = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    deeper = f"{node.module}.{alias.name}"
                    targets.add(deeper if deeper in files else node.module)
            elif isinstance(node, ast.Import):
                targets |= {alias.name for alias in node.names}
        graph[module] = (targets & set(files)) - {module}
    return graph


def import_circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Return the sets of modules that reach each other (Tarjan's strongly connected components of two and more).

    Examples
    --------
    >>> import_circles({"a": {"b"}, "b": {"a", "c"}, "c": set()})
    [['a', 'b']]
    """
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    circles: list[list[str]] = []

    def visit(module: str) -> None:
        order[module] = lowest[module] = len(order)
        stack.append(module)
        for target in sorted(graph[module]):
            if target not in order:
                visit(target)
                lowest[module] = min(lowest[module], lowest[target])
            elif target in stack:
                lowest[module] = min(lowest[module], order[target])
        if lowest[module] == order[module]:
            members = stack[stack.index(module) :]
            del stack[stack.index(module) :]
            if len(members) > 1:
                circles.append(sorted(members))

    for module in sorted(graph):
        if module not in order:
            visit(module)
    return sorted(circles)


def complexity(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    r"""Return the cyclomatic complexity of one function, those inside it left out.

    Examples
    --------
    >>> complexity(ast.parse("def f(a, b):\n    return [x for x in a if x and b] if a else b").body[0])
    5
    """
    total, waiting = 1, list(ast.iter_child_nodes(function))
    while waiting:
        node = waiting.pop()
        if isinstance(
            node, ast.If | ast.For | ast.AsyncFor | ast.While | ast.ExceptHandler | ast.IfExp | ast.match_case
        ):
            total += 1
        elif isinstance(node, ast.BoolOp):
            total += len(node.values) - 1
        elif isinstance(node, ast.comprehension):
            total += 1 + len(node.ifs)
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting.extend(ast.iter_child_nodes(node))
    return total


def is_participle(name: str) -> bool:
    """Return whether a name is one word and only a participle.

    Examples
    --------
    >>> [is_participle(name) for name in ("found", "sorted", "pooling", "every_nth", "string")]
    [True, True, True, False, False]
    """
    if name in IRREGULAR:
        return True
    return "_" not in name and name not in NO_PARTICIPLE and re.fullmatch(r"[a-z]{2,}(ed|ing)", name) is not None


def modules_of_folders(package: Path) -> Counter[str]:
    """Count the modules that lie side by side in each folder of a package."""
    paths = sorted(package.rglob("*.py"))
    return Counter(str(path.parent.relative_to(package.parent)) for path in paths if path.name != "__init__.py")


def crowded_folders(package: Path) -> list[tuple[str, int]]:
    """Return the folders of more modules than a reader can hold in the head, with how many there are."""
    return [row for row in modules_of_folders(package).items() if row[1] > FLAT]


def figures(package: Path) -> Figures:
    """Count everything of one package."""
    paths = sorted(package.rglob("*.py"))
    lines = comments = 0
    names: list[str] = []
    complex_functions = []
    for path in paths:
        text = path.read_text(encoding="utf-8")
        rows = text.splitlines()
        lines += len(rows)
        comments += sum(bool(re.search(r"(^|\s)#[ :]", row)) and not TO_TOOLS.search(row) for row in rows)
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                # Python chooses the names of special methods, not we
                if not node.name.startswith("__"):
                    names.append(node.name.strip("_"))
                weight = complexity(node)
                if weight > COMPLEX:
                    complex_functions.append((f"{path.relative_to(package.parent)}:{node.lineno} {node.name}", weight))
    flat = modules_of_folders(package)
    return Figures(
        modules=len(paths),
        lines=lines,
        comment_lines=comments,
        names=len(names),
        letters=sum(map(len, names)),
        one_word=sum("_" not in name for name in names),
        participles=Counter(name for name in names if is_participle(name)),
        complex_functions=sorted(complex_functions, key=lambda row: -row[1]),
        circles=import_circles(imported_modules(package)),
        flattest=max(flat.items(), key=lambda row: row[1]),
        crowded=crowded_folders(package),
    )


def mirrored_tests(package: Path, tests: Path) -> tuple[int, int]:
    """Return how many modules have a test file of their name in the mirrored folder, and how many modules there are."""
    modules = [path.relative_to(package) for path in package.rglob("*.py") if path.name != "__init__.py"]
    return sum((tests / path.parent / f"test_{path.name}").exists() for path in modules), len(modules)


def doors(root: Path) -> str:
    """Return which documents open the house to a newcomer, with their lengths."""
    sizes = [(name, root / name) for name in ("CONTRIBUTING.md", "docs/architecture.md", "docs/api.md")]
    return ", ".join(
        f"{name} {len(path.read_text(encoding='utf-8').splitlines())} lines" for name, path in sizes if path.exists()
    )


def _dotted(path: Path, package: Path) -> str:
    parts = path.relative_to(package.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def main() -> None:
    """Print the figures of the package named on the command line, this project's by default."""
    package = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT / "povlib"
    seen = figures(package)
    tested, modules = mirrored_tests(package, package.parent / "tests")
    rows = [
        ("modules; lines", f"{seen.modules}; {seen.lines}"),
        ("comment lines", f"{seen.comment_lines / seen.lines:.1%}"),
        ("mean length of a function's name", f"{seen.letters / seen.names:.1f}"),
        ("one-word names", f"{seen.one_word / seen.names:.0%} of {seen.names}"),
        ("names that are a bare participle", f"{seen.participles.total() / seen.names:.1%}"),
        (f"functions with complexity over {COMPLEX}", str(len(seen.complex_functions))),
        ("circles of modules", str(len(seen.circles))),
        ("largest flat folder", f"{seen.flattest[0]} with {seen.flattest[1]} modules"),
        ("modules with a test file of their name", f"{tested} of {modules}"),
        ("doors for developers", doors(package.parent) or "none"),
    ]
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        print(f"{name:<{width}}  {value}")
    for title, entries in (
        ("complex", [f"{weight:3d} {name}" for name, weight in seen.complex_functions]),
        ("circle", [" <-> ".join(circle) for circle in seen.circles]),
        ("crowded", [f"{folder} {count}" for folder, count in seen.crowded]),
        ("participle", [f"{name} ({count})" for name, count in seen.participles.most_common(30)]),
    ):
        if entries:
            print(f"\n{title}:")
            print("\n".join(f"  {entry}" for entry in entries))


if __name__ == "__main__":
    main()
