"""Papers of the household's voice: the list of a plan that hangs, and what households said with what was answered.

Names of heads stand on the list alone, opened and logged by who posts it; everywhere else a household is its number.
Begin with `posted_plan`.
"""
