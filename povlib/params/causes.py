"""First lists: which measures fit a household by its cause, what it lacks, its labour and what it wishes for.

Responsible for the records of ``causes.yaml``. Not responsible for whom a rule speaks of (`povlib.support.first_list`).
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from povlib.params.conditions import Condition
from povlib.params.kinds import PAIR_PATTERN, Key, Names, Sourced
from povlib.params.support import Measure

KIND = "kind:"
"""Begins an entry of `CauseRule.measures` that stands for all measures of a kind."""


class CauseRule(Sourced):
    """One rule: households for which all of it holds get its measures onto their first list.

    Parameters
    ----------
    names : Names
        The reason, as a household's page prints it.
    causes : list of str
        Labels of ``data/tables/cause.yaml``: the main cause or another cause is one of these; empty: any cause.
    when : list of Condition
        On the household or on any member, all of which must hold; what is not known does not hold.
    wishes : list of str
        Keys of ``data/tables/wish.yaml``: a member wishes for one of these (sheet 劳动力); empty: whatever is wished.
    measures : list of str
        Keys of measures, or ``kind:`` and a kind for all of that kind.
    """

    key: Key
    names: Names
    causes: tuple[str, ...] = ()
    when: tuple[Condition, ...] = ()
    wishes: tuple[str, ...] = ()
    measures: tuple[Annotated[str, Field(pattern=PAIR_PATTERN)], ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _speaks_of_somebody(self) -> CauseRule:
        if any(condition.on == "worker" for condition in self.when):
            raise PydanticCustomError("cause_on", "worker", {})
        if not (self.causes or self.when or self.wishes):
            raise PydanticCustomError("cause_empty", "empty", {})
        return self

    def lists(self, measure: Measure) -> bool:
        """Return whether the rule puts a measure onto the first list.

        Examples
        --------
        >>> from povlib import params, places
        >>> measures = params.load(places.PARAMS).measures
        >>> words = {"zh": "缺技术", "en": "lack of skill"}
        >>> rule = CauseRule(key="skill", names=words, causes=["缺技术"], measures=["training", "kind:job"],
        ...                  status="assumed", source="example", in_force="2016")
        >>> [key for key, measure in measures.items() if rule.lists(measure)][-1]
        'training'
        """
        return measure.key in self.measures or f"{KIND}{measure.kind}" in self.measures
