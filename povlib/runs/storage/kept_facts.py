"""Facts of a run that many parts of its papers ask for: gathered once, kept beside the run.

Responsible for keeping them as long as the run itself is open in this process. Not responsible for any fact.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")
_KEPT = "_kept_facts"


def kept_by(run: Any, name: str, make: Callable[[], T]) -> T:
    """Return what `make` returned when it was first called for this run under this name.

    A run's artefacts never change while it is open; what depends on decisions made later must not be kept.

    Parameters
    ----------
    run : Run
    name : str
    make : callable

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> run, asked = SimpleNamespace(), []
    >>> [kept_by(run, "rows", lambda: asked.append(1) or len(asked)) for _ in range(3)]
    [1, 1, 1]
    """
    kept: dict[str, Any] = vars(run).setdefault(_KEPT, {})
    if name not in kept:
        kept[name] = make()
    found: T = kept[name]
    return found
