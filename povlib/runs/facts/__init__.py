"""The figures of a meeting paper, gathered from the artefacts of a run (`povlib.runs.facts.meeting`).

Responsible for filling `povlib.report.MeetingFacts`. Not responsible for words (`povlib.report.meeting`)
or for computing artefacts (`povlib.runs.run`).
"""
