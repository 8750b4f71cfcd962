"""Can the help be told from what is allowed for, and from chance? What refuses a comparison before its numbers.

Responsible for treatments that covariates decide (exactly, nearly, or by separation), naming the covariates, and for
groups of a single unit or cluster, whose error nothing in the data can tell. Not responsible for the overlap of
propensities (`povlib.impact.propensity_overlap`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from povlib.arrays import Bools, Floats, Ints
from povlib.binary_regression import fit_logit, separating_columns
from povlib.errors import DataError
from povlib.impact.effect_result import Finding
from povlib.least_squares import LeastSquares, centred, least_squares, orthogonal_basis, rank_tolerance

# Share of its spread that a treatment must have to itself beside the covariates. Values kept in single precision agree
# to 6e-8 of their size: what is told apart by less than a millionth is told apart by rounding.
ABSORBED = 1e-6
SELF_FITTING = 1e-9  # below one: a leverage so near to it is one up to rounding, and the row has no residual
# Of the variance of an effect: with two helped clusters of many half of it shows in residuals, with one nearly none.
LEAST_SEEN = 0.25
# Of the largest part a covariate has in the fit: smaller ones are rounding errors of a coefficient that is zero.
_TAKES_PART = 1e-6
# Ten outcomes for each coefficient of a logit (Peduzzi et al. 1996) would ask for more still; below ten the error of a
# mean is off by a quarter and more (1 / sqrt(2 (n - 1))).
FEW_HELPED = 10
# A choice: a logit with 200 columns on 4,000 rows takes seconds, and its cost grows with their square.
MOST_COLUMNS = 200


def covariate_of_column(name: str, covariates: Sequence[str]) -> str:
    """Return the covariate that a column of `covariate_columns` belongs to.

    Examples
    --------
    >>> covariate_of_column("village=A", ["age", "village"]), covariate_of_column("age", ["age", "village"])
    ('village', 'age')
    """
    owners = [str(one) for one in covariates if name == str(one) or name.startswith(f"{one}=")]
    return max(owners, key=len, default=name)


def refuse_outcome_as_covariate(outcome: str, covariates: Sequence[str]) -> None:
    """Raise when the outcome stands among the covariates: nothing would be left to explain."""
    if outcome in covariates:
        raise DataError("{column} is the outcome and cannot be a covariate", where="covariates", column=outcome)


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


def rows_with_a_like(x: Floats, d: Bools) -> tuple[Bools, Bools]:
    """Return the rows to compare and the columns that still say something among them.

    Where all helped share one value of a 0/1 column, others with the other value have no chance of help: they weigh
    nothing against the helped, and their column, constant without them, would only keep every fit from ending.

    Examples
    --------
    >>> x, d = np.array([[0.0], [0.0], [1.0], [0.0], [0.0]]), np.array([1, 1, 0, 0, 0], dtype=bool)
    >>> [kept.tolist() for kept in rows_with_a_like(x, d)]
    [[True, True, False, True, True], [False]]
    """
    rows, columns = np.ones(len(d), dtype=bool), np.ones(x.shape[1], dtype=bool)
    for j in np.flatnonzero(((x == 0) | (x == 1)).all(axis=0)):
        helped = x[d, j]
        if len(helped) and (helped == helped[0]).all():
            rows &= d | (x[:, j] == helped[0])
    if (rows & ~d).sum() < 2:  # nobody to compare with: the fit itself says so
        return np.ones(len(d), dtype=bool), columns
    return rows, np.asarray(columns if rows.all() else np.ptp(x[rows], axis=0) > 0)


def without_like_finding(dropped: int, names: Sequence[str]) -> tuple[Finding, ...]:
    """Return what is said of rows that `rows_with_a_like` leaves out, and why."""
    if not dropped:
        return ()
    message = "{n} of the others have in {columns} what none of the helped has: they stand for none and are left out"
    return (Finding("overlap", False, message, {"n": dropped, "columns": ", ".join(sorted(set(names)))}),)


def refuse_many_columns(owners: Sequence[str]) -> None:
    """Raise when covariates make more columns than a chance of help can be fitted with, naming the widest.

    Raises
    ------
    DataError
        Saying how many columns there are, and how many the widest covariate makes.
    """
    if len(owners) <= MOST_COLUMNS:
        return
    widest = max(sorted(set(owners)), key=list(owners).count)
    raise DataError(
        "the covariates make {n} columns, {k} of them {column}: too many to compare like with like",
        where=widest, allowed="up to {most}", remedy="put its kinds together in fewer groups",
        n=len(owners), k=list(owners).count(widest), column=widest, most=MOST_COLUMNS,
    )  # fmt: skip


def few_helped_findings(d: Bools) -> tuple[Finding, ...]:
    """Return a warning when one of the groups is small: an error and a normal interval then say too little."""
    for side, message in (
        (d, "only {n} were helped: the error is itself known badly; use randomisation inference"),
        (~d, "only {n} were not helped: the error is itself known badly"),
    ):
        if 1 < side.sum() < FEW_HELPED:
            return (Finding("size", False, message, {"n": int(side.sum())}),)
    return ()


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
        names = [owners[j] for j in separating_columns(x, d)] or list(owners)
        raise DataError(
            "{columns} separate the helped from the others: no chance of help can be fitted",
            remedy="leave out these columns, or those whose values only the helped or only the others have",
            columns=", ".join(dict.fromkeys(names)),
        ) from error


def lone_group_findings(
    d: Bools, groups: Ints | None, fit: LeastSquares | None = None, weight: Floats | None = None
) -> tuple[Finding, ...]:
    """Return a refusal when one of the groups is a single unit or cluster: nothing is known of its spread.

    Parameters
    ----------
    d : array of bool (rows)
        Who was helped.
    groups : int array (rows), optional
        Clusters.
    fit : LeastSquares, optional
        With the treatment last: then also when its coefficient hangs on a single unit or cluster, as with effects of
        households where the help of one alone changed.
    weight : array (rows), optional
        Of the fit.
    """
    if groups is not None:
        if min(len(np.unique(groups[side])) for side in (d, ~d)) < 2:
            message = "one of the two groups lies in a single cluster: its error cannot be known"
            return (Finding("clusters", True, message),)
        if fit is not None and _seen_of_clusters(fit, groups, weight) < LEAST_SEEN:
            return (Finding("clusters", True, "the effect hangs on a single cluster: its error cannot be known"),)
    own = d.sum() < 2, (~d).sum() < 2
    if fit is not None and groups is None:
        square = fit.loading[:, -1] ** 2
        lost = np.where(fit.leverage >= 1 - SELF_FITTING, square, 0.0)  # rows that fit themselves have no residual
        if lost.sum() > (1 - LEAST_SEEN) * square.sum():
            own = lost[d].sum() >= lost[~d].sum(), lost[d].sum() < lost[~d].sum()
    if own[0]:
        message = "a single unit was helped: its error cannot be known; use randomisation inference"
        return (Finding("spread", True, message),)
    return (Finding("spread", True, "a single unit was not helped: its error cannot be known"),) if own[1] else ()


def _seen_of_clusters(fit: LeastSquares, groups: Ints, weight: Floats | None) -> float:
    """Return the share of the last coefficient's variance that residuals by cluster would show if errors were alike.

    What a cluster adds to the coefficient is its part u of the loading; of this the fit takes up the projection on the
    design, so that its residuals show |u|^2 - |Q'u|^2 of |u|^2.
    """
    w = np.ones(len(groups)) if weight is None else weight
    some = w > 0
    q = orthogonal_basis(fit.loading[some] / np.sqrt(w[some])[:, None]).rows / np.sqrt(some.sum())
    u = fit.loading[some, -1] / np.sqrt(w[some])
    taken = np.stack([np.bincount(groups[some], column * u) for column in q.T])
    return 1.0 - float((taken**2).sum()) / float(u @ u)
