"""The report room words and lays out: what it prints arrives counted."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import povlib.report

ROOM = Path(povlib.report.__file__).parent
MODULES = sorted(path.relative_to(ROOM).as_posix() for path in ROOM.rglob("*.py"))
# Records that other rooms fill and a page words: frozen dataclasses of frames, and names of codes and units.
RECORDS = {
    "povlib.poverty": {"Movements", "Overview", "Coverage", "Reached"},
    "povlib.poverty.households.township_overview": {"NO_CAUSE"},
    "povlib.params": {"AIM_OF_UNIT", "table"},
    "povlib.params.tables": {"table"},
}
BASE = {
    "povlib.calendar",
    "povlib.errors",
    "povlib.money",
    "povlib.names_on_demand",
    "povlib.places",
    "povlib.printed_sheets",
    "povlib.report",
    "povlib.vocabulary",
    "povlib.words",
}
# What joins, groups or averages rows. Turning a long frame into a wide table and summing a printed column are layout.
STATISTICS = {
    "agg", "aggregate", "corr", "crosstab", "cumsum", "describe", "diff", "dot", "groupby", "idxmax", "idxmin", "mean",
    "median", "merge", "quantile", "rank", "resample", "rolling", "sem", "std", "transform", "value_counts", "var",
}  # fmt: skip
# Charts turn units and stack bars; writers turn inches. Pages and papers do neither.
WORDED = [module for module in MODULES if module.startswith(("houses/", "meeting/", "pages/"))]
# One number of a column: arithmetic on it is the sentence's own, as with a printed total.
_ONE_NUMBER = {"all", "any", "iloc", "item", "loc", "max", "min", "sum"}


def _imports(tree: ast.AST) -> list[tuple[str, str]]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, "") for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [(node.module, alias.name) for alias in node.names]
    return [(module, name) for module, name in found if module.split(".")[0] == "povlib"]


def _is_column(node: ast.expr) -> bool:
    """Return whether an expression is a column of a frame (``frame["fen"]``), also after methods such as fillna."""
    while not (isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant)):
        node = node.func if isinstance(node, ast.Call) else node
        if not isinstance(node, ast.Attribute) or node.attr in _ONE_NUMBER:
            return False
        node = node.value
    return isinstance(node.slice.value, str) and not isinstance(node.value, ast.Call)  # a call returns one row


def _sums_of_columns(tree: ast.AST) -> list[str]:
    """Return arithmetic and comparisons between columns; by a literal number it is a change of unit or a filter."""
    sums = []
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and not isinstance(node.op, ast.BitAnd | ast.BitOr):
            sides = [node.left, node.right]
        elif isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            ordered = not any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops)
            sides = sides if ordered and all(map(_is_column, sides)) else []
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "pivot_table":
            counted = [k.value for k in node.keywords if k.arg == "aggfunc"]
            sums += [ast.unparse(node) for value in counted if ast.unparse(value) != "'first'"]
            continue
        else:
            continue
        if any(map(_is_column, sides)) and not any(isinstance(side, ast.Constant) for side in sides):
            sums.append(ast.unparse(node))
    return sums


def _is_allowed(module: str, name: str) -> bool:
    if module == "povlib":
        return f"povlib.{name}" in BASE
    return ".".join(module.split(".")[:2]) in BASE or name in RECORDS.get(module, set())


@pytest.mark.parametrize("module", MODULES)
def test_a_page_takes_records_and_no_room(module: str) -> None:
    tree = ast.parse((ROOM / module).read_text(encoding="utf-8"))
    assert [entry for entry in _imports(tree) if not _is_allowed(*entry)] == []


@pytest.mark.parametrize("module", MODULES)
def test_no_page_groups_joins_or_averages(module: str) -> None:
    tree = ast.parse((ROOM / module).read_text(encoding="utf-8"))
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert used & STATISTICS == set()


@pytest.mark.parametrize("module", WORDED)
def test_no_page_reckons_with_columns(module: str) -> None:
    assert _sums_of_columns(ast.parse((ROOM / module).read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("code", "is_reckoned"),
    [
        ("wide['business_fen'] + wide['cost_fen']", True),
        ("most - frame['persons'].fillna(0)", True),
        ("record['observed_low'] >= record['low']", True),
        ("long.pivot_table(index='village', aggfunc='sum')", True),
        ("long.pivot_table(index='village', aggfunc='first')", False),
        ("100 * frame['share']", False),
        ("frame['persons'].sum() - served", False),
        ("frame['fen'] > 0", False),
    ],
)
def test_reckoning_is_told_from_layout(code: str, is_reckoned: bool) -> None:
    assert bool(_sums_of_columns(ast.parse(code))) == is_reckoned


def test_the_check_finds_what_it_looks_for() -> None:
    tree = ast.parse("from povlib.ledger import State\nframe.groupby('village')")
    assert not all(_is_allowed(*entry) for entry in _imports(tree))
    assert STATISTICS & {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
