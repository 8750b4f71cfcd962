"""Wage and dividend of a member as two incomes, each with its own risk, and what both share: the co-op itself.

The wage is paid month by month and may end; the dividend is paid once a year and varies, never under the floor while
the firm pays. Both end when the co-op fails: that chance is one for the two, so that in a bad year both are gone at
once.

Responsible for the first two moments and the chances of one year. Not responsible for the projection of a plan
(`povlib.exits`), which draws effects of all measures together.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import erf, exp, pi, sqrt

from povlib.errors import DataError

YEAR = 12


@dataclass(frozen=True)
class MemberIncome:
    """A member's year; money in fen a year.

    Attributes
    ----------
    wage, wage_sd, dividend, dividend_sd : float
        Mean and standard deviation of each.
    together, together_sd : float
        Of the sum: the two fall together when the co-op fails.
    no_wage, no_dividend, nothing : float
        Chance that the wage is lost within the year, that no dividend is paid, and that both are gone since the co-op
        failed.
    """

    wage: float
    wage_sd: float
    dividend: float
    dividend_sd: float
    together: float
    together_sd: float
    no_wage: float
    no_dividend: float
    nothing: float


def floored_moments(mean: float, sd: float, least: float) -> tuple[float, float]:
    """Return mean and standard deviation of a normal amount that is raised to `least` where it is below.

    Examples
    --------
    >>> floored_moments(100.0, 0.0, 120.0)
    (120.0, 0.0)
    >>> [round(value, 4) for value in floored_moments(0.0, 1.0, 0.0)]  # 1/sqrt(2 pi), sqrt(1/2 - 1/(2 pi))
    [0.3989, 0.5838]

    Notes
    -----
    With z = (least - mean)/sd: E = least P(z) + mean (1 - P(z)) + sd p(z); the second moment likewise (Tobin 1958,
    Econometrica 26).
    """
    if sd <= 0:
        return max(mean, least), 0.0
    z = (least - mean) / sd
    below, density = 0.5 * (1 + erf(z / sqrt(2))), exp(-z * z / 2) / sqrt(2 * pi)
    first = least * below + mean * (1 - below) + sd * density
    second = least**2 * below + (mean**2 + sd**2) * (1 - below) + sd * (mean + least) * density
    return first, sqrt(max(second - first**2, 0.0))


def member_income(
    wage_fen_per_month: float,
    dividend_fen: float,
    dividend_sd: float,
    floor_fen: float,
    *,
    wage_lost_per_month: float,
    firm_fails_per_year: float,
) -> MemberIncome:
    """Return a member's year.

    Parameters
    ----------
    wage_fen_per_month : float
        While the work lasts.
    dividend_fen, dividend_sd : float
        Mean and spread of a year's dividend before the floor.
    floor_fen : float
        Guaranteed a year while the firm pays.
    wage_lost_per_month : float
        Chance a month that this member's work ends, the co-op going on.
    firm_fails_per_year : float
        Chance a year that the firm and with it the co-op stops paying: in a month drawn evenly for the wage; the
        dividend, due at the end of the year, is then not paid.

    Examples
    --------
    >>> sure = member_income(10000, 50000, 0, 60000.0, wage_lost_per_month=0, firm_fails_per_year=0)
    >>> sure.wage, sure.dividend, sure.together_sd
    (120000.0, 60000.0, 0.0)
    """
    for share in (wage_lost_per_month, firm_fails_per_year):
        if not 0 <= share <= 1:
            raise DataError("{share} is no chance", allowed="0 to 1", share=f"{share:g}")
    stays = 1 - wage_lost_per_month
    q = firm_fails_per_year
    # months paid when the co-op lasts k months: mean and second moment of a count that ends once and for all
    by_length = [_paid_months(k, stays) for k in range(YEAR + 1)]
    # failing in month k (0 to 11) leaves k paid months at most
    mean = (1 - q) * by_length[YEAR][0] + q * sum(by_length[k][0] for k in range(YEAR)) / YEAR
    second = (1 - q) * by_length[YEAR][1] + q * sum(by_length[k][1] for k in range(YEAR)) / YEAR
    wage, wage_var = wage_fen_per_month * mean, wage_fen_per_month**2 * max(second - mean**2, 0.0)
    paid, spread = floored_moments(dividend_fen, dividend_sd, floor_fen)
    dividend, dividend_var = (1 - q) * paid, (1 - q) * (spread**2 + paid**2) - ((1 - q) * paid) ** 2
    # the two vary together only through the failure
    joint = (1 - q) * wage_fen_per_month * by_length[YEAR][0] * paid
    together_var = wage_var + dividend_var + 2 * (joint - wage * dividend)
    return MemberIncome(
        wage=wage,
        wage_sd=sqrt(wage_var),
        dividend=dividend,
        dividend_sd=sqrt(max(dividend_var, 0.0)),
        together=wage + dividend,
        together_sd=sqrt(max(together_var, 0.0)),
        no_wage=1 - (1 - q) * stays ** (YEAR - 1),
        no_dividend=q,
        nothing=q,
    )


def _paid_months(most: int, stays: float) -> tuple[float, float]:
    """Return mean and mean square of the months paid out of `most`, the first one surely, each next with `stays`."""
    # paid in month t with stays^(t-1); both t and u <= t paid with the chance of t: E[N^2] = sum stays^(t-1) (2t - 1)
    mean = sum(stays**t for t in range(most))
    return mean, sum(stays**t * (2 * t + 1) for t in range(most))
