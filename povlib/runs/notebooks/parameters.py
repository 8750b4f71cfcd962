"""The parameters of a notebook: declared in its cell tagged ``parameters``, checked wherever a value comes from.

Responsible for reading the declarations, for types, and for naming everything unknown at once. Not responsible for
what a value means (`povlib.runs.notebooks.opened_notebook`) or for executing anything (`execution`).
"""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from povlib.errors import Fault, ParameterError, RunError, unknown_word_fault

_CASTS = {"str": str, "int": int, "float": float, "bool": bool}


@dataclass(frozen=True)
class NotebookParameter:
    """One parameter of a notebook: name, type, default and the comment that explains it."""

    name: str
    kind: str
    default: Any
    meaning: str

    def cast(self, value: Any) -> Any:
        """Return `value` as this parameter's type; a text is parsed, nothing is rounded.

        Raises
        ------
        ValueError
            If the value is not of the type.
        """
        if isinstance(value, str):
            return _parse_parameter(value, self.kind)
        # to Python a bool is an int too: True would pass for one person
        if isinstance(value, bool) is not (self.kind == "bool"):
            return _refuse_value(value)
        if not isinstance(value, {"float": (int, float)}.get(self.kind, _CASTS[self.kind])):
            return _refuse_value(value)
        return _CASTS[self.kind](value)


def _parse_parameter(words: str, kind: str) -> Any:
    if kind == "bool":
        return (
            {"true": True, "false": False}[words.lower()]
            if words.lower() in ("true", "false")
            else _refuse_value(words)
        )
    return _CASTS[kind](words)


def _refuse_value(value: Any) -> Any:
    raise ValueError(value)


def notebook_parameters(path: Path) -> dict[str, NotebookParameter]:
    """Return the parameters of a notebook from the cell tagged ``parameters``, by name.

    Raises
    ------
    RunError
        If the file is no notebook or has no such cell.
    """
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        cell = next(c for c in cells if "parameters" in c["metadata"].get("tags", []))
    # read as the plain file it is: nbformat takes as long to import as everything else that a first cell does
    except (OSError, ValueError, StopIteration, KeyError, TypeError):
        raise RunError("this is no notebook of the workbench", where=str(path.name)) from None
    source = "".join(cell["source"])
    lines = source.splitlines()
    declared = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            comment = lines[(node.end_lineno or node.lineno) - 1].partition("#")[2].strip()
            name, kind = node.target.id, ast.unparse(node.annotation)
            declared[name] = NotebookParameter(name, kind, ast.literal_eval(node.value), comment)
    return declared


def checked_parameters(path: Path, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return `given` cast to the notebook's declared types.

    Raises
    ------
    ParameterError
        All unknown names (with a suggestion) and wrong types at once.
    """
    checked, faults = cast_parameters(path, given)
    if faults:
        raise ParameterError(faults)
    return checked


def cast_parameters(path: Path, given: Mapping[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
    """Return those of `given` that fit, cast to the notebook's declared types, and a fault for each of the others."""
    declared = notebook_parameters(path)
    checked: dict[str, Any] = {}
    faults = []
    for name, value in given.items():
        if name not in declared:
            faults.append(unknown_parameter_fault(path, name))
            continue
        try:
            checked[name] = declared[name].cast(value)
        except ValueError:
            values = {"name": name, "value": repr(value), "kind": declared[name].kind}
            # what reads like a number is handed over as one by tools that guess
            guessed = declared[name].kind == "str" and isinstance(value, (int, float))
            remedy = "in quotes it is a text; for papermill: -r {name} VALUE" if guessed else ""
            faults.append(Fault("{name} = {value} is not of type {kind}", path.name, "", remedy, values))
    return checked, faults


def unknown_parameter_fault(path: Path, name: str) -> Fault:
    """Return the fault of a parameter that a notebook does not know, with the nearest and all it does know."""
    return unknown_word_fault("the notebook has no parameter {value}", name, notebook_parameters(path), path.name)
