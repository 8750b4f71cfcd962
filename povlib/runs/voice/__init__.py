"""The household's voice in an office: plans are posted, households are heard, every word is answered by its day.

Begin with `posted_plan`; what households say comes in through `household_voice` (one by one) or `form_in` (a village's
form that came back).
"""
