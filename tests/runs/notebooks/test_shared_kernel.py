"""One kernel for several notebooks: the same process, an empty namespace, and another when it died."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from povlib.runs.notebooks.shared_kernel import Kernel

if TYPE_CHECKING:
    from nbformat import NotebookNode

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture
def kernel() -> Iterator[Kernel]:
    found = Kernel()
    yield found
    found.close()


def _told(kernel: Kernel, folder: Path, *sources: str) -> list[NotebookNode]:
    """Return the cells of a notebook of `sources`, executed."""
    import nbformat

    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python"}})
    notebook.cells = [nbformat.v4.new_code_cell(source) for source in sources]
    nbformat.write(notebook, folder / "asked.ipynb")
    kernel.execute(folder / "asked.ipynb", folder / "told.ipynb", {})
    cells: list[NotebookNode] = nbformat.read(folder / "told.ipynb", as_version=4).cells
    return cells


def test_notebooks_share_a_process_and_nothing_else(kernel: Kernel, tmp_path: Path) -> None:
    ask = "import os; os.getpid(), sorted(k for k in globals() if k in ('left', '_1', '_'))"
    first = _told(kernel, tmp_path, "left = 1", "left", ask)
    second = _told(kernel, tmp_path, ask)
    assert [cell.execution_count for cell in (*first, *second)] == [1, 2, 3, 1]
    process, names = eval(first[-1].outputs[0].data["text/plain"])
    again, kept = eval(second[-1].outputs[0].data["text/plain"])
    assert process == again
    assert "left" in names
    assert "left" not in kept
    assert "_1" not in kept


def test_a_kernel_that_died_is_replaced(kernel: Kernel, tmp_path: Path) -> None:
    from nbclient.exceptions import DeadKernelError

    with pytest.raises(DeadKernelError):
        _told(kernel, tmp_path, "import os; os._exit(1)")
    (cell,) = _told(kernel, tmp_path, "6 * 7")
    assert cell.outputs[0].data["text/plain"] == "42"


def test_a_cell_that_fails_is_written_and_the_next_notebook_begins_anew(kernel: Kernel, tmp_path: Path) -> None:
    import nbformat
    from papermill.exceptions import PapermillExecutionError

    with pytest.raises(PapermillExecutionError, match="nothing here"):
        _told(kernel, tmp_path, "left = 1", "raise ValueError('nothing here')")
    written = nbformat.read(tmp_path / "told.ipynb", as_version=4)
    assert any(o.output_type == "error" for cell in written.cells for o in cell.get("outputs", ()))
    (cell,) = _told(kernel, tmp_path, "'left' in globals()")
    assert cell.outputs[0].data["text/plain"] == "False"
