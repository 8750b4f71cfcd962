"""How many persons a plan may let hang on one employer, one firm or one product.

Responsible for the limits a planner sets. Not responsible for what hangs on a source (`povlib.villages.sources`) or for
keeping to a limit (`povlib.allocation`).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from povlib.params.kinds import Block, Number, Share, unit

#: more persons than any register holds: beyond it micro-persons would leave what is counted exactly
MOST_PERSONS = 10**6
Persons = Annotated[Number, Field(ge=0, le=MOST_PERSONS)]
Counted = Literal["possible", "possible_new", "expected"]


class SourceLimits(Block):
    """Limits that hold for every source of a kind; empty: none. A source keeps to all that are set.

    Parameters
    ----------
    employer_persons, firm_persons, product_persons : float or null
        Most persons that may hang on any one employer, firm (co-ops and the only buyer of a contract are firms too) or
        product.
    employer_share, firm_share, product_share : share or null
        The same as a part of the exits that the plan adds; help that runs already is in no share.
    counted : {"possible", "possible_new", "expected"}
        Who hangs on a source. "possible": every registered person of a household that takes help of it, whether it
        runs already or is planned; whatever comes true, the failure of the source costs no more exits. "possible_new":
        the same of the help that is planned alone. "expected": the exits that the planned help is expected to lose;
        in the one world that comes true it may be several times as many.

    Examples
    --------
    >>> limits = SourceLimits(firm_persons=20, product_share=0.25)
    >>> limits.persons("firm"), limits.share("product"), limits.persons("employer"), limits.is_empty
    (20.0, 0.25, None, False)
    >>> limits.counted, SourceLimits(counted="expected").is_empty
    ('possible', True)
    """

    # the one count that holds whatever comes true; the others must be asked for
    counted: Counted = "possible"
    employer_persons: Persons | None = Field(default=None, json_schema_extra=unit("persons"))
    firm_persons: Persons | None = Field(default=None, json_schema_extra=unit("persons"))
    product_persons: Persons | None = Field(default=None, json_schema_extra=unit("persons"))
    employer_share: Share | None = Field(default=None, json_schema_extra=unit("share"))
    firm_share: Share | None = Field(default=None, json_schema_extra=unit("share"))
    product_share: Share | None = Field(default=None, json_schema_extra=unit("share"))

    def persons(self, kind: str) -> float | None:
        """Return the limit of a kind (employer, firm, product) in persons; None without one."""
        return {
            "employer": self.employer_persons,
            "firm": self.firm_persons,
            "product": self.product_persons,
        }[kind]

    def share(self, kind: str) -> float | None:
        """Return the limit of a kind as a part of the exits that the plan adds; None without one."""
        return {"employer": self.employer_share, "firm": self.firm_share, "product": self.product_share}[kind]

    @property
    def is_empty(self) -> bool:
        """Whether no limit is set."""
        return all(value is None for name, value in self if name != "counted")
