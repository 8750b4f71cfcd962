"""How many expected exits of a plan may hang on one employer, one firm or one product.

Responsible for the limits a planner sets. Not responsible for what hangs on a source (`povlib.villages.sources`) or for
keeping to a limit (`povlib.allocation`).
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from povlib.params.kinds import Block, Number, Share, unit

#: more persons than any register holds: beyond it micro-persons would leave what is counted exactly
MOST_PERSONS = 10**6
Persons = Annotated[Number, Field(ge=0, le=MOST_PERSONS)]


class SourceLimits(Block):
    """Limits that hold for every source of a kind; empty: none. A source keeps to all that are set.

    Parameters
    ----------
    employer_persons, firm_persons, product_persons : float or null
        Most expected exits that the plan may lose if any one employer, firm (co-ops and the only buyer of a contract
        are firms too) or product fails.
    employer_share, firm_share, product_share : share or null
        The same as a part of the exits that the plan adds.

    Examples
    --------
    >>> limits = SourceLimits(firm_persons=20, product_share=0.25)
    >>> limits.persons("firm"), limits.share("product"), limits.persons("employer"), limits.is_empty
    (20.0, 0.25, None, False)
    """

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
        return all(value is None for _, value in self)
