"""A test of a list that may stop after any visit: confirmed, or not yet.

Houses are visited in an order drawn by lot. After each visit the evidence against "at least W0 entries are wrong" is
one number that, if the list were as bad as that, would grow twentyfold with a chance of at most one in twenty, however
often one looks (Ville's inequality). When it has grown twentyfold the claim "fewer than W0 are wrong" is confirmed at
a risk of 5 %; when it never does, the list goes to a full check.

Responsible for the evidence and its p-values. Not responsible for the order of visits (it must be drawn beforehand
with a recorded seed, and an absent house counts as wrong until seen) or for sizes fixed in advance (`finite_lists`).

Sources: Waudby-Smith and Ramdas (2020), Confidence sequences for sampling without replacement, NeurIPS; Stark (2023),
ALPHA, Annals of Applied Statistics 17(1); Wald (1945) for the ratio.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln, logsumexp

from povlib.errors import WorkbenchError
from povlib.housing.inspection.finite_lists import RISK, refuse_impossible_findings

Findings = npt.NDArray[np.int64]
Evidence = npt.NDArray[np.float64]


@dataclass(frozen=True)
class NullMean:
    """The claim's contrary, draw by draw, for lists of findings.

    Parameters
    ----------
    right : (lists, draws) array
        1 for an entry that was right, 0 for one that was wrong.
    entries : int
        Entries of each list.
    contradicting : int
        Wrong entries that contradict the claim, W0.
    """

    right: Findings
    entries: int
    contradicting: int

    @property
    def right_before(self) -> Findings:
        """Right entries seen before each draw."""
        return np.cumsum(self.right, axis=1) - self.right

    @property
    def left(self) -> npt.NDArray[np.int64]:
        """Entries not yet visited at each draw."""
        return self.entries - np.arange(self.right.shape[1])

    @property
    def right_if_contradicted(self) -> int:
        """Right entries of the whole list when exactly W0 are wrong."""
        return self.entries - self.contradicting

    @property
    def mean(self) -> Evidence:
        """Mean of the entries not yet visited when exactly W0 are wrong."""
        return np.asarray((self.right_if_contradicted - self.right_before) / self.left)


Factor = Callable[[NullMean], Evidence]
"""What each draw multiplies the evidence by; its mean under the contrary is at most 1."""


def fixed_bet(bet: float) -> Factor:
    """Return the factor of betting a constant share on "right": ``1 + bet (x - m)``.

    Examples
    --------
    >>> null = NullMean(np.ones((1, 1), dtype=np.int64), 30, 1)
    >>> round(float(fixed_bet(0.75)(null)[0, 0]), 4)
    1.025
    """
    return lambda null: 1 + bet * (null.right - null.mean)


def wald_ratio(expected_wrong: int) -> Factor:
    """Return the factor of Wald's ratio against exactly `expected_wrong` wrong entries.

    Their product is P(findings; `expected_wrong` wrong) / P(findings; W0 wrong).
    """

    def factor(null: NullMean) -> Evidence:
        ends = (null.entries - expected_wrong - null.right_before) / null.left
        return _ratio(null, np.clip(ends, null.mean, 1.0))

    return factor


def shrunk_ratio(expected_wrong: int, weight: float) -> Factor:
    """Return ALPHA's factor with the mean of the findings shrunk towards `expected_wrong` by `weight` draws.

    Stark (2023), section 2.5.2, with the distance kept from the null of (eta - t) / (2 sqrt(weight + j - 1)).
    """

    def factor(null: NullMean) -> Evidence:
        start, contrary = 1 - expected_wrong / null.entries, 1 - null.contradicting / null.entries
        seen = weight + np.arange(null.right.shape[1])
        apart = (start - contrary) / 2 / np.sqrt(seen)
        mean = (weight * start + null.right_before) / seen
        return _ratio(null, np.minimum(1 - apart, np.maximum(mean, null.mean + apart)))

    return factor


def _ratio(null: NullMean, expected: Evidence) -> Evidence:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(null.right == 1, expected / null.mean, (1 - expected) / (1 - null.mean)))


def p_values(right: npt.ArrayLike, entries: int, contradicting: int, factor: Factor) -> Evidence:
    """Return the p-value after each visit, each valid when one stops there.

    Parameters
    ----------
    right : (draws,) or (lists, draws) array
        1 for an entry found right, 0 for one found wrong, in the order of the visits.
    entries, contradicting : int
        Entries of the list; wrong ones that contradict the claim.
    factor : Factor
        `fixed_bet`, `wald_ratio` or `shrunk_ratio`.

    Returns
    -------
    array
        Of the shape of `right`: ``min(1, 1 / evidence)``, not the running minimum.

    Raises
    ------
    WorkbenchError
        When findings are not 0 or 1, or more than the list has entries.

    Examples
    --------
    >>> p_values([1] * 28, 29, 1, wald_ratio(0))[[0, 26, 27]].round(4).tolist()
    [0.9655, 0.069, 0.0345]
    """
    null, shape = _null(right, entries, contradicting)
    mean = null.mean
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        evidence = np.asarray(np.cumprod(np.nan_to_num(factor(null), nan=0.0), axis=1), dtype=np.float64)
    # so few rights are left to find, or so many, that the draw says nothing: the p-value of this draw is 1
    evidence[(mean >= 1) | (mean == 0)] = 1.0
    return _as_p(null, evidence).reshape(shape)


def mixture_p_values(right: npt.ArrayLike, entries: int, contradicting: int) -> Evidence:
    """Return the p-value after each visit against all better lists at once, each as likely: our own choice.

    The evidence is the mean of Wald's ratios over 0, 1, ..., W0 - 1 wrong entries, so nobody has to say beforehand how
    many errors there will be, and one wrong house does not end the test as it does for a ratio against none. A mean of
    martingales is one; nothing is lost of the risk limit. Raises as `p_values`.

    Examples
    --------
    >>> found = [1] * 20 + [0] + [1] * 60
    >>> float(mixture_p_values(found, 85, 5)[-1].round(3)), float(p_values(found, 85, 5, wald_ratio(0))[-1])
    (0.0, 1.0)
    """
    null, shape = _null(right, entries, contradicting)
    wrong = np.cumsum(1 - null.right, axis=1)
    # the evidence rests on two counts alone, so it is tabled once; with W0 wrong ones seen no better list is left
    table = _mixture_evidence(entries, contradicting, null.right.shape[1])
    evidence = table[np.arange(wrong.shape[1]), np.minimum(wrong, contradicting)]
    return _as_p(null, evidence).reshape(shape)


def _mixture_evidence(entries: int, contradicting: int, visits: int) -> Evidence:
    """Return the evidence by visit (rows, from the first) and wrong entries seen (columns, 0 to W0)."""
    draws = np.arange(1, visits + 1)[:, None]
    wrong = np.arange(contradicting + 1)[None, :]
    contrary = _log_chance(entries, contradicting, draws, wrong)
    better = np.stack([_log_chance(entries, w, draws, wrong) for w in range(contradicting)])
    # impossible under the contrary: it is ruled out (`_as_p` sees to that); 700: the largest power of e a float holds
    with np.errstate(invalid="ignore"):
        ratio = np.where(np.isfinite(contrary), logsumexp(better, axis=0) - contrary, -np.inf)
    return np.asarray(np.exp(np.clip(ratio - np.log(contradicting), None, 700.0)))


def _log_chance(entries: int, wrong_entries: int, draws: Findings, wrong: Findings) -> Evidence:
    """Return log P(one order of findings) by visits and wrong ones among them, but for what all lists share."""
    right = draws - wrong
    possible = (wrong <= wrong_entries) & (right >= 0) & (right <= entries - wrong_entries)

    def falling(top: int, count: Findings) -> Evidence:
        return np.asarray(gammaln(top + 1.0) - gammaln(np.maximum(top - count, 0) + 1.0))

    return np.where(possible, falling(wrong_entries, wrong) + falling(entries - wrong_entries, right), -np.inf)


def _as_p(null: NullMean, evidence: Evidence) -> Evidence:
    """Turn evidence into p-values; a claim that the findings alone settle is certain: p is 0."""
    with np.errstate(divide="ignore"):
        p = np.where(evidence > 0, np.minimum(1.0, 1 / evidence), 1.0)
    p = np.where(null.mean < 0, 0.0, p)
    settled = np.cumsum(null.right, axis=1)[:, -1] > null.right_if_contradicted
    p[:, -1] = np.where(settled, 0.0, p[:, -1])
    return p


def _null(right: npt.ArrayLike, entries: int, contradicting: int) -> tuple[NullMean, tuple[int, ...]]:
    found = np.asarray(right)
    if found.size == 0 or not np.isin(found, (0, 1)).all():
        raise WorkbenchError("a finding is neither right (1) nor wrong (0)", allowed="1, 0")
    lists = np.atleast_2d(found).astype(np.int64)
    if lists.shape[1] > entries or not 1 <= contradicting <= entries:
        raise WorkbenchError(
            "{visits} visits and {contradicting} contradicting entries do not fit a list of {entries}",
            allowed="visits at most as many as entries; contradicting entries from 1 to the length of the list",
            visits=lists.shape[1],
            contradicting=contradicting,
            entries=entries,
        )
    return NullMean(lists, entries, contradicting), found.shape


def wrong_entries_at_any_time(entries: int, visits: int, wrong_found: int, risk: float = RISK) -> tuple[int, int]:
    """Return the least and the most wrong entries of the list that the visits so far do not rule out.

    The range holds at whatever visit one stops: the prior-posterior ratio of a uniform prior over the number of wrong
    entries (Waudby-Smith and Ramdas 2020, section 3.1) exceeds ``1 / risk`` at any time with a chance of at most
    `risk`. Where the number of visits was fixed beforehand, the limits of `finite_lists` are narrower.

    Raises
    ------
    WorkbenchError
        When more were found than visited, or more visited than the list holds.

    Examples
    --------
    >>> wrong_entries_at_any_time(29, 10, 0), wrong_entries_at_any_time(29, 29, 2)
    ((0, 10), (2, 2))
    """
    refuse_impossible_findings(entries, visits, wrong_found)
    possible = np.arange(wrong_found, entries - (visits - wrong_found) + 1)
    chance = np.array([float(_log_chance(entries, int(w), np.array(visits), np.array(wrong_found))) for w in possible])
    kept = possible[logsumexp(chance) - np.log(entries + 1) - chance < np.log(1 / risk)]
    return int(kept[0]), int(kept[-1])


def visits_to_confirm(entries: int, contradicting: int, risk: float = RISK, wrong: int = 0) -> int:
    """Return the visits after which the mixture confirms a claim when the first `wrong` entries are wrong, no others.

    0 where only a visit to every house settles it: that is a full check, and no test.

    Examples
    --------
    >>> visits_to_confirm(85, 2), visits_to_confirm(85, 2, wrong=1), visits_to_confirm(20, 1)
    (71, 84, 0)
    """
    right = np.ones(entries, dtype=np.int64)
    right[:wrong] = 0
    reached = np.flatnonzero(mixture_p_values(right, entries, contradicting)[:-1] <= risk)
    return int(reached[0]) + 1 if len(reached) else 0


def visits_until_confirmed(p: npt.ArrayLike, risk: float = RISK) -> npt.NDArray[np.int64]:
    """Return for each list the visit at which it is confirmed, 1 for the first; 0 when it never is.

    Examples
    --------
    >>> visits_until_confirmed(p_values([1] * 29, 29, 1, wald_ratio(0))).tolist()
    [28]
    """
    reached = np.atleast_2d(np.asarray(p)) <= risk
    return np.where(reached.any(axis=1), reached.argmax(axis=1) + 1, 0)
