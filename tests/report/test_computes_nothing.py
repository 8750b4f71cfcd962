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
    "povlib.params": {"AIM_OF_UNIT", "table"},
    "povlib.params.tables": {"table"},
}
BASE = {
    "povlib.calendar",
    "povlib.errors",
    "povlib.money",
    "povlib.places",
    "povlib.report",
    "povlib.vocabulary",
    "povlib.words",
}
# What joins, groups or averages rows. Turning a long frame into a wide table and summing a printed column are layout.
STATISTICS = {
    "agg", "aggregate", "corr", "crosstab", "cumsum", "describe", "groupby", "mean", "median", "merge", "quantile",
    "resample", "rolling", "sem", "std", "transform", "value_counts", "var",
}  # fmt: skip


def _imports(tree: ast.AST) -> list[tuple[str, str]]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, "") for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [(node.module, alias.name) for alias in node.names]
    return [(module, name) for module, name in found if module.split(".")[0] == "povlib"]


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


def test_the_check_finds_what_it_looks_for() -> None:
    tree = ast.parse("from povlib.ledger import State\nframe.groupby('village')")
    assert not all(_is_allowed(*entry) for entry in _imports(tree))
    assert STATISTICS & {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
