"""Whether two measures may meet in one household, and whether two programmes may pay for one award.

Responsible for one record of the rules of bundling. Not responsible for measures (`support`) or for what follows for
packages (`povlib.support.bundling_matrix`).
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from povlib.money import fen
from povlib.params.kinds import (
    PAIR_PATTERN,
    Sourced,
    Yuan,
    unit,
)
from povlib.params.support import Measure


class Pair(Sourced):
    """Whether two measures may meet in one household (or one worker).

    Parameters
    ----------
    a, b : str
        Keys of measures, or ``kind:housing`` for every measure of a kind (``a`` and ``b`` alike: any two
        different ones). Both ``fund:KEY``: two programmes that may, or may not, pay for the same award.
    verdict : {"allowed", "forbidden", "capped"}
    cap_yuan : yuan
        With ``capped``: the most the two may cost together.
    scope : {"household", "worker"}
        ``worker``: only when the same person would have both.
    past : bool
        Whether help received before the plan counts too.
    """

    a: str = Field(pattern=PAIR_PATTERN)
    b: str = Field(pattern=PAIR_PATTERN)
    verdict: Literal["allowed", "forbidden", "capped"]
    cap_yuan: Yuan | None = Field(default=None, json_schema_extra=unit("yuan per household"))
    scope: Literal["household", "worker"] = "household"
    past: bool = False
    citation: str = Field(min_length=1)

    @model_validator(mode="after")
    def _cap(self) -> Pair:
        if (self.verdict == "capped") != (self.cap_yuan is not None):
            raise PydanticCustomError("cap", "cap", {})
        return self

    @property
    def key(self) -> str:
        """The two keys joined by ``+``."""
        return f"{self.a}+{self.b}"

    @property
    def cap_fen(self) -> int | None:
        """The cap in fen, None unless capped."""
        return None if self.cap_yuan is None else fen(str(self.cap_yuan))

    def matches(self, first: Measure, second: Measure) -> bool:
        """Return whether the pair speaks of these two different measures, in either order."""
        return first.key != second.key and (
            (_names_measure(self.a, first) and _names_measure(self.b, second))
            or (_names_measure(self.a, second) and _names_measure(self.b, first))
        )


def _names_measure(reference: str, measure: Measure) -> bool:
    return reference in (measure.key, f"kind:{measure.kind}")
