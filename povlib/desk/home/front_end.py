"""Whether a notebook is open before somebody, or executed to be read later.

Responsible for the question alone. Not responsible for what is shown in either case.
"""

from __future__ import annotations

import os

SESSION = "JPY_SESSION_NAME"
"""Set by a Jupyter server for the kernel of a notebook that is open; papermill and nbconvert start kernels without."""


def is_live() -> bool:
    """Return whether widgets would be seen: a server has opened the notebook, or ``POVLIB_WIDGETS=1`` says so."""
    return bool(os.environ.get(SESSION)) or os.environ.get("POVLIB_WIDGETS") == "1"
