"""Aid that is owed for what is on record of a household: its medical bills, its losses by disasters.

Responsible for the numbers of the rule and for saying which of them have not been entered. Not responsible for what
comes of them (`povlib.support.relief.recorded_aid`).
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from povlib.money import fen
from povlib.params.kinds import Block, Share, Status, Whole, Yuan, unit
from povlib.params.tables import table

Records = Literal["medical_bills", "disaster_losses"]
KINDS: dict[Records, str] = {"medical_bills": "treatment_kind", "disaster_losses": "disaster_kind"}
"""The list of ``data/tables`` whose keys `RecordedAid.kinds` names."""
NUMBERS = ("share", "least_yuan", "most_yuan")
"""What must be entered before anything can be reckoned."""


class RecordedAid(Block):
    """How much is owed of what records add up to: ``min(share x max(sum - least, 0), most)``.

    Medical bills are added up after what insurance paid, by person; losses as assessed, by household.

    Parameters
    ----------
    records : {"medical_bills", "disaster_losses"}
    over : {"year", "event"}
        What one sum runs over: the calendar year, or one event (a disaster of one kind on one day; a bill).
    kinds : list of str
        Keys of ``data/tables/treatment_kind.yaml`` or ``disaster_kind.yaml`` that count; empty: all.
    share : share or null
    least_yuan : yuan or null
        The part that the household bears (起付线); 0: none.
    most_yuan : yuan or null
        The most that is paid for one sum (封顶线); 0: no limit.
    within_days : int or null
        Days after the bill was settled or the disaster came within which it is to be paid; null: nothing is late.

    Examples
    --------
    >>> RecordedAid(records="medical_bills", over="year", share=0.7).missing
    ('least_yuan', 'most_yuan')
    """

    records: Records
    over: Literal["year", "event"]
    kinds: tuple[str, ...] = ()
    share: Share | None = Field(default=None, json_schema_extra=unit("share"))
    least_yuan: Yuan | None = Field(default=None, json_schema_extra=unit("yuan"))
    most_yuan: Yuan | None = Field(default=None, json_schema_extra=unit("yuan"))
    within_days: Whole | None = Field(default=None, json_schema_extra=unit("days"))
    status: Status | None = None
    source: str = ""

    @model_validator(mode="after")
    def _of_the_list(self) -> RecordedAid:
        allowed = [code.key for code in table(KINDS[self.records]).codes]
        odd = [kind for kind in self.kinds if kind not in allowed]
        if odd:
            raise PydanticCustomError("aid_kinds", "kinds", {"value": ", ".join(odd), "known": ", ".join(allowed)})
        return self

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the numbers that have not been entered: while there is one, nothing can be reckoned."""
        return tuple(name for name in NUMBERS if getattr(self, name) is None)

    @property
    def least_fen(self) -> int:
        """The part that the household bears, in fen; 0 while it is not entered."""
        return fen(str(self.least_yuan or 0))

    @property
    def most_fen(self) -> int | None:
        """The most that is paid for one sum, in fen; None where there is no limit or none was entered."""
        return fen(str(self.most_yuan)) if self.most_yuan else None
