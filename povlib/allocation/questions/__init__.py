"""What a meeting asks of a plan: what would more money bring, who loses in bad years, why this household.

Each module answers one question by solving or reading plans; none is needed to make one. Read `explanation` first.
"""
