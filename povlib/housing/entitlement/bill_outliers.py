"""Quantities and prices out of line with like houses, for an auditor to look at.

Responsible for the rule and for what it finds. Not responsible for saying that anything is wrong: a large house needs
much roof. Like houses are those whose bill has the same item, in the same unit, for the same kind of work; a stage of
the bill is compared with its own stage.

Notes
-----
With x = log(quantity) or log(unit price) and the median m of the like lines, a line is named when |x - m| is more than
`TIMES` scales, the scale being 1.4826 MAD (median absolute deviation; the factor makes it the standard deviation of a
normal distribution, Hampel 1974; 3.5 is the cut of Iglewicz and Hoaglin 1993) and at least `LEAST_SCALES`: where a
price list is kept all prices are alike and a MAD of 0 would name a fen. Groups of fewer than `LEAST_GROUP` lines are
compared with nothing.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib.support.eligibility_facts import SupportFrames
from povlib.support.house_bills import bill_lines
from povlib.words import text

TIMES = 3.5
#: lines in a group, below which a median says little: with 8 a third of them would have to be wrong to move it much
LEAST_GROUP = 8
#: of the logarithm: with 3.5 scales no price within a third of the median is named (exp(3.5 x 0.08) = 1.32) and no
#: quantity within 2.9 times of it (exp(3.5 x 0.3) = 2.86): houses do differ in size
LEAST_SCALES = {"quantity": 0.30, "price": 0.08}
_NORMAL = 1.4826


def outlier_rule(lang: str | None = None) -> str:
    """Return the rule in words, as the paper prints it."""
    return text(
        "Named is what lies more than {times} robust standard deviations (1.4826 MAD of the logarithms, at least "
        "{price} for prices and {quantity} for quantities) from the median of like lines: same item, unit, kind of "
        "work and stage, at least {n} lines.",
        lang, times=TIMES, n=LEAST_GROUP, **LEAST_SCALES,
    )  # fmt: skip


def bill_outliers(state: SupportFrames) -> pd.DataFrame:
    """Return the lines of bills whose quantity or price is out of line with like houses.

    Parameters
    ----------
    state : State

    Returns
    -------
    DataFrame
        project, hh, kind, stage, item, unit; what (``quantity`` or ``price``), value (units, or fen a unit), median,
        times (value / median), scales (robust standard deviations from the median, signed), group (like lines).
        Furthest first.
    """
    lines = bill_lines(state)
    kind = state.projects.drop_duplicates("project").set_index("project")["kind"]
    lines = lines.assign(kind=lines["project"].map(kind), unit=lines["unit"].fillna(""))
    found = [_out_of_line(lines, what, column) for what, column in (("quantity", "qty"), ("price", "unit_fen"))]
    frame = pd.concat(found, ignore_index=True)
    frame = frame.sort_values(["project", "stage", "item", "what"], ignore_index=True)
    return frame.iloc[np.argsort(-frame["scales"].abs().to_numpy(dtype=float), kind="stable")].reset_index(drop=True)


def _out_of_line(lines: pd.DataFrame, what: str, column: str) -> pd.DataFrame:
    value = lines[column].astype("Float64")
    # a variation may take away; what is no positive amount cannot be compared by its logarithm
    usable = lines.loc[(value > 0).fillna(False).to_numpy(dtype=bool)].copy()
    usable["value"] = usable[column].astype("float64")
    usable["log"] = np.log(usable["value"])
    like = usable.groupby(["item", "unit", "kind", "stage"])
    middle = like["log"].transform("median")
    deviation = usable["log"] - middle
    spread = deviation.abs().groupby([usable[name] for name in ("item", "unit", "kind", "stage")]).transform("median")
    usable["what"] = what
    usable["scales"] = deviation / (_NORMAL * spread).clip(lower=LEAST_SCALES[what])
    usable["median"], usable["group"] = like["value"].transform("median"), like["value"].transform("size")
    usable["times"] = usable["value"] / usable["median"]
    out = usable.loc[(usable["scales"].abs() > TIMES) & (usable["group"] >= LEAST_GROUP)]
    columns = ["project", "hh", "kind", "stage", "item", "unit", "what", "value", "median", "times", "scales", "group"]
    return out[columns]
