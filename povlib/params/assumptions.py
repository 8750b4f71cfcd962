"""Assumptions of the projection: the constants of its model, each with unit, status and source.

Responsible for the records of ``exits.yaml``: which there are and between what bounds. Not responsible
for what the model does with them (`povlib.exits`).
"""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from povlib.params.kinds import Names, Number, Sourced, unit

AssumptionKey = Literal[
    "effect_spread",
    "post_effect_spread",
    "effect_spread_weight",
    "own_spread_weight",
    "income_spread",
    "common_share",
    "common_share_weight",
    "allowance_cut",
    "allowance_cut_sd",
    "months_alike",
    "rate_weight",
    "source_failure",
    "guarantee_rate",
    "guarantee_weight",
    "return_rate",
    "return_weight",
    "prior_shift_sd",
    "prior_scale_sd",
]
ASSUMPTIONS: tuple[str, ...] = get_args(AssumptionKey)
#: Constants that a file written before they were there may lack, and the one, or the value, that stood for them then:
#: runs and offices made earlier open as they were.
LATER_ASSUMPTIONS: dict[str, str | float] = {"post_effect_spread": "effect_spread", "source_failure": 0.0}

_SHARE, _MONTHLY, _YEARLY = "share", "share a month", "share a year"
_BOUNDS: dict[str, tuple[str, float, float]] = {
    "effect_spread": (_SHARE, 0.0, 5.0),
    "post_effect_spread": (_SHARE, 0.0, 5.0),
    "effect_spread_weight": ("households", 0.0, 1e6),
    "own_spread_weight": ("years", 0.0, 1e6),
    "income_spread": (_SHARE, 0.01, 5.0),
    "common_share": (_SHARE, 0.0, 0.9),
    "common_share_weight": ("years", 0.1, 1e6),
    "allowance_cut": (_SHARE, 0.0, 1.0),
    "allowance_cut_sd": (_SHARE, 0.0, 10.0),
    "months_alike": (_SHARE, 0.0, 1.0),
    "rate_weight": ("households", 1.0, 1e9),
    "source_failure": (_YEARLY, 0.0, 0.9),
    "guarantee_rate": (_MONTHLY, 1e-6, 1.0),
    "guarantee_weight": ("months", 1.0, 1e9),
    "return_rate": (_MONTHLY, 1e-6, 1.0),
    "return_weight": ("months", 1.0, 1e9),
    "prior_shift_sd": ("standard deviations", 0.0, 100.0),
    "prior_scale_sd": ("log", 0.0, 100.0),
}


class Assumption(Sourced):
    """One constant of the projection.

    Parameters
    ----------
    key : str
        One of `ASSUMPTIONS`.
    value : float
        In the unit of the key.
    """

    key: AssumptionKey
    names: Names
    value: Number = Field(json_schema_extra=unit("see key"))

    @property
    def unit(self) -> str:
        """What the value counts."""
        return _BOUNDS[self.key][0]

    @field_validator("value")
    @classmethod
    def _inside(cls, value: float, info: ValidationInfo) -> float:
        _, low, high = _BOUNDS.get(info.data.get("key", ""), ("", value, value))
        if value < low:
            raise PydanticCustomError("greater_than_equal", "too small", {"ge": low})
        if value > high:
            raise PydanticCustomError("less_than_equal", "too large", {"le": high})
        return value
