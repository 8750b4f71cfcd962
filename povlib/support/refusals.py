"""Why a household may not have a measure: the first reason that holds, in words.

Responsible for collecting one reason per household and measure and writing them out in every
language. Not responsible for finding the reasons (`povlib.support.eligibility`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.arrays import Bools
from povlib.params.conditions import Condition
from povlib.support.conditions import condition_text
from povlib.words import language_column, languages, text


class Refusals:
    """Reasons by household (rows of `hh`) and measure; the first one given for a cell stays.

    Examples
    --------
    >>> refused = Refusals(pd.Series(["A", "B"]))
    >>> refused.add("loan", np.array([True, False]), "the household does not want help")
    >>> refused.frame()[["hh", "measure", "reason_en"]].values.tolist()
    [['A', 'loan', 'the household does not want help']]
    """

    def __init__(self, hh: pd.Series) -> None:
        self._hh = hh.reset_index(drop=True)
        self._codes: dict[str, npt.NDArray[np.int64]] = {}
        self._words: list[tuple[str, ...]] = []

    def add(self, measure: str, where: Bools, message: str, **values: Any) -> None:
        """Refuse `measure` to the households of `where`; a value that depends on the language is a mapping."""
        words = (
            text(message, lang, **{k: v[lang] if isinstance(v, dict) else v for k, v in values.items()})
            for lang in languages()
        )
        self._add_words(measure, where, tuple(words))

    def clear(self, measure: str, where: Bools) -> None:
        """Take the refusals of `measure` back for households that may have it in another way."""
        if measure in self._codes:
            self._codes[measure][where] = -1

    def add_condition(self, measure: str, where: Bools, condition: Condition, message: str = "{rule}") -> None:
        """Refuse because a condition does not hold (or, with another `message`, is not known)."""
        self.add(measure, where, message, rule={lang: condition_text(condition, lang) for lang in languages()})

    def _add_words(self, measure: str, where: Bools, words: tuple[str, ...]) -> None:
        codes = self._codes.setdefault(measure, np.full(len(self._hh), -1, dtype=np.int64))
        new = where & (codes < 0)
        if new.any():
            codes[new] = len(self._words)
            self._words.append(words)

    def frame(self) -> pd.DataFrame:
        """Return hh, measure, and the reason in a column a language (reason, reason_en), sorted by hh and measure."""
        parts = []
        for measure, codes in self._codes.items():
            rows = np.flatnonzero(codes >= 0)
            parts.append(pd.DataFrame({"hh": self._hh.to_numpy()[rows], "measure": measure, "code": codes[rows]}))
        frame = pd.concat(parts) if parts else pd.DataFrame({"hh": [], "measure": [], "code": []})
        codes = frame["code"].to_numpy(dtype=np.int64)
        for i, name in enumerate(language_column("reason", lang) for lang in languages()):
            frame[name] = np.array([words[i] for words in self._words], dtype=object)[codes] if len(codes) else ""
        frame = frame.drop(columns="code").astype("str")
        return frame.sort_values(["hh", "measure"], kind="stable").reset_index(drop=True)


def refuse_unmet_conditions(
    refused: Refusals,
    measure: str,
    conditions: Mapping[int, Condition],
    first: npt.NDArray[np.int64],
) -> None:
    """Write the reasons of `conditions.joint_truth`: `first` numbers the condition that failed or is not known."""
    count = len(conditions)
    for number, condition in conditions.items():
        refused.add_condition(measure, first == number, condition)
        refused.add_condition(measure, first == count + number, condition, "not known whether {rule}")
