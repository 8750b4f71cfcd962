"""Offices of many parts: one plan over all of them, each part read from its own files.

Comes in: parts (a county, a few townships), each written once by `write_part` as whole numbers, and the tables that
all parts share (`OfficeTables`: funds, rows of the whole office, kept shares, shares). Goes out: a `PartPlan` whose
choice lies in a file a part, and its proof.

Begin with `part_files` (what a part holds), then `joined_office` (rows united by key) and `compact_parts` (packages
that use the same told once). `part_search` finds the plan, `part_plan` holds it; `proof` repeats its proof from the
files, one part in memory at a time, without the solver's word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from povlib.names_on_demand import import_on_demand

if TYPE_CHECKING:
    from povlib.allocation.parts.joined_office import OfficeTables
    from povlib.allocation.parts.part_files import Part, write_part
    from povlib.allocation.parts.part_plan import PartPlan
    from povlib.allocation.parts.part_search import plan_of_parts
    from povlib.allocation.parts.proof.part_verification import verify_parts
    from povlib.allocation.parts.village_payments import payments_by_village

__all__ = ["OfficeTables", "Part", "PartPlan", "payments_by_village", "plan_of_parts", "verify_parts", "write_part"]

import_on_demand(__name__)
