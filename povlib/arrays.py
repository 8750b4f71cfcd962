"""Types of the NumPy arrays that the rooms hand each other.

Every amount of money is whole fen and every count a whole number, so `Ints` is what most columns are; `Floats` holds
probabilities and estimates, `Bools` marks rows. The lengths stand in the docstrings, as letters: (H,) one a household,
(P,) one a package row.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
"""Whole numbers: fen, persons, months, places in another array."""

Floats = npt.NDArray[np.float64]
"""Numbers with a fraction: probabilities, shares, estimates."""

Bools = npt.NDArray[np.bool_]
"""A mark for each row: true or false."""
