"""How far the works on houses are, and when they will be done.

`work_records` lays weekly records out as work done in each week; `building_speed` learns from them how fast this office
builds; `finishing_days` draws the finishing day of every house not finished.
"""

from typing import TYPE_CHECKING

from povlib.names_on_demand import import_on_demand

if TYPE_CHECKING:
    from povlib.housing.progress.building_speed import BuildingSpeed, building_speed, speed_table
    from povlib.housing.progress.finishing_days import FinishingDays, finishing_days
    from povlib.housing.progress.work_records import WorkRecords, work_records

__all__ = [
    "BuildingSpeed",
    "FinishingDays",
    "WorkRecords",
    "building_speed",
    "finishing_days",
    "speed_table",
    "work_records",
]

import_on_demand(__name__)
