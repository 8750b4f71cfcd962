"""Offices that outgrow one township: counties, prefectures, a province, planned by parts of whole townships.

Comes in: a run of an office with more households than `Settings.part_households`. Every step but the choice is made
part by part, by as many processes as there are cores, each part's state in memory only while it is worked on; the
choice is one for the whole office, under every rule at once, with its proof. Goes out: figures of the office, its
townships and its villages, the plan of every household beside its part, a paper for the office.

Begin with `office_parts` (what makes a part), then `part_run` (one part's chain of artefacts) and `area_run` (what all
parts have in common); `part_work` shares the parts out to processes, `area_completion` is the order of it all.
"""
