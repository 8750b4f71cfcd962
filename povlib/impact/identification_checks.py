"""Can the help be told from what is allowed for, and from chance? What refuses a comparison before its numbers.

Responsible for treatments that covariates decide (exactly, nearly, or by separation), naming the covariates, and for
groups of a single unit or cluster, whose error nothing in the data can tell. Not responsible for the overlap of
propensities (`povlib.impact.propensity_overlap`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from povlib.arrays import Bools, Floats, Ints
from povlib.binary_regression import fit_logit
from povlib.errors import DataError
from povlib.impact.effect_result import Finding
from povlib.least_squares import centred, least_squares, orthogonal_basis, rank_tolerance

# Share of its spread that a treatment must have to itself beside the covariates. Values kept in single precision agree
# to 6e-8 of their size: what is told apart by less than a millionth is told apart by rounding.
ABSORBED = 1e-6
# Of the largest part a covariate has in the fit: smaller ones are rounding errors of a coefficient that is zero.
_TAKES_PART = 1e-6


def covariate_of_column(name: str, covariates: Sequence[str]) -> str:
    """Return the covariate that a column of `covariate_columns` belongs to.

    Examples
    --------
    >>> covariate_of_column("village=A", ["age", "village"]), covariate_of_column("age", ["age", "village"])
    ('village', 'age')
    """
    owners = [str(one) for one in covariates if name == str(one) or name.startswith(f"{one}=")]
    return max(owners, key=len, default=name)


def refuse_absorbed_treatment(
    d: Floats,
    x: Floats,
    owners: Sequence[str],
    treatment: str,
    weight: Floats | None = None,
    beside: Floats | None = None,
) -> None:
    """Raise when covariates decide the treatment, naming them.

    Parameters
    ----------
    d : array (rows)
        Treatment, or the side of a limit.
    x : array (rows x columns)
    owners : list of str
        Covariate of each column.
    treatment : str
        Its name.
    weight : array (rows), optional
    beside : array (rows x terms), optional
        What is fitted beside the covariates in any case; default an intercept.

    Raises
    ------
    DataError
        If least squares of the treatment on the covariates leaves less than `ABSORBED` of its spread.
    """
    if not x.size:
        return
    w = np.ones(len(d)) if weight is None else weight
    lines, z = np.ones((len(d), 1)) if beside is None else beside, centred(x, w)
    tolerance = rank_tolerance(x, w)
    fit, alone = least_squares(np.column_stack([lines, z]), d, w, tolerance), least_squares(lines, d, w)
    if np.sqrt(w @ fit.residual**2) > max(ABSORBED, tolerance) * np.sqrt(w @ alone.residual**2):
        return
    part = np.abs(fit.coefficients[lines.shape[1] :]) * np.sqrt(w @ z**2)
    names = sorted({owner for owner, one in zip(owners, part, strict=True) if one > _TAKES_PART * part.max()})
    raise DataError(
        "{columns} decide {treatment} wholly: nobody alike in them differs in help, so no effect can be told apart",
        where=treatment,
        remedy="leave these columns out of the covariates, or ask about help that differs within them",
        columns=", ".join(names) or treatment,
        treatment=treatment,
    )


def propensity_fit(x: Floats, d: Floats, owners: Sequence[str], weight: Floats | None = None) -> tuple[Floats, Floats]:
    """Return the chance of help by a logit on covariates, and the orthogonal columns (an intercept first) behind it.

    Raises
    ------
    DataError
        If covariates separate helped and others, naming those that do so alone, or all.
    """
    design = np.column_stack([np.ones(len(d)), centred(x, weight)])
    rows = orthogonal_basis(design, weight, rank_tolerance(x, weight)).rows
    try:
        return fit_logit(rows, d, weight=weight, errors=False).fitted, rows
    except DataError as error:
        names = [owners[j] for j in range(x.shape[1]) if _separates(x[:, j], d == 1)] or list(owners)
        raise DataError(
            "{columns} separate the helped from the others: no chance of help can be fitted",
            remedy="leave out these columns, or those whose values only the helped or only the others have",
            columns=", ".join(dict.fromkeys(names)),
        ) from error


def _separates(column: Floats, helped: Bools) -> bool:
    own, other = column[helped], column[~helped]
    if np.ptp(column) == 0:
        return False
    return bool(own.max() <= other.min() or other.max() <= own.min())


def lone_group_findings(d: Bools, groups: Ints | None, leverage: Floats | None = None) -> tuple[Finding, ...]:
    """Return a refusal when one of the groups is a single unit or cluster: nothing is known of its spread.

    Parameters
    ----------
    d : array of bool (rows)
        Who was helped.
    groups : int array (rows), optional
        Clusters.
    leverage : array (rows), optional
        Of the regression: rows that fit themselves (a covariate for one household alone) say nothing of spread either.
    """
    if groups is not None and min(len(np.unique(groups[d])), len(np.unique(groups[~d]))) < 2:
        return (Finding("clusters", True, "one of the two groups lies in a single cluster: its error cannot be known"),)
    free = np.ones(len(d), dtype=bool) if leverage is None else leverage < 1 - 1e-9
    for side, message in (
        (d, "a single unit was helped: its error cannot be known; use randomisation inference"),
        (~d, "a single unit was not helped: its error cannot be known"),
    ):
        if (side & free).sum() < 2:
            return (Finding("spread", True, message),)
    return ()
