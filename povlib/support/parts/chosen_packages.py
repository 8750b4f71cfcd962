"""An offer with a few of its packages only: those a plan chose, and "no new help" to compare with.

Responsible for leaving the others out and counting anew. Not responsible for the choice (`povlib.allocation`).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from povlib.arrays import Ints
from povlib.support.help_offer import Offer


def offer_of_packages(made: Offer, packages: Ints) -> Offer:
    """Return an offer with some of its packages, numbered anew in their order.

    Parameters
    ----------
    packages : array of int
        Packages to keep, by number.

    Returns
    -------
    Offer
        Packages, components, bills, payers and uses of these packages; everything else as it was.

    Examples
    --------
    >>> from povlib import params, places
    >>> from povlib.support import offer
    >>> from povlib.support.example_township import example_township
    >>> made = offer(example_township(), params.load(places.DATA / "sample" / "params"), params.Settings())
    >>> few = offer_of_packages(made, np.array([0, 2]))
    >>> few.packages["package"].tolist(), few.packages["k"].tolist()
    ([0, 1], [0, 2])
    """
    old = made.packages["package"].to_numpy(np.int64)
    kept = np.isin(old, packages)
    place = np.full(int(old.max(initial=-1)) + 1, -1, dtype=np.int64)
    place[old[kept]] = np.arange(int(kept.sum()))
    tables = {}
    for name in ("packages", "components", "bills", "payers", "uses"):
        table = getattr(made, name)
        at = place[table["package"].to_numpy(np.int64)]
        tables[name] = table.assign(package=at)[at >= 0].reset_index(drop=True)
    return replace(made, **tables)
