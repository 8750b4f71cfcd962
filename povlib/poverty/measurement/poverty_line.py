"""The poverty line: a number, a column, or a share of the median or mean that is itself estimated.

Responsible for the line of each row and, when it is estimated, for its influence over the whole
sample, so that the errors of rates measured against it hold the threshold term.
Not responsible for official lines by authority and year: those come from the catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from povlib.arrays import Floats, Ints
from povlib.errors import DataError
from povlib.poverty.measurement.frame_columns import checked_number, checked_table, full_column, refuse_gaps
from povlib.poverty.measurement.sorted_domain import Conventions, SortedDomain


@dataclass(frozen=True)
class RelativeLine:
    """A line that is a share of the median or the mean of the same incomes.

    Parameters
    ----------
    share : float
        Share of the centre, above 0.
    of : {"median", "mean"}
        The centre.
    within : str, optional
        Column inside whose values the line is estimated (a wave, a province); default one line for
        the whole sample, also for domains.

    Examples
    --------
    >>> RelativeLine().label
    '0.6 of median'
    """

    share: float = 0.6
    of: str = "median"
    within: str | None = None

    def __post_init__(self) -> None:
        if not 0 < checked_number(self.share, "share") < 10 or self.of not in ("median", "mean"):
            raise DataError(
                "{value} is no relative line",
                allowed="a share of the median or the mean, such as 0.6",
                value=f"{self.share} of {self.of}",
            )

    @property
    def label(self) -> str:
        """The line in words, as shown in the column ``convention``."""
        return f"{self.share:g} of {self.of}" + (f" within {self.within}" if self.within else "")

    def value(self, sample: SortedDomain) -> Floats:
        """Return the line by replicate."""
        return self.share * (sample.mean if self.of == "mean" else sample.quantile(0.5))

    def influence(self, sample: SortedDomain) -> Floats:
        """Return the influence of each row on the line (Deville 1999; density by Gaussian kernel)."""
        if self.of == "mean":
            return np.asarray(self.share * (sample.income - sample.mean[0]) / sample.total[0])
        median = float(sample.quantile(0.5)[0])
        below = (sample.income <= median) - 0.5
        return np.asarray(-self.share * below / (sample.total[0] * sample.density(median)))


@dataclass(frozen=True)
class PovertyLine:
    """The line of each row, and the group of rows from which it was estimated.

    Attributes
    ----------
    amount : array (rows)
    relative : RelativeLine or None
        None for a fixed line.
    group : array of int (rows)
        Code of the group whose line applies (all 0 for a single line).
    influence : array (rows)
        Influence of each row on the line of its own group; zeros for a fixed line.
    """

    amount: Floats
    relative: RelativeLine | None
    group: Ints
    influence: Floats


def resolve_line(
    frame: pd.DataFrame,
    line: float | str | RelativeLine,
    income: Floats,
    weight: Floats,
    order: Ints,
    conventions: Conventions,
    *,
    required: bool = True,
) -> PovertyLine:
    """Resolve a line for the rows of a frame.

    `order` sorts the rows by income. A relative line that is not `required` may come out as NaN, where the
    centre of incomes is not above zero.

    Raises
    ------
    DataError
        If a line is missing, zero or negative, or a column does not exist.
    """
    if isinstance(line, RelativeLine):
        return _estimated_line(frame, line, income, weight, order, conventions, required)
    values = fixed_line(frame, line)
    return PovertyLine(values, None, np.zeros(len(frame), dtype=np.int64), np.zeros(len(frame)))


def fixed_line(frame: pd.DataFrame, line: Any) -> Floats:
    """Return the line of each row of a frame: a number for all, or the name of a column.

    Raises
    ------
    DataError
        If it is neither, or a line is missing, infinite, zero or negative.

    Examples
    --------
    >>> fixed_line(pd.DataFrame({"z": [2, 3]}), "z").tolist()
    [2.0, 3.0]
    """
    if isinstance(line, str):
        values = full_column(checked_table(frame, [line]), line)
    elif isinstance(line, (bool, np.bool_)) or not isinstance(line, (Real, Decimal)):
        raise DataError(
            "{kind} is no poverty line",
            allowed="a number, the name of a column, Relative(...)",
            kind=type(line).__name__,
        )
    else:
        values = np.full(len(frame), float(line))
    wrong = int((~(values > 0) | ~np.isfinite(values)).sum())
    if wrong:
        raise DataError("{n} rows have no line above zero", where=str(line), n=wrong)
    return values


def line_by_group(
    line: RelativeLine, group: Ints, income: Floats, weight: Floats, order: Ints, conventions: Conventions
) -> tuple[Floats, Floats]:
    """Return the line of each row's group, and the influence of each row on it; zeros for rows outside `order`."""
    values, influence = np.zeros(len(income)), np.zeros(len(income))
    for code in range(int(group.max(initial=0)) + 1):
        rows = order[group[order] == code]
        members = SortedDomain(income[rows], weight[None, rows], np.ones((1, 1)), conventions)
        values[rows] = line.value(members)[0]
        with np.errstate(divide="ignore", invalid="ignore"):
            influence[rows] = line.influence(members)
    return values, influence


def _estimated_line(
    frame: pd.DataFrame,
    line: RelativeLine,
    income: Floats,
    weight: Floats,
    order: Ints,
    conventions: Conventions,
    required: bool,
) -> PovertyLine:
    if line.within is None:
        group = np.zeros(len(frame), dtype=np.int64)
    else:
        frame = checked_table(frame, [line.within])
        refuse_gaps(frame, [line.within])  # a row outside every group would have no line
        group = pd.factorize(frame[line.within], sort=True)[0].astype(np.int64)
    values, influence = line_by_group(line, group, income, weight, order, conventions)
    wrong = int((~(values > 0)).sum())
    if wrong and required:
        raise DataError("{n} rows have no line above zero", where=line.label, n=wrong)
    return PovertyLine(np.where(values > 0, values, np.nan), line, group, influence)
