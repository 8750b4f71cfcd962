"""Sparse matrices with one type.

Responsible for making the sparse matrices of the room: SciPy's stubs distinguish shapes and
numbers finer than this room needs. Not responsible for any arithmetic.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from scipy import sparse

Sparse: TypeAlias = Any
"""A SciPy sparse array of whole numbers (uses) or of floats (models)."""


def csr(*args: Any, **options: Any) -> Sparse:
    """Return a compressed-row array."""
    make: Any = sparse.csr_array
    return make(*args, **options)


def csc(*args: Any, **options: Any) -> Sparse:
    """Return a compressed-column array."""
    make: Any = sparse.csc_array
    return make(*args, **options)


def side_by_side(parts: list[Sparse], dtype: Any = None) -> Sparse:
    """Join matrices side by side."""
    join: Any = sparse.hstack
    return csr(join(parts, format="csr", dtype=dtype))


def one_under_another(parts: list[Sparse]) -> Sparse:
    """Join matrices one under the other."""
    join: Any = sparse.vstack
    return csr(join(parts, format="csr"))


def diagonal_matrix(numbers: Any) -> Sparse:
    """Return a diagonal matrix."""
    make: Any = sparse.diags_array
    return make(numbers, dtype=numbers.dtype)
