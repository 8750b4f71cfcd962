"""The figures of a meeting paper, gathered from the artefacts of a run.

Responsible for filling `povlib.report.MeetingFacts`. Not responsible for words (`povlib.report.meeting`)
or for computing artefacts (`povlib.runs.chain`).
"""

from povlib.runs.facts.gather import meeting_facts

__all__ = ["meeting_facts"]
