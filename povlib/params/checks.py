"""What must agree between the files of ``params/``.

Responsible for references (funds, pools, measures, villages, labels), windows, and resources nobody
can use. Not responsible for the form of a single record.
"""

from __future__ import annotations

from collections.abc import Mapping

from povlib.errors import Fault
from povlib.params.catalogue import Catalogue

At = tuple[str | int, ...]


def check(catalogue: Catalogue, at: Mapping[str, tuple[At, ...]]) -> tuple[list[Fault], list[Fault]]:
    """Return what is wrong between the files, and what is only odd."""
    return [], []
