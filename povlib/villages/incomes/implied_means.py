"""What a mean over all villages, and a few villages above a mark, leave for the others.

With n villages of mean m of which k are above a mark t, the others have less than (n·m - k·t) / (n - k) on average.
For the bulletin (about 50,000; two above 100,000): (5n - 20) / (n - 2) in 10,000 yuan, below 40,000 yuan for n = 12.
"""

from __future__ import annotations

from fractions import Fraction

from povlib.errors import DataError


def others_mean_below(villages: int, mean: int, above: int, mark: int) -> Fraction:
    """Return the bound that the mean of the other villages stays below, exactly.

    Parameters
    ----------
    villages : int
        All villages, n.
    mean : int
        Their mean, in any unit.
    above : int
        How many are above the mark, k; at least one other must be left.
    mark : int
        The mark t, in the same unit.

    Raises
    ------
    DataError
        If no other village is left, or the mean is too low for so many villages above the mark.

    Examples
    --------
    >>> others_mean_below(12, 50_000, 2, 100_000)
    Fraction(40000, 1)
    >>> float(others_mean_below(8, 5, 2, 10))
    3.3333333333333335
    """
    if not 0 <= above < villages:
        raise DataError("{above} of {villages} villages leave no others", values={"above": above, "villages": villages})
    bound = Fraction(villages * mean - above * mark, villages - above)
    if bound < 0:
        raise DataError("{above} of {villages} villages above {mark} have more than a mean of {mean} allows",
                        values={"above": above, "villages": villages, "mark": mark, "mean": mean})  # fmt: skip
    return bound
