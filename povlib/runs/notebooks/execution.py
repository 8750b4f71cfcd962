"""Execute the workbench's own notebooks through papermill, with validated parameters.

Responsible for: reading a notebook's parameters cell, casting and refusing parameters before a kernel
starts, one execution, stripping what papermill adds (paths, clocks), and a plain-words banner on a
notebook that failed. Not responsible for what a notebook computes: each opens a run and shows it.
"""

from __future__ import annotations

import ast
import difflib
import logging
import os
import threading
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from povlib.errors import Fault, ParameterError, RunError
from povlib.places import NOTEBOOKS
from povlib.runs.notebooks.shared_kernel import Kernel

_CASTS = {"str": str, "int": int, "float": float, "bool": bool}
_starting = threading.Lock()


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
    import nbformat

    try:
        notebook = nbformat.read(path, as_version=4)
        cell = next(c for c in notebook.cells if "parameters" in c.metadata.get("tags", []))
    except (OSError, ValueError, StopIteration, nbformat.reader.NotJSONError):
        raise RunError("this is no notebook of the workbench", where=str(path.name)) from None
    lines = cell.source.splitlines()
    declared = {}
    for node in ast.parse(cell.source).body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            comment = lines[(node.end_lineno or node.lineno) - 1].partition("#")[2].strip()
            name, kind = node.target.id, ast.unparse(node.annotation)
            declared[name] = NotebookParameter(name, kind, ast.literal_eval(node.value), comment)
    return declared


def checked_parameters(path: Path, given: dict[str, Any]) -> dict[str, Any]:
    """Return `given` cast to the notebook's declared types.

    Raises
    ------
    ParameterError
        All unknown names (with a suggestion) and wrong types at once.
    """
    declared = notebook_parameters(path)
    checked: dict[str, Any] = {}
    faults = []
    for name, value in given.items():
        if name not in declared:
            near = difflib.get_close_matches(name, declared, n=1)
            faults.append(
                Fault(
                    "the notebook has no parameter {name}",
                    where=path.name,
                    allowed=", ".join(declared),
                    remedy="did you mean {near}?" if near else "",
                    values={"name": name, "near": near[0] if near else ""},
                )
            )
            continue
        try:
            checked[name] = declared[name].cast(value)
        except ValueError:
            values = {"name": name, "value": repr(value), "kind": declared[name].kind}
            faults.append(Fault("{name} = {value} is not of type {kind}", where=path.name, values=values))
    if faults:
        raise ParameterError(faults)
    return checked


def execute_notebook(name: str, output: Path, parameters: dict[str, Any], kernel: Kernel | None = None) -> Path:
    """Execute one of the workbench's notebooks and write the executed copy.

    Parameters
    ----------
    name : str
        Name of a notebook of ``notebooks/``, without ending; no other notebook is ever executed.
    output : Path
        Where the executed copy goes.
    parameters : dict
        Parameters by name; checked before a kernel starts.
    kernel : Kernel, optional
        Where to execute it; default one of its own, stopped afterwards.

    Raises
    ------
    ParameterError
        If a parameter is unknown or of the wrong type.
    RunError
        If a cell fails, in the words of the error; the partial copy is kept with a banner.
    """
    source = NOTEBOOKS / f"{name}.ipynb"
    checked = checked_parameters(source, parameters)
    used_kernel = kernel or Kernel()
    try:
        _run_papermill(source, output, checked, used_kernel)
    finally:
        if used_kernel is not kernel:
            used_kernel.close()
        if output.exists():
            _strip_clocks_and_paths(output)
    return output


def _run_papermill(source: Path, output: Path, parameters: dict[str, Any], kernel: Kernel) -> None:
    # kernels of this environment, not of the user's home; and no warnings of the debugger, which nobody attaches
    os.environ.setdefault("JUPYTER_PREFER_ENV_PATH", "1")
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    with _starting, warnings.catch_warnings():  # imports are not thread-safe together
        warnings.simplefilter("ignore")  # of what papermill could fetch over networks we never use
        import papermill  # noqa: F401
        from nbclient.exceptions import DeadKernelError
        from papermill.exceptions import PapermillExecutionError

        logging.getLogger("papermill").setLevel(logging.ERROR)
    # a kernel can die when another program takes the memory for a moment; twice is no accident
    for attempt in (1, 2):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                kernel.execute(source, output, parameters)
            return
        except PapermillExecutionError as failure:
            _write_banner(output, failure.evalue)
            raise RunError(
                "the notebook {name} stopped: {words}", name=source.stem, words=str(failure.evalue)
            ) from failure
        except DeadKernelError:
            if attempt == 2:
                raise RunError("the kernel of {name} died twice; is there enough memory?", name=source.stem) from None


def _write_banner(output: Path, words: str) -> None:
    import nbformat

    notebook = nbformat.read(output, as_version=4)
    # papermill puts a red English banner first; ours says the same in the planner's words
    notebook.cells = [c for c in notebook.cells if "papermill-error-cell-tag" not in c.metadata.get("tags", [])]
    notebook.cells.insert(0, nbformat.v4.new_markdown_cell(f"> **✗ {words}**", id="banner"))
    nbformat.write(notebook, output)


def _strip_clocks_and_paths(output: Path) -> None:
    """Remove paths, clocks and process facts: the manifest is the record, and bytes must repeat."""
    import nbformat

    notebook = nbformat.read(output, as_version=4)
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = "injected-parameters"
        # lines a library prints on its own account, not the notebook's
        if cell.cell_type == "code":
            cell.outputs = [o for o in cell.outputs if o.get("name") != "stderr"]
    nbformat.write(notebook, output)
