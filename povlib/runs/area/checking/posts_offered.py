"""Which posts anybody of a large office is offered, from the packages of all parts: what stays empty is told.

Responsible for gathering what `povlib.runs.stages.idle_posts` reads, without opening an offer. Not responsible for why
a post stays empty, nor for words.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from povlib.allocation.parts.part_files import Part
from povlib.runs.area.area_plan import choice_folders, shared_tables
from povlib.runs.area.area_run import AreaRun


@dataclass(frozen=True)
class PostsOfOffice:
    """What of an offer tells which posts somebody may take (`povlib.runs.stages.idle_posts.PostsOffered`)."""

    uses: pd.DataFrame
    entitlements: pd.DataFrame
    resources: pd.DataFrame


def posts_of_office(run: AreaRun) -> PostsOfOffice:
    """Return which resources the packages of any part use, the law's bills, and what they leave of the funds."""
    used: set[str] = set()
    for folder in choice_folders(run):
        used |= set(Part.open(folder).resources["resource"].astype(str))
    return PostsOfOffice(
        pd.DataFrame({"resource": sorted(used)}), run.law.bills, pd.DataFrame(shared_tables(run).resources)
    )
