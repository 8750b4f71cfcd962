"""Weighted least squares for columns of any scale: the one solver behind every regression of an effect.

Comes in: a design matrix, an outcome, weights. Goes out: coefficients, what each row adds to them, and which columns
were left out because earlier ones say the same. Knows nothing of households; every room above may use it. Not
responsible for the design, nor for errors made of the residuals.

Columns are brought to unit length and factored by Householder's QR; normal equations are never formed, since they
square the condition and drop columns whose only fault is a small unit. The rank rule: a column is left out when the
part of it that earlier columns do not explain (|R_jj| of unit-length columns) is below `RANK_TOLERANCE` of its length,
or below the rounding errors that large means leave in the least exact column (`rank_tolerance`). So the answer is the
same in yuan and in fen, and the first of two columns that say the same is kept, as in R.

Source: Golub and Van Loan (2013), Matrix Computations, section 5.3; limited pivoting as LINPACK's dqrdc2 in R.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from povlib.arrays import Floats, Ints

# Columns computed from others in double precision (squares, sums, another unit) repeat them to about 1e-13 of their
# length; a column with 1e-10 of its length to itself therefore holds something of its own. R's 1e-7 would drop the
# fourth power of a year.
RANK_TOLERANCE = 1e-10
# Rounding errors of a value, of its size: that of the value itself, of a shift and of a change of unit, with a margin.
_ROUNDINGS = 16 * float(np.finfo(np.float64).eps)
# Of a column's largest value: below it differences are rounding errors of the values (eps = 2e-16, with a margin).
_CONSTANT = 1e-13


@dataclass(frozen=True)
class Basis:
    """Columns of a design in coordinates that are orthogonal under the weights.

    Attributes
    ----------
    rows : array (rows x kept)
        Orthogonal columns, weighted mean square one.
    back : array (terms x kept)
        Takes coefficients of `rows` to those of the design; rows of zeros for columns left out.
    kept : int array
        Columns that are no combination of earlier ones.
    own : array (terms)
        Share of each column's length that earlier kept columns do not explain.
    """

    rows: Floats
    back: Floats
    kept: Ints
    own: Floats


@dataclass(frozen=True)
class LeastSquares:
    """A weighted least-squares fit.

    Attributes
    ----------
    coefficients : array (terms)
        0 for columns left out.
    bread : array (terms x terms)
        Inverse of the weighted moments; zeros for columns left out.
    loading : array (rows x terms)
        Coefficients are ``loading.T @ outcome``, the influence of a row is its loading times its residual.
    residual, leverage : array (rows)
        Leverage is one for a row that fits itself.
    kept : int array
    own : array (terms)
        As in `Basis`.
    """

    coefficients: Floats
    bread: Floats
    loading: Floats
    residual: Floats
    leverage: Floats
    kept: Ints
    own: Floats


def orthogonal_basis(design: Floats, weight: Floats | None = None, tolerance: float = RANK_TOLERANCE) -> Basis:
    """Return the columns of a design in orthogonal coordinates, repeated ones left out.

    Parameters
    ----------
    design : array (rows x terms)
    weight : array (rows), optional
        Not negative.
    tolerance : float
        Of the rank rule.

    Examples
    --------
    >>> basis = orthogonal_basis(np.column_stack([np.ones(3), [1e9, 2e9, 4e9], [1.0, 2.0, 4.0]]))
    >>> basis.kept.tolist(), np.allclose(basis.rows.T @ basis.rows / 3, np.eye(2))
    ([0, 1], True)
    """
    root = np.ones(len(design)) if weight is None else np.sqrt(weight)
    tallest = np.abs(design).max(axis=0, initial=0.0)
    tallest = np.where(tallest > 0, tallest, 1.0)  # first by the largest value: squares of lengths cannot overflow
    scaled = design / tallest * root[:, None]
    norm = np.sqrt((scaled**2).sum(axis=0))
    length = np.where(norm > 0, norm, 1.0)
    q, r = np.linalg.qr(scaled / length)
    kept, own = _kept_columns(r, tolerance)
    if len(kept) < design.shape[1]:
        q, r = np.linalg.qr((scaled / length)[:, kept])
    total = np.sqrt((root**2).sum())
    back = np.zeros((design.shape[1], len(kept)))
    back[kept] = np.linalg.solve(r, np.eye(len(kept))) / (tallest * length)[kept][:, None] * total
    with np.errstate(divide="ignore", invalid="ignore"):
        rows = q / root[:, None] * total
    none = root == 0  # rows without weight have coordinates, too
    rows[none] = design[none] @ back
    return Basis(rows, back, kept, own)


def _kept_columns(r: Floats, tolerance: float) -> tuple[Ints, Floats]:
    """Return columns with something of their own, and each one's own share, from the triangle of unit columns."""
    terms = r.shape[1]
    own = np.abs(np.diag(r))
    if len(own) == terms and (own > tolerance).all():
        return np.arange(terms), own
    # behind a column left out the triangle no longer tells: orthogonalise one by one, twice against rounding
    found: Floats = np.zeros((r.shape[0], 0))
    kept: list[int] = []
    shares = np.zeros(terms)
    for j in range(terms):
        rest = r[:, j].copy()
        for _ in range(2):
            rest = rest - found @ (found.T @ rest)
        shares[j] = float(np.sqrt(rest @ rest))
        if shares[j] > tolerance and len(kept) < len(r):
            kept.append(j)
            found = np.column_stack([found, rest / shares[j]])
    return np.array(kept, dtype=np.int64), shares


def least_squares(
    design: Floats, outcome: Floats, weight: Floats | None = None, tolerance: float = RANK_TOLERANCE
) -> LeastSquares:
    """Fit by weighted least squares.

    Parameters
    ----------
    design : array (rows x terms)
        With a column of ones where an intercept is wanted; centre the others (`centred`) where their means are large.
    outcome : array (rows)
    weight : array (rows), optional
        Not negative.
    tolerance : float
        Of the rank rule; `rank_tolerance` where columns were centred.

    Examples
    --------
    >>> x = np.column_stack([np.ones(4), [1.0, 2.0, 3.0, 4.0]])
    >>> fit = least_squares(x * [1.0, 1e9], np.array([3.0, 5.0, 7.0, 9.0]))
    >>> (fit.coefficients * [1.0, 1e9]).round(9).tolist(), fit.leverage.round(3).tolist()
    ([1.0, 2.0], [0.7, 0.3, 0.3, 0.7])
    """
    basis = orthogonal_basis(design, weight, tolerance)
    w = np.ones(len(design)) if weight is None else weight
    share = w / w.sum()
    inner = basis.rows.T @ (share * outcome)
    residual = outcome - basis.rows @ inner
    correction = basis.rows.T @ (share * residual)  # once more on what is left: the digits a large mean costs
    inner, residual = inner + correction, residual - basis.rows @ correction
    coordinates = basis.rows * share[:, None]
    return LeastSquares(
        coefficients=basis.back @ inner,
        bread=basis.back @ basis.back.T / w.sum(),
        loading=coordinates @ basis.back.T,
        residual=residual,
        leverage=np.asarray((coordinates * basis.rows).sum(axis=1)),
        kept=basis.kept,
        own=basis.own,
    )


def centred(columns: Floats, weight: Floats | None = None) -> Floats:
    """Return columns less their weighted means; one that is constant up to rounding becomes zero.

    Examples
    --------
    >>> centred(np.array([[1e9, 0.1], [1e9 + 2, 0.1]])).tolist()
    [[-1.0, 0.0], [1.0, 0.0]]
    """
    if not columns.size:
        return columns
    w = np.ones(len(columns)) if weight is None else weight
    rest = columns - w @ columns / w.sum()
    rest = rest - w @ rest / w.sum()
    constant = np.abs(rest).max(axis=0) <= _CONSTANT * np.abs(columns).max(axis=0)
    return np.where(constant, 0.0, rest)


def rank_tolerance(columns: Floats, weight: Floats | None = None) -> float:
    """Return the tolerance of the rank rule for columns that are centred: what rounding leaves of the least exact one.

    A value of 1e6 is kept to 1e-10; beside a spread of one this is all that such a column can say of another.

    Examples
    --------
    >>> x = np.arange(5.0)[:, None]
    >>> rank_tolerance(x), 1e-9 < rank_tolerance(x + 1e6) < 1e-8
    (1e-10, True)
    """
    if not columns.size:
        return RANK_TOLERANCE
    w = np.ones(len(columns)) if weight is None else weight
    rest = centred(columns, w)
    largest = np.abs(rest).max(axis=0)
    unit = np.where(largest > 0, largest, 1.0)
    spread = unit * np.sqrt(w @ (rest / unit) ** 2 / w.sum())
    noise = np.divide(_ROUNDINGS * np.abs(columns).max(axis=0), spread, out=np.zeros_like(spread), where=spread > 0)
    return max(RANK_TOLERANCE, float(noise.max()))


def covariance_inverse(covariance: Floats) -> tuple[Floats, int]:
    """Return the inverse of a covariance over variables that are no combination of earlier ones, and their number.

    Scaled to correlations first, so that units do not decide the rank. A product of columns shows their own share
    only squared: the tolerance of a share is its root, 1e-5.

    Examples
    --------
    >>> inverse, rank = covariance_inverse(np.array([[4.0, 4.0], [4.0, 4.0]]))
    >>> inverse.tolist(), rank
    ([[0.25, 0.0], [0.0, 0.0]], 1)
    """
    spread = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    scale = np.where(spread > 0, spread, 1.0)
    rest = covariance / np.outer(scale, scale)
    correlation = rest.copy()
    kept: list[int] = []
    for j in range(len(rest)):  # Cholesky, column by column
        if rest[j, j] > RANK_TOLERANCE:
            kept.append(j)
            rest = rest - np.outer(rest[:, j], rest[j]) / rest[j, j]
    inverse = np.zeros_like(correlation)
    if kept:
        inverse[np.ix_(kept, kept)] = np.linalg.inv(correlation[np.ix_(kept, kept)])
    return inverse / np.outer(scale, scale), len(kept)
