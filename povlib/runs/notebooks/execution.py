"""Execute the workbench's own notebooks through papermill, with validated parameters.

Responsible for one execution without the cells that are there to be tried by hand (tagged ``live``), stripping what
papermill adds (paths, clocks), and a plain-words banner on a notebook that failed. Not responsible for parameters
(`parameters`, refused before a kernel starts) nor for what a notebook computes: each opens a run and shows it.
"""

from __future__ import annotations

import logging
import os
import threading
import warnings
from pathlib import Path
from typing import Any

from povlib.errors import RunError
from povlib.places import NOTEBOOKS
from povlib.runs.notebooks.parameters import checked_parameters
from povlib.runs.notebooks.shared_kernel import Kernel

#: tag of cells that only a reader, papermill or the lab executes, never a run for its papers
LIVE = "live"
_starting = threading.Lock()


def execute_notebook(
    name: str, output: Path, parameters: dict[str, Any], kernel: Kernel | None = None, *, live: bool = False
) -> Path:
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
    live : bool
        Whether to keep the cells that are there to be tried by hand: they solve again, and show households.

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
        _run_papermill(_notebook_to_execute(source, live), name, output, checked, used_kernel)
    finally:
        if used_kernel is not kernel:
            used_kernel.close()
        if output.exists():
            _strip_clocks_and_paths(output)
    return output


def _notebook_to_execute(source: Path, live: bool) -> Any:
    import nbformat

    notebook = nbformat.read(source, as_version=4)
    notebook.cells = [c for c in notebook.cells if live or LIVE not in c.metadata.get("tags", [])]
    return notebook


def _run_papermill(source: Any, name: str, output: Path, parameters: dict[str, Any], kernel: Kernel) -> None:
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
            raise RunError("the notebook {name} stopped: {words}", name=name, words=str(failure.evalue)) from failure
        except DeadKernelError:
            if attempt == 2:
                raise RunError("the kernel of {name} died twice; is there enough memory?", name=name) from None


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
