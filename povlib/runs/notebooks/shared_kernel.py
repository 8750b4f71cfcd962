"""One kernel for several notebooks: each begins in an empty namespace, none waits for a kernel to start.

Responsible for a kernel that is started when its first notebook comes and stopped by `Kernel.close`, and
for emptying it in between. Not responsible for parameters or for what becomes of the executed copy
(`povlib.runs.notebooks.execution`). A kernel belongs to the thread that uses it.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

ENGINE = "povlib"
_EMPTY = "get_ipython().reset()"
# a choice: seconds after which a kernel counts as dead; one starts in two to three, see `Kernel`
_START_S = 120


class Kernel:
    """A kernel to execute notebooks in, one after the other.

    Starting Python, pandas and the workbench takes two to three seconds of a processor, more than most
    notebooks need themselves; so the notebooks of a run share one. Modules stay imported from one notebook
    to the next; variables, history and the numbers of cells do not.
    """

    def __init__(self) -> None:
        self._manager: Any = None
        self._channels: Any = None

    def execute(self, source: Any, output: Path, parameters: dict[str, Any]) -> None:
        """Execute a notebook (its path, or the notebook itself) through papermill and write the executed copy.

        It is written also where it stops at a cell.

        Raises
        ------
        papermill.exceptions.PapermillExecutionError
            If a cell fails.
        nbclient.exceptions.DeadKernelError
            If the kernel dies; the next notebook starts another.
        """
        import papermill
        from nbclient.exceptions import DeadKernelError

        _register_engine()
        try:
            papermill.execute_notebook(
                source,
                output,
                parameters=parameters,
                engine_name=ENGINE,
                kernel_name="python3",
                progress_bar=False,
                log_output=False,
                request_save_on_cell_execute=False,  # once at the end: nobody reads it before
                kernel=self,
            )
        except DeadKernelError:
            self.close()
            raise

    def _run(self, client: Any) -> None:
        """Execute the notebook of `client` (nbclient) in this kernel, starting it when there is none."""
        if self._manager is None:
            self._manager = client.create_kernel_manager()
        # not owned by the client, which would stop it at the end of this notebook
        client.km, client.kc, client.owns_km = self._manager, self._channels, False
        try:
            if client.kc is not None:
                client.wait_for_reply(client.kc.execute(_EMPTY, silent=True, store_history=False))
            client.execute()
        finally:
            self._channels = client.kc

    def close(self) -> None:
        """Stop the kernel, if it was ever started; to be called in the thread that used it."""
        from jupyter_core.utils import run_sync

        manager, channels = self._manager, self._channels
        self._manager = self._channels = None
        if channels is not None:
            channels.stop_channels()
        if manager is not None and manager.has_kernel:
            run_sync(manager.shutdown_kernel)(now=True)


@functools.cache
def _register_engine() -> None:
    """Teach papermill to execute a notebook in a kernel that is handed to it."""
    from papermill.clientwrap import PapermillNotebookClient
    from papermill.engines import NBClientEngine, papermill_engines

    class InKernel(NBClientEngine):  # type: ignore[misc]
        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, *, kernel: Kernel, **more: Any) -> None:
            kernel._run(PapermillNotebookClient(nb_man, kernel_name=kernel_name, startup_timeout=_START_S))

    papermill_engines.register(ENGINE, InKernel)
