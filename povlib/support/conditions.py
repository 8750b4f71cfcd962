"""Conditions as columns: the same tests an auditor runs, over all households at once.

Responsible for evaluating a typed condition on a frame of facts (true, false or not known) and for
saying it in words. Not responsible for which conditions belong to which measure, nor for the facts.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.params.conditions import FIELDS, Condition
from povlib.words import language, term, text

TruthValues = npt.NDArray[np.int8]
"""1 true, 0 false, -1 not known."""

CODE_SEPARATOR = "、"


def condition_truth(condition: Condition, facts: pd.DataFrame) -> TruthValues:
    """Return 1 where the condition holds, 0 where it does not, -1 where the field is not known.

    Parameters
    ----------
    condition : Condition
    facts : DataFrame
        `household_facts` for conditions on the household, `member_facts` for the others.

    Examples
    --------
    >>> rule = Condition(on="worker", field="age", op=">=", value=16, citation="rule 5_12_004")
    >>> condition_truth(rule, pd.DataFrame({"age": pd.array([15, 16, None], dtype="Float64")})).tolist()
    [0, 1, -1]
    """
    column = facts[condition.field]
    kind = FIELDS[condition.field].kind
    if kind == "number":
        holds = _compare_numbers(column.astype("Float64"), condition)
    elif kind == "flag":
        holds = column.astype("Float64") == (1 if condition.op == "is_true" else 0)
    else:
        holds = _compare_labels(column, condition, several=kind == "codes")
    known = column.notna().to_numpy(dtype=bool)
    return np.where(known, holds.fillna(False).to_numpy(dtype=bool), -1).astype(np.int8)


def _compare_numbers(column: pd.Series, condition: Condition) -> pd.Series:
    value = float(condition.value)  # type: ignore[arg-type]
    compare = {"==": column.eq, "!=": column.ne, ">=": column.ge, "<=": column.le}
    return compare[condition.op](value)


def _compare_labels(column: pd.Series, condition: Condition, *, several: bool) -> pd.Series:
    """Return by row whether the label (any of several) is listed, or is not for ``!=`` and ``not_in``."""
    listed = condition.value if isinstance(condition.value, tuple) else (str(condition.value),)
    labels = column.astype("category")
    among = [
        any(part in listed for part in str(label).split(CODE_SEPARATOR)) if several else str(label) in listed
        for label in labels.cat.categories
    ]
    codes = labels.cat.codes.to_numpy()
    is_listed = np.append(np.array(among, dtype=bool), False)[codes]
    return pd.Series(~is_listed if condition.op in ("!=", "not_in") else is_listed)


def joint_truth(conditions: Sequence[Condition], facts: pd.DataFrame) -> tuple[TruthValues, npt.NDArray[np.int64]]:
    """Return whether all conditions hold, and the number of the first that does not (-1: none).

    A condition not known counts as not holding; its code is ``len(conditions) + number``, so that
    the words can tell "does not hold" from "is not known".
    """
    holds = np.ones(len(facts), dtype=np.int8)
    first = np.full(len(facts), -1, dtype=np.int64)
    for number, condition in enumerate(conditions):
        truth = condition_truth(condition, facts)
        fails = (truth != 1) & (first < 0)
        first[fails] = np.where(truth[fails] == 0, number, len(conditions) + number)
        holds[truth != 1] = 0
    return holds, first


_CONDITION_WORDS = {
    "==": "{field} must be {value}",
    "!=": "{field} must not be {value}",
    "in": "{field} must be one of {value}",
    "not_in": "{field} must be none of {value}",
    ">=": "{field} must be at least {value}",
    "<=": "{field} must be at most {value}",
    "is_true": "{field} must be yes",
    "is_false": "{field} must be no",
}


def condition_text(condition: Condition, lang: str | None = None) -> str:
    """Return the condition as a planner reads it, with its citation.

    Examples
    --------
    >>> rule = Condition(on="worker", field="age", op=">=", value=16, citation="rule 5_12_004")
    >>> condition_text(rule, "en")
    'age must be at least 16 (rule 5_12_004)'
    """
    lang = lang or language()
    value = condition.value
    shown = (
        CODE_SEPARATOR.join(value) if isinstance(value, tuple) else f"{value:g}" if _is_number(value) else str(value)
    )
    words = text(_CONDITION_WORDS[condition.op], lang, field=term(condition.field, lang), value=shown)
    return text("{words} ({citation})", lang, words=words, citation=text(condition.citation, lang))


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
