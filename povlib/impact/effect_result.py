"""What an impact estimate is: a number with its error, what was checked, and a sentence to read aloud.

Responsible for the common result of all methods, for warnings and refusals, and for the plain
sentence. Not responsible for any method.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from povlib.words import text

FEW_CLUSTERS = 30
_NO_ERROR = ("clusters", "spread")  # checks that refuse where no error can be known


@dataclass(frozen=True)
class Finding:
    """One thing that a check found.

    Attributes
    ----------
    check : str
        Name of the check: overlap, cohorts, pre_trend, clusters, spread, controls, density, ...
    refuses : bool
        Whether the estimate must not be used because of it.
    message : str
        English message id with fields.
    values : dict
        Values of the fields.
    """

    check: str
    refuses: bool
    message: str
    values: dict[str, object] = field(default_factory=dict)

    def show(self, lang: str | None = None) -> str:
        """Return the finding in words."""
        return text(self.message, lang, **self.values)


@dataclass(frozen=True)
class Effect:
    """One estimated effect.

    Attributes
    ----------
    method : str
        did, aipw, ipw, cutoff, difference, before_after.
    target : str
        Whose effect: att (of those helped), ate (of all), late (at the cutoff), none (naive).
    estimate, se, ci_low, ci_high : float
        In units of the outcome.
        The error and the limits are NaN where the data cannot tell them (a single unit or cluster helped).
    treated, controls, clusters : int
    findings : tuple of Finding
    errors : str
        Convention of the error: HC2, CR1, influence, ...; see the docstring of the method.
    """

    method: str
    target: str
    estimate: float
    se: float
    ci_low: float
    ci_high: float
    treated: int
    controls: int
    clusters: int
    findings: tuple[Finding, ...] = ()
    errors: str = ""

    @property
    def usable(self) -> bool:
        """Whether no check refuses the estimate."""
        return bool(np.isfinite(self.estimate)) and not any(finding.refuses for finding in self.findings)

    @property
    def naive(self) -> bool:
        """Whether the estimate makes no attempt at a fair comparison."""
        return self.target == "none"

    def row(self) -> dict[str, object]:
        """Return the effect as a row of a table."""
        names = ("method", "target", "estimate", "se", "ci_low", "ci_high", "treated", "controls", "clusters", "errors")
        row: dict[str, object] = {name: getattr(self, name) for name in names}
        stop = text("; ")
        row["usable"] = self.usable
        row["findings"] = stop.join(finding.show() for finding in self.findings)
        return row

    def sentence(self, what: str, outcome: str, unit: str, lang: str | None = None, *, places: int = 0) -> str:
        """Return a sentence an official can read aloud.

        Parameters
        ----------
        what, outcome, unit : str
            The help, the outcome and its unit, in words of the language.
        """
        values = {"what": what, "outcome": outcome, "unit": unit}
        if not self.usable:
            reasons = [finding.show(lang) for finding in self.findings if finding.refuses]
            values["reason"] = reasons[0] if reasons else text("there are too few cases", lang)
            return text("What {what} changed in {outcome} cannot be said from these records: {reason}.", lang, **values)
        for name, number in (("low", self.ci_low), ("high", self.ci_high), ("mean", self.estimate)):
            values[name] = f"{number:,.{places}f}"
        if self.naive:
            message = (
                "{outcome} of those who got {what} moved by {mean} {unit}; "
                "this compares nobody with anybody and is no effect."
            )
            return text(message, lang, **values)
        if self.ci_low > 0 or self.ci_high < 0:
            message = "{what} changed {outcome} by about {mean} {unit}; the records are in line with {low} to {high}."
        else:
            message = (
                "The records do not show whether {what} changed {outcome}: "
                "anything from {low} to {high} {unit} is in line with them."
            )
        return text(message, lang, **values)


def effect_with_interval(
    method: str,
    target: str,
    estimate: float,
    se: float,
    counts: tuple[int, int, int],
    findings: tuple[Finding, ...] = (),
    df: float | None = None,
    level: float = 0.95,
    errors: str = "",
) -> Effect:
    """Return an effect with its interval: by t with `df` degrees of freedom, or normal.

    Error and interval are NaN when a finding says that the data cannot tell them.
    """
    from scipy.stats import norm, t

    if any(finding.refuses and finding.check in _NO_ERROR for finding in findings):
        se = float("nan")

    tail = 0.5 + level / 2
    quantile = float(norm.ppf(tail)) if df is None else float(t.ppf(tail, max(df, 1)))
    treated, controls, clusters = counts
    return Effect(
        method,
        target,
        estimate,
        se,
        estimate - quantile * se,
        estimate + quantile * se,
        treated,
        controls,
        clusters,
        findings,
        errors,
    )


def few_cluster_findings(clusters: int) -> tuple[Finding, ...]:
    """Return what the number of clusters says: one refuses, fewer than 30 warn."""
    if clusters <= 1:
        return (Finding("clusters", True, "a single cluster tells nothing about chance"),)
    if clusters < FEW_CLUSTERS:
        values: dict[str, object] = {"n": clusters}
        return (Finding("clusters", False, "only {n} clusters: the interval is wider than it looks", values),)
    return ()
