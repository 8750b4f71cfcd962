"""The paper for the meeting, worded from plain figures.

Responsible for the order of the paper and for sentences computed from numbers, with a sentence of
their own for nothing, none and not known. Not responsible for any figure: `MeetingFacts` brings them.
"""

from povlib.report.meeting.facts import FRAMES, MeetingFacts
from povlib.report.meeting.paper import allocation_tables, annex_paper, brief_paper, meeting_paper
from povlib.report.meeting.totals import (
    Decision,
    Lot,
    Outcome,
    Poorest,
    Proof,
    SecondRule,
    Standing,
    Target,
    Total,
    TrackRecord,
)

__all__ = [
    "FRAMES",
    "Decision",
    "Lot",
    "MeetingFacts",
    "Outcome",
    "Poorest",
    "Proof",
    "SecondRule",
    "Standing",
    "Target",
    "Total",
    "TrackRecord",
    "allocation_tables",
    "annex_paper",
    "brief_paper",
    "meeting_paper",
]
