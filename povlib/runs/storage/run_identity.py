"""What makes a run the same run: rows, parameters, code, solver.

The id of a run is a digest of what went in. Salts, clocks, keys, promises and approvals never enter
it, so the same township planned twice gives the same id in every clone.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from povlib.places import NOTEBOOKS, ROOT

# packages in whose results a last digit can change from one version to the next
_SOLVERS = ("highspy", "numpy", "pandas", "pulp", "scipy")
# everything that decides a figure, a word or the layout of a paper
_SOURCES = ("*.py", "*.yaml", "*.po", "*.typ", "*.html", "*.css", "*.j2")


@cache
def code_digest() -> str:
    """Return a digest of the package's sources and of the notebooks."""
    package = Path(__file__).resolve().parents[2]
    paths = [path for pattern in _SOURCES for path in package.rglob(pattern)] + list(NOTEBOOKS.glob("*.ipynb"))
    digest = hashlib.sha256()
    for path in sorted(paths, key=lambda p: p.relative_to(ROOT).as_posix()):
        # the name as well as the bytes: a module that moved is another program
        digest.update(path.relative_to(ROOT).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def solver_versions() -> dict[str, str]:
    """Return the versions of the packages that decide the numbers."""
    return {name: version(name) for name in _SOLVERS}


def run_id(
    rows_digest: str, parameters: dict[str, Any], code: str | None = None, solver: dict[str, str] | None = None
) -> str:
    """Return the id of a run: 12 hexadecimal digits.

    Parameters
    ----------
    rows_digest : str
        Content digest of the ledger's rows as of its last data batch.
    parameters : dict
        Resolved parameters and settings, plain values.
    code, solver : optional
        What `code_digest` and `solver_versions` said when the run was made; default: what they say now.

    Examples
    --------
    >>> run_id("a", {"x": 1}) == run_id("a", {"x": 1}), len(run_id("a", {}))
    (True, 12)
    """
    record = {
        "rows": rows_digest,
        "parameters": parameters,
        "code": code or code_digest(),
        "solver": solver or solver_versions(),
    }
    return hashlib.sha256(json.dumps(record, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:12]
